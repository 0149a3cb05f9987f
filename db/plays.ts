import type { Sql } from "./sql.ts";
import type { EntryRange } from "./liked_tracks.ts";

/** Stores the plays of an import; the same moment from two files counts once. */
export async function insertPlays(
  tx: Sql,
  { importId, from, to }: EntryRange,
  userId: string,
): Promise<void> {
  await tx`
    insert into plays (user_id, played_at, track_uri, ms_played, album_key, artist_name, album_title, track_title)
    select ${userId}, added_at, track_uri, (detail->>'ms_played')::integer, album_key, artist_name, album_title,
      track_title
    from import_entries
    where import_id = ${importId} and kind = 'play' and position > ${from} and position <= ${to}
    on conflict do nothing`;
}

/**
 * Counts the plays of every album anew. A play belongs to the album its track is known to be on, else to the
 * one album of that name, a saved one when several have it, else the one without an id.
 */
export async function refreshPlayCounts(tx: Sql): Promise<void> {
  const [some] = await tx`select 1 from plays limit 1`;
  if (!some) return;
  await tx`
    with counted as (
      select substr(track_uri, 15) as track_id, album_key, count(*) as plays from plays
      where track_uri like 'spotify:track:%' group by 1, 2),
    placed as (
      select c.album_key, c.plays, coalesce(x.album_id, t.album_id) as album_id
      from counted c
      left join spotify_track_albums f on f.track_id = c.track_id
      left join album_external_ids x on x.kind = 'spotify' and x.value = f.album_id
      left join tracks t on t.spotify_id = c.track_id),
    keys as (select distinct album_key from placed where album_id is null),
    fitting as (
      select distinct k.album_key, a.id, exists (select from album_external_ids x
          where x.album_id = a.id and x.kind = 'spotify') as has_id,
        exists (select from library_entries l
          where l.album_id = a.id and l.source = 'saved_album' and l.removed_at is null) as saved
      from keys k join album_names a on a.match_key = k.album_key),
    by_name as (
      select album_key, case
          when count(*) = 1 then min(id::text)
          when count(*) filter (where has_id) = 1 then min(id::text) filter (where has_id)
          when count(*) filter (where has_id and saved) = 1 then min(id::text) filter (where has_id and saved)
          else min(id::text) filter (where not has_id)
        end::uuid as album_id
      from fitting group by album_key),
    sums as (
      select coalesce(p.album_id, n.album_id) as album_id, sum(p.plays)::integer as plays
      from placed p left join by_name n on n.album_key = p.album_key
      group by 1)
    update albums a set play_count = coalesce(s.plays, 0)
    from albums b left join sums s on s.album_id = b.id
    where a.id = b.id and a.play_count <> coalesce(s.plays, 0)`;
}
