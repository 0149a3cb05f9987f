import type { Sql } from "./sql.ts";

export type ListedList = {
  spotifyId: string;
  name: string;
  description?: string;
  ownerName?: string;
  snapshot?: string;
  total?: number;
  /** Why what is in it is not shown. */
  unreadable?: string;
};

/**
 * Stores playlists as the account lists them; what is in them comes later. A list that could not be read is tried
 * again when it has changed, or when `retry` says so.
 */
export async function upsertListedPlaylists(
  tx: Sql,
  userId: string,
  lists: ListedList[],
  options: { retry: boolean },
): Promise<void> {
  const column = <T>(of: (list: ListedList) => T | undefined) => lists.map((list) => of(list) ?? null);
  await tx`
    insert into playlists as known (user_id, spotify_id, source_key, door, name, description, owner_name,
      listed_snapshot_id, listed_total, unreadable_reason)
    select distinct on (spotify_id) ${userId}, spotify_id, 'spotify:' || spotify_id, 'spotify', name, description,
      owner_name, snapshot, total, unreadable
    from unnest(${column((l) => l.spotifyId)}::text[], ${column((l) => l.name)}::text[],
      ${column((l) => l.description)}::text[], ${column((l) => l.ownerName)}::text[],
      ${column((l) => l.snapshot)}::text[], ${column((l) => l.total)}::integer[],
      ${column((l) => l.unreadable)}::text[])
      as listed (spotify_id, name, description, owner_name, snapshot, total, unreadable)
    on conflict (user_id, source_key) do update set
      name = excluded.name, description = excluded.description, owner_name = excluded.owner_name,
      listed_total = excluded.listed_total, spotify_id = excluded.spotify_id,
      unreadable_reason = case
        when excluded.unreadable_reason is not null or ${options.retry}
          or known.listed_snapshot_id is distinct from excluded.listed_snapshot_id then excluded.unreadable_reason
        else known.unreadable_reason end,
      listed_snapshot_id = excluded.listed_snapshot_id,
      -- One that was gone may have lost songs meanwhile.
      snapshot_id = case when known.removed_at is null then known.snapshot_id end,
      removed_at = null, updated_at = now()`;
}

export type ListToRead = {
  id: string;
  spotifyId: string;
  name: string;
  description: string | null;
  snapshot: string | null;
  total: number | null;
};

/** The next playlist behind `after` that was changed since its songs were read. */
export async function findListToRead(
  sql: Sql,
  userId: string,
  after: string | null,
): Promise<ListToRead | undefined> {
  const [list] = await sql<ListToRead[]>`
    select id, spotify_id, name, description, listed_snapshot_id as snapshot, listed_total as total
    from playlists where ${isToRead(sql, userId)} and (${after}::uuid is null or id > ${after})
    order by id limit 1`;
  return list;
}

/** How many songs those playlists hold, as Spotify counts. */
export async function countSongsToRead(sql: Sql, userId: string): Promise<number> {
  const [row] = await sql<{ songs: number }[]>`
    select coalesce(sum(listed_total), 0)::integer as songs from playlists where ${isToRead(sql, userId)}`;
  return row.songs;
}

function isToRead(sql: Sql, userId: string) {
  return sql`user_id = ${userId} and door = 'spotify' and spotify_id is not null and removed_at is null
    and unreadable_reason is null and (snapshot_id is null or snapshot_id is distinct from listed_snapshot_id)`;
}

export async function markUnreadable(tx: Sql, id: string, reason: string): Promise<void> {
  await tx`update playlists set unreadable_reason = ${reason}, updated_at = now() where id = ${id}`;
}

/** The songs of the playlists of an import are of the state in which they were listed when it began to read them. */
export async function saveSnapshots(tx: Sql, importId: string, userId: string): Promise<void> {
  await tx`
    update playlists p set snapshot_id = coalesce(e.detail->>'snapshot', ''), read_at = now()
    from import_entries e
    where e.import_id = ${importId} and e.kind = 'playlist' and p.user_id = ${userId} and p.source_key = e.source_key`;
}

export async function countUnreadable(sql: Sql, userId: string): Promise<number> {
  const [row] = await sql<{ lists: number }[]>`
    select count(*)::integer as lists from playlists
    where user_id = ${userId} and door = 'spotify' and removed_at is null and unreadable_reason is not null`;
  return row.lists;
}
