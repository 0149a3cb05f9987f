import type { Sql } from "./sql.ts";

export type DownloadStatus = "pending" | "searching" | "downloading" | "completed" | "failed" | "cancelled";
/** What a download that has not ended is doing. */
export type DownloadStage = "waiting" | "downloading" | "importing" | "attention" | "stalled";

export type Download = {
  id: string;
  albumId: string;
  lidarrAlbumId: number | null;
  downloadId: string | null;
  status: DownloadStatus;
  stage: DownloadStage | null;
  step: string;
  releaseTitle: string | null;
  quality: string | null;
  size: number | null;
  sizeLeft: number | null;
  estimatedCompletionAt: Date | null;
  message: string | null;
  searchedAt: Date | null;
  undoAskedAt: Date | null;
  endedAt: Date | null;
  createdAt: Date;
};

/** The newest first. */
export async function listDownloads(sql: Sql, albumId: string, limit = 20): Promise<Download[]> {
  return await sql<Download[]>`
    select ${columns(sql)} from lidarr_downloads where album_id = ${albumId}
    order by created_at desc, id limit ${limit}`;
}

export type Grab = {
  albumId: string;
  lidarrAlbumId: number | null;
  downloadId: string;
  releaseTitle: string | null;
  quality: string | null;
  size: number | null;
};

/**
 * A release is being fetched. It is what a search asked for when one is open, else a row of its own; a row that
 * has ended stays as it is. Returns whether the album is on its way now and was not before.
 */
export async function startDownload(sql: Sql, grab: Grab): Promise<boolean> {
  const rows = await sql`
    with known as (select 1 from lidarr_downloads where album_id = ${grab.albumId} and download_id = ${grab.downloadId}),
      asked as (
        update lidarr_downloads set download_id = ${grab.downloadId}, status = 'downloading', stage = 'downloading',
          release_title = ${grab.releaseTitle}, quality = ${grab.quality}, size = ${grab.size}, message = null,
          lidarr_album_id = coalesce(${grab.lidarrAlbumId}, lidarr_album_id),
          searched_at = coalesce(searched_at, now()), updated_at = now()
        where album_id = ${grab.albumId} and download_id is null and status = 'searching'
          and not exists (select from known)
        returning id)
    insert into lidarr_downloads (album_id, lidarr_album_id, download_id, status, stage, release_title, quality, size)
    select ${grab.albumId}, ${grab.lidarrAlbumId}::integer, ${grab.downloadId}, 'downloading', 'downloading',
      ${grab.releaseTitle}, ${grab.quality}, ${grab.size}::bigint
    where not exists (select from known) and not exists (select from asked)
    on conflict do nothing
    returning id`;
  if (rows.length > 0) return true;
  const [row] = await sql<{ status: string }[]>`
    select status from lidarr_downloads where album_id = ${grab.albumId} and download_id = ${grab.downloadId}`;
  return row?.status === "downloading";
}

/** The files are there: ends the download, or whatever is open for the album when Lidarr names none. */
export async function completeDownload(
  sql: Sql,
  { albumId, lidarrAlbumId, downloadId }: {
    albumId: string;
    lidarrAlbumId: number | null;
    downloadId: string | null;
  },
): Promise<void> {
  const done = sql`status = 'completed', stage = null, message = null, size_left = 0, step = 'done',
    missing_since = null, ended_at = coalesce(ended_at, now()), updated_at = now()`;
  const named = await sql`
    update lidarr_downloads set ${done}
    where album_id = ${albumId} and (download_id = ${downloadId} or (${downloadId}::text is null and status = 'downloading'))`;
  const asked = await sql`
    update lidarr_downloads set ${done}, download_id = ${named.count === 0 ? downloadId : null}
    where album_id = ${albumId} and download_id is null and status in ('pending', 'searching')`;
  if (downloadId === null || named.count + asked.count > 0) return;
  await sql`
    insert into lidarr_downloads (album_id, lidarr_album_id, download_id, status, ended_at)
    values (${albumId}, ${lidarrAlbumId}, ${downloadId}, 'completed', now())`;
}

/** Gives a download up, with the reason; one that was completed stays so. Returns the albums it was for. */
export async function failDownload(sql: Sql, downloadId: string, message: string): Promise<string[]> {
  const rows = await sql<{ albumId: string }[]>`
    update lidarr_downloads set status = 'failed', stage = null, message = ${message}, step = 'done',
      ended_at = coalesce(ended_at, now()), updated_at = now()
    where download_id = ${downloadId} and status in ('pending', 'searching', 'downloading', 'failed')
    returning album_id`;
  return rows.map((row) => row.albumId);
}

/** Ends whatever is open for albums that Lidarr does not have any more. */
export async function abandonDownloads(sql: Sql, albumIds: string[], message: string): Promise<void> {
  await sql`
    update lidarr_downloads set status = 'failed', stage = null, message = ${message}, step = 'done',
      ended_at = now(), updated_at = now()
    where album_id = any(${albumIds}::uuid[])
      and (status = 'downloading' or (status = 'searching' and step = 'done'))`;
}

function columns(sql: Sql) {
  return sql`id, album_id, lidarr_album_id, download_id, status, stage, step, release_title, quality,
    size::float8 as size, size_left::float8 as size_left, estimated_completion_at, message, searched_at,
    undo_asked_at, ended_at, created_at`;
}
