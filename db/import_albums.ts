import type { LibraryRules } from "./library_entries.ts";
import type { Sql } from "./sql.ts";

export type AlbumOutcome = "new" | "known" | "ignored" | "recorded";

/** An album of a plan as its page lists it. */
export type PlannedAlbum = {
  ordinal: number;
  title: string;
  artist: string;
  albumId: string | null;
  saved: boolean;
  likedTracks: number;
  playlists: number;
  /** The name of the first of them. */
  playlistName: string | null;
  outcome: AlbumOutcome;
  ignoredAt: Date | null;
};

export type PlannedAlbumCounts = {
  /** All but those that are only put on record. */
  all: number;
  new: number;
  known: number;
  ignored: number;
  every: number;
  newArtists: number;
};

/**
 * Decides which album each entry of an import speaks of, and what applying means for it, and stores both. To be
 * called in a transaction.
 *
 * One Spotify id, one album; different ids are never merged by name. An entry that names no id is given the id
 * its track is known to belong to; else it goes with the album its track is on; else by artist and title to the
 * one album with an id that fits, a saved one when several fit; else to the album without an id of that name.
 * An album without an id takes an unknown id in when that is the one that fits its name.
 *
 * Every table is analyzed as soon as it is filled: without, the database would plan the joins for empty ones.
 */
export async function resolveImportAlbums(
  sql: Sql,
  target: { importId: string; userId: string },
  rules: LibraryRules,
): Promise<void> {
  const { importId } = target;
  await sql`delete from import_refs where import_id = ${importId}`;
  await sql`delete from import_albums where import_id = ${importId}`;
  await completeSpotifyIds(sql, importId);
  await sql`drop table if exists pg_temp.import_ids, pg_temp.import_keys`;
  await sql`
    create temp table import_ids on commit drop as
    select named.spotify_id, x.album_id, false as adopted
    from (select distinct album_spotify_id as spotify_id from import_entries
      where import_id = ${importId} and album_spotify_id is not null) named
    left join album_external_ids x on x.kind = 'spotify' and x.value = named.spotify_id`;
  await sql`analyze import_ids`;
  await chooseByName(sql, importId);
  await adoptNamelessAlbums(sql);
  await pointEntries(sql, importId);
  await insertImportAlbums(sql, target, rules);
  await sql`analyze import_albums`;
}

/** A Spotify track belongs to one Spotify album, whichever file said so. */
async function completeSpotifyIds(sql: Sql, importId: string): Promise<void> {
  await sql`
    update import_entries e set album_spotify_id = known.album_id
    from (
      select distinct on (track_id) track_id, album_id from (
        select f.track_id, f.album_id, -1 as position from spotify_track_albums f
        where f.track_id in (select track_spotify_id from import_entries where import_id = ${importId})
        union all
        select track_spotify_id, album_spotify_id, position from import_entries
        where import_id = ${importId} and track_spotify_id is not null and album_spotify_id is not null
      ) told order by track_id, position
    ) known
    where e.import_id = ${importId} and e.kind in ('liked_track', 'playlist_track')
      and e.track_spotify_id = known.track_id and e.album_spotify_id is distinct from known.album_id`;
}

/** Per name: `target`, the album with an id that fits (its own id, or Spotify's while it has none), and the album without. */
async function chooseByName(sql: Sql, importId: string): Promise<void> {
  await sql`
    create temp table import_keys on commit drop as
    with names as (
      select distinct album_key from import_entries
      where import_id = ${importId} and album_key is not null and kind <> 'play'),
    candidates as (
      select n.album_key, a.id::text as candidate, ${isSaved(sql, sql`a.id`)} as saved
      from names n join album_names a on a.match_key = n.album_key
      where ${hasSpotifyId(sql)}
      union all
      select e.album_key, coalesce(i.album_id::text, i.spotify_id),
        e.kind = 'saved_album' or ${isSaved(sql, sql`i.album_id`)}
      from import_entries e join import_ids i on i.spotify_id = e.album_spotify_id
      where e.import_id = ${importId} and e.album_key is not null),
    fitting as (
      select album_key, candidate, bool_or(saved) as saved from candidates group by album_key, candidate),
    chosen as (
      select album_key, case
          when count(*) = 1 then min(candidate)
          when count(*) filter (where saved) = 1 then min(candidate) filter (where saved)
        end as target
      from fitting group by album_key)
    select n.album_key, c.target, nameless.id as nameless
    from names n left join chosen c using (album_key)
    left join lateral (
      select a.id from album_names a where a.match_key = n.album_key and not ${hasSpotifyId(sql)}
      order by a.created_at, a.id limit 1) nameless on true`;
  await sql`analyze import_keys`;
}

const hasSpotifyId = (sql: Sql) =>
  sql`exists (select from album_external_ids x where x.album_id = a.id and x.kind = 'spotify')`;
const isSaved = (sql: Sql, albumId: ReturnType<typeof sql>) =>
  sql`exists (select from library_entries l
    where l.album_id = ${albumId} and l.source = 'saved_album' and l.removed_at is null)`;

async function adoptNamelessAlbums(sql: Sql): Promise<void> {
  await sql`
    update import_ids i set album_id = k.nameless, adopted = true
    from (select distinct on (target) target, nameless from import_keys
      where nameless is not null and target is not null order by target, album_key) k
    where i.album_id is null and k.target = i.spotify_id`;
  await sql`
    update import_keys k set target = i.album_id::text from import_ids i
    where i.adopted and k.target = i.spotify_id`;
}

async function pointEntries(sql: Sql, importId: string): Promise<void> {
  await sql`
    insert into import_refs (import_id, position, ref)
    select e.import_id, e.position,
      coalesce(i.album_id::text, i.spotify_id, t.album_id::text, k.target, k.nameless::text, e.album_key)
    from import_entries e
    left join import_ids i on i.spotify_id = e.album_spotify_id
    left join tracks t on t.spotify_id = e.track_spotify_id
    left join import_keys k on k.album_key = e.album_key
    where e.import_id = ${importId} and e.kind in ('saved_album', 'liked_track', 'playlist_track')
      and e.album_key is not null`;
  await sql`analyze import_refs`;
}

async function insertImportAlbums(
  sql: Sql,
  { importId, userId }: { importId: string; userId: string },
  rules: LibraryRules,
): Promise<void> {
  await sql`
    insert into import_albums (import_id, ref, ordinal, album_id, spotify_id, album_key, artist_name, title,
      artist_spotify_id, artist_credit, release_date, release_date_precision, album_type, total_tracks, added_at,
      saved, liked_tracks, playlists, first_list, outcome)
    with entries as not materialized (
      select r.ref, e.position, e.kind, e.list, e.album_spotify_id, e.artist_spotify_id, e.track_spotify_id,
        e.added_at, e.detail
      from import_refs r join import_entries e using (import_id, position)
      where r.import_id = ${importId}),
    sums as (
      select ref, min(position) as first, min(album_spotify_id) as spotify_id, max(artist_spotify_id) as artist_spotify_id,
        max(detail->>'credit') as credit, max(detail->>'release_date') as release_date,
        max(detail->>'album_type') as album_type, max((detail->>'total_tracks')::integer) as total_tracks,
        min(added_at) as added_at, bool_or(kind = 'saved_album') as saved,
        count(*) filter (where kind = 'liked_track')::integer as liked_tracks,
        -- Saved albums tell best what an album is called, then entries with an id, then the first.
        (min(array[(kind <> 'saved_album')::integer, (album_spotify_id is null)::integer, position]))[3] as naming
      from entries group by ref),
    lists as (
      select ref, count(distinct list)::integer as playlists, min(list) as first_list
      from entries where kind = 'playlist_track' group by ref),
    liked_before as (${countLikedBefore(sql, userId, rules)})
    select ${importId}, s.ref, row_number() over (order by s.first), a.id, s.spotify_id, n.album_key, n.artist_name,
      n.album_title, s.artist_spotify_id, s.credit, split_part(s.release_date, ' ', 1)::date,
      split_part(s.release_date, ' ', 2), s.album_type, s.total_tracks, s.added_at,
      s.saved, s.liked_tracks, coalesce(p.playlists, 0), p.first_list,
      case when a.ignored_at is not null then 'ignored' when a.in_library then 'known'
        when s.saved or (${rules.playlistsEnterLibrary} and p.playlists > 0)
          or (s.liked_tracks > 0 and s.liked_tracks + coalesce(b.songs, 0) >= ${rules.likedTracksMinimum}) then 'new'
        else 'recorded' end
    from sums s
    join import_entries n on n.import_id = ${importId} and n.position = s.naming
    left join lists p using (ref)
    left join albums a on a.id = case when s.ref ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then s.ref::uuid end
    left join liked_before b on b.album_id = a.id`;
}

/** Liked songs of an album that the import does not name; they matter when it takes several to make an album. */
function countLikedBefore(sql: Sql, userId: string, rules: LibraryRules) {
  if (rules.likedTracksMinimum === 1) return sql`select null::uuid as album_id, 0 as songs where false`;
  return sql`
    select t.album_id, count(*) as songs from liked_tracks l join tracks t on t.id = l.track_id
    where l.user_id = ${userId} and l.removed_at is null and not exists (
      select from entries e where e.kind = 'liked_track' and e.track_spotify_id = t.spotify_id)
    group by t.album_id`;
}

export async function countPlannedAlbums(sql: Sql, importId: string): Promise<PlannedAlbumCounts> {
  const [row] = await sql<PlannedAlbumCounts[]>`
    select count(*) filter (where outcome <> 'recorded')::integer as all,
      count(*) filter (where outcome = 'new')::integer as new,
      count(*) filter (where outcome = 'known')::integer as known,
      count(*) filter (where outcome = 'ignored')::integer as ignored, count(*)::integer as every,
      count(distinct split_part(album_key, chr(9), 1)) filter (where outcome = 'new'
        and not exists (select from artists r where r.match_key = split_part(album_key, chr(9), 1)))::integer
        as new_artists
    from import_albums where import_id = ${importId}`;
  return row;
}

/** In the order of the file; `after` is the ordinal of the last one seen. “all” leaves out what is only put on record. */
export async function listPlannedAlbums(
  sql: Sql,
  importId: string,
  options: { filter?: "all" | AlbumOutcome; after?: number; limit?: number } = {},
): Promise<PlannedAlbum[]> {
  const { filter = "all", after = 0, limit = 100 } = options;
  return await sql<PlannedAlbum[]>`
    select g.ordinal, coalesce(a.title, g.title) as title,
      coalesce(a.artist_credit, g.artist_credit, g.artist_name) as artist, g.album_id, g.saved, g.liked_tracks,
      g.playlists, p.detail->>'name' as playlist_name, g.outcome, a.ignored_at
    from import_albums g
    left join albums a on a.id = g.album_id
    left join import_entries p on p.import_id = g.import_id and p.kind = 'playlist' and p.list = g.first_list
    where g.import_id = ${importId} and g.ordinal > ${after}
      and ${filter === "all" ? sql`g.outcome <> 'recorded'` : sql`g.outcome = ${filter}`}
    order by g.ordinal limit ${limit}`;
}
