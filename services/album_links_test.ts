import { deepEqual, equal } from "node:assert/strict";
import { albumLinks, type LinkedRelease, serviceName } from "./album_links.ts";

const release = (
  status: string | null,
  ...links: [type: string, url: string, ended?: boolean][]
): LinkedRelease => ({
  status,
  links: links.map(([type, url, ended = false]) => ({ type, url, ended })),
});

Deno.test("of several Bandcamp pages the one to buy an official release from is taken", () => {
  deepEqual(
    albumLinks([
      release("Bootleg", ["purchase for download", "https://fan.bandcamp.com/album/copy"]),
      release("Official", ["free streaming", "https://band.bandcamp.com/album/it"]),
      release("Official", ["purchase for download", "http://Label.bandcamp.com/album/it/?from=embed#buy"]),
      release("Official", ["purchase for download", "https://old.bandcamp.com/album/gone", true]),
      release("Official", ["purchase for download", "https://band.bandcamp.com/"]),
    ]),
    [{ kind: "bandcamp_url", url: "https://label.bandcamp.com/album/it" }],
  );
});

Deno.test("shops and streams are told apart, one address per service", () => {
  deepEqual(
    albumLinks([
      release(
        "Official",
        ["streaming", "https://music.apple.com/gb/album/1"],
        ["streaming", "https://music.apple.com/us/album/1"],
        ["free streaming", "https://open.spotify.com/album/1"],
        ["purchase for mail-order", "https://www.amazon.de/dp/B1"],
        ["purchase for mail-order", "https://www.amazon.co.uk/dp/B1"],
        ["purchase for download", "https://www.qobuz.com/gb-en/album/1"],
        ["discogs", "https://www.discogs.com/release/1"],
        ["amazon asin", "https://www.amazon.com/dp/B1"],
      ),
    ]),
    [
      { kind: "purchase_url", url: "https://www.qobuz.com/gb-en/album/1" },
      { kind: "stream_url", url: "https://open.spotify.com/album/1" },
      { kind: "stream_url", url: "https://music.apple.com/gb/album/1" },
      { kind: "purchase_url", url: "https://www.amazon.co.uk/dp/B1" },
    ],
  );
});

Deno.test("what is no address of the web is no link", () => {
  deepEqual(
    albumLinks([
      release(
        "Official",
        ["purchase for download", "javascript:alert(1)"],
        ["purchase for download", "not an address"],
        ["free streaming", "ftp://example.org/1"],
        ["free streaming", "https://user:secret@example.org/1"],
      ),
    ]),
    [],
  );
});

const names: [string, string][] = [
  ["https://www.qobuz.com/gb-en/album/1", "Qobuz"],
  ["https://www.amazon.co.jp/dp/1", "Amazon"],
  ["https://music.amazon.com/albums/1", "Amazon Music"],
  ["https://listen.tidal.com/album/1", "Tidal"],
  ["https://shop.label.example/it", "shop.label.example"],
];
for (const [url, name] of names) {
  Deno.test(`${url} is ${name}`, () => equal(serviceName(url), name));
}
