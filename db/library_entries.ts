import type { Sql } from "./sql.ts";

/** What enters the library beside saved albums. */
export type LibraryRules = {
  /** From how many liked songs on they make an album. */
  likedTracksMinimum: number;
  playlistsEnterLibrary: boolean;
};

/**
 * Brings the entries that follow from liked songs and playlists up to date for these albums: one per person
 * and door, each with the number of that person's liked songs on the album through all doors. An entry whose
 * songs have left the source is kept and marked removed; one whose songs turned out to belong to another album
 * goes. `importId` marks the entries that are new.
 */
export async function refreshLibraryEntries(
  tx: Sql,
  albumIds: string[],
  importId: string | null = null,
): Promise<void> {
  await tx`
    with liked as (
      select l.user_id, t.album_id, coalesce(t.same_as, t.id) as song_id, l.doors, l.added_at
      from tracks t join liked_tracks l on l.track_id = t.id
      where t.album_id = any(${albumIds}::uuid[]) and l.removed_at is null),
    songs as (
      select user_id, album_id, count(distinct song_id)::integer as count from liked group by user_id, album_id)
    insert into library_entries (user_id, album_id, source, door, liked_track_count, added_at, import_id)
    select user_id, album_id, 'liked_tracks', door, songs.count, min(liked.added_at), ${importId}
    from liked join songs using (user_id, album_id) cross join unnest(liked.doors) as door
    group by user_id, album_id, door, songs.count
    on conflict (album_id, user_id, source, door) do update
      set liked_track_count = excluded.liked_track_count, removed_at = null,
        added_at = least(library_entries.added_at, excluded.added_at)
      where library_entries.liked_track_count <> excluded.liked_track_count
        or library_entries.removed_at is not null
        or least(library_entries.added_at, excluded.added_at) is distinct from library_entries.added_at`;
  await tx`
    insert into library_entries (user_id, album_id, source, door, added_at, import_id)
    select p.user_id, i.album_id, 'playlist', p.door, min(i.added_at), ${importId}
    from playlist_tracks i join playlists p on p.id = i.playlist_id and p.removed_at is null
    where i.album_id = any(${albumIds}::uuid[])
    group by p.user_id, i.album_id, p.door
    on conflict (album_id, user_id, source, door) do update
      set removed_at = null, added_at = least(library_entries.added_at, excluded.added_at)
      where library_entries.removed_at is not null
        or least(library_entries.added_at, excluded.added_at) is distinct from library_entries.added_at`;
  await tx`
    with liked as materialized (
      select l.user_id, t.album_id, door, bool_or(l.removed_at is null) as active
      from tracks t join liked_tracks l on l.track_id = t.id cross join unnest(l.doors) as door
      where t.album_id = any(${albumIds}::uuid[])
      group by l.user_id, t.album_id, door),
    listed as materialized (
      select distinct p.user_id, i.album_id, p.door from playlist_tracks i
      join playlists p on p.id = i.playlist_id and p.removed_at is null
      where i.album_id = any(${albumIds}::uuid[])),
    mistaken as (
      delete from library_entries e
      where e.album_id = any(${albumIds}::uuid[]) and e.source = 'liked_tracks'
        and (e.user_id, e.album_id, e.door) not in (select user_id, album_id, door from liked)
      returning e.id)
    update library_entries e set removed_at = now(),
      liked_track_count = case when e.door = 'spotify' then e.liked_track_count else 0 end
    where e.album_id = any(${albumIds}::uuid[]) and e.removed_at is null
      and e.id not in (select id from mistaken) and case e.source
        when 'liked_tracks'
          then (e.user_id, e.album_id, e.door) not in (select user_id, album_id, door from liked where active)
        when 'playlist' then (e.user_id, e.album_id, e.door) not in (select user_id, album_id, door from listed)
        else false end`;
}

/**
 * Lets albums into the library or out of it as the rules say. Out go only those that nobody has decided about
 * and nothing is on disk of. What a person saved or liked and Spotify no longer lists stays: that is what this
 * program is for. Without `albumIds`: all albums, for when the rules change.
 */
export async function refreshInLibrary(tx: Sql, rules: LibraryRules, albumIds?: string[]): Promise<number> {
  const result = await tx`
    update albums a set in_library = not a.in_library, updated_at = now()
    from (
      select c.id, c.in_library, exists (
          select from library_entries e
          where e.album_id = c.id and (e.removed_at is null or (e.door = 'spotify' and e.source <> 'playlist')) and (
            e.source not in ('liked_tracks', 'playlist')
            or (e.source = 'liked_tracks' and e.liked_track_count >= ${rules.likedTracksMinimum})
            or (e.source = 'playlist' and ${rules.playlistsEnterLibrary}))
        ) as belongs, ${isUntouched(tx, tx`c`)} as untouched
      from albums c ${albumIds ? tx`where c.id = any(${albumIds}::uuid[])` : tx``}
    ) decided
    where a.id = decided.id and case when a.in_library then decided.untouched and not decided.belongs
      else decided.belongs end`;
  return result.count;
}

/** Nobody has decided anything about the album, no file is of it, no release was found for it. */
export function isUntouched(sql: Sql, album: ReturnType<Sql>) {
  return sql`(not ${album}.ownership_locked and ${album}.ignored_at is null and ${album}.wanted_at is null
    and ${album}.acquisition_source is null and ${album}.owned_tracks = 0 and not ${album}.match_locked
    and ${album}.musicbrainz_release_group_id is null and ${album}.ownership_status = 'not_owned'
    and not exists (select from local_files f where f.album_id = ${album}.id))`;
}
