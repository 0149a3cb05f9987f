import type { DownloadStage } from "./lidarr_downloads.ts";
import type { Sql } from "./sql.ts";

/** A row of Lidarr's queue; one download of several albums has one for each. */
export type QueueItem = {
  lidarrAlbumId: number | null;
  releaseGroupId: string | null;
  downloadId: string | null;
  title: string;
  albumTitle: string | null;
  artistName: string | null;
  quality: string | null;
  size: number;
  sizeLeft: number;
  estimatedCompletionAt: Date | null;
  stage: DownloadStage;
  /** In Lidarr's own words. */
  message: string | null;
  downloadClient: string | null;
};

export type QueueRow = Omit<QueueItem, "releaseGroupId"> & { position: number; albumId: string | null };

/** Replaces what was known of the queue and finds our albums for it. */
export async function replaceQueue(sql: Sql, items: QueueItem[]): Promise<QueueRow[]> {
  await sql`delete from lidarr_queue`;
  const rows = items.map((item, position) => ({ ...item, position }));
  await sql`
    insert into lidarr_queue (position, album_id, lidarr_album_id, release_group_id, download_id, title, album_title,
      artist_name, quality, size, size_left, estimated_completion_at, stage, message, download_client)
    select position, coalesce(
        (select a.id from albums a where a.musicbrainz_release_group_id = r."releaseGroupId"),
        (select a.id from lidarr_albums l
          join albums a on a.musicbrainz_release_group_id in (l.release_group_id, l.former_release_group_id)
          where l.id = r."lidarrAlbumId" limit 1)),
      "lidarrAlbumId", "releaseGroupId", "downloadId", title, "albumTitle", "artistName", quality, size, "sizeLeft",
      "estimatedCompletionAt", stage, message, "downloadClient"
    from jsonb_to_recordset(${
    JSON.stringify(rows)
  }::text::jsonb) as r(position integer, "lidarrAlbumId" integer,
      "releaseGroupId" uuid, "downloadId" text, title text, "albumTitle" text, "artistName" text, quality text,
      size bigint, "sizeLeft" bigint, "estimatedCompletionAt" timestamptz, stage text, message text,
      "downloadClient" text)`;
  return await listQueue(sql);
}

/** What needs somebody comes first. */
export async function listQueue(sql: Sql, limit = 10_000): Promise<QueueRow[]> {
  return await sql<QueueRow[]>`
    select position, album_id, lidarr_album_id, download_id, title, album_title, artist_name, quality,
      size::float8 as size, size_left::float8 as size_left, estimated_completion_at, stage, message, download_client
    from lidarr_queue order by stage in ('attention', 'stalled') desc, position limit ${limit}`;
}

/** What is in the queue is being fetched, whatever was thought of it; returns the albums that this concerns. */
export async function followQueue(sql: Sql): Promise<string[]> {
  const rows = await sql<{ albumId: string }[]>`
    update lidarr_downloads d set status = 'downloading', stage = q.stage, message = q.message, size = q.size,
      size_left = q.size_left, estimated_completion_at = q.estimated_completion_at, missing_since = null,
      quality = coalesce(d.quality, q.quality), release_title = coalesce(d.release_title, q.title),
      ended_at = null, updated_at = now()
    from lidarr_queue q
    where q.album_id = d.album_id and q.download_id = d.download_id and d.status <> 'completed'
    returning d.album_id`;
  return rows.map((row) => row.albumId);
}

/** Downloads that Lidarr does not list: gone for good when `minutes` have passed without a word. */
export async function noteMissing(sql: Sql, minutes: number): Promise<string[]> {
  await sql`
    update lidarr_downloads d set missing_since = now() where d.status = 'downloading' and d.missing_since is null
      and not exists (select from lidarr_queue q where q.album_id = d.album_id and q.download_id = d.download_id)`;
  const rows = await sql<{ albumId: string }[]>`
    update lidarr_downloads set status = 'failed', stage = null, ended_at = now(), updated_at = now(),
      message = 'It is not in Lidarr’s queue any more. Lidarr does not say why.'
    where status = 'downloading' and missing_since <= now() - make_interval(mins => ${minutes})
    returning album_id`;
  return rows.map((row) => row.albumId);
}

export type OpenSearch = { id: string; commandId: number };

/** Searches whose end nobody has seen yet. */
export async function listOpenSearches(sql: Sql, limit: number): Promise<OpenSearch[]> {
  return await sql<OpenSearch[]>`
    select id, command_id from lidarr_downloads
    where status = 'searching' and step = 'done' and searched_at is null and command_id is not null
    order by created_at limit ${limit}`;
}

export async function endSearch(sql: Sql, id: string, message: string | null): Promise<void> {
  await sql`
    update lidarr_downloads set searched_at = now(), message = case when status = 'searching' then ${message}
      else message end, updated_at = now() where id = ${id}`;
}

/** Downloads and searches that have not ended: there is something to follow. */
export async function countActive(sql: Sql): Promise<number> {
  const [row] = await sql<{ active: number }[]>`
    select (select count(*) from lidarr_downloads where status = 'downloading'
        or (status = 'searching' and searched_at is null))::integer
      + (select count(*) from lidarr_queue where album_id is null and stage <> 'attention')::integer as active`;
  return row.active;
}
