import type { Sql } from "./sql.ts";

/** An album of ours that was put right, and how. */
export type Healed = { albumId: string; title: string; what: string };

/** Makes what we believe of Lidarr's files what the mirror says; returns the albums where that is news. */
export async function syncLidarrFiles(sql: Sql): Promise<Healed[]> {
  return await sql<Healed[]>`
    with told as (
      select distinct on (a.id) a.id as album_id, l.track_file_count as files, l.track_count as tracks
      from lidarr_albums l
        join albums a on a.musicbrainz_release_group_id in (l.release_group_id, l.former_release_group_id)
      order by a.id, l.track_file_count desc),
    changed as (
      insert into lidarr_files as f (album_id, files, tracks)
      select album_id, files, tracks from told where files > 0
      on conflict (album_id) do update set files = excluded.files, tracks = excluded.tracks, updated_at = now()
        where (f.files, f.tracks) is distinct from (excluded.files, excluded.tracks)
      returning album_id, files || ' of ' || tracks || ' tracks in Lidarr' as what),
    gone as (
      delete from lidarr_files f using albums a
      where a.id = f.album_id and a.musicbrainz_release_group_id is not null
        and not exists (select from told t where t.album_id = f.album_id and t.files > 0)
      returning f.album_id, 'Lidarr has no file of it any more' as what),
    marked as (
      update albums set acquisition_source = 'lidarr', in_library = true
      where id in (select album_id from changed) and (acquisition_source is null or acquisition_source = 'unknown')
      returning id)
    select n.album_id, a.title, n.what from (select * from changed union all select * from gone) n
      join albums a on a.id = n.album_id order by a.sort_artist, a.sort_title`;
}

/** Albums whose files Lidarr has put where we can see them, and of which no scan knows a file. */
export async function listLocalClaims(
  sql: Sql,
): Promise<{ albumId: string; title: string; path: string | null; localPath: string }[]> {
  return await sql`
    select f.album_id, a.title, f.path, f.local_path from lidarr_files f join albums a on a.id = f.album_id
    where f.local_path is not null and f.missing_since is null
      and not exists (select from local_files l where l.album_id = f.album_id and l.missing_since is null)`;
}

export async function markClaimMissing(sql: Sql, albumId: string): Promise<void> {
  await sql`update lidarr_files set missing_since = now() where album_id = ${albumId}`;
}

/** The album's number in Lidarr, among its other ids. */
export async function linkLidarrIds(sql: Sql): Promise<void> {
  await sql`
    delete from album_external_ids e where e.kind = 'lidarr' and not exists (
      select from lidarr_albums l join albums a on a.musicbrainz_release_group_id = l.release_group_id
      where a.id = e.album_id and l.id::text = e.value)`;
  await sql`
    insert into album_external_ids (album_id, kind, value)
    select a.id, 'lidarr', l.id::text from lidarr_albums l
      join albums a on a.musicbrainz_release_group_id = l.release_group_id
    on conflict do nothing`;
}

/** Albums that were asked for and that Lidarr does not look for any more: somebody there decided otherwise. */
export async function noteLostHandOffs(sql: Sql): Promise<Healed[]> {
  await sql`
    update lidarr_downloads d set lidarr_album_id = l.id from albums a, lidarr_albums l
    where a.id = d.album_id and l.release_group_id = a.musicbrainz_release_group_id and d.lidarr_album_id <> l.id`;
  return await sql<Healed[]>`
    with lost as (
      update lidarr_downloads d set status = 'failed', ended_at = now(), updated_at = now(),
        message = case when l.id is null then 'Lidarr does not have the album any more.'
          else 'Somebody has taken the mark from it in Lidarr.' end
      from albums a left join lidarr_albums l
        on a.musicbrainz_release_group_id in (l.release_group_id, l.former_release_group_id)
      where a.id = d.album_id and d.status = 'searching' and d.step = 'done' and d.undo_asked_at is null
        and (l.id is null or not l.monitored)
      returning d.album_id, a.title, d.message as what)
    select album_id, title, what from lost`;
}

/** Albums of the mirror: all of them, and those seen since. */
export async function guardCounts(sql: Sql, since: Date): Promise<{ before: number; now: number }> {
  const [row] = await sql<{ before: number; now: number }[]>`
    select count(*)::integer as before, count(*) filter (where seen_at >= ${since})::integer as now
    from lidarr_albums`;
  return row;
}

/** Albums of ours of which Lidarr has files. */
export async function countMirror(sql: Sql): Promise<{ owned: number }> {
  const [row] = await sql<{ owned: number }[]>`select count(*)::integer as owned from lidarr_files`;
  return row;
}

/** Rows are stamped by the database's clock, which need not be ours. */
export async function databaseNow(sql: Sql): Promise<Date> {
  const [row] = await sql<{ now: Date }[]>`select date_trunc('milliseconds', now()) as now`;
  return row.now;
}
