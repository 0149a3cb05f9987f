import { deepEqual, equal, rejects } from "node:assert/strict";
import { startMusicBrainz } from "../e2e/fakes/musicbrainz.ts";
import { type FakeReleaseGroup, mbid } from "../e2e/fakes/musicbrainz_catalogue.ts";
import { findAlbum } from "../db/albums.ts";
import { insertAlbum, insertTrack } from "../db/testing.ts";
import { describeAlbum, describeAlbums } from "./album_details.ts";
import { loadAlbum } from "./album_page.ts";
import { flacFile } from "./audio_testing.ts";
import { scanLibrary } from "./library_scan.ts";
import { testApp } from "./testing.ts";

const context = { signal: new AbortController().signal, progress: async () => {} };
const asking = { signal: context.signal };
const cure = { id: mbid("artist", "The Cure"), name: "The Cure" };
const titles = ["Plainsong", "Pictures of You", "Closedown", "Lovesong", "Last Dance", "Lullaby"];
const tracks = titles.map((title) => ({ title, length: 240_000 }));

const group: FakeReleaseGroup = {
  id: mbid("group", "Disintegration"),
  title: "Disintegration",
  credit: [{ artistId: cure.id }],
  primaryType: "Album",
  genres: ["post-punk", "gothic rock"],
  formerIds: [mbid("group", "before the merge")],
  releases: [
    {
      id: mbid("release", "lp"),
      date: "1989-05-02",
      status: "Official",
      tracks: tracks.slice(0, 5),
      links: [{ type: "purchase for mail-order", url: "https://shop.example/lp" }],
    },
    {
      id: mbid("release", "cd"),
      date: "1989-05-02",
      status: "Official",
      barcode: "042283935327",
      tracks,
      links: [
        { type: "purchase for download", url: "https://thecure.bandcamp.com/album/disintegration" },
        { type: "free streaming", url: "https://open.spotify.com/album/6y" },
        { type: "streaming", url: "https://dead.example/1", ended: true },
      ],
    },
  ],
};

async function makeLibrary(groups = [group]) {
  const musicbrainz = startMusicBrainz({ artists: [cure], releaseGroups: groups });
  const app = await testApp({ MUSICBRAINZ_URL: musicbrainz.url, MUSICBRAINZ_INTERVAL_MS: "0" });
  return {
    app,
    musicbrainz,
    sql: app.sql,
    async match(id: string, releaseGroupId = group.id) {
      await app
        .sql`update albums set musicbrainz_release_group_id = ${releaseGroupId}, match_status = 'matched'
        where id = ${id}`;
      return id;
    },
    /** The rows of the album's page: "1 Plainsong", "missing 2 Pictures of You". */
    async rows(id: string) {
      const { tracks } = await loadAlbum(app, id);
      return tracks.map(({ number, title, owned }) => `${owned ? "" : "missing "}${number} ${title}`);
    },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await musicbrainz[Symbol.asyncDispose]();
    },
  };
}

Deno.test("genres, first release, type and links come onto the album", async () => {
  await using library = await makeLibrary();
  const { id } = await insertAlbum(library.sql, { releaseDate: "2010-05-24", totalTracks: 5 });
  await library.match(id);
  await describeAlbum(library.app, id, asking);
  const album = await findAlbum(library.sql, id);
  deepEqual(
    [album?.releaseDate, album?.releaseDatePrecision, album?.albumType, album?.genres],
    ["1989-05-02", "day", "album", ["Post-punk", "Gothic rock"]],
  );
  deepEqual(album?.externalIds, [
    { kind: "bandcamp_url", value: "https://thecure.bandcamp.com/album/disintegration" },
    { kind: "purchase_url", value: "https://shop.example/lp" },
    { kind: "stream_url", value: "https://open.spotify.com/album/6y" },
  ]);
  equal(library.musicbrainz.requests.length, 3);
});

Deno.test("which tracks are missing is told by the edition, whatever is known only by name", async () => {
  await using library = await makeLibrary();
  const root = await Deno.realPath(await Deno.makeTempDir());
  const file = (number: number) =>
    flacFile({
      ARTIST: "The Cure",
      ALBUM: "Disintegration",
      TITLE: titles[number - 1],
      TRACKNUMBER: String(number),
    });
  for (const number of [1, 2, 4]) await Deno.writeFile(`${root}/${number}.flac`, file(number));
  await scanLibrary(library.app, { root }, context);
  const [{ id }] = await library.sql`select id from albums`;
  await insertTrack(library.sql, { albumId: id, title: "Lullaby - 2010 Remaster", spotifyId: "liked" });
  await library
    .sql`insert into album_external_ids (album_id, kind, value) values (${id}, 'barcode', '0042283935327')`;
  await library.match(id);
  await describeAlbum(library.app, id, asking);
  deepEqual(await library.rows(id), [
    "1 Plainsong",
    "2 Pictures of You",
    "missing 3 Closedown",
    "4 Lovesong",
    "missing 5 Last Dance",
    "missing 6 Lullaby - 2010 Remaster",
  ]);
  const album = await findAlbum(library.sql, id);
  deepEqual([album?.ownershipStatus, album?.ownedTracks, album?.expectedTracks], ["partial", 3, 6]);
  await Deno.remove(root, { recursive: true });
});

Deno.test("a track list that is complete is not asked for", async () => {
  await using library = await makeLibrary();
  const { id } = await insertAlbum(library.sql, { totalTracks: 2 });
  for (const trackNumber of [1, 2]) {
    await insertTrack(library.sql, { albumId: id, trackNumber, title: `${trackNumber}` });
  }
  await library.match(id);
  await describeAlbum(library.app, id, asking);
  equal(library.musicbrainz.requests.length, 2);
});

Deno.test("no edition with as many tracks leaves the list as it is", async () => {
  await using library = await makeLibrary();
  const { id } = await insertAlbum(library.sql, { totalTracks: 9 });
  await library.match(id);
  await describeAlbum(library.app, id, asking);
  equal((await findAlbum(library.sql, id))?.expectedTracks, 9);
  deepEqual(await library.sql`select title from tracks`.values(), []);
});

Deno.test("a group that was merged into another is known by its new id from then on", async () => {
  await using library = await makeLibrary();
  const { id } = await insertAlbum(library.sql, { totalTracks: 9 });
  await library.match(id, group.formerIds![0]);
  await describeAlbum(library.app, id, asking);
  const album = await findAlbum(library.sql, id);
  deepEqual([album?.musicbrainzReleaseGroupId, album?.genres.length], [group.id, 2]);
});

Deno.test("a group that is gone changes nothing and is not asked for every night", async () => {
  await using library = await makeLibrary([]);
  const { id } = await insertAlbum(library.sql, { releaseDate: "1989-05-02", genres: ["Rock"] });
  await library.match(id);
  deepEqual(await describeAlbums(library.app, context), { summary: "1 album described", albums: 1 });
  const album = await findAlbum(library.sql, id);
  deepEqual([album?.releaseDate, album?.genres], ["1989-05-02", ["Rock"]]);
  deepEqual(await describeAlbums(library.app, context), { summary: "0 albums described", albums: 0 });
});

Deno.test("while MusicBrainz is away nothing is written, and the album stays to be asked about", async () => {
  await using library = await makeLibrary();
  const { id } = await insertAlbum(library.sql, { genres: ["Rock"] });
  await library.match(id);
  library.musicbrainz.trouble = { kind: "html" };
  await rejects(describeAlbums(library.app, context));
  library.musicbrainz.trouble = undefined;
  equal((await findAlbum(library.sql, id))?.describedAt, null);
  equal((await describeAlbums(library.app, context)).albums, 1);
});
