import { isUntouched } from "./library_entries.ts";
import type { TrackMove } from "./liked_tracks.ts";
import type { Sql } from "./sql.ts";

/**
 * Finds the names that several albums share, one of them of this import, and keeps per name the album that
 * songs known by name alone belong to: the one with an id, a saved one when several have one, else the one
 * without an id. The albums of each such name lie in the temporary table `same_name` until the end of the
 * transaction.
 */
export async function gatherSameNamed(tx: Sql, importId: string): Promise<void> {
  await tx`drop table if exists pg_temp.same_name`;
  await tx`
    create temp table same_name on commit drop as
    with names as (
      select distinct a.match_key from import_albums g join albums a on a.id = g.album_id
      where g.import_id = ${importId} and g.spotify_id is not null),
    albums_of as (
      select a.match_key, a.id, count(*) over (partition by a.match_key) as albums,
        exists (select from album_external_ids x where x.album_id = a.id and x.kind = 'spotify') as has_id,
        exists (select from library_entries l
          where l.album_id = a.id and l.source = 'saved_album' and l.removed_at is null) as saved,
        ${isUntouched(tx, tx`a`)} as untouched, a.musicbrainz_release_group_id is not null as matched
      from names n join albums a using (match_key))
    select match_key, id, has_id, untouched, matched, coalesce(
      (case
        when count(*) filter (where has_id) over name = 1 then min(id::text) filter (where has_id) over name
        when count(*) filter (where has_id and saved) over name = 1
          then min(id::text) filter (where has_id and saved) over name
      end)::uuid,
      (min(id::text) filter (where not has_id) over name)::uuid) as target
    from albums_of where albums > 1
    window name as (partition by match_key)`;
}

/** Names of which several albums have an id, none stands out, and songs lie on one of them by name alone. */
export async function listNamesWithoutTarget(tx: Sql): Promise<{ matchKey: string; albumId: string }[]> {
  return await tx`
    select distinct on (s.match_key) s.match_key, s.id as album_id from same_name s
    where s.target is null and not s.matched and (
      exists (select from tracks t where t.album_id = s.id and t.album_guessed)
      or exists (select from playlist_tracks i where i.album_id = s.id and i.album_guessed))
    order by s.match_key, s.id`;
}

/** An album of the same artist and title as `albumId`, without an id: for songs that could be of several. */
export async function insertNamesake(tx: Sql, albumId: string): Promise<void> {
  const [row] = await tx<{ id: string; matchKey: string }[]>`
    insert into albums (title, artist_id, artist_credit, in_library, added_at, match_key, sort_title, sort_artist, search_text)
    select title, artist_id, artist_credit, false, added_at, match_key, sort_title, sort_artist, search_text
    from albums where id = ${albumId}
    returning id, match_key`;
  await tx`
    insert into same_name (match_key, id, has_id, untouched, matched, target)
    values (${row.matchKey}, ${row.id}, false, true, false, ${row.id})`;
  await tx`update same_name set target = ${row.id} where match_key = ${row.matchKey}`;
}

/** Songs that lie by name alone on another album than the one such songs of that name belong to. */
export async function listGuessedMoves(tx: Sql): Promise<TrackMove[]> {
  return await tx<TrackMove[]>`
    select t.id as track_id, t.album_id as from_album_id, s.target as to_album_id
    from same_name s join tracks t on t.album_id = s.id
    where t.album_guessed and s.target <> s.id and not s.matched and (s.has_id or s.untouched)
      and not exists (select from local_files l where l.track_id = t.id)
    order by t.id`;
}

/** The same for what only playlists know; returns the albums on both sides. */
export async function moveGuessedPlaylistTracks(tx: Sql): Promise<string[]> {
  const rows = await tx<{ fromId: string; toId: string }[]>`
    update playlist_tracks i set album_id = s.target
    from same_name s
    where i.album_id = s.id and i.album_guessed and s.target <> s.id and not s.matched and (s.has_id or s.untouched)
    returning s.id as from_id, s.target as to_id`;
  return [...new Set(rows.flatMap((row) => [row.fromId, row.toId]))];
}

/** An album without an id that was saved is the one with an id that fits its name; returns the albums on both sides. */
export async function moveSavedEntries(tx: Sql): Promise<string[]> {
  const rows = await tx<{ fromId: string; toId: string }[]>`
    with moved as (
      delete from library_entries e using same_name s
      where e.album_id = s.id and e.source = 'saved_album' and not s.has_id and s.untouched and s.target <> s.id
      returning e.user_id, e.album_id, s.target, e.door, e.added_at, e.removed_at, e.import_id),
    kept as (
      insert into library_entries (user_id, album_id, source, door, added_at, removed_at, import_id)
      select user_id, target, 'saved_album', door, min(added_at), min(removed_at), min(import_id::text)::uuid
      from moved group by user_id, target, door
      on conflict (album_id, user_id, source, door) do update
        set removed_at = null, added_at = least(library_entries.added_at, excluded.added_at)
      returning album_id)
    select album_id as from_id, target as to_id from moved`;
  return [...new Set(rows.flatMap((row) => [row.fromId, row.toId]))];
}

/** Of the albums songs have left, those without an id that nothing speaks for any more. */
export async function deleteEmptyAlbums(tx: Sql, albumIds: string[]): Promise<void> {
  await tx`
    delete from albums a
    where a.id = any(${albumIds}::uuid[]) and ${isUntouched(tx, tx`a`)}
      and not exists (select from album_external_ids x where x.album_id = a.id)
      and not exists (select from tracks t where t.album_id = a.id)
      and not exists (select from playlist_tracks i where i.album_id = a.id)
      and not exists (select from library_entries e where e.album_id = a.id and e.removed_at is null)`;
}
