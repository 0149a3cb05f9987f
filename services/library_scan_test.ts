import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { insertAlbum, insertTrack } from "../db/testing.ts";
import { flacFile, mp3File, type TestTags } from "./audio_testing.ts";
import { scanLibrary, type ScanOptions } from "./library_scan.ts";
import { type TestApp, testApp } from "./testing.ts";

type Library = AsyncDisposable & {
  app: TestApp;
  root: string;
  write(path: string, bytes: Uint8Array): Promise<void>;
  album(folder: string, tags: TestTags, tracks: number[] | string[]): Promise<void>;
  remove(path: string): Promise<void>;
  scan(options?: Partial<ScanOptions>): ReturnType<typeof scanLibrary>;
  /** "Artist - Title: status owned/expected", by artist and title. */
  albums(): Promise<string[]>;
};

async function makeLibrary(): Promise<Library> {
  const app = await testApp();
  const root = await Deno.realPath(await Deno.makeTempDir());
  const write = async (path: string, bytes: Uint8Array) => {
    await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeFile(`${root}/${path}`, bytes);
  };
  return {
    app,
    root,
    write,
    async album(folder, tags, tracks) {
      for (const [i, track] of tracks.entries()) {
        const number = typeof track === "number" ? track : i + 1;
        const title = typeof track === "number" ? `Song ${number} of ${tags.ALBUM}` : track;
        await write(
          `${folder}/${number}.flac`,
          flacFile({ TITLE: title, TRACKNUMBER: String(number), ...tags }),
        );
      }
    },
    remove: (path) => Deno.remove(`${root}/${path}`, { recursive: true }),
    scan: (options) =>
      scanLibrary(app, { root, ...options }, {
        signal: new AbortController().signal,
        progress: async () => {},
      }),
    async albums() {
      const rows = await app.sql`
        select artist_credit || ' - ' || title || ': ' || ownership_status || ' ' || owned_tracks || '/' ||
          coalesce(expected_tracks::text, '?') as line from albums order by sort_artist, sort_title, release_date`;
      return rows.map((row) => row.line);
    },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

const cure: TestTags = { ARTIST: "The Cure", ALBUM: "Disintegration", DATE: "1989", TRACKTOTAL: "3" };
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

Deno.test("What is on disk comes into the library, owned or partly owned", async () => {
  await using library = await makeLibrary();
  await library.album("The Cure/Disintegration", cure, [1, 2, 3]);
  await library.album("The Cure/Faith", { ...cure, ALBUM: "Faith", DATE: "1981" }, [1, 3]);
  const result = await library.scan();
  deepEqual(await library.albums(), [
    "The Cure - Disintegration: owned 3/3",
    "The Cure - Faith: partial 2/3",
  ]);
  equal(result.summary, "5 files, 5 changed, 2 new albums, 1 album completed");
  const [album] = await library.app.sql`
    select in_library, acquisition_source, match_status, local_path, release_year, owned_at is not null as dated
    from albums where title = 'Disintegration'`;
  deepEqual({ ...album }, {
    inLibrary: true,
    acquisitionSource: "unknown",
    matchStatus: "pending",
    localPath: "The Cure/Disintegration",
    releaseYear: 1989,
    dated: true,
  });
});

Deno.test("A second scan opens nothing and changes nothing", async () => {
  await using library = await makeLibrary();
  await library.album("The Cure/Disintegration", cure, [1, 2, 3]);
  await library.scan();
  const before = await library.app.sql`select id, updated_at from albums`;
  const result = await library.scan();
  equal(result.summary, "3 files, 0 changed");
  deepEqual(await library.app.sql`select id, updated_at from albums`, before);
  const events = await library.app.sql`select kind, after from album_events`;
  deepEqual(events.map((event) => ({ ...event })), [
    { kind: "scan", after: { status: "owned", ownedTracks: 3, expectedTracks: 3 } },
  ]);
});

Deno.test("Files that come complete an album, files that go take it away, the album stays", async () => {
  await using library = await makeLibrary();
  await library.album("The Cure/Disintegration", cure, [1, 2]);
  await library.scan();
  deepEqual(await library.albums(), ["The Cure - Disintegration: partial 2/3"]);
  await library.album("The Cure/Disintegration", cure, [3]);
  equal((await library.scan()).completedAlbums, 1);
  deepEqual(await library.albums(), ["The Cure - Disintegration: owned 3/3"]);
  await library.album("The Cure/Faith", { ...cure, ALBUM: "Faith" }, [1, 2, 3]);
  await library.remove("The Cure/Disintegration");
  const result = await library.scan();
  equal(result.summary, "3 files, 3 changed, 3 gone, 1 new album, 1 album completed");
  deepEqual(await library.albums(), [
    "The Cure - Disintegration: not_owned 0/?",
    "The Cure - Faith: owned 3/3",
  ]);
  await library.album("The Cure/Disintegration", cure, [1, 2, 3]);
  await library.scan();
  deepEqual(await library.albums(), ["The Cure - Disintegration: owned 3/3", "The Cure - Faith: owned 3/3"]);
});

Deno.test("Files find the album of the catalogue by artist and title, and its tracks by title", async () => {
  await using library = await makeLibrary();
  const { sql } = library.app;
  const { id } = await insertAlbum(sql, {
    artist: "The Cure",
    title: "Disintegration",
    totalTracks: 12,
    inLibrary: false,
  });
  const track = await insertTrack(sql, { albumId: id, title: "Pictures of You" });
  await library.album("Cure/Disintegration [FLAC]", { ...cure, ARTIST: "cure", TRACKTOTAL: "12" }, [
    "Plainsong",
    "Pictures Of You",
  ]);
  await library.scan();
  deepEqual(await library.albums(), ["The Cure - Disintegration: partial 2/12"]);
  const [album] = await sql`select in_library from albums`;
  equal(album.inLibrary, true);
  const linked = await sql`select track_id from local_files where title = 'Pictures Of You'`;
  deepEqual(linked.map((row) => row.trackId), [track.id]);
});

Deno.test("Tracks that an import brings later find their files at the next scan", async () => {
  await using library = await makeLibrary();
  const { sql } = library.app;
  await library.album("The Cure/Disintegration", cure, ["Plainsong", "Closedown"]);
  await library.scan();
  const [album] = await sql`select id from albums`;
  const track = await insertTrack(sql, { albumId: album.id, title: "Closedown" });
  equal((await library.scan()).read, 0);
  const linked = await sql`select title from local_files where track_id = ${track.id}`;
  deepEqual(linked.map((row) => row.title), ["Closedown"]);
});

Deno.test("An album known by its release group is found whatever it is called", async () => {
  await using library = await makeLibrary();
  const { sql } = library.app;
  const group = "84f508a9-beae-3e97-b59e-3a8886c6e901";
  const { id } = await insertAlbum(sql, { artist: "Queen", title: "A Kind of Magic (2011 Remaster)" });
  await sql`update albums set musicbrainz_release_group_id = ${group} where id = ${id}`;
  await library.album("Queen/Magic", { ...cure, ALBUM: "Kind of Magic", MUSICBRAINZ_RELEASEGROUPID: group }, [
    1,
    2,
    3,
  ]);
  await library.scan();
  deepEqual(await library.albums(), ["Queen - A Kind of Magic (2011 Remaster): owned 3/3"]);
});

Deno.test("A new album with a release group in its tags counts as matched", async () => {
  await using library = await makeLibrary();
  const group = "84f508a9-beae-3e97-b59e-3a8886c6e901";
  await library.album("Queen/Magic", { ...cure, MUSICBRAINZ_RELEASEGROUPID: group }, [1, 2, 3]);
  await library.scan();
  const [album] = await library.app
    .sql`select match_status, musicbrainz_release_group_id as "group" from albums`;
  deepEqual({ ...album }, { matchStatus: "matched", group });
});

const weezer = (year: number): TestTags => ({
  ARTIST: "Weezer",
  ALBUM: "Weezer",
  DATE: String(year),
  TRACKTOTAL: "3",
});

Deno.test("Six albums of one name: the year tells which, or the tracks, or nobody", async () => {
  await using library = await makeLibrary();
  const { sql } = library.app;
  for (const year of [1994, 2001, 2008, 2016, 2019, 2021]) {
    await insertAlbum(sql, { artist: "Weezer", title: "Weezer", releaseDate: `${year}-05-01` });
  }
  const [green] = await sql`select id from albums where release_year = 2001`;
  await insertTrack(sql, { albumId: green.id, title: "Island In The Sun" });
  await library.album("Weezer/Blue", weezer(1994), [1, 2, 3]);
  await library.album("Weezer/Green", { ...weezer(2001), DATE: "0000" }, [
    "Hash Pipe",
    "Island in the Sun",
    "Simple Pages",
  ]);
  await library.album("Weezer/Which", { ...weezer(0), DATE: "0000" }, ["One", "Two", "Three"]);
  await library.scan();
  const rows = await sql`
    select release_year, ownership_status, match_status from albums
    where ownership_status <> 'not_owned' order by release_year`;
  deepEqual(rows.map((row) => [row.releaseYear, row.ownershipStatus, row.matchStatus]), [
    [1994, "owned", "pending"],
    [2001, "owned", "pending"],
    [null, "owned", "manual_review"],
  ]);
  // Asked again, with one file rewritten, nothing new comes of it.
  await library.album("Weezer/Which", { ...weezer(0), DATE: "0000", COMMENT: "x" }, ["One"]);
  equal((await library.scan()).newAlbums, 0);
});

Deno.test("Discs in folders of their own are one album", async () => {
  await using library = await makeLibrary();
  const tags = (disc: number): TestTags => ({
    ARTIST: "Dire Straits",
    ALBUM: "Alchemy",
    DISCNUMBER: String(disc),
    TRACKTOTAL: "2",
  });
  await library.album("Dire Straits/Alchemy/CD1", tags(1), [1, 2]);
  await library.album("Dire Straits/Alchemy/CD 2", tags(2), [1, 2]);
  await library.album("Dire Straits/Live (Disc 1)", {
    ARTIST: "Dire Straits",
    ALBUM: "Live (Disc 1)",
    TRACKTOTAL: "2",
  }, [1, 2]);
  await library.album("Dire Straits/Live (Disc 2)", {
    ARTIST: "Dire Straits",
    ALBUM: "Live (Disc 2)",
    TRACKTOTAL: "2",
  }, [1]);
  await library.scan();
  deepEqual(await library.albums(), [
    "Dire Straits - Alchemy: owned 4/4",
    "Dire Straits - Live: partial 3/4",
  ]);
  const paths = await library.app.sql`select local_path from albums order by title`;
  deepEqual(paths.map((row) => row.localPath), ["Dire Straits/Alchemy", "Dire Straits"]);
});

Deno.test("Files without tags are read by their folder and names", async () => {
  await using library = await makeLibrary();
  for (const number of ["01", "02", "04"]) {
    await library.write(`Mogwai/1997 - Young Team [320]/${number} - Song ${number}.mp3`, mp3File(undefined));
  }
  await library.write("loose.mp3", mp3File(undefined));
  await library.scan();
  deepEqual(await library.albums(), ["Mogwai - Young Team: partial 3/4"]);
  const [file] = await library.app.sql`select title, track_number from local_files where path like '%04%'`;
  deepEqual({ ...file }, { title: "Song 04", trackNumber: 4 });
});

Deno.test("Several artists in one folder are a compilation, several albums are several", async () => {
  await using library = await makeLibrary();
  for (const [i, artist] of ["Urge Overkill", "Dusty Springfield", "Chuck Berry"].entries()) {
    const tags = { ARTIST: artist, ALBUM: "Pulp Fiction", TITLE: `Song ${i}`, TRACKNUMBER: `${i + 1}/3` };
    await library.write(`Soundtracks/Pulp Fiction/${i}.flac`, flacFile(tags));
  }
  await library.write("Mixed/1.flac", flacFile({ ARTIST: "A", ALBUM: "One", TITLE: "a" }));
  await library.write("Mixed/2.flac", flacFile({ ARTIST: "B", ALBUM: "Two", TITLE: "b" }));
  await library.scan();
  deepEqual(await library.albums(), [
    "A - One: owned 1/?",
    "B - Two: owned 1/?",
    "Various Artists - Pulp Fiction: owned 3/3",
  ]);
});

Deno.test("Two copies of an album are one album", async () => {
  await using library = await makeLibrary();
  await library.album("FLAC/The Cure/Disintegration", cure, [1, 2, 3]);
  await library.album("Portable/The Cure/Disintegration", cure, [1, 2]);
  await library.scan();
  deepEqual(await library.albums(), ["The Cure - Disintegration: owned 3/3"]);
  const [album] = await library.app.sql`select local_path from albums`;
  equal(album.localPath, "FLAC/The Cure/Disintegration");
});

Deno.test("Corrected tags move the files to the right album and leave no ghost", async () => {
  await using library = await makeLibrary();
  await library.album("The Cure/Album", { ...cure, ALBUM: "Disintergration" }, [1, 2, 3]);
  await library.scan();
  await library.album("The Cure/Album", cure, [1, 2, 3]);
  await library.scan();
  deepEqual(await library.albums(), ["The Cure - Disintegration: owned 3/3"]);
});

Deno.test("A moved folder keeps its album and is no loss", async () => {
  await using library = await makeLibrary();
  await library.album("A/The Cure/Disintegration", cure, range(1, 60));
  await library.scan();
  const [before] = await library.app.sql`select id from albums`;
  await Deno.rename(`${library.root}/A`, `${library.root}/B`);
  const result = await library.scan();
  deepEqual([result.moved, result.gone, result.newAlbums], [60, 0, 0]);
  const [after] = await library.app.sql`select id, local_path from albums`;
  deepEqual([after.id, after.localPath], [before.id, "B/The Cure/Disintegration"]);
});

Deno.test("A person's decision stands whatever the files say", async () => {
  await using library = await makeLibrary();
  const { sql } = library.app;
  const { id } = await insertAlbum(sql, {
    artist: "The Cure",
    title: "Disintegration",
    ownershipStatus: "not_owned",
  });
  await sql`update albums set ownership_locked = true where id = ${id}`;
  await library.album("The Cure/Disintegration", cure, [1, 2, 3]);
  await library.scan();
  deepEqual(await library.albums(), ["The Cure - Disintegration: not_owned 3/3"]);
});

Deno.test("Owning an album ends the wish for it", async () => {
  await using library = await makeLibrary();
  await insertAlbum(library.app.sql, { artist: "The Cure", title: "Disintegration", wantedAt: new Date() });
  await library.album("The Cure/Disintegration", cure, [1, 2, 3]);
  await library.scan();
  const [album] = await library.app.sql`select wanted_at, state from albums`;
  deepEqual({ ...album }, { wantedAt: null, state: "owned" });
});

Deno.test("Damaged and empty files are listed and do not count", async () => {
  await using library = await makeLibrary();
  await library.album("The Cure/Disintegration", cure, [1, 2]);
  await library.write("The Cure/Disintegration/3.flac", new Uint8Array());
  await library.write("Broken/Album/1.mp3", new Uint8Array(5000));
  await Deno.symlink("/etc", `${library.root}/out`);
  const script = `cd "$0" && : > "$(printf 'a\\377.mp3')" && : > "$(printf 'a\\376.mp3')"`;
  await new Deno.Command("sh", { args: ["-c", script, library.root] }).output();
  const result = await library.scan();
  deepEqual(await library.albums(), ["The Cure - Disintegration: partial 2/3"]);
  equal(result.problems, 4);
  deepEqual(result.unusable, [
    { path: "Broken/Album/1.mp3", reason: "There is no sound in the file" },
    { path: "The Cure/Disintegration/3.flac", reason: "The file is empty" },
    { path: "a\ufffd.mp3", reason: "The name of this file is not UTF-8; rename it to have it scanned" },
    { path: "out", reason: "The link leads out of the music folder" },
  ]);
  const rows = await library.app.sql`select path, quarantined_reason as reason from local_files
    where quarantined_reason is not null order by path`;
  deepEqual(rows.map((row) => row.path), ["Broken/Album/1.mp3", "The Cure/Disintegration/3.flac"]);
  deepEqual(
    (await library.app.sql`select path from scan_problems order by path collate "C"`).map((row) => row.path),
    [
      "a\ufffd.mp3",
      "out",
    ],
  );
  equal((await library.scan()).read, 0);
});

Deno.test("A scan that would lose too much stops before any change, unless a person confirms", async () => {
  await using library = await makeLibrary();
  await library.album("A", { ...cure, ALBUM: "A" }, range(1, 70));
  await library.album("B", { ...cure, ALBUM: "B" }, range(1, 60));
  await library.scan();
  const before = await library.albums();
  await library.remove("B");
  const stop = { name: "Failure", code: "conflict", retryable: false };
  await rejects(library.scan(), {
    ...stop,
    message: /^60 of 130 files are no longer there\. Nothing was changed/,
  });
  await rejects(library.scan({ folders: ["B"] }), stop);
  deepEqual(await library.albums(), before);
  const [{ missing }] = await library.app
    .sql`select count(missing_since)::integer as missing from local_files`;
  equal(missing, 0);
  equal((await library.scan({ acceptLosses: true })).gone, 60);
  deepEqual(await library.albums(), ["The Cure - A: owned 70/70", "The Cure - B: not_owned 0/?"]);
});

Deno.test("A fifth of the files or fewer than fifty may go without asking", async () => {
  await using library = await makeLibrary();
  await library.album("A", { ...cure, ALBUM: "A" }, range(1, 60));
  await library.scan();
  for (const number of range(12, 60)) await library.remove(`A/${number}.flac`);
  equal((await library.scan()).gone, 49);
});

Deno.test("A music folder that is empty or not there stops the scan, however few files it had", async () => {
  await using library = await makeLibrary();
  await library.album("A", { ...cure, ALBUM: "A" }, [1, 2, 3]);
  await library.scan();
  await library.remove("A");
  await rejects(library.scan(), { code: "conflict", message: /is empty/ });
  await rejects(library.scan({ root: "/nowhere" }), { code: "conflict", message: /is not there.*confirm/ });
  equal((await library.scan({ root: "/nowhere", acceptLosses: true })).gone, 3);
  equal((await library.scan()).gone, 0);
  await rejects(library.scan({ root: "/nowhere" }), {
    code: "unprocessable",
    message: /\/nowhere is not there\.$/,
  });
});

Deno.test("A scan of some folders leaves the others alone", async () => {
  await using library = await makeLibrary();
  await library.album("A/One", { ...cure, ALBUM: "One" }, [1, 2, 3]);
  await library.album("B/Two", { ...cure, ALBUM: "Two" }, [1, 2, 3]);
  await library.scan({ folders: ["A"] });
  deepEqual(await library.albums(), ["The Cure - One: owned 3/3"]);
  await library.remove("A/One");
  const result = await library.scan({ folders: ["A/One", "B/Two", "../.."] });
  deepEqual([result.files, result.gone], [3, 3]);
  deepEqual(await library.albums(), ["The Cure - One: not_owned 0/?", "The Cure - Two: owned 3/3"]);
});

Deno.test("What an interrupted scan left undone the next one does", async () => {
  await using library = await makeLibrary();
  await library.album("The Cure/Disintegration", cure, [1, 2, 3]);
  const interrupted = {
    signal: new AbortController().signal,
    progress: ({ total }: { total?: number }) =>
      total ? Promise.reject(new Error("stopped")) : Promise.resolve(),
  };
  await rejects(scanLibrary(library.app, { root: library.root }, interrupted), /stopped/);
  await library.app.sql`select 1`;
  await library.scan();
  deepEqual(await library.albums(), ["The Cure - Disintegration: owned 3/3"]);
});

Deno.test("A scan told to end ends", async () => {
  await using library = await makeLibrary();
  await library.album("The Cure/Disintegration", cure, [1, 2, 3]);
  const context = { signal: AbortSignal.abort(new Error("cancelled")), progress: async () => {} };
  await rejects(scanLibrary(library.app, { root: library.root }, context), /cancelled/);
  match((await library.scan()).summary, /^3 files, 3 changed/);
});
