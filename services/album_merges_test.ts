import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { listAlbumEvents } from "../db/album_events.ts";
import { findAlbum } from "../db/albums.ts";
import type { Database, Sql } from "../db/sql.ts";
import { resolveImportAlbums } from "../db/import_albums.ts";
import { albumKey } from "../db/normalise.ts";
import { refreshPlayCounts } from "../db/plays.ts";
import { insertAlbum, insertTrack, insertUser, testDatabase } from "../db/testing.ts";
import { listTracks } from "../db/tracks.ts";
import { decideAlbums, undoDecision } from "./album_decisions.ts";
import { acceptMatch, storeDecision } from "./album_matches.ts";
import { matched, ranked } from "./album_matches_testing.ts";
import { followMerges } from "./album_merges.ts";
import { refreshOwnership } from "./settle_albums.ts";

const catalogue = {
  read: <T>(_: string, load: () => Promise<T>) => load(),
  changed() {},
  close: async () => {},
};

/** Two editions of one album, each with all that can hang on an album, and a user who likes songs of both. */
async function household() {
  const db = await testDatabase();
  const { sql } = db;
  const { id: userId } = await insertUser(sql);
  const plain = await edition(sql, userId, {
    title: "Disintegration",
    spotifyId: "plain",
    songs: 3,
    owned: 2,
  });
  const deluxe = await edition(sql, userId, {
    title: "Disintegration (Deluxe Edition)",
    spotifyId: "deluxe",
    songs: 4,
    owned: 0,
  });
  await sql`
    insert into library_entries (user_id, album_id, source, door, added_at, removed_at)
    values (${userId}, ${plain.id}, 'saved_album', 'spotify', '2020-01-01', '2021-01-01'),
      (${userId}, ${deluxe.id}, 'saved_album', 'spotify', '2019-01-01', null)`;
  await refreshOwnership(sql, [plain.id, deluxe.id]);
  await sql`update album_events set created_at = '2024-01-01'`;
  const found = ranked(97);
  await storeDecision(sql, plain.id, matched(found));
  return { db, sql, userId, plain, deluxe, found, deps: { sql, catalogue }, by: { userId } };
}

type Edition = { title: string; spotifyId: string; songs: number; owned: number };

async function edition(sql: Sql, userId: string, { title, spotifyId, songs, owned }: Edition) {
  const { id } = await insertAlbum(sql, { title, spotifyId, totalTracks: songs, playCount: songs });
  await sql`insert into album_external_ids (album_id, kind, value) values (${id}, 'barcode', ${`00-${spotifyId}`})`;
  const [{ id: playlistId }] = await sql<{ id: string }[]>`
    insert into playlists (user_id, name, source_key, door) values (${userId}, ${title}, ${title}, 'export')
    returning id`;
  const tracks: string[] = [];
  for (let n = 1; n <= songs; n++) {
    const { id: trackId } = await insertTrack(sql, {
      albumId: id,
      title: spotifyId === "deluxe" && n < 4 ? `Song ${n} - 2010 Remaster` : `Song ${n}`,
      trackNumber: n,
      spotifyId: `${spotifyId}-${n}`,
    });
    tracks.push(trackId);
    await sql`
      insert into playlist_tracks (playlist_id, position, item_kind, track_id, album_id, title)
      values (${playlistId}, ${n}, 'track', ${trackId}, ${id}, 'Song')`;
    if (n <= owned) {
      await sql`
        insert into local_files (path, folder, size, mtime_ns, title, track_number, album_id, track_id, settled)
        values (${`${title}/${n}.flac`}, ${title}, 1, 1, 'Song', ${n}, ${id}, ${trackId}, true)`;
    }
  }
  // The first song is liked on both.
  await sql`
    insert into liked_tracks (user_id, track_id, added_at, doors)
    values (${userId}, ${tracks[0]}, '2018-01-01', '{spotify}')`;
  await sql`
    insert into library_entries (user_id, album_id, source, door, liked_track_count, added_at)
    values (${userId}, ${id}, 'liked_tracks', 'spotify', 1, '2018-01-01'),
      (${userId}, ${id}, 'playlist', 'export', 0, null)`;
  await sql`
    insert into album_events (album_id, kind, after) values (${id}, 'imported', '{"door": "spotify"}')`;
  return { id, tracks };
}

/** All about albums but what is proposed: a candidate that a person has chosen once stays one. */
async function everything(sql: Sql, upToEvent = "9223372036854775807"): Promise<Record<string, unknown[]>> {
  const tables = [
    "albums",
    "album_external_ids",
    "library_entries",
    "tracks",
    "liked_tracks",
    "playlist_tracks",
    "local_files",
    "album_merges",
  ];
  const rows: Record<string, unknown[]> = {};
  for (const table of tables) {
    rows[table] = (await sql<{ row: string }[]>`
      select (to_jsonb(t) - 'updated_at' - 'last_synced_at' - 'matched_at')::text as row from ${sql(table)} t
      order by 1`).map(({ row }) => row);
  }
  rows.events = [
    ...await sql`select id, album_id, kind from album_events where id <= ${upToEvent} order by id`,
  ];
  return rows;
}

async function lastEvent(sql: Sql): Promise<string> {
  const [row] = await sql<{ id: string }[]>`select max(id) as id from album_events`;
  return row.id;
}

async function undoMerge(deps: { sql: Database }, albumId: string, userId: string) {
  const merge = (await listAlbumEvents(deps.sql, albumId)).find((one) =>
    one.kind === "merge" && !one.undoneBy
  );
  await undoDecision({ ...deps, catalogue }, { albumId, eventId: merge?.id ?? "0" }, { userId });
}

Deno.test("two albums that are one become one, and nothing of either is lost", async () => {
  const { db, sql, plain, deluxe, found, by } = await household();
  await using _ = db;
  const result = await acceptMatch(sql, deluxe.id, found, by);
  deepStrictEqual(result, { albumId: plain.id, merged: true });
  strictEqual(await findAlbum(sql, deluxe.id), undefined);
  strictEqual(await followMerges(sql, deluxe.id), plain.id);
  const album = await findAlbum(sql, plain.id);
  deepStrictEqual(album?.externalIds.map((one) => one.value).sort(), [
    "00-deluxe",
    "00-plain",
    "deluxe",
    "plain",
  ]);
  deepStrictEqual(
    [album?.spotifyId, album?.playCount, album?.ownershipStatus, album?.ownedTracks, album?.matchLocked],
    ["plain", 7, "partial", 2, true],
  );
  const entries = await sql`
    select source, liked_track_count, added_at::date as added_at, removed_at from library_entries order by source`;
  deepStrictEqual(entries.map((entry) => Object.values(entry)), [
    ["liked_tracks", 1, "2018-01-01", null],
    ["playlist", 0, null, null],
    ["saved_album", 0, "2019-01-01", null],
  ], "a song that is liked on both editions is one song");
  deepStrictEqual(
    (await listTracks(sql, plain.id)).map((track) => [track.title, track.owned]),
    [["Song 1", true], ["Song 2", true], ["Song 3", false], ["Song 4", false]],
  );
  strictEqual((await sql`select 1 from playlist_tracks where album_id = ${plain.id}`).length, 7);
  strictEqual((await sql`select 1 from liked_tracks`).length, 2);
  deepStrictEqual(
    (await listAlbumEvents(sql, plain.id)).map((line) => line.kind).filter((kind) => kind !== "scan"),
    ["merge", "match", "imported", "imported"],
  );
});

Deno.test("undo splits them again, exactly, and only once", async () => {
  const { db, sql, plain, deluxe, found, by, deps } = await household();
  await using _ = db;
  const before = await everything(sql);
  const event = await lastEvent(sql);
  await acceptMatch(sql, deluxe.id, found, by);
  await undoMerge(deps, plain.id, by.userId);
  deepStrictEqual(await everything(sql, event), before);
  strictEqual(await followMerges(sql, deluxe.id), deluxe.id);
  const merge = (await listAlbumEvents(sql, plain.id)).find((line) => line.kind === "merge");
  await rejects(
    () => undoDecision(deps, { albumId: plain.id, eventId: merge?.id ?? "" }, by),
    { code: "conflict" },
  );
  await acceptMatch(sql, deluxe.id, found, by);
  await undoMerge(deps, plain.id, by.userId);
  deepStrictEqual(await everything(sql, event), before, "as often as one likes");
});

Deno.test("what the program merged alone and a person split, it does not merge again", async () => {
  const { db, sql, plain, deluxe, found, by, deps } = await household();
  await using _ = db;
  deepStrictEqual(await storeDecision(sql, deluxe.id, matched(found)), {
    outcome: "matched",
    albumId: plain.id,
  });
  await undoMerge(deps, plain.id, by.userId);
  strictEqual((await storeDecision(sql, deluxe.id, matched(found))).outcome, "manual_review");
  strictEqual((await findAlbum(sql, plain.id))?.musicbrainzReleaseGroupId, found.candidate.id);
});

Deno.test("three albums become one and split in any order", async () => {
  for (const order of ["first", "last"]) {
    const { db, sql, userId, plain, deluxe, found, by, deps } = await household();
    await using _ = db;
    const third = await edition(sql, userId, {
      title: "Disintegration (Super Deluxe)",
      spotifyId: "super",
      songs: 5,
      owned: 0,
    });
    await refreshOwnership(sql, [third.id]);
    const before = await everything(sql);
    const event = await lastEvent(sql);
    await acceptMatch(sql, deluxe.id, found, by);
    await acceptMatch(sql, third.id, found, by);
    strictEqual((await listTracks(sql, plain.id)).length, 5);
    deepStrictEqual(
      [await followMerges(sql, deluxe.id), await followMerges(sql, third.id)],
      [plain.id, plain.id],
    );
    const merges = (await listAlbumEvents(sql, plain.id)).filter((line) => line.kind === "merge");
    for (const { id } of order === "last" ? merges : merges.reverse()) {
      await undoDecision(deps, { albumId: plain.id, eventId: id }, by);
    }
    deepStrictEqual(await everything(sql, event), before);
  }
});

Deno.test("an album that was merged and is merged on answers under both ids, and unwinds in order", async () => {
  const { db, sql, userId, plain, deluxe, found, by, deps } = await household();
  await using _ = db;
  const third = await edition(sql, userId, { title: "Galore", spotifyId: "third", songs: 2, owned: 0 });
  await refreshOwnership(sql, [third.id]);
  const other = ranked(90, { title: "Galore" });
  await acceptMatch(sql, third.id, other, by);
  const before = await everything(sql);
  const event = await lastEvent(sql);
  await acceptMatch(sql, deluxe.id, found, by);
  await acceptMatch(sql, plain.id, other, by);
  for (const id of [deluxe.id, plain.id, third.id]) strictEqual(await followMerges(sql, id), third.id);
  const lines = (await listAlbumEvents(sql, third.id)).filter((line) => line.kind === "merge");
  strictEqual(lines.length, 2, "the older merge's line came along");
  await rejects(() => undoDecision(deps, { albumId: third.id, eventId: lines[1].id }, by), {
    code: "conflict",
  });
  await undoMerge(deps, third.id, by.userId);
  strictEqual(await followMerges(sql, deluxe.id), plain.id);
  await undoMerge(deps, plain.id, by.userId);
  deepStrictEqual(await everything(sql, event), before);
});

Deno.test("what was changed after the merge stays where it was made, the rest goes back", async () => {
  const { db, sql, userId, plain, deluxe, found, by, deps } = await household();
  await using _ = db;
  await acceptMatch(sql, deluxe.id, found, by);
  await decideAlbums(deps, [plain.id], { source: "physical", medium: "vinyl" }, by);
  // A song of the absorbed edition is liked and found on disk; a playlist is read anew.
  await sql`
    insert into liked_tracks (user_id, track_id, added_at, doors)
    values (${userId}, ${deluxe.tracks[3]}, now(), '{spotify}')`;
  await sql`
    insert into local_files (path, folder, size, mtime_ns, title, track_number, album_id, track_id, settled)
    values ('new/4.flac', 'new', 1, 1, 'Song', 4, ${plain.id}, ${deluxe.tracks[3]}, true)`;
  await sql`update playlist_tracks set position = position + 100 where track_id = any(${deluxe.tracks}::uuid[])`;
  await undoMerge(deps, plain.id, by.userId);
  const [one, two] = [await findAlbum(sql, plain.id), await findAlbum(sql, deluxe.id)];
  deepStrictEqual([one?.acquisitionMedium, two?.acquisitionMedium], ["vinyl", null]);
  deepStrictEqual([one?.ownedTracks, two?.ownedTracks], [2, 1]);
  strictEqual((await sql`select 1 from playlist_tracks where album_id = ${deluxe.id}`).length, 4);
  const [likes] = await sql`
    select liked_track_count from library_entries where album_id = ${deluxe.id} and source = 'liked_tracks'`;
  strictEqual(likes.likedTrackCount, 2);
});

Deno.test("owning one edition is owning the album", async () => {
  const { db, sql, userId, plain, found, by } = await household();
  await using _ = db;
  const whole = await edition(sql, userId, {
    title: "Disintegration (2010)",
    spotifyId: "whole",
    songs: 3,
    owned: 3,
  });
  const vinyl = await insertAlbum(sql, { title: "Disintegration (LP)", totalTracks: 12 });
  await refreshOwnership(sql, [whole.id]);
  await decideAlbums({ sql, catalogue }, [vinyl.id], { ownership: "owned", source: "physical" }, by);
  await decideAlbums({ sql, catalogue }, [plain.id], { wanted: true }, by);
  await acceptMatch(sql, whole.id, found, by);
  const album = await findAlbum(sql, plain.id);
  deepStrictEqual([album?.ownershipStatus, album?.ownedTracks, album?.wantedAt], ["owned", 3, null]);
  await acceptMatch(sql, vinyl.id, found, by);
  const locked = await findAlbum(sql, plain.id);
  deepStrictEqual(
    [locked?.ownershipStatus, locked?.ownershipLocked, locked?.acquisitionSource],
    ["owned", true, "physical"],
  );
});

Deno.test("plays and imports that name the album that is gone find the one it became part of", async () => {
  const { db, sql, userId, plain, deluxe, found, by } = await household();
  await using _ = db;
  await acceptMatch(sql, deluxe.id, found, by);
  const key = albumKey("The Cure", "Disintegration (Deluxe Edition)");
  await sql`
    insert into plays (user_id, played_at, track_uri, ms_played, album_key, artist_name, album_title)
    values (${userId}, now(), 'spotify:track:unheard', 60000, ${key}, 'The Cure', 'x')`;
  await sql.begin((tx) => refreshPlayCounts(tx));
  strictEqual((await findAlbum(sql, plain.id))?.playCount, 1);

  const [{ id: importId }] = await sql<{ id: string }[]>`
    insert into imports (user_id, source, filename, plan) values (${userId}, 'csv', 'liked.csv', '{}') returning id`;
  await sql`
    insert into import_entries (import_id, position, kind, artist_name, album_title, album_key, track_title, track_key)
    values (${importId}, 1, 'liked_track', 'The Cure', 'Disintegration (Deluxe Edition)', ${key}, 'New', 'new')`;
  await sql.begin((tx) =>
    resolveImportAlbums(tx, { importId, userId }, { likedTracksMinimum: 1, playlistsEnterLibrary: false })
  );
  const [{ albumId }] = await sql`select album_id from import_albums`;
  strictEqual(albumId, plain.id);
});

Deno.test("merging knows every table that speaks of albums", async () => {
  await using db = await testDatabase();
  const rows = await db.sql<{ name: string }[]>`
    select conrelid::regclass::text || '.' || attname as name
    from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
    where contype = 'f' and confrelid = 'albums'::regclass order by 1`;
  deepStrictEqual(rows.map((row) => row.name), [
    "album_events.album_id",
    "album_external_ids.album_id",
    "album_merges.album_id",
    "album_search.album_id",
    "cover_lookups.album_id",
    "import_albums.album_id",
    "library_entries.album_id",
    "lidarr_downloads.album_id",
    "lidarr_files.album_id",
    "lidarr_queue.album_id",
    "local_files.album_id",
    "local_files.former_album_id",
    // What MusicBrainz answered goes with the album: should it come back, it is asked again.
    "match_answers.album_id",
    "match_candidates.album_id",
    "playlist_tracks.album_id",
    "release_group_details.album_id",
    "tracks.album_id",
  ]);
});
