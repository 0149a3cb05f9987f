import type { Sql } from "./sql.ts";

/** Albums of an import, those after `from` up to and with `to` in its order. */
export type AlbumRange = { importId: string; from: number; to: number };

/** An album of an import that the catalogue does not have. */
export type MissingAlbum = {
  ordinal: number;
  title: string;
  artistName: string;
  artistSpotifyId: string | null;
  artistCredit: string | null;
  spotifyId: string | null;
  albumKey: string;
  releaseDate: string | null;
  releaseDatePrecision: string | null;
  albumType: string | null;
  totalTracks: number | null;
  addedAt: Date;
  inLibrary: boolean;
};

/**
 * Someone else (a scan, another import) may have added an album since the import was looked through. Without an
 * id it is the one meant only when nothing else has its name.
 */
export async function findLateArrivals(tx: Sql, { importId, from, to }: AlbumRange): Promise<void> {
  const missing =
    tx`g.import_id = ${importId} and g.ordinal > ${from} and g.ordinal <= ${to} and g.album_id is null`;
  await tx`
    update import_albums g set album_id = x.album_id from album_external_ids x
    where ${missing} and x.kind = 'spotify' and x.value = g.spotify_id`;
  await tx`
    update import_albums g set album_id = a.id from albums a
    where ${missing} and a.match_key = g.album_key
      and not exists (select from albums b where b.match_key = a.match_key and b.id <> a.id)
      and not exists (select from album_external_ids x where x.album_id = a.id and x.kind = 'spotify')
      and not exists (select from import_albums n
        where n.import_id = g.import_id and n.album_key = g.album_key and n.ref <> g.ref)`;
}

export async function listMissingAlbums(
  tx: Sql,
  { importId, from, to }: AlbumRange,
): Promise<MissingAlbum[]> {
  return await tx<MissingAlbum[]>`
    select g.ordinal, g.title, g.artist_name, g.artist_spotify_id, g.artist_credit, g.spotify_id, g.album_key,
      g.release_date, g.release_date_precision, g.album_type, g.total_tracks,
      coalesce(g.added_at, i.created_at) as added_at, g.outcome = 'new' as in_library
    from import_albums g join imports i on i.id = g.import_id
    where g.import_id = ${importId} and g.ordinal > ${from} and g.ordinal <= ${to} and g.album_id is null
    order by g.ordinal`;
}

/** The artists with a Spotify id of the albums that the catalogue has. */
export async function listIdentifiedArtists(
  tx: Sql,
  { importId, from, to }: AlbumRange,
): Promise<{ name: string; spotifyId: string }[]> {
  return await tx`
    select distinct artist_name as name, artist_spotify_id as spotify_id from import_albums
    where import_id = ${importId} and ordinal > ${from} and ordinal <= ${to} and album_id is not null
      and artist_spotify_id is not null`;
}

/** A row of `albums` with its normalised forms, keys as the columns are called. */
export type NewAlbum = {
  id: string;
  title: string;
  artist_id: string;
  artist_credit: string;
  spotify_id: string | null;
  release_date: string | null;
  release_date_precision: string | null;
  album_type: string | null;
  total_tracks: number | null;
  expected_tracks: number | null;
  in_library: boolean;
  added_at: Date;
  match_key: string;
  sort_title: string;
  sort_artist: string;
  search_text: string;
};

export async function insertAlbums(
  tx: Sql,
  importId: string,
  albums: { ordinal: number; album: NewAlbum }[],
): Promise<void> {
  if (albums.length === 0) return;
  await tx`insert into albums ${tx(albums.map(({ album }) => album))}`;
  await tx`
    update import_albums g set album_id = inserted.id
    from unnest(${albums.map(({ ordinal }) => ordinal)}::integer[], ${
    albums.map(({ album }) => album.id)
  }::uuid[])
      as inserted (ordinal, id)
    where g.import_id = ${importId} and g.ordinal = inserted.ordinal`;
}

/** Ids, dates and counts the albums did not have, and who saved them. */
export async function enrichAlbums(
  tx: Sql,
  { importId, from, to }: AlbumRange,
  owner: { userId: string; door: string },
): Promise<void> {
  const range =
    tx`g.import_id = ${importId} and g.ordinal > ${from} and g.ordinal <= ${to} and g.album_id is not null`;
  await tx`
    insert into album_external_ids (album_id, kind, value)
    select g.album_id, 'spotify', g.spotify_id from import_albums g where ${range} and g.spotify_id is not null
    on conflict do nothing`;
  await tx`
    update albums a set
      spotify_id = coalesce(a.spotify_id, g.spotify_id),
      release_date = coalesce(a.release_date, g.release_date),
      release_date_precision = case when a.release_date is null then g.release_date_precision
        else a.release_date_precision end,
      album_type = coalesce(a.album_type, g.album_type),
      total_tracks = coalesce(a.total_tracks, g.total_tracks),
      expected_tracks = case when a.owned_tracks = 0 then coalesce(a.expected_tracks, g.total_tracks)
        else a.expected_tracks end,
      added_at = least(a.added_at, g.added_at)
    from import_albums g
    where ${range} and a.id = g.album_id and (
      (a.spotify_id is null and g.spotify_id is not null)
      or (a.release_date is null and g.release_date is not null)
      or (a.album_type is null and g.album_type is not null)
      or (a.total_tracks is null and g.total_tracks is not null)
      or g.added_at < a.added_at)`;
  await tx`
    insert into library_entries (user_id, album_id, source, door, added_at, import_id)
    select ${owner.userId}, g.album_id, 'saved_album', ${owner.door}, min(g.added_at), ${importId}
    from import_albums g where ${range} and g.saved group by g.album_id
    on conflict (album_id, user_id, source, door) do update
      set removed_at = null, added_at = least(library_entries.added_at, excluded.added_at)`;
}

/** Albums credited to one artist of which the file names the whole line; not those a release was found for. */
export async function listShortCredits(
  tx: Sql,
  { importId, from, to }: AlbumRange,
): Promise<{ id: string; title: string; credit: string }[]> {
  return await tx`
    select a.id, a.title, g.artist_credit as credit
    from import_albums g join albums a on a.id = g.album_id join artists r on r.id = a.artist_id
    where g.import_id = ${importId} and g.ordinal > ${from} and g.ordinal <= ${to}
      and g.artist_credit is not null and a.artist_credit = r.name and g.artist_credit <> a.artist_credit
      and a.musicbrainz_release_group_id is null`;
}

export async function updateCredits(
  tx: Sql,
  albums: { id: string; credit: string; searchText: string }[],
): Promise<void> {
  if (albums.length === 0) return;
  await tx`
    update albums a set artist_credit = named.credit, search_text = named.search_text, updated_at = now()
    from unnest(${albums.map((album) => album.id)}::uuid[], ${albums.map((album) => album.credit)}::text[],
      ${albums.map((album) => album.searchText)}::text[]) as named (id, credit, search_text)
    where a.id = named.id`;
}

/** The albums of a range of an import, and how far it goes; undefined behind the last. */
export async function nextAlbumChunk(
  sql: Sql,
  importId: string,
  { from, size }: { from: number; size: number },
): Promise<{ until: number; count: number; albumIds: string[] } | undefined> {
  const [row] = await sql<{ until: number | null; count: number; albumIds: string[] }[]>`
    select max(ordinal) as until, count(*)::integer as count,
      coalesce(array_agg(album_id) filter (where album_id is not null), '{}') as album_ids
    from import_albums where import_id = ${importId} and ordinal > ${from} and ordinal <= ${from + size}`;
  const { until, count, albumIds } = row;
  return until === null ? undefined : { until, count, albumIds };
}

/** Writes into the history of each album that it came, or came once more by another door. */
export async function insertImportedEvents(
  tx: Sql,
  importId: string,
  albumIds: string[],
  by: { userId: string; door: string },
): Promise<void> {
  await tx`
    insert into album_events (album_id, user_id, kind, after, batch)
    select e.album_id, ${by.userId}, 'imported',
      jsonb_build_object('door', ${by.door}::text, 'sources', jsonb_agg(e.source order by e.source)), ${importId}
    from library_entries e
    where e.import_id = ${importId} and e.album_id = any(${albumIds}::uuid[])
      and not exists (select from album_events v where v.batch = ${importId} and v.album_id = e.album_id)
    group by e.album_id`;
}
