import type { Sql } from "./sql.ts";

/** What a reading of the account puts its entries under until they are applied. */
export async function insertSyncImport(tx: Sql, userId: string): Promise<string> {
  // What a reading that never ended has left.
  await tx`delete from imports where user_id = ${userId} and source = 'spotify'`;
  const [row] = await tx<{ id: string }[]>`
    insert into imports (user_id, source, filename, plan, expires_at)
    values (${userId}, 'spotify', 'Spotify', '{}', now() + interval '30 days') returning id`;
  return row.id;
}

export async function deleteSyncImport(tx: Sql, importId: string): Promise<void> {
  await tx`delete from imports where id = ${importId} and source = 'spotify'`;
}

/** Whether the entries a reading has left off at are still there. */
export async function hasSyncImport(sql: Sql, importId: string): Promise<boolean> {
  const rows = await sql`select 1 from imports where id = ${importId} and source = 'spotify'`;
  return rows.length > 0;
}

/** Spotify's lists are told apart by their ids. */
export async function nameSyncPlaylists(tx: Sql, importId: string): Promise<void> {
  await tx`
    update import_entries set source_key = 'spotify:' || (detail->>'key')
    where import_id = ${importId} and kind = 'playlist'`;
}

/** What was staged of a playlist that turned out to be unreadable. */
export async function deleteStagedList(tx: Sql, importId: string, list: number): Promise<number> {
  const result = await tx`delete from import_entries where import_id = ${importId} and list = ${list}`;
  return result.count;
}

/** Pictures and barcodes that the albums of an import did not have. */
export async function enrichFromSpotify(tx: Sql, importId: string): Promise<void> {
  await tx`
    update albums a set cover_art_url = named.cover, updated_at = now()
    from (
      select distinct on (g.album_id) g.album_id, e.detail->>'cover' as cover
      from ${entriesWithAlbums(tx, importId)} and e.detail ? 'cover'
      order by g.album_id, e.kind = 'saved_album' desc, e.position
    ) named
    where a.id = named.album_id and a.cover_art_url is null`;
  await tx`
    insert into album_external_ids (album_id, kind, value)
    select g.album_id, 'barcode', e.detail->>'barcode'
    from ${entriesWithAlbums(tx, importId)} and e.detail ? 'barcode'
    on conflict do nothing`;
}

/**
 * Stores the songs that the albums and playlists of an import name, on their albums. A song that was known by its
 * title alone takes the id; files of an album whose songs have changed are looked at again. To be called when
 * liked songs lie where they belong.
 */
export async function upsertListedTracks(tx: Sql, importId: string): Promise<void> {
  await tx`drop table if exists pg_temp.listed_tracks`;
  await tx`
    create temp table listed_tracks on commit drop as
    select distinct on (spotify_id) album_id, spotify_id, title, match_key, track_number, disc_number, duration_ms, isrc,
      album_spotify_id
    from (
      select g.album_id, s.spotify_id, s.title, s.match_key, s.track_number, s.disc_number, s.duration_ms, s.isrc,
        e.album_spotify_id, e.position, 0 as rank
      from ${entriesWithAlbums(tx, importId)} and e.kind = 'saved_album'
      cross join jsonb_to_recordset(coalesce(e.detail->'tracks', '[]')) as s (spotify_id text, title text, match_key text,
        track_number integer, disc_number integer, duration_ms integer, isrc text)
      union all
      select g.album_id, e.track_spotify_id, e.track_title, e.track_key, (e.detail->>'track_number')::integer,
        (e.detail->>'disc_number')::integer, (e.detail->>'duration_ms')::integer, e.detail->>'isrc',
        e.album_spotify_id, e.position, 1
      from ${entriesWithAlbums(tx, importId)} and e.kind = 'playlist_track' and e.detail->>'item' = 'track'
    ) named
    where spotify_id is not null
    order by spotify_id, rank, position`;
  await tx`analyze listed_tracks`;
  await tx`
    insert into spotify_track_albums (track_id, album_id)
    select spotify_id, album_spotify_id from listed_tracks where album_spotify_id is not null on conflict do nothing`;
  await fillKnownTracks(tx);
  await nameTwins(tx);
  const rows = await tx<{ albumId: string }[]>`
    insert into tracks (album_id, title, match_key, track_number, disc_number, duration_ms, isrc, spotify_id)
    select l.album_id, l.title, l.match_key, l.track_number, coalesce(l.disc_number, 1), l.duration_ms, l.isrc, l.spotify_id
    from listed_tracks l join albums a on a.id = l.album_id
    -- Other editions of an album add no songs of the same name to it.
    where a.spotify_id = l.album_spotify_id
      or not exists (select from tracks o where o.album_id = l.album_id and o.match_key = l.match_key)
    on conflict (spotify_id) do nothing returning album_id`;
  await tx`
    update local_files set settled = false
    where album_id = any(${[...new Set(rows.map((row) => row.albumId))]}::uuid[]) and settled`;
}

async function fillKnownTracks(tx: Sql): Promise<void> {
  await tx`
    update tracks t set track_number = coalesce(t.track_number, l.track_number),
      disc_number = case when t.track_number is null then coalesce(l.disc_number, t.disc_number) else t.disc_number end,
      duration_ms = coalesce(t.duration_ms, l.duration_ms), isrc = coalesce(t.isrc, l.isrc), updated_at = now()
    from listed_tracks l
    where t.spotify_id = l.spotify_id and (
      (t.track_number is null and l.track_number is not null) or (t.duration_ms is null and l.duration_ms is not null)
      or (t.isrc is null and l.isrc is not null))`;
}

async function nameTwins(tx: Sql): Promise<void> {
  await tx`
    update tracks t set spotify_id = naming.spotify_id, album_guessed = false,
      track_number = coalesce(t.track_number, naming.track_number), duration_ms = coalesce(t.duration_ms, naming.duration_ms),
      disc_number = case when t.track_number is null then coalesce(naming.disc_number, t.disc_number) else t.disc_number end,
      isrc = coalesce(t.isrc, naming.isrc), updated_at = now()
    from (
      select distinct on (twin_id) * from (
        select distinct on (l.spotify_id) twin.id as twin_id, l.*
        from listed_tracks l
        join tracks twin on twin.album_id = l.album_id and twin.match_key = l.match_key and twin.spotify_id is null
        where not exists (select from tracks o where o.spotify_id = l.spotify_id)
        order by l.spotify_id, twin.track_number is not distinct from l.track_number desc, twin.id
      ) twins order by twin_id, spotify_id
    ) naming
    where t.id = naming.twin_id`;
}

/** Songs of playlists that lie on their album under another id. To be called when the playlists are there. */
export async function linkByTitle(tx: Sql, importId: string, userId: string): Promise<void> {
  await tx`
    update playlist_tracks i set track_id = twin.id
    from import_entries e
    join import_entries p on p.import_id = e.import_id and p.kind = 'playlist' and p.list = e.list
    join playlists l on l.user_id = ${userId} and l.source_key = p.source_key
    cross join lateral (
      select t.id from tracks t, playlist_tracks o
      where o.playlist_id = l.id and o.position = (e.detail->>'index')::integer
        and t.album_id = o.album_id and t.match_key = e.track_key
      order by t.track_number is not distinct from (e.detail->>'track_number')::integer desc, t.id limit 1) twin
    where e.import_id = ${importId} and e.kind = 'playlist_track' and i.playlist_id = l.id
      and i.position = (e.detail->>'index')::integer and i.track_id is null`;
}

function entriesWithAlbums(tx: Sql, importId: string) {
  return tx`import_entries e
    join import_refs r on r.import_id = e.import_id and r.position = e.position
    join import_albums g on g.import_id = r.import_id and g.ref = r.ref and g.album_id is not null
      and e.import_id = ${importId}`;
}
