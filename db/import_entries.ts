import type { Sql } from "./sql.ts";

/** One thing read from a file, as it waits to be applied. */
export type StagedEntry = {
  kind: "saved_album" | "liked_track" | "playlist" | "playlist_track" | "play";
  list?: number;
  artistName?: string;
  albumTitle?: string;
  albumSpotifyId?: string;
  artistSpotifyId?: string;
  /** Only when the entry speaks of an album the catalogue should know. */
  albumKey?: string;
  trackTitle?: string;
  trackKey?: string;
  trackUri?: string;
  trackSpotifyId?: string;
  addedAt?: Date;
  detail: EntryDetail;
};

/** What not every entry has; keys as they are stored. */
export type EntryDetail = {
  credit?: string;
  /** "1981-12-01 month" */
  release_date?: string;
  album_type?: string;
  total_tracks?: number;
  track_number?: number;
  disc_number?: number;
  duration_ms?: number;
  isrc?: string;
  /** Of a playlist: its name in full, and in the form that tells it from others. */
  name?: string;
  key?: string;
  description?: string;
  /** Of a playlist's track. */
  item?: string;
  index?: number;
  artist?: string;
  ms_played?: number;
  /** What only Spotify itself tells: an album's picture, barcode and songs, the state a playlist was read in. */
  cover?: string;
  barcode?: string;
  tracks?: StagedTrack[];
  snapshot?: string;
};

/** A song of an album, keys as they are stored. */
export type StagedTrack = {
  spotify_id?: string;
  title: string;
  match_key: string;
  track_number?: number;
  disc_number?: number;
  duration_ms?: number;
  isrc?: string;
};

/** Stores a batch; `from` is the position of its first entry. */
export async function insertImportEntries(
  sql: Sql,
  importId: string,
  from: number,
  entries: StagedEntry[],
): Promise<void> {
  const column = (of: (entry: StagedEntry) => string | number | undefined) =>
    entries.map((entry) => of(entry) ?? null);
  await sql`
    insert into import_entries (import_id, position, kind, list, artist_name, album_title, album_spotify_id,
      artist_spotify_id, album_key, track_title, track_key, track_uri, track_spotify_id, added_at, detail)
    select ${importId}, ${from} + n - 1, kind, list, artist_name, album_title, album_spotify_id,
      artist_spotify_id, album_key, track_title, track_key, track_uri, track_spotify_id, added_at, detail::jsonb
    from unnest(
      ${column((e) => e.kind)}::text[], ${column((e) => e.list)}::integer[],
      ${column((e) => e.artistName)}::text[], ${column((e) => e.albumTitle)}::text[],
      ${column((e) => e.albumSpotifyId)}::text[], ${column((e) => e.artistSpotifyId)}::text[],
      ${column((e) => e.albumKey)}::text[], ${column((e) => e.trackTitle)}::text[],
      ${column((e) => e.trackKey)}::text[], ${column((e) => e.trackUri)}::text[],
      ${column((e) => e.trackSpotifyId)}::text[], ${column((e) => e.addedAt?.toISOString())}::timestamptz[],
      ${column((e) => JSON.stringify(e.detail))}::text[]
    ) with ordinality as entry (kind, list, artist_name, album_title, album_spotify_id, artist_spotify_id,
      album_key, track_title, track_key, track_uri, track_spotify_id, added_at, detail, n)`;
}

/**
 * Forgets what the file says twice (saved albums, liked songs, plays) and returns how many those were. Songs
 * may stand in a playlist more than once.
 */
export async function deleteDoubledEntries(sql: Sql, importId: string): Promise<number> {
  await sql`analyze import_entries`;
  const result = await sql`
    delete from import_entries e using (
      select position, row_number() over (partition by kind, identity order by position) as n
      from (
        select position, kind, case kind
            when 'saved_album' then coalesce(album_spotify_id, album_key)
            when 'liked_track' then coalesce(track_spotify_id, album_key || chr(9) || track_key)
            else track_uri || ' ' || added_at
          end as identity
        from import_entries
        where import_id = ${importId} and kind in ('saved_album', 'liked_track', 'play')
      ) named
    ) doubled
    where e.import_id = ${importId} and e.position = doubled.position and doubled.n > 1`;
  return result.count;
}

/** Playlists of one name are told apart by a number, in the order of the file. */
export async function nameImportPlaylists(sql: Sql, importId: string, door: string): Promise<void> {
  await sql`
    update import_entries e set source_key = named.source_key
    from (
      select position, ${door} || ':' || (detail->>'key')
        || case when row_number() over same_name > 1 then '#' || row_number() over same_name else '' end as source_key
      from import_entries where import_id = ${importId} and kind = 'playlist'
      window same_name as (partition by detail->>'key' order by list)
    ) named
    where e.import_id = ${importId} and e.position = named.position`;
}

export type EntryCounts = { likedTracks: number; playlists: number; playlistTracks: number; plays: number };

export async function countImportEntries(sql: Sql, importId: string): Promise<EntryCounts> {
  const [row] = await sql<EntryCounts[]>`
    select count(*) filter (where kind = 'liked_track')::integer as liked_tracks,
      count(*) filter (where kind = 'playlist')::integer as playlists,
      count(*) filter (where kind = 'playlist_track')::integer as playlist_tracks,
      count(*) filter (where kind = 'play')::integer as plays
    from import_entries where import_id = ${importId}`;
  return row;
}

/** How many entries of a kind stand up to and with a position, or list for what belongs to one. */
export async function countEntriesUntil(
  sql: Sql,
  importId: string,
  kind: StagedEntry["kind"],
  until: number,
): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from import_entries
    where import_id = ${importId} and kind = ${kind}
      and ${kind === "playlist_track" ? sql`list` : sql`position`} <= ${until}`;
  return row.count;
}

/** The position after which `size` entries of a kind have been passed; undefined when none are left. */
export async function nextEntryChunk(
  sql: Sql,
  importId: string,
  kind: StagedEntry["kind"],
  { after, size }: { after: number; size: number },
): Promise<{ until: number; count: number } | undefined> {
  const [row] = await sql<{ until: number | null; count: number }[]>`
    select max(position) as until, count(*)::integer as count from (
      select position from import_entries
      where import_id = ${importId} and kind = ${kind} and position > ${after}
      order by position limit ${size}) chunk`;
  return row.until === null ? undefined : { until: row.until, count: row.count };
}
