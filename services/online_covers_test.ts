import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { type FakeCoverArt, startCoverArt, type Trouble } from "../e2e/fakes/cover_art.ts";
import { insertAlbum, type TestAlbum } from "../db/testing.ts";
import { findCoverFile, pruneCovers } from "./cover_files.ts";
import { type CoverContext, fetchCovers } from "./covers.ts";
import { Failure } from "./errors.ts";
import { imageSize } from "./image_kind.ts";
import { jpegPath, pngFile, webpPath } from "./picture_testing.ts";
import { testApp } from "./testing.ts";

const jpeg = Deno.readFileSync(jpegPath);
const webp = Deno.readFileSync(webpPath);
const small = pngFile(120, 120, [220, 40, 50, 255]);
const context: CoverContext = { signal: new AbortController().signal, progress: async () => {} };
const group = (n: number) => `11af85e2-c272-4c59-a902-${String(n).padStart(12, "0")}`;
const release = (n: number) => `22af85e2-c272-4c59-a902-${String(n).padStart(12, "0")}`;
const DAY = 86_400_000;

/** A library whose pictures are all at the fake archive; Spotify's are there, too, as the address `image(n)`. */
async function makeLibrary({ storage }: { storage?: string } = {}) {
  const archive = startCoverArt({ storage });
  const app = await testApp({ COVER_ART_URL: archive.url, SPOTIFY_API_URL: archive.url });
  const { sql } = app;
  return {
    app,
    archive,
    sql,
    async add(n: number, album: TestAlbum & { matched?: boolean; image?: string; releases?: string[] } = {}) {
      const { id } = await insertAlbum(sql, { title: `Album ${n}`, ...album });
      await sql`update albums set cover_art_url = ${album.image ?? null},
        musicbrainz_release_group_id = ${album.matched === false ? null : group(n)} where id = ${id}`;
      for (const value of album.releases ?? []) {
        await sql`insert into album_external_ids (album_id, kind, value) values (${id}, 'musicbrainz_release', ${value})`;
      }
      return id;
    },
    fetch: (run = context) => fetchCovers(app, { root: null }, run),
    async covers() {
      const rows = await sql`select title, cover_hash, cover_source, cover_tone from albums order by title`;
      return rows.map((row) => [row.title, row.coverSource, row.coverHash !== null]);
    },
    async shown(id: string) {
      const [{ coverHash }] = await sql`select cover_hash from albums where id = ${id}`;
      const sizes = (["250", "500", "original"] as const).map(async (variant) => {
        const file = await findCoverFile(app, coverHash, variant);
        return imageSize(await Deno.readFile(file!.path));
      });
      return (await Promise.all(sizes)).map((size) => `${size?.kind} ${size?.width}`);
    },
    async lookup(id: string) {
      const [row] = await sql`select misses, next_at, looked_at from cover_lookups where album_id = ${id}`;
      return row && { misses: row.misses, days: row.nextAt && Math.round((row.nextAt - row.lookedAt) / DAY) };
    },
    /** As if so many days had gone by. */
    async wait(days: number) {
      await sql`update cover_lookups set next_at = next_at - make_interval(days => ${days})`;
    },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await archive[Symbol.asyncDispose]();
    },
  };
}

function offer(archive: FakeCoverArt, n: number, image: Parameters<FakeCoverArt["releases"]["set"]>[1]) {
  archive.releaseGroups.set(group(n), release(n));
  archive.releases.set(release(n), image);
}

Deno.test("the front of the release group is followed over three hosts and kept in two sizes", async () => {
  await using library = await makeLibrary();
  const id = await library.add(1);
  offer(library.archive, 1, { bytes: jpeg });
  const result = await library.fetch();
  deepEqual(result, { summary: "1 cover found", found: 1, without: 0 });
  deepEqual(await library.shown(id), ["jpeg 250", "jpeg 500", "jpeg 800"]);
  const file = `mbid-${release(1)}/mbid-${release(1)}-829521842_thumb500.jpg`;
  deepEqual(library.archive.requests, [
    `GET /release-group/${group(1)}/front-500`,
    `GET /download/${file}`,
    `GET /items/${file}`,
  ]);
  await library.fetch();
  equal(library.archive.requests.length, 3, "what is known is not asked for again");
});

Deno.test("a mirror may keep its files at another port, but leads to nothing else there", async () => {
  await using storage = startCoverArt();
  await using library = await makeLibrary({ storage: storage.url });
  for (const n of [1, 2]) {
    await library.add(n);
    offer(library.archive, n, { bytes: jpeg });
  }
  storage.releases.set(release(1), { bytes: jpeg });
  storage.releases.set(release(2), { bytes: jpeg, trouble: { redirect: `${storage.url}/secret` } });
  await rejects(library.fetch(), /leads to a place that is not its own/);
  deepEqual(await library.covers(), [["Album 1", "release_group", true], ["Album 2", null, false]]);
  ok(!storage.requests.includes("GET /secret"));
});

Deno.test("a group without a front leaves it to the release, that to Spotify", async () => {
  await using library = await makeLibrary();
  const { archive } = library;
  await library.add(1, { releases: [release(9)] });
  archive.releases.set(release(9), { bytes: webp, type: "image/webp" });
  await library.add(2, { image: `${archive.url}/release/${release(9)}/front` });
  offer(archive, 2, { bytes: jpeg, front: false });
  await library.add(3, { matched: false, image: `${archive.url}/release/${release(9)}/front` });
  await library.add(4);
  const result = await library.fetch();
  equal(result.summary, "3 covers found, 1 album without");
  deepEqual(await library.covers(), [
    ["Album 1", "release", true],
    ["Album 2", "spotify", true],
    ["Album 3", "spotify", true],
    ["Album 4", null, false],
  ]);
});

Deno.test("a missing cover is asked for again after 7, 30 and 90 days", async () => {
  await using library = await makeLibrary();
  const id = await library.add(1);
  for (const [n, days] of [7, 30, 90, 90].entries()) {
    equal((await library.fetch()).without, 1);
    deepEqual(await library.lookup(id), { misses: n + 1, days });
    await library.wait(days - 1);
    const { length } = library.archive.requests;
    await library.fetch();
    equal(library.archive.requests.length, length, "not before its time");
    await library.wait(2);
  }
  offer(library.archive, 1, { bytes: jpeg });
  equal((await library.fetch()).found, 1);
  deepEqual(await library.lookup(id), { misses: 0, days: null });
});

Deno.test("Spotify's picture gives way when the archive has one", async () => {
  await using library = await makeLibrary();
  const { archive } = library;
  archive.releases.set(release(9), { bytes: small, type: "image/png" });
  const id = await library.add(1, { image: `${archive.url}/release/${release(9)}/front` });
  await library.fetch();
  deepEqual(await library.lookup(id), { misses: 1, days: 7 });
  offer(archive, 1, { bytes: jpeg });
  await library.wait(8);
  await library.fetch();
  deepEqual(await library.covers(), [["Album 1", "release_group", true]]);
});

Deno.test("another match brings another cover, or none", async () => {
  await using library = await makeLibrary();
  const id = await library.add(1);
  offer(library.archive, 1, { bytes: jpeg });
  await library.fetch();
  await library.sql`update albums set musicbrainz_release_group_id = ${group(2)} where id = ${id}`;
  await library.fetch();
  deepEqual(await library.covers(), [["Album 1", null, false]]);
});

const troubles: [string, Trouble][] = [
  ["answers 503", { status: 503 }],
  ["sends a page of its proxy", "html"],
  ["hangs up in the middle", "cut off"],
  ["leads in circles", "redirect loop"],
  ["leads to a machine of the household", { redirect: "http://127.0.0.1:1/secret" }],
  ["leads to a machine of nobody", { redirect: "http://169.254.169.254/latest/meta-data" }],
  ["leads to a name that only looks like the storage", {
    redirect: "https://archive.org.evil.example/1.jpg",
  }],
];

for (const [name, trouble] of troubles) {
  Deno.test(`a place that ${name} is no place without a cover`, async () => {
    await using library = await makeLibrary();
    const { archive } = library;
    const id = await library.add(1);
    await library.add(2);
    offer(archive, 1, { bytes: jpeg, trouble });
    offer(archive, 2, { bytes: jpeg });
    await rejects(library.fetch(), (error) => {
      ok(error instanceof Failure && error.retryable);
      match(error.message, /1 of 2 covers/);
      return true;
    });
    deepEqual(await library.covers(), [["Album 1", null, false], ["Album 2", "release_group", true]]);
    equal(await library.lookup(id), undefined);
    archive.releases.get(release(1))!.trouble = undefined;
    equal((await library.fetch()).found, 1);
  });
}

Deno.test("one picture in trouble among many fails no run, and stays to be asked for", async () => {
  await using library = await makeLibrary();
  for (let n = 0; n < 11; n++) {
    await library.add(n);
    offer(library.archive, n, { bytes: small, type: "image/png" });
  }
  library.archive.releases.get(release(3))!.trouble = { status: 500 };
  equal((await library.fetch()).summary, "10 covers found, 1 album to be asked about again");
  library.archive.releases.get(release(3))!.trouble = undefined;
  equal((await library.fetch()).summary, "1 cover found");
});

Deno.test("a time that the archive names is kept, and nothing is remembered as missing", async () => {
  await using library = await makeLibrary();
  const id = await library.add(1);
  offer(library.archive, 1, { bytes: jpeg, trouble: { status: 429, retryAfter: "120" } });
  await rejects(library.fetch(), (error) => error instanceof Failure && error.retryAfterSeconds! > 100);
  const { length } = library.archive.requests;
  await rejects(library.fetch(), /wants no requests/);
  equal(library.archive.requests.length, length);
  equal(await library.lookup(id), undefined);
});

Deno.test("while the archive is away Spotify's picture stands in, and the archive stays to be asked", async () => {
  await using library = await makeLibrary();
  const { archive } = library;
  archive.releases.set(release(9), { bytes: small, type: "image/png" });
  const id = await library.add(1, { image: `${archive.url}/release/${release(9)}/front` });
  offer(archive, 1, { bytes: jpeg, trouble: { status: 502 } });
  await rejects(library.fetch(), Failure);
  deepEqual(await library.covers(), [["Album 1", "spotify", true]]);
  equal(await library.lookup(id), undefined);
});

const unusable: [string, Parameters<typeof offer>[2]][] = [
  ["is endless", { bytes: jpeg, trouble: "endless" }],
  ["is cut short where it is stored", { bytes: jpeg.slice(0, jpeg.length / 2) }],
  ["is called one but is none", { bytes: new TextEncoder().encode("%PDF-1.7 not a picture") }],
  ["claims more pixels than there is memory", { bytes: hugePicture(), type: "image/png" }],
];

for (const [name, image] of unusable) {
  Deno.test(`a picture that ${name} is passed over like a missing one`, async () => {
    await using library = await makeLibrary();
    const { archive } = library;
    archive.releases.set(release(9), { bytes: webp, type: "image/webp" });
    await library.add(1, { image: `${archive.url}/release/${release(9)}/front` });
    offer(archive, 1, image);
    await library.fetch();
    deepEqual(await library.covers(), [["Album 1", "spotify", true]]);
  });
}

function hugePicture() {
  const picture = pngFile(1, 1, [0, 0, 0, 255]);
  new DataView(picture.buffer).setUint32(16, 30_000);
  new DataView(picture.buffer).setUint32(20, 30_000);
  return picture;
}

Deno.test("pictures that are no cover any more go a day later, those in use stay", async () => {
  await using library = await makeLibrary();
  const { app, archive, sql } = library;
  const [old, kept] = [await library.add(1), await library.add(2)];
  offer(archive, 1, { bytes: jpeg });
  offer(archive, 2, { bytes: webp, type: "image/webp" });
  await library.fetch();
  await sql`update albums set cover_hash = null where id = ${old}`;
  equal(await pruneCovers(app), 0);
  const then = new Date(Date.now() - 2 * DAY);
  const root = `${app.config.dataDir}/covers`;
  for await (const folder of Deno.readDir(root)) {
    for await (const file of Deno.readDir(`${root}/${folder.name}`)) {
      await Deno.utime(`${root}/${folder.name}/${file.name}`, then, then);
    }
  }
  equal(await pruneCovers(app), 3);
  deepEqual(await library.shown(kept), ["jpeg 250", "jpeg 500", "webp 640"]);
});

Deno.test("the kind of a picture is told by its bytes, whatever it is called", async () => {
  await using library = await makeLibrary();
  const id = await library.add(1);
  offer(library.archive, 1, { bytes: pngFile(640, 640, [30, 90, 160, 255]), type: "image/jpeg" });
  await library.fetch();
  deepEqual(await library.shown(id), ["jpeg 250", "jpeg 500", "png 640"]);
});

Deno.test("a picture nobody made in 500 pixels is taken as it was uploaded", async () => {
  await using library = await makeLibrary();
  await library.add(1);
  offer(library.archive, 1, { bytes: jpeg, without: [500] });
  equal((await library.fetch()).found, 1);
  equal(library.archive.requests.length, 6);
});

Deno.test("Spotify's picture is fetched from Spotify only", async () => {
  await using library = await makeLibrary();
  for (
    const image of [
      "http://127.0.0.1:1/x.jpg",
      "https://scdn.co.evil.example/x.jpg",
      "file:///etc/passwd",
      "x",
    ]
  ) {
    await library.add(1, { matched: false, image, title: image });
  }
  equal((await library.fetch()).without, 4);
  deepEqual(library.archive.requests, []);
});

Deno.test("no more than three are asked for at once, and a run that is interrupted goes on", async () => {
  await using library = await makeLibrary();
  const { archive } = library;
  for (let n = 0; n < 12; n++) {
    await library.add(n);
    offer(archive, n, { bytes: pngFile(40, 40, [n * 20, 40, 50, 255]), type: "image/png" });
  }
  const stop = new AbortController();
  const progress = ({ processed }: { processed?: number }) => {
    if (processed === 5) stop.abort(new Error("enough"));
    return Promise.resolve();
  };
  await rejects(library.fetch({ signal: stop.signal, progress }), /enough/);
  ok(archive.mostAtOnce <= 3);
  await library.fetch();
  const first = archive.requests.filter((path) => path.includes("/release-group/"));
  ok(first.length < 12 + 3, "what was stored is not fetched twice");
  equal((await library.covers()).filter(([, source]) => source === "release_group").length, 12);
});
