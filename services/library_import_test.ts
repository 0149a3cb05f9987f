import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { insertAlbum } from "../db/testing.ts";
import { listPlannedAlbums } from "../db/import_albums.ts";
import { findImport, listImports } from "../db/imports.ts";
import { upsertSettings } from "../db/settings.ts";
import { applyImport, type ApplyRun } from "./import_apply.ts";
import { Failure } from "./errors.ts";
import { planImport } from "./import_plan.ts";
import { tempUpload, zipOf } from "./import_testing.ts";
import {
  apply,
  emptyLibrary,
  household,
  library,
  libraryState,
  likedCsv,
  plan,
  planAndApply,
  playlist,
  type Upload,
} from "./library_import_testing.ts";
import { discardImport, startApplying } from "./library_import.ts";

Deno.test("a plan counts what would happen and changes nothing", async () => {
  await using house = await household();
  const { app, userId } = house;
  const zip = await zipOf({
    "YourLibrary.json": library(
      [["a1", "Dummy", "Portishead"], ["a2", "Third", "Portishead"], ["a1", "Dummy", "Portishead"]],
      [["t1", "Roads", "Dummy", "Portishead"], ["t2", "Teardrop", "Mezzanine", "Massive Attack"]],
    )[1],
    "Playlist1.json": playlist("Зима", [["t3", "Группа крови", "Группа крови", "Кино"]])[1],
  });
  const before = await libraryState(app.sql);
  const planned = await plan(app, userId, ["my_spotify_data.zip", zip]);
  deepStrictEqual(planned.plan, {
    new_albums: 3,
    known_albums: 0,
    new_artists: 2,
    liked_tracks: 2,
    playlists: 1,
    plays: 0,
    skipped: [{ reason: "duplicate", count: 1 }],
  });
  deepStrictEqual([planned.source, planned.filename, planned.status], [
    "export",
    "my_spotify_data.zip",
    "planned",
  ]);
  deepStrictEqual(await libraryState(app.sql), before);
  const days = (planned.expiresAt.getTime() - planned.createdAt.getTime()) / 86_400_000;
  strictEqual(days, 7);
});

Deno.test("a file that cannot be read to its end leaves nothing behind", async () => {
  await using house = await household();
  const { app, userId } = house;
  const albums = Array.from(
    { length: 5_000 },
    (_, i) => ({ artist: "A", album: `B ${i}`, uri: `spotify:album:a${i}` }),
  );
  const broken = JSON.stringify({ albums }).slice(0, -20);
  await rejects(plan(app, userId, ["YourLibrary.json", broken]), Failure);
  const [counts] = await app.sql`
    select (select count(*) from imports)::int as imports, (select count(*) from import_entries)::int as entries,
      (select count(*) from import_albums)::int as albums`;
  deepStrictEqual({ ...counts }, { imports: 0, entries: 0, albums: 0 });
});

Deno.test("the page of a plan tells how each album was found and what happens to it", async () => {
  await using house = await household();
  const { app, userId } = house;
  await insertAlbum(app.sql, { title: "Dummy", artist: "Portishead", spotifyId: "a1" });
  await insertAlbum(app.sql, {
    title: "Immunity",
    artist: "Jon Hopkins",
    spotifyId: "a2",
    ignoredAt: new Date(),
  });
  await insertAlbum(app.sql, { title: "Группа крови", artist: "Кино" });
  const zip = await zipOf({
    "YourLibrary.json": library(
      [["a1", "Dummy", "Portishead"], ["a2", "Immunity", "Jon Hopkins"], ["a3", "async", "坂本龍一"]],
      [["t1", "One", "Mustt Mustt", "Nusrat"], ["t2", "Two", "Mustt Mustt", "Nusrat"]],
    )[1],
    "Playlist1.json": playlist("Зима", [
      ["t3", "Группа крови", "Группа крови", "Кино"],
      ["t4", "Else", "Only listed", "Someone"],
    ])[1],
  });
  const { id, plan: counts } = await plan(app, userId, ["data.zip", zip]);
  deepStrictEqual([counts.new_albums, counts.known_albums], [2, 3]);
  const rows = await listPlannedAlbums(app.sql, id);
  deepStrictEqual(
    rows.map((row) => [row.title, row.saved, row.likedTracks, row.playlistName, row.outcome]),
    [
      ["Dummy", true, 0, null, "known"],
      ["Immunity", true, 0, null, "ignored"],
      ["async", true, 0, null, "new"],
      ["Mustt Mustt", false, 2, null, "new"],
      ["Группа крови", false, 0, "Зима", "known"],
    ],
  );
  const page = await listPlannedAlbums(app.sql, id, { filter: "new", after: rows[2].ordinal, limit: 1 });
  deepStrictEqual(page.map((row) => row.title), ["Mustt Mustt"]);
});

Deno.test("applying brings albums, songs, playlists, their sources and their history", async () => {
  await using house = await household();
  const { app, userId } = house;
  const zip = await zipOf({
    "YourLibrary.json": library([["a1", "Dummy", "Portishead"]], [
      ["t1", "Roads", "Dummy", "Portishead"],
      ["t2", "Teardrop", "Mezzanine", "Massive Attack"],
    ])[1],
    "Playlist1.json": playlist("Зима", [["t1", "Roads", "Dummy", "Portishead"], [
      "t3",
      "Кукушка",
      "Чёрный альбом",
      "Кино",
    ]])[1],
  });
  const result = await planAndApply(app, userId, ["data.zip", zip]);
  strictEqual(result.summary, "2 albums: 2 new; 2 liked songs; 1 playlist");
  const state = await libraryState(app.sql);
  deepStrictEqual(
    state.albums.map((album: Record<string, unknown>) => [
      album.title,
      album.spotifyId,
      album.inLibrary,
      album.entries,
    ]),
    [
      ["Dummy", "a1", true, [
        ["liked_tracks", "export", 1, "marta"],
        ["playlist", "export", 0, "marta"],
        ["saved_album", "export", 0, "marta"],
      ]],
      ["Mezzanine", null, true, [["liked_tracks", "export", 1, "marta"]]],
      ["Чёрный альбом", null, false, [["playlist", "export", 0, "marta"]]],
    ],
  );
  deepStrictEqual(
    state.playlists.map((
      item: Record<string, unknown>,
    ) => [item.position, item.title, item.album, item.trackSpotifyId]),
    [[0, "Roads", "Dummy", "t1"], [1, "Кукушка", "Чёрный альбом", null]],
  );
  const events = await app.sql`
    select a.title, e.kind, e.after from album_events e join albums a on a.id = e.album_id
    where e.user_id = ${userId} order by a.title`;
  deepStrictEqual(events.map((event) => [event.title, event.kind, event.after]), [
    ["Dummy", "imported", { door: "export", sources: ["liked_tracks", "playlist", "saved_album"] }],
    ["Mezzanine", "imported", { door: "export", sources: ["liked_tracks"] }],
    ["Чёрный альбом", "imported", { door: "export", sources: ["playlist"] }],
  ]);
  const [album] = await app.sql`select added_at from albums where title = 'Dummy'`;
  strictEqual(album.addedAt.toISOString(), "2019-05-01T00:00:00.000Z");
  const [left] = await app.sql`select count(*)::int as entries from import_entries`;
  strictEqual(left.entries, 0);
});

Deno.test("importing the same file again changes nothing", async () => {
  await using house = await household();
  const { app, userId } = house;
  const uploads: Upload[] = [
    library([["a1", "Dummy", "Portishead"], [null, "Third", "Portishead"]], [
      ["t1", "Roads", "Dummy", "Portishead"],
      [null, "Machine Gun", "Third", "Portishead"],
      ["t2", "Teardrop", "Mezzanine", "Massive Attack"],
    ]),
    playlist("Зима", [["t3", "Кукушка", "Чёрный альбом", "Кино"], [
      "t3",
      "Кукушка",
      "Чёрный альбом",
      "Кино",
    ]]),
    likedCsv([["t4", "Say It Ain't So", "Weezer", "Weezer", "w1"]]),
  ];
  for (const upload of uploads) await planAndApply(app, userId, upload);
  const before = await libraryState(app.sql);
  const events = await app.sql`select count(*)::int as count from album_events`;
  for (const upload of uploads) {
    const { id, plan: counts } = await plan(app, userId, upload);
    strictEqual(counts.new_albums, 0, upload[0]);
    await apply(app, userId, id);
  }
  deepStrictEqual(await libraryState(app.sql), before);
  deepStrictEqual(await app.sql`select count(*)::int as count from album_events`, events);
});

Deno.test("albums below the number of liked songs, and of playlists alone, stay out of the library", async () => {
  await using house = await household();
  const { app, userId } = house;
  await upsertSettings(app.sql, { liked_tracks_minimum: 2 });
  const songs = library([], [["t1", "a", "One"], ["t2", "b", "Two"], ["t3", "c", "Two"]]);
  strictEqual((await plan(app, userId, songs)).plan.new_albums, 1);
  await planAndApply(app, userId, songs);
  const inLibrary = async () =>
    (await app.sql`select title from albums where in_library order by title`).map((a) => a.title);
  deepStrictEqual(await inLibrary(), ["Two"]);
  // The second song comes by another door.
  const more = likedCsv([["t4", "d", "One", "Weezer", "one"]]);
  strictEqual((await plan(app, userId, more)).plan.new_albums, 1);
  await planAndApply(app, userId, more);
  deepStrictEqual(await inLibrary(), ["One", "Two"]);
  await planAndApply(app, userId, playlist("p", [["t9", "x", "Listed"]]));
  deepStrictEqual(await inLibrary(), ["One", "Two"]);
  await upsertSettings(app.sql, { playlists_enter_library: true });
  strictEqual((await plan(app, userId, playlist("p", [["t9", "x", "Listed"]]))).plan.new_albums, 1);
  await planAndApply(app, userId, playlist("p", [["t9", "x", "Listed"]]));
  deepStrictEqual(await inLibrary(), ["Listed", "One", "Two"]);
});

Deno.test("a playlist is replaced by its next import, and lists of one name are told apart", async () => {
  await using house = await household();
  const { app, userId } = house;
  const lists = (...names: string[][]): Upload => ["Playlist1.json", {
    playlists: names.map((songs) => ({
      name: "Mix",
      lastModifiedDate: "2023-05-01",
      items: songs.map((song) => ({
        track: { trackName: song, artistName: "A", albumName: "B", trackUri: null },
      })),
    })),
  }];
  const titles = async () => {
    const { playlists } = await libraryState(app.sql);
    return playlists.map((item: Record<string, unknown>) => [item.sourceKey, item.position, item.title]);
  };
  await planAndApply(app, userId, lists(["a", "b"], ["c"]));
  deepStrictEqual(await titles(), [["export:mix", 0, "a"], ["export:mix", 1, "b"], ["export:mix#2", 0, "c"]]);
  await planAndApply(app, userId, lists(["b"], ["c", "d"]));
  deepStrictEqual(await titles(), [["export:mix", 0, "b"], ["export:mix#2", 0, "c"], [
    "export:mix#2",
    1,
    "d",
  ]]);
});

Deno.test("what left a playlist is kept and marked, and comes back with it", async () => {
  await using house = await household();
  const { app, userId } = house;
  const entry = async () =>
    (await app
      .sql`select e.removed_at is not null as removed from library_entries e join albums a on a.id = e.album_id
      where a.title = 'Gone'`).map((row) => row.removed);
  await planAndApply(app, userId, playlist("p", [["t1", "a", "Gone"], ["t2", "b", "Stays"]]));
  deepStrictEqual(await entry(), [false]);
  await planAndApply(app, userId, playlist("p", [["t2", "b", "Stays"]]));
  deepStrictEqual(await entry(), [true]);
  await planAndApply(app, userId, playlist("p", [["t1", "a", "Gone"]]));
  deepStrictEqual(await entry(), [false]);
});

Deno.test("an import killed after any part and run again ends like one left alone", async () => {
  const zip = await zipOf({
    "YourLibrary.json": library([["blue", "Weezer"], ["green", "Weezer"], ["a1", "Dummy", "Portishead"]], [
      ["t1", "Holiday", "Weezer"],
      ["t2", "Roads", "Dummy", "Portishead"],
      ["t3", "Teardrop", "Mezzanine", "Massive Attack"],
    ])[1],
    "Playlist1.json": playlist("p", [["t1", "Holiday", "Weezer"], ["t4", "x", "Listed"]])[1],
    "Streaming_History_Audio_1.json": [{
      ts: "2023-01-01T10:00:00Z",
      ms_played: 60_000,
      master_metadata_track_name: "Roads",
      master_metadata_album_artist_name: "Portishead",
      master_metadata_album_album_name: "Dummy",
      spotify_track_uri: "spotify:track:t2",
    }],
  });
  await using house = await household();
  const { app, userId } = house;
  const expected = await planAndApply(app, userId, ["data.zip", zip]);
  const state = await libraryState(app.sql);
  for (let parts = 1;; parts++) {
    await emptyLibrary(app.sql);
    const { id } = await plan(app, userId, ["data.zip", zip]);
    await app.sql.begin((tx) => startApplying(tx, userId, id));
    const killed = new AbortController();
    let left = parts;
    const commit = async (work: Parameters<ApplyRun["commit"]>[0]) => {
      await app.sql.begin(work);
      if (--left === 0) killed.abort(new Error("killed"));
    };
    const ended = await applyImport(app, id, { signal: killed.signal, commit }).then(() => true, (error) => {
      match(String(error), /killed/);
      return false;
    });
    if (ended) {
      ok(parts > 10, `${parts} parts`);
      break;
    }
    deepStrictEqual(await apply(app, userId, id), expected);
    deepStrictEqual(await libraryState(app.sql), state, `after ${parts} parts`);
  }
});

Deno.test("a plan is applied once, and can be thrown away before", async () => {
  await using house = await household();
  const { app, userId } = house;
  const upload = library([["blue", "Weezer"]]);
  const { id } = await plan(app, userId, upload);
  await apply(app, userId, id);
  await rejects(apply(app, userId, id), (error) => error instanceof Failure && error.code === "conflict");
  await rejects(
    discardImport(app, userId, id),
    (error) => error instanceof Failure && error.code === "conflict",
  );
  const second = await plan(app, userId, upload);
  await rejects(
    discardImport(app, crypto.randomUUID(), second.id),
    (error) => error instanceof Failure && error.code === "not_found",
  );
  await discardImport(app, userId, second.id);
  strictEqual(await findImport(app.sql, second.id), undefined);
  await rejects(
    apply(app, userId, second.id),
    (error) => error instanceof Failure && error.code === "not_found",
  );
  const third = await plan(app, userId, upload);
  await app.sql`update imports set expires_at = now() where id = ${third.id}`;
  await rejects(
    apply(app, userId, third.id),
    (error) => error instanceof Failure && error.code === "not_found",
  );
  deepStrictEqual((await listImports(app.sql, userId)).map((one) => one.id), [id]);
});

Deno.test("names so long that no index holds them cost their entry only", async () => {
  await using house = await household();
  const { app, userId } = house;
  // Random signs, because PostgreSQL packs what repeats itself.
  const signs = (length: number) =>
    Array.from({ length }, () => String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 20_000))).join("");
  const upload = library(
    [["long", signs(450), signs(450)], ["wide", "\ufdfa".repeat(250), "A"], ["fine", signs(150), signs(150)]],
  );
  const { plan: counts } = await plan(app, userId, upload);
  deepStrictEqual([counts.new_albums, counts.skipped], [1, [{ reason: "unreadable", count: 2 }]]);
  await planAndApply(app, userId, upload);
  const list = signs(500);
  await planAndApply(app, userId, ["Playlist1.json", {
    playlists: [{ name: list, lastModifiedDate: "2023-05-01", items: [] }, {
      name: "\ufdfa".repeat(500),
      lastModifiedDate: "2023-05-01",
    }],
  }]);
  strictEqual((await app.sql`select from playlists`).length, 2);
});

Deno.test("tables and Spotify's files are not mixed in one import", async () => {
  await using house = await household();
  const { app, userId } = house;
  const [name, json] = library([["blue", "Weezer"]]);
  const [csvName, csv] = likedCsv([["t1", "Holiday", "Weezer", "Weezer", "blue"]]);
  await using a = await tempUpload(name, json);
  await using b = await tempUpload(csvName, csv);
  await using c = await tempUpload("зима.csv", csv);
  await rejects(
    planImport(app, userId, [a, b]),
    (error) => error instanceof Failure && error.code === "unprocessable",
  );
  const both = await planImport(app, userId, [b, c]);
  deepStrictEqual([both.filename, both.source, both.plan.playlists, both.plan.liked_tracks], [
    "liked.csv, зима.csv",
    "csv",
    1,
    1,
  ]);
});
