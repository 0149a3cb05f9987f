import type { Sql } from "./sql.ts";

/** A file as the scan read it. A problem that may pass is stored with no time, so that the next scan tries again. */
export type ScannedFile = {
  path: string;
  folder: string;
  size: number;
  mtimeMs: number;
  inode: number | null;
  unreadable: string | null;
  container: string | null;
  codec: string | null;
  lossless: boolean | null;
  sampleRate: number | null;
  bitsPerSample: number | null;
  bitrate: number | null;
  durationMs: number | null;
  hasCover: boolean;
  title: string | null;
  artist: string | null;
  album: string | null;
  albumArtist: string | null;
  trackNumber: number | null;
  trackTotal: number | null;
  discNumber: number | null;
  discTotal: number | null;
  year: number | null;
  genres: string[];
  compilation: boolean | null;
  barcode: string | null;
  isrc: string | null;
  musicbrainzReleaseGroupId: string | null;
  musicbrainzReleaseId: string | null;
  musicbrainzRecordingId: string | null;
  musicbrainzTrackId: string | null;
  musicbrainzAlbumArtistIds: string[];
};

/** A file as grouping and matching need it. */
export type LocalFile =
  & Omit<ScannedFile, "size" | "inode" | "container" | "sampleRate" | "bitsPerSample" | "bitrate">
  & {
    id: string;
    albumId: string | null;
    formerAlbumId: string | null;
    missing: boolean;
  };

/** Below one of the folders; null is everywhere. */
function inScope(sql: Sql, scope: readonly string[] | null) {
  if (scope === null) return sql`true`;
  return sql`exists (select 1 from unnest(${[...scope]}::text[]) as s(folder)
    where local_files.folder = s.folder or starts_with(local_files.folder, s.folder || '/'))`;
}

/**
 * Folder by folder what the scans before left, as the walk compares it: "name/size/mtimeMs" with "//" between.
 * Rows that are read again whatever the disk says (missing, or with a problem that may have passed) have no part.
 */
export async function listKnownFolders(
  sql: Sql,
  scope: readonly string[] | null,
): Promise<{ folder: string; files: string }[]> {
  return await sql`
    select folder, string_agg(split_part(path, '/', -1) || '/' || size || '/' || mtime_ns / 1000000, '//') as files
    from local_files where missing_since is null and ${inScope(sql, scope)} group by folder`;
}

/** Files that the last scan found in the whole music folder. */
export async function countLocalFiles(sql: Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from local_files where missing_since is null`;
  return row.count;
}

export type FileIdentity = { id: string; path: string; size: number; mtimeMs: number; inode: number | null };

export async function listIdentities(sql: Sql, paths: string[]): Promise<FileIdentity[]> {
  return await sql<FileIdentity[]>`
    select id, path, size::float8 as size, (mtime_ns / 1000000)::float8 as mtime_ms, inode::float8 as inode
    from local_files where path = any(${paths}) and missing_since is null`;
}

/** Files that were renamed or moved keep their row; whatever was known under the new path before gives way. */
export async function moveFiles(
  sql: Sql,
  moves: { id: string; path: string; folder: string }[],
): Promise<void> {
  await sql`delete from local_files where path = any(${moves.map((move) => move.path)})`;
  await sql`
    update local_files set path = m.path, folder = m.folder, settled = false
    from jsonb_to_recordset(${JSON.stringify(moves)}::text::jsonb) as m(id uuid, path text, folder text)
    where local_files.id = m.id`;
}

export async function markFilesMissing(sql: Sql, paths: string[]): Promise<void> {
  await sql`
    update local_files set missing_since = now(), settled = false
    where path = any(${paths}) and missing_since is null`;
}

/**
 * Inserts or replaces by path. A row whose tags name another album than before lets go of its album and keeps
 * it as the former one.
 */
export async function upsertScannedFiles(sql: Sql, files: ScannedFile[]): Promise<void> {
  const rows = files.map((file) => ({ ...file, mtimeNs: `${file.mtimeMs}000000` }));
  await sql`
    insert into local_files as f (path, folder, size, mtime_ns, inode, quarantined_reason, container, codec,
      lossless, sample_rate, bits_per_sample, bitrate, duration_ms, has_cover, title, artist, album, album_artist,
      track_number, track_total, disc_number, disc_total, year, genres, compilation, barcode, isrc,
      musicbrainz_release_group_id, musicbrainz_release_id, musicbrainz_recording_id, musicbrainz_track_id,
      musicbrainz_album_artist_ids)
    select path, folder, size, "mtimeNs", inode, unreadable, container, codec,
      lossless, "sampleRate", "bitsPerSample", bitrate, "durationMs", "hasCover", title, artist, album, "albumArtist",
      "trackNumber", "trackTotal", "discNumber", "discTotal", year, genres, compilation, barcode, isrc,
      "musicbrainzReleaseGroupId", "musicbrainzReleaseId", "musicbrainzRecordingId", "musicbrainzTrackId",
      "musicbrainzAlbumArtistIds"
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(path text, folder text, size bigint,
      "mtimeNs" bigint, inode bigint, unreadable text, container text, codec text, lossless boolean,
      "sampleRate" integer, "bitsPerSample" integer, bitrate integer, "durationMs" integer, "hasCover" boolean,
      title text, artist text, album text, "albumArtist" text, "trackNumber" integer, "trackTotal" integer,
      "discNumber" integer, "discTotal" integer, year integer, genres text[], compilation boolean, barcode text,
      isrc text, "musicbrainzReleaseGroupId" uuid, "musicbrainzReleaseId" uuid, "musicbrainzRecordingId" uuid,
      "musicbrainzTrackId" uuid, "musicbrainzAlbumArtistIds" uuid[])
    on conflict (path) do update set
      folder = excluded.folder, size = excluded.size, mtime_ns = excluded.mtime_ns, inode = excluded.inode,
      quarantined_reason = excluded.quarantined_reason, container = excluded.container, codec = excluded.codec,
      lossless = excluded.lossless, sample_rate = excluded.sample_rate, bits_per_sample = excluded.bits_per_sample,
      bitrate = excluded.bitrate, duration_ms = excluded.duration_ms, has_cover = excluded.has_cover,
      title = excluded.title, artist = excluded.artist, album = excluded.album, album_artist = excluded.album_artist,
      track_number = excluded.track_number, track_total = excluded.track_total, disc_number = excluded.disc_number,
      disc_total = excluded.disc_total, year = excluded.year, genres = excluded.genres,
      compilation = excluded.compilation, barcode = excluded.barcode, isrc = excluded.isrc,
      musicbrainz_release_group_id = excluded.musicbrainz_release_group_id,
      musicbrainz_release_id = excluded.musicbrainz_release_id,
      musicbrainz_recording_id = excluded.musicbrainz_recording_id,
      musicbrainz_track_id = excluded.musicbrainz_track_id,
      musicbrainz_album_artist_ids = excluded.musicbrainz_album_artist_ids,
      missing_since = null, scanned_at = now(), settled = false, track_id = null,
      former_album_id = case when ${
    namesSameAlbum(sql)
  } then f.former_album_id else coalesce(f.album_id, f.former_album_id) end,
      album_id = case when ${namesSameAlbum(sql)} then f.album_id end`;
}

// A file that cannot be read right now says nothing about its album, so it stays where it was.
function namesSameAlbum(sql: Sql) {
  return sql`(excluded.quarantined_reason is not null or
    (f.album, f.album_artist, f.musicbrainz_release_group_id, f.musicbrainz_release_id) is not distinct from
    (excluded.album, excluded.album_artist, excluded.musicbrainz_release_group_id, excluded.musicbrainz_release_id))`;
}

/** Files without a track whose album got tracks since they were settled wait for theirs again. */
export async function unsettleForNewTracks(sql: Sql): Promise<void> {
  await sql`
    update local_files f set settled = false
    where settled and track_id is null and missing_since is null and exists (
      select from tracks t where t.album_id = f.album_id and t.created_at > f.settled_at)`;
}

/** All folders with files, and whether one of these waits for its album to be decided. */
export async function listFolders(sql: Sql): Promise<{ folder: string; unsettled: boolean }[]> {
  return await sql`select folder, bool_or(not settled) as unsettled from local_files group by folder`;
}

export async function listFilesOfFolders(sql: Sql, folders: string[]): Promise<LocalFile[]> {
  return await sql<LocalFile[]>`
    select id, path, folder, (mtime_ns / 1000000)::float8 as mtime_ms, quarantined_reason as unreadable, codec,
      lossless, duration_ms, has_cover, title, artist, album, album_artist, track_number, track_total, disc_number,
      disc_total, year, genres, compilation, barcode, isrc, musicbrainz_release_group_id, musicbrainz_release_id,
      musicbrainz_recording_id, musicbrainz_track_id, musicbrainz_album_artist_ids, album_id, former_album_id,
      missing_since is not null as missing
    from local_files where folder = any(${folders}) order by folder, path`;
}

/** Writes which album and track each file belongs to; from now on they follow the row. */
export async function settleFiles(
  sql: Sql,
  files: { id: string; albumId: string | null; trackId: string | null }[],
): Promise<void> {
  await sql`
    update local_files set album_id = r."albumId", track_id = r."trackId", former_album_id = null, settled = true,
      settled_at = now()
    from jsonb_to_recordset(${
    JSON.stringify(files)
  }::text::jsonb) as r(id uuid, "albumId" uuid, "trackId" uuid)
    where local_files.id = r.id`;
}

/** Replaces what earlier scans reported about these folders (null: about all). */
export async function replaceScanProblems(
  sql: Sql,
  scope: readonly string[] | null,
  problems: { path: string; reason: string }[],
): Promise<void> {
  await sql`
    delete from scan_problems where ${
    scope === null ? sql`true` : sql`exists (select 1 from unnest(${[...scope]}::text[]) as s(folder)
      where path = s.folder or starts_with(path, s.folder || '/'))`
  }`;
  await sql`
    insert into scan_problems (path, reason)
    select distinct on (path) path, reason from jsonb_to_recordset(${
    JSON.stringify(problems)
  }::text::jsonb) as r(path text, reason text)
    on conflict (path) do update set reason = excluded.reason, found_at = now()`;
}

export type UnusableFile = { path: string; reason: string; foundAt: Date };

/** Everything in the music folder that does not count, with the reason: files, folders and links. */
export async function listUnusableFiles(sql: Sql, limit = 500): Promise<UnusableFile[]> {
  return await sql<UnusableFile[]>`
    select path, reason, found_at from (
      select path, reason, found_at from scan_problems
      union all
      select path, quarantined_reason, scanned_at from local_files
      where quarantined_reason is not null and missing_since is null
    ) as unusable
    order by path collate "C" limit ${limit}`;
}

export async function countUnusableFiles(sql: Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select (select count(*) from scan_problems)::integer + (select count(*) from local_files
      where quarantined_reason is not null and missing_since is null)::integer as count`;
  return row.count;
}
