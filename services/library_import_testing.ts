import type { Sql } from "../db/sql.ts";
import { applyImport, type ApplyResult } from "./import_apply.ts";
import { planImport } from "./import_plan.ts";
import { type Content, tempUpload } from "./import_testing.ts";
import { startApplying } from "./library_import.ts";
import type { UploadOptions } from "./library_upload.ts";
import { type TestApp, testApp } from "./testing.ts";
import { insertUser } from "../db/testing.ts";

export type Upload = [filename: string, content: Content, options?: UploadOptions];

export async function plan(app: TestApp, userId: string, [filename, content, options]: Upload) {
  await using upload = await tempUpload(filename, content);
  return await planImport(app, userId, [upload], options);
}

export async function apply(app: TestApp, userId: string, importId: string): Promise<ApplyResult> {
  await app.sql.begin((tx) => startApplying(tx, userId, importId));
  return await applyImport(app, importId, {
    signal: new AbortController().signal,
    commit: (work) => app.sql.begin(work).then(() => {}),
  });
}

export async function planAndApply(app: TestApp, userId: string, upload: Upload) {
  const { id } = await plan(app, userId, upload);
  return await apply(app, userId, id);
}

/** Back to a library nobody has imported into; much faster than a new database. */
export async function emptyLibrary(sql: Sql): Promise<void> {
  for (const table of ["imports", "plays", "playlists", "albums", "artists", "spotify_track_albums"]) {
    await sql`delete from ${sql(table)}`;
  }
}

/** Everything imports write, told by names and Spotify ids, without our ids and the time of day. */
export async function libraryState(sql: Sql) {
  const albums = await sql`
    select * from (select a.title, a.artist_credit, a.spotify_id, a.in_library, a.release_date, a.total_tracks, a.album_type,
      a.play_count, r.spotify_id as artist_spotify_id,
      (select json_agg(json_build_array(t.title, t.spotify_id, t.track_number) order by t.title, t.spotify_id)
        from tracks t where t.album_id = a.id) as tracks,
      (select json_agg(json_build_array(e.source, e.door, e.liked_track_count, u.username) order by e.source, e.door, u.username)
        from library_entries e join users u on u.id = e.user_id where e.album_id = a.id and e.removed_at is null) as entries
    from albums a join artists r on r.id = a.artist_id
    ) album order by title, artist_credit, spotify_id, tracks::text`;
  const liked = await sql`
    select u.username, t.title, t.spotify_id, l.doors, a.title as album, a.spotify_id as album_spotify_id
    from liked_tracks l join tracks t on t.id = l.track_id join albums a on a.id = t.album_id
    join users u on u.id = l.user_id order by u.username, t.title, t.spotify_id`;
  const playlists = await sql`
    select p.name, p.source_key, p.description, i.position, i.item_kind, i.title, i.artist_name, i.uri,
      a.title as album, a.spotify_id as album_spotify_id, t.spotify_id as track_spotify_id
    from playlists p left join playlist_tracks i on i.playlist_id = p.id
    left join albums a on a.id = i.album_id left join tracks t on t.id = i.track_id
    order by p.source_key, i.position`;
  const artists = await sql`select name, spotify_id from artists order by name, spotify_id`;
  return JSON.parse(JSON.stringify({ albums, liked, playlists, artists }));
}

/** The program with one person in it. */
export async function household() {
  const app = await testApp();
  const { id: userId } = await insertUser(app.sql);
  return { app, userId, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

/** As exports name one: no word about the id of its album. */
export type Song = [id: string | null, title: string, album: string, artist?: string];

/** As Exportify does. */
export type PlacedSong = [id: string, title: string, album: string, artist: string, albumId: string];

const trackUri = (id: string | null) => id ? `spotify:track:${id}` : undefined;

/** YourLibrary.json: albums as [id, title], songs without album ids. */
export function library(albums: [string | null, string, string?][], songs: Song[] = []): Upload {
  return ["YourLibrary.json", {
    albums: albums.map(([id, album, artist = "Weezer"]) => ({
      artist,
      album,
      uri: id ? `spotify:album:${id}` : undefined,
    })),
    tracks: songs.map(([id, track, album, artist = "Weezer"]) => ({
      artist,
      album,
      track,
      uri: trackUri(id),
    })),
  }];
}

/** liked.csv */
export function likedCsv(songs: PlacedSong[]): Upload {
  return table("liked.csv", songs);
}

export function table(name: string, songs: PlacedSong[]): Upload {
  const header =
    "Track URI,Track Name,Artist URI(s),Artist Name(s),Album URI,Album Name,Track Number,Added At\n";
  const rows = songs.map(([id, title, album, artist, albumId], index) =>
    `${trackUri(id)},${title},spotify:artist:${artist},${artist},spotify:album:${albumId},${album},${
      index + 1
    },2020-01-01\n`
  );
  return [name, header + rows.join("")];
}

export function playlist(name: string, songs: Song[]): Upload {
  return ["Playlist1.json", {
    playlists: [{
      name,
      lastModifiedDate: "2023-05-01",
      items: songs.map(([id, trackName, albumName, artistName = "Weezer"]) => ({
        track: { trackName, artistName, albumName, trackUri: trackUri(id) },
        addedDate: "2019-05-01",
      })),
    }],
  }];
}
