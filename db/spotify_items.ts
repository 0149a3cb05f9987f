import type { Sql } from "./sql.ts";

export type SpotifyItemKind = "album" | "track" | "playlist";
export type ListedItem = { id: string; addedAt?: Date };
type Pass = { userId: string; kind: SpotifyItemKind; pass: string };

export type MarkedItems = {
  /** Not held before. */
  fresh: Set<string>;
  /** Held before, but added at another time: taken out and put back. */
  changed: Set<string>;
  /** Met before in this pass: the list has moved while it was read. */
  repeated: number;
};

/** Notes that a pass has met these items, and says which of them are news. */
export async function markItems(tx: Sql, pass: Pass, items: ListedItem[]): Promise<MarkedItems> {
  const ids = items.map((item) => item.id);
  const dates = items.map((item) => item.addedAt?.toISOString() ?? null);
  const before = await tx<{ spotifyId: string; same: boolean; repeated: boolean }[]>`
    select h.spotify_id, h.added_at is not distinct from n.added_at as same, h.pass = ${pass.pass} as repeated
    from unnest(${ids}::text[], ${dates}::timestamptz[]) as n (spotify_id, added_at)
    join spotify_items h on h.user_id = ${pass.userId} and h.kind = ${pass.kind} and h.spotify_id = n.spotify_id`;
  await tx`
    insert into spotify_items (user_id, kind, spotify_id, added_at, pass)
    select distinct on (spotify_id) ${pass.userId}, ${pass.kind}, spotify_id, added_at, ${pass.pass}
    from unnest(${ids}::text[], ${dates}::timestamptz[]) as n (spotify_id, added_at)
    on conflict (user_id, kind, spotify_id) do update set added_at = excluded.added_at, pass = excluded.pass`;
  const known = new Set(before.map((row) => row.spotifyId));
  return {
    fresh: new Set(ids.filter((id) => !known.has(id))),
    changed: new Set(before.filter((row) => !row.same).map((row) => row.spotifyId)),
    repeated: before.filter((row) => row.repeated).length + ids.length - new Set(ids).size,
  };
}

/** Forgets what a pass has not met; returns the ids. */
export async function takeGoneItems(tx: Sql, { userId, kind, pass }: Pass): Promise<string[]> {
  const rows = await tx<{ spotifyId: string }[]>`
    delete from spotify_items where user_id = ${userId} and kind = ${kind} and pass <> ${pass} returning spotify_id`;
  return rows.map((row) => row.spotifyId);
}

/** Saved albums that left the account are kept and marked, unless another edition of the album is saved still. */
export async function markAlbumsRemoved(tx: Sql, userId: string, spotifyIds: string[]): Promise<string[]> {
  const rows = await tx<{ albumId: string }[]>`
    update library_entries e set removed_at = now()
    where e.user_id = ${userId} and e.source = 'saved_album' and e.door <> 'manual' and e.removed_at is null
      and e.album_id in (select album_id from album_external_ids where kind = 'spotify' and value = any(${spotifyIds}))
      and not exists (
        select from album_external_ids x join spotify_items h on h.spotify_id = x.value
        where x.album_id = e.album_id and x.kind = 'spotify' and h.user_id = ${userId} and h.kind = 'album')
    returning e.album_id`;
  return [...new Set(rows.map((row) => row.albumId))];
}

/** The same for liked songs; returns the albums they are on. */
export async function markSongsRemoved(tx: Sql, userId: string, spotifyIds: string[]): Promise<string[]> {
  const rows = await tx<{ albumId: string }[]>`
    update liked_tracks l set removed_at = now() from tracks t
    where t.id = l.track_id and l.user_id = ${userId} and l.removed_at is null and t.spotify_id = any(${spotifyIds})
    returning t.album_id`;
  return [...new Set(rows.map((row) => row.albumId))];
}

/** The same for playlists; returns the albums of their songs. */
export async function markPlaylistsRemoved(tx: Sql, userId: string, spotifyIds: string[]): Promise<string[]> {
  const rows = await tx<{ albumId: string }[]>`
    with gone as (
      update playlists set removed_at = now(), updated_at = now()
      where user_id = ${userId} and spotify_id = any(${spotifyIds}) and removed_at is null returning id)
    select distinct i.album_id from playlist_tracks i join gone on gone.id = i.playlist_id
    where i.album_id is not null`;
  return rows.map((row) => row.albumId);
}

export type SpotifySection = "albums" | "tracks" | "playlists";
export type SectionState = { total: number | null; fullAt: Date | null; trouble: string | null };

export async function findSection(
  sql: Sql,
  userId: string,
  section: SpotifySection,
): Promise<SectionState | undefined> {
  const [row] = await sql<SectionState[]>`
    select total, full_at, trouble from spotify_sections where user_id = ${userId} and section = ${section}`;
  return row;
}

/** `full`: it was read to its end. */
export async function saveSection(
  tx: Sql,
  userId: string,
  section: SpotifySection,
  state: { total: number | null; full: boolean },
): Promise<void> {
  await tx`
    insert into spotify_sections as known (user_id, section, total, full_at)
    values (${userId}, ${section}, ${state.total}, case when ${state.full} then now() end)
    on conflict (user_id, section) do update
      set total = excluded.total, full_at = coalesce(excluded.full_at, known.full_at), trouble = null`;
}

export async function saveSectionTrouble(
  tx: Sql,
  userId: string,
  section: SpotifySection,
  trouble: string,
): Promise<void> {
  await tx`
    insert into spotify_sections (user_id, section, trouble) values (${userId}, ${section}, ${trouble})
    on conflict (user_id, section) do update set trouble = excluded.trouble`;
}

export async function listSectionTroubles(
  sql: Sql,
  userId: string,
): Promise<{ section: SpotifySection; trouble: string }[]> {
  return await sql`
    select section, trouble from spotify_sections where user_id = ${userId} and trouble is not null order by section`;
}
