import type { Sql } from "./sql.ts";

/** What Lidarr says it has of an album of ours. */
export type LidarrFiles = {
  albumId: string;
  files: number;
  tracks: number;
  path: string | null;
  localPath: string | null;
};

export async function upsertLidarrFiles(sql: Sql, files: LidarrFiles): Promise<void> {
  await sql`
    insert into lidarr_files (album_id, files, tracks, path, local_path)
    values (${files.albumId}, ${files.files}, ${files.tracks}, ${files.path}, ${files.localPath})
    on conflict (album_id) do update set files = excluded.files, tracks = excluded.tracks,
      path = coalesce(excluded.path, lidarr_files.path),
      local_path = case when excluded.path is null then lidarr_files.local_path else excluded.local_path end,
      missing_since = null, updated_at = now()`;
}

export async function deleteLidarrFiles(sql: Sql, albumIds: string[]): Promise<void> {
  await sql`delete from lidarr_files where album_id = any(${albumIds}::uuid[])`;
}

/** Albums of ours whose files lie below a folder of Lidarr's. */
export async function listAlbumsBelow(sql: Sql, path: string): Promise<string[]> {
  const rows = await sql<{ albumId: string }[]>`
    select album_id from lidarr_files where path = ${path} or starts_with(path, ${path} || '/')`;
  return rows.map((row) => row.albumId);
}

export async function moveLidarrFiles(
  sql: Sql,
  from: string,
  to: { path: string; localPath: string | null },
): Promise<string[]> {
  const rows = await sql<{ albumId: string }[]>`
    update lidarr_files set path = ${to.path}, local_path = ${to.localPath}, updated_at = now()
    where path = ${from} returning album_id`;
  return rows.map((row) => row.albumId);
}

/** What was brought by Lidarr says so, unless somebody knows better. */
export async function markLidarrSource(sql: Sql, albumId: string): Promise<void> {
  await sql`
    update albums set acquisition_source = 'lidarr', in_library = true, updated_at = now()
    where id = ${albumId} and (acquisition_source is null or acquisition_source = 'unknown')`;
}
