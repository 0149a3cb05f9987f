import assert from "node:assert/strict";
import type { AlbumDetail } from "../db/albums.ts";
import { AlbumArticle, AlbumDrawer, AlbumPage, type AlbumView } from "./album.tsx";
import { ArtistPage } from "./artists.tsx";
import { render, sampleAlbum } from "./testing.tsx";

function detail(changes: Partial<AlbumDetail> = {}): AlbumDetail {
  const then = new Date("2026-11-03T10:00:00Z");
  return {
    ...sampleAlbum(),
    spotifyId: null,
    musicbrainzReleaseGroupId: null,
    albumType: "album",
    totalTracks: 12,
    ownershipLocked: false,
    matchLocked: false,
    matchReason: null,
    matchedAt: null,
    wantedAt: null,
    ignoredAt: null,
    ownedAt: null,
    inLibrary: true,
    addedAt: then,
    localPath: null,
    lastSyncedAt: null,
    createdAt: then,
    updatedAt: then,
    externalIds: [],
    releaseDatePrecision: "day",
    secondaryTypes: [],
    describedAt: then,
    ...changes,
  };
}

function view(changes: Partial<AlbumView> = {}): AlbumView {
  return {
    album: detail(),
    tracks: [
      { disc: 1, number: 1, title: "Plainsong", owned: true, durationMs: 312_000 },
      { disc: 1, number: 2, title: null, owned: false, durationMs: null },
    ],
    files: [],
    candidates: [],
    history: [],
    links: [],
    previous: null,
    next: null,
    ...changes,
  };
}

const text = (html: string) => html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

Deno.test("missing tracks stand in their place and are told apart by words", () => {
  const html = text(render(<AlbumPage {...view()} />));
  assert.match(html, /9 of 12 tracks owned/);
  assert.match(html, /Owned 1 Plainsong 5:12 Missing 2 title unknown/);
});

Deno.test("what can be decided depends on the state, and one way on at most is green", () => {
  const cases: [Partial<AlbumDetail>, string[], string[]][] = [
    [{ ownershipStatus: "not_owned", state: "not_owned" }, ["Want", "Mark owned", "Ignore"], [
      "Mark not owned",
    ]],
    [{ ownershipStatus: "owned", state: "owned" }, ["Mark not owned", "Ignore"], ["Want", "Bandcamp"]],
    [{ wantedAt: new Date(), state: "wanted" }, ["Do not want", "Find on Bandcamp"], ["Stop ignoring"]],
    [{ ignoredAt: new Date(), state: "ignored" }, ["Stop ignoring"], ["Want", "Mark owned"]],
    [{ ownershipLocked: true }, ["Let the files decide"], []],
  ];
  for (const [changes, offered, hidden] of cases) {
    const html = render(<AlbumArticle {...view({ album: detail(changes) })} />);
    const buttons = [...html.matchAll(/class="btn [^>]*>(.*?)<\/(?:button|a)>/gs)].map(([, inner]) =>
      text(inner)
    );
    for (const words of offered) assert.ok(buttons.some((button) => button.includes(words)), words);
    for (const words of hidden) assert.ok(!buttons.some((button) => button.trim() === words), words);
    assert.ok((html.match(/btn-primary/g)?.length ?? 0) <= 1);
  }
});

Deno.test("a page that is known is led to, else a search; other shops and streams stand by name", () => {
  const hrefs = (html: string) => [...html.matchAll(/href="(https:[^"]*)"/g)].map(([, href]) => href);
  const id = "11af85e2-c272-4c59-a902-47f75141dc97";
  const page = "https://band.bandcamp.com/album/it";
  const known = render(
    <AlbumArticle
      {...view({
        album: detail({
          musicbrainzReleaseGroupId: id,
          externalIds: [{ kind: "bandcamp_url", value: page }],
        }),
        links: [
          { kind: "bandcamp_url", url: page, service: "band.bandcamp.com" },
          { kind: "purchase_url", url: "https://www.qobuz.com/1", service: "Qobuz" },
          { kind: "stream_url", url: "https://open.spotify.com/album/1", service: "Spotify" },
        ],
      })}
    />,
  );
  assert.match(
    text(known),
    /Bandcamp Find on Bandcamp its page there Buy Qobuz Stream Spotify Look up MusicBrainz/,
  );
  assert.deepEqual(hrefs(known), [
    page,
    page,
    "https://www.qobuz.com/1",
    "https://open.spotify.com/album/1",
    `https://musicbrainz.org/release-group/${id}`,
  ]);
  const search = "https://bandcamp.com/search?q=The%20Cure%20Disintegration&amp;item_type=a";
  assert.deepEqual(hrefs(render(<AlbumArticle {...view()} />)), [search, search]);
});

Deno.test("the same actions answer into the page or into the drawer", () => {
  const page = render(<AlbumArticle {...view()} />);
  assert.match(
    page,
    /action="\/music\/albums\/[^"]*\/ownership" hx-post="[^"]*" class="[^"]*" hx-target="#album"/,
  );
  const drawer = render(<AlbumDrawer {...view({ next: "n" })} />);
  assert.doesNotMatch(drawer, /hx-target="#album"/);
  assert.match(drawer, /hx-get="\/music\/albums\/n" hx-target="#drawer" hx-replace-url="true"/);
  assert.match(drawer, /<form method="dialog">/);
});

Deno.test("the source picker marks the medium of a physical source and saves without script too", () => {
  const html = render(<AlbumArticle {...view()} />);
  assert.match(html, /name="source" value="vinyl" checked/);
  assert.match(html, /<noscript><button type="submit"/);
});

Deno.test("a line of the history says who did what, and offers Undo only where it can be undone", () => {
  const line = {
    username: "marta",
    before: {},
    createdAt: new Date("2026-11-22T13:00:00Z"),
    isUndone: false,
  };
  const html = render(
    <AlbumArticle
      {...view({
        history: [
          {
            ...line,
            id: "9",
            kind: "scan",
            username: null,
            after: { ownedTracks: 9, expectedTracks: 12 },
            isUndoable: false,
          },
          { ...line, id: "8", kind: "ownership", after: { ownershipStatus: "owned" }, isUndoable: true },
          { ...line, id: "7", kind: "source", after: { acquisitionSource: "bandcamp" }, isUndoable: true },
        ],
      })}
    />,
  );
  assert.match(text(html), /Beat Collector found 9 of 12 tracks/);
  assert.match(text(html), /marta marked it as owned/);
  assert.match(text(html), /marta set the source to Bandcamp/);
  assert.deepEqual([...html.matchAll(/events\/(\d)\/undo"/g)].map(([, id]) => id), ["8", "8", "7", "7"]);
  assert.equal(html.match(/data-key="u"/g)?.length, 1);
});

Deno.test("files are named by format; those that cannot be read say why", () => {
  const file = {
    path: "a/1.flac",
    folder: "a",
    size: 200_000_000,
    codec: "FLAC",
    container: "flac",
    lossless: true,
    sampleRate: 44_100,
    bitsPerSample: 16,
    bitrate: 900_000,
    quarantinedReason: null,
  };
  const broken = { ...file, path: "a/2.flac", quarantinedReason: "The file is empty." };
  const html = text(render(<AlbumArticle {...view({ files: [file, file, broken] })} />));
  assert.match(html, /2 × FLAC 16\/44\.1 600 MB/);
  assert.match(html, /1 file cannot be read a\/2\.flac The file is empty\./);
});

Deno.test("an artist's albums stand by kind with what is owned of each", () => {
  const artist = {
    id: "a",
    name: "坂本龍一",
    albums: 3,
    ownedAlbums: 1,
    plays: 0,
    spotifyId: null,
    musicbrainzId: null,
  };
  const owned = sampleAlbum({ id: "1", state: "owned", ownershipStatus: "owned" });
  const missing = sampleAlbum({ id: "2", state: "not_owned", ownershipStatus: "not_owned" });
  const html = render(
    <ArtistPage
      artist={artist}
      albums={[{ ...owned, albumType: "album" }, { ...missing, albumType: "soundtrack" }, missing]}
    />,
  );
  assert.match(html, /<h1[^>]*><bdi lang="ja">坂本龍一<\/bdi>/);
  assert.match(text(html), /1 of 3 albums owned/);
  assert.match(text(html), /Albums 1 of 2 owned [^]* Soundtracks 0 of 1 owned/);
  assert.match(text(html), /Want the missing 2/);
});
