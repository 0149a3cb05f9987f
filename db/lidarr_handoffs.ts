import type { Sql } from "./sql.ts";

/** What of handing an album over comes next. */
export type HandOffStep = "add" | "refresh" | "search" | "confirm" | "done";

/** An album that is being handed to Lidarr, with what is needed to do it. */
export type HandOff = {
  id: string;
  albumId: string;
  batch: string;
  title: string;
  releaseGroupId: string | null;
  artistName: string;
  artistMusicbrainzId: string | null;
  lidarrAlbumId: number | null;
  step: HandOffStep;
  wasMonitored: boolean | null;
  searchAskedAt: Date | null;
  commandId: number | null;
  undoAskedAt: Date | null;
  tries: number;
};

/** Albums that may be handed over, with all that speaks for and against it. */
export type HandOffCandidate = {
  id: string;
  title: string;
  artistCredit: string;
  artistName: string;
  artistMusicbrainzId: string | null;
  releaseGroupId: string | null;
  ownershipStatus: string;
  ignored: boolean;
  /** Asked for, searched or downloading. */
  underWay: boolean;
  inLidarr: boolean;
  monitored: boolean;
};

export async function listHandOffCandidates(sql: Sql, albumIds: string[]): Promise<HandOffCandidate[]> {
  return await sql<HandOffCandidate[]>`
    select a.id, a.title, a.artist_credit, r.name as artist_name, r.musicbrainz_id as artist_musicbrainz_id,
      a.musicbrainz_release_group_id as release_group_id, a.ownership_status, a.ignored_at is not null as ignored,
      exists (select from lidarr_downloads d where d.album_id = a.id and (d.status in ('pending', 'downloading')
        or (d.status = 'searching' and d.searched_at is null))) as under_way,
      l.id is not null as in_lidarr, coalesce(l.monitored, false) as monitored
    from albums a join artists r on r.id = a.artist_id
      left join lateral (select id, monitored from lidarr_albums l
        where a.musicbrainz_release_group_id in (l.release_group_id, l.former_release_group_id)
        order by l.release_group_id = a.musicbrainz_release_group_id desc limit 1) l on true
    where a.id = any(${albumIds}::uuid[]) order by a.sort_artist, a.sort_title, a.id`;
}

/** Asks for albums. One that is asked for already is left out; a search that found nothing is asked for again. */
export async function insertHandOffs(
  sql: Sql,
  asked: { albumIds: string[]; batch: string; userId: string | null },
): Promise<string[]> {
  await sql`
    update lidarr_downloads set status = 'failed', ended_at = now(), updated_at = now(),
      message = coalesce(message, 'Nothing was found.')
    where album_id = any(${asked.albumIds}::uuid[]) and status = 'searching' and download_id is null
      and step = 'done'`;
  const rows = await sql<{ albumId: string }[]>`
    insert into lidarr_downloads (album_id, batch, requested_by, step)
    select id, ${asked.batch}, ${asked.userId}, 'add' from unnest(${asked.albumIds}::uuid[]) as id
    on conflict do nothing returning album_id`;
  return rows.map((row) => row.albumId);
}

/** The batch that asks for an album right now. */
export async function findOpenBatch(sql: Sql, albumId: string): Promise<string | undefined> {
  const [row] = await sql<{ batch: string }[]>`
    select batch from lidarr_downloads where album_id = ${albumId} and step <> 'done' and batch is not null
    order by created_at desc limit 1`;
  return row?.batch;
}

/** What can be gone on with until `before`, the oldest first. */
export async function listDueHandOffs(sql: Sql, before: Date, limit: number): Promise<HandOff[]> {
  return await sql<HandOff[]>`
    select d.id, d.album_id, d.batch, a.title, a.musicbrainz_release_group_id as release_group_id,
      r.name as artist_name, r.musicbrainz_id as artist_musicbrainz_id, d.lidarr_album_id, d.step, d.was_monitored,
      d.search_asked_at, d.command_id, d.undo_asked_at, d.tries
    from lidarr_downloads d join albums a on a.id = d.album_id join artists r on r.id = a.artist_id
    where d.next_try_at <= ${before} and d.batch is not null
      and (d.step <> 'done' or (d.undo_asked_at is not null and d.undone_at is null))
    order by d.created_at, d.id limit ${limit}`;
}

export async function findNextTry(sql: Sql): Promise<Date | null> {
  const [row] = await sql<{ at: Date | null }[]>`
    select min(next_try_at) as at from lidarr_downloads
    where batch is not null and (step <> 'done' or (undo_asked_at is not null and undone_at is null))`;
  return row.at;
}

export type HandOffChange = {
  id: string;
  step?: HandOffStep;
  status?: "searching" | "failed" | "cancelled";
  lidarrAlbumId?: number;
  wasMonitored?: boolean;
  searchAsked?: true;
  commandId?: number;
  message?: string | null;
  undone?: true;
  qualityProfile?: string;
};

/** A step that is done begins the next one at once and counts its tries anew. */
export async function updateHandOff(sql: Sql, change: HandOffChange): Promise<void> {
  const ends = change.status === "failed" || change.status === "cancelled";
  await sql`
    update lidarr_downloads set
      step = coalesce(${change.step ?? null}, step),
      status = case when ${change.status ?? null}::text is null then status
        when status in ('pending', 'searching') then ${change.status ?? null} else status end,
      lidarr_album_id = coalesce(${change.lidarrAlbumId ?? null}, lidarr_album_id),
      was_monitored = coalesce(was_monitored, ${change.wasMonitored ?? null}),
      search_asked_at = case when ${change.searchAsked ?? false} then coalesce(search_asked_at, now())
        else search_asked_at end,
      command_id = coalesce(${change.commandId ?? null}, command_id),
      message = ${change.message === undefined ? sql`message` : change.message},
      quality_profile = coalesce(${change.qualityProfile ?? null}, quality_profile),
      undone_at = case when ${change.undone ?? false} then now() else undone_at end,
      ended_at = case when ${ends} then now() else ended_at end,
      tries = case when ${change.step !== undefined} then 0 else tries end,
      next_try_at = now(), updated_at = now()
    where id = ${change.id}`;
}

/** Later, in `seconds`, and why. */
export async function postponeHandOffs(
  sql: Sql,
  ids: string[],
  { seconds, message }: { seconds: number; message?: string },
): Promise<void> {
  await sql`
    update lidarr_downloads set tries = tries + 1, next_try_at = now() + make_interval(secs => ${seconds}),
      message = coalesce(${message ?? null}, message), updated_at = now()
    where id = any(${ids}::uuid[])`;
}

/** Takes back what was asked for; Lidarr's part of it is done by the job. Returns how many albums that is. */
export async function askToUndo(sql: Sql, batch: string, albumId: string | null): Promise<number> {
  const result = await sql`
    update lidarr_downloads set undo_asked_at = now(), next_try_at = now(), tries = 0, updated_at = now()
    where batch = ${batch} and (${albumId}::uuid is null or album_id = ${albumId}) and undo_asked_at is null`;
  return result.count;
}

/** Whether somebody has asked for the album once more since. */
export async function isAskedForAgain(sql: Sql, handOff: Pick<HandOff, "id" | "albumId">): Promise<boolean> {
  const [row] = await sql<{ again: boolean }[]>`
    select exists (select from lidarr_downloads other join lidarr_downloads this on this.id = ${handOff.id}
      where other.album_id = ${handOff.albumId} and other.batch is not null and other.undo_asked_at is null
        and other.created_at > this.created_at) as again`;
  return row.again;
}

export type BatchCount = {
  monitored: number;
  open: number;
  failed: number;
  undone: number;
  /** Why the first of those that failed or wait does. */
  message: string | null;
};

export async function countBatch(sql: Sql, batch: string): Promise<BatchCount> {
  const [row] = await sql<BatchCount[]>`
    select count(*) filter (where step = 'done' and command_id is not null and undo_asked_at is null)::integer as monitored,
      count(*) filter (where step <> 'done' or (undo_asked_at is not null and undone_at is null))::integer as open,
      count(*) filter (where status = 'failed' and command_id is null)::integer as failed,
      count(*) filter (where undone_at is not null)::integer as undone,
      (array_agg(message order by created_at) filter (where message is not null
        and (step <> 'done' or status = 'failed')))[1] as message
    from lidarr_downloads where batch = ${batch}`;
  return row;
}

/** What waits because Lidarr could not be asked goes on now: its settings have changed. */
export async function hurryHandOffs(sql: Sql): Promise<string[]> {
  const rows = await sql<{ batch: string }[]>`
    update lidarr_downloads set next_try_at = now() where step <> 'done' and batch is not null returning batch`;
  return [...new Set(rows.map((row) => row.batch))];
}
