import type { Sql } from "./sql.ts";

/** Entries of an import, those after `from` up to and with `to`. */
export type EntryRange = { importId: string; from: number; to: number };

/** What an import says about which Spotify album a track belongs to; what was said before stands. */
export async function insertTrackAlbums(tx: Sql, importId: string): Promise<void> {
  await tx`
    insert into spotify_track_albums (track_id, album_id)
    select distinct on (track_spotify_id) track_spotify_id, album_spotify_id from import_entries
    where import_id = ${importId} and track_spotify_id is not null and album_spotify_id is not null
      and kind in ('liked_track', 'playlist_track')
    order by track_spotify_id, position
    on conflict do nothing`;
}

/**
 * Stores the liked songs of an import on the albums they belong to. A song without an id is the one of that
 * title on the album; a title without an id takes the id of the first song that has one.
 */
export async function insertLikedTracks(
  tx: Sql,
  range: EntryRange,
  owner: { userId: string; door: string },
): Promise<void> {
  await tx`drop table if exists pg_temp.liked_songs`;
  await tx`
    create temp table liked_songs on commit drop as
    select e.position, e.track_title as title, e.track_key as match_key, e.track_spotify_id as spotify_id,
      g.album_id, e.album_spotify_id is null as guessed, e.added_at, e.detail, null::uuid as track_id
    from import_entries e
    join import_refs r using (import_id, position)
    join import_albums g on g.import_id = r.import_id and g.ref = r.ref
    where e.import_id = ${range.importId} and e.position > ${range.from} and e.position <= ${range.to}
      and r.position > ${range.from} and r.position <= ${range.to} and e.kind = 'liked_track' and g.album_id is not null`;
  await tx`analyze liked_songs`;
  await tx`
    update tracks t set spotify_id = naming.spotify_id, album_guessed = t.album_guessed and naming.guessed,
      updated_at = now()
    from (
      select distinct on (twin_id) twin_id, spotify_id, guessed from (
        select distinct on (s.spotify_id) twin.id as twin_id, s.spotify_id, s.guessed, s.position
        from liked_songs s
        join tracks twin on twin.album_id = s.album_id and twin.match_key = s.match_key and twin.spotify_id is null
        where s.spotify_id is not null and not exists (select from tracks o where o.spotify_id = s.spotify_id)
        order by s.spotify_id, twin.id
      ) twins order by twin_id, position
    ) naming
    where t.id = naming.twin_id`;
  await insertTracks(tx);
  await tx`
    update liked_songs s set track_id = coalesce(
      (select t.id from tracks t where t.spotify_id = s.spotify_id),
      (select t.id from tracks t where t.album_id = s.album_id and t.match_key = s.match_key
        order by t.spotify_id is null desc, t.track_number, t.id limit 1))`;
  await tx`
    update tracks t set track_number = s.track_number, disc_number = coalesce(s.disc_number, t.disc_number),
      duration_ms = coalesce(t.duration_ms, s.duration_ms), isrc = coalesce(t.isrc, s.isrc), updated_at = now()
    from (
      select distinct on (track_id) track_id, (detail->>'track_number')::integer as track_number,
        (detail->>'disc_number')::integer as disc_number, (detail->>'duration_ms')::integer as duration_ms,
        detail->>'isrc' as isrc
      from liked_songs where detail ? 'track_number' order by track_id, position
    ) s
    where t.id = s.track_id and t.track_number is null`;
  await tx`
    insert into liked_tracks (user_id, track_id, added_at, doors)
    select ${owner.userId}, track_id, min(added_at), array[${owner.door}::text] from liked_songs group by track_id
    on conflict (user_id, track_id) do update set
      added_at = least(liked_tracks.added_at, excluded.added_at), removed_at = null,
      doors = array(select distinct door from unnest(liked_tracks.doors || excluded.doors) as door order by door)`;
}

async function insertTracks(tx: Sql): Promise<void> {
  await tx`
    insert into tracks (album_id, title, match_key, track_number, disc_number, duration_ms, isrc, spotify_id, album_guessed)
    select album_id, title, match_key, (detail->>'track_number')::integer,
      coalesce((detail->>'disc_number')::integer, 1), (detail->>'duration_ms')::integer, detail->>'isrc',
      spotify_id, guessed
    from liked_songs where spotify_id is not null order by position
    on conflict (spotify_id) do nothing`;
  await tx`
    insert into tracks (album_id, title, match_key, album_guessed)
    select distinct on (album_id, match_key) album_id, title, match_key, guessed from liked_songs s
    where spotify_id is null
      and not exists (select from tracks t where t.album_id = s.album_id and t.match_key = s.match_key)
    order by album_id, match_key, position`;
}

/** A song and the album it turned out to belong to. */
export type TrackMove = { trackId: string; fromAlbumId: string; toAlbumId: string };

/** Songs that stood on their album by name and are now known to belong there. */
export async function confirmTracks(tx: Sql, importId: string): Promise<void> {
  await tx`
    update tracks t set album_guessed = false
    from import_entries e
    join spotify_track_albums f on f.track_id = e.track_spotify_id
    join album_external_ids x on x.kind = 'spotify' and x.value = f.album_id
    where e.import_id = ${importId} and t.spotify_id = e.track_spotify_id and t.album_guessed
      and t.album_id = x.album_id`;
}

/**
 * Songs of an import that lie on another album than the one their Spotify id belongs to. A song that a file is
 * of stays where the file is.
 */
export async function listMisplacedTracks(tx: Sql, importId: string): Promise<TrackMove[]> {
  return await tx<TrackMove[]>`
    select t.id as track_id, t.album_id as from_album_id, x.album_id as to_album_id
    from (select distinct track_spotify_id from import_entries
      where import_id = ${importId} and track_spotify_id is not null) named
    join tracks t on t.spotify_id = named.track_spotify_id and t.album_guessed
    join spotify_track_albums f on f.track_id = t.spotify_id
    join album_external_ids x on x.kind = 'spotify' and x.value = f.album_id
    where x.album_id <> t.album_id and not exists (select from local_files l where l.track_id = t.id)`;
}

/** Where a song is there already under its title, the two become one. */
export async function moveTracks(tx: Sql, moves: TrackMove[], options: { guessed: boolean }): Promise<void> {
  if (moves.length === 0) return;
  await tx`drop table if exists pg_temp.moving_tracks`;
  await tx`
    create temp table moving_tracks on commit drop as
    select m.track_id, m.album_id, twin.id as twin_id, t.spotify_id
    from unnest(${moves.map((move) => move.trackId)}::uuid[], ${moves.map((move) => move.toAlbumId)}::uuid[])
      as m (track_id, album_id)
    join tracks t on t.id = m.track_id
    left join lateral (
      select o.id from tracks o where o.album_id = m.album_id and o.match_key = t.match_key
        and (o.spotify_id is null or t.spotify_id is null)
      order by o.id limit 1) twin on true`;
  // One twin takes one song in.
  await tx`
    update moving_tracks m set twin_id = null where exists (
      select from moving_tracks o where o.twin_id = m.twin_id and o.track_id < m.track_id)`;
  await tx`
    insert into liked_tracks (user_id, track_id, added_at, removed_at, doors)
    select l.user_id, m.twin_id, l.added_at, l.removed_at, l.doors
    from moving_tracks m join liked_tracks l on l.track_id = m.track_id where m.twin_id is not null
    on conflict (user_id, track_id) do update set
      added_at = least(liked_tracks.added_at, excluded.added_at),
      removed_at = case when excluded.removed_at is null then null else liked_tracks.removed_at end,
      doors = array(select distinct door from unnest(liked_tracks.doors || excluded.doors) as door order by door)`;
  await tx`
    update playlist_tracks i set track_id = m.twin_id from moving_tracks m
    where i.track_id = m.track_id and m.twin_id is not null`;
  await tx`delete from tracks t using moving_tracks m where t.id = m.track_id and m.twin_id is not null`;
  await tx`
    update tracks t set spotify_id = coalesce(t.spotify_id, m.spotify_id), updated_at = now()
    from moving_tracks m where t.id = m.twin_id`;
  await tx`
    update tracks t set album_id = m.album_id, album_guessed = ${options.guessed}, updated_at = now()
    from moving_tracks m where t.id = m.track_id`;
}
