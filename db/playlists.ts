import type { Sql } from "./sql.ts";

/**
 * Stores the playlists of an import with the numbers after `from` up to and with `to`; a list that came through
 * this door before is replaced.
 */
export async function upsertImportedPlaylists(
  tx: Sql,
  { importId, from, to }: { importId: string; from: number; to: number },
  owner: { userId: string; door: string },
): Promise<string[]> {
  await tx`
    insert into playlists (user_id, name, description, source_key, door, modified_at)
    select ${owner.userId}, detail->>'name', detail->>'description', source_key, ${owner.door}, added_at
    from import_entries
    where import_id = ${importId} and kind = 'playlist' and list > ${from} and list <= ${to}
    on conflict (user_id, source_key) do update set
      name = excluded.name, description = excluded.description, modified_at = excluded.modified_at,
      removed_at = null, updated_at = now()`;
  const lists = tx`
    select e.list, p.id from import_entries e
    join playlists p on p.user_id = ${owner.userId} and p.source_key = e.source_key
    where e.import_id = ${importId} and e.kind = 'playlist' and e.list > ${from} and e.list <= ${to}`;
  const before = await tx<{ albumId: string | null }[]>`
    with lists as (${lists})
    delete from playlist_tracks i using lists where i.playlist_id = lists.id returning i.album_id`;
  await tx`
    with lists as (${lists})
    insert into playlist_tracks (playlist_id, position, item_kind, track_id, album_id, album_guessed, title,
      artist_name, album_title, uri, added_at)
    select lists.id, (e.detail->>'index')::integer, e.detail->>'item', t.id, coalesce(t.album_id, g.album_id),
      coalesce(t.album_guessed, e.album_spotify_id is null), e.track_title,
      coalesce(e.detail->>'artist', e.artist_name), e.album_title, e.track_uri, e.added_at
    from import_entries e
    join lists on lists.list = e.list
    left join tracks t on t.spotify_id = e.track_spotify_id
    left join import_refs r on r.import_id = e.import_id and r.position = e.position
    left join import_albums g on g.import_id = r.import_id and g.ref = r.ref
    where e.import_id = ${importId} and e.kind = 'playlist_track'`;
  const left = await tx<{ albumId: string }[]>`
    with lists as (${lists})
    select distinct b.album_id from unnest(${before.map((row) => row.albumId)}::uuid[]) as b (album_id)
    where b.album_id is not null and not exists (
      select from playlist_tracks i join lists on lists.id = i.playlist_id where i.album_id = b.album_id)`;
  return left.map((row) => row.albumId);
}

/** Songs of playlists that are liked songs of this import now. */
export async function linkPlaylistTracks(tx: Sql, importId: string): Promise<void> {
  await tx`
    update playlist_tracks i set track_id = t.id
    from (select distinct track_uri, track_spotify_id from import_entries
      where import_id = ${importId} and kind = 'liked_track' and track_spotify_id is not null) e
    join tracks t on t.spotify_id = e.track_spotify_id
    where i.uri = e.track_uri and i.track_id is null`;
}

/** How many lists, and songs in them, an import has with the numbers after `from`, `size` lists at most. */
export async function nextPlaylistChunk(
  sql: Sql,
  importId: string,
  { from, size }: { from: number; size: number },
): Promise<{ until: number; count: number } | undefined> {
  const [row] = await sql<{ until: number | null; count: number }[]>`
    select max(list) as until, count(*) filter (where kind = 'playlist_track')::integer as count
    from import_entries
    where import_id = ${importId} and kind in ('playlist', 'playlist_track')
      and list > ${from} and list <= ${from + size}`;
  return row.until === null ? undefined : { until: row.until, count: row.count };
}

/** Points playlists to the albums that songs now stand on. */
export async function followMovedTracks(tx: Sql, trackIds: string[]): Promise<void> {
  await tx`
    update playlist_tracks i set album_id = t.album_id, album_guessed = t.album_guessed
    from tracks t where t.id = i.track_id and t.id = any(${trackIds}::uuid[]) and i.album_id is distinct from t.album_id`;
}

/** Songs in playlists that lie on another album than the one their Spotify id belongs to; returns both albums. */
export async function movePlaylistTracks(tx: Sql, importId: string): Promise<string[]> {
  const rows = await tx<{ fromId: string; toId: string }[]>`
    update playlist_tracks i set album_id = moved.to_id, album_guessed = false
    from (
      select p.playlist_id, p.position, p.album_id as from_id, x.album_id as to_id
      from (select distinct track_uri, track_spotify_id from import_entries
        where import_id = ${importId} and track_spotify_id is not null) e
      join spotify_track_albums f on f.track_id = e.track_spotify_id
      join album_external_ids x on x.kind = 'spotify' and x.value = f.album_id
      join playlist_tracks p on p.uri = e.track_uri and p.album_guessed
    ) moved
    where i.playlist_id = moved.playlist_id and i.position = moved.position
    returning moved.from_id, moved.to_id`;
  return [...new Set(rows.flatMap((row) => row.fromId === row.toId ? [] : [row.fromId, row.toId]))];
}
