import type { Sql } from "./sql.ts";

/** One line of an album's history; `before` and `after` hold the fields that changed. */
export type AlbumEvent = {
  id: string;
  albumId: string;
  kind: string;
  username: string | null;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  undoneBy: string | null;
  batch: string | null;
  createdAt: Date;
};

export async function insertAlbumEvent(
  sql: Sql,
  event: {
    albumId: string;
    userId: string | null;
    kind: string;
    before: Record<string, unknown>;
    after: Record<string, unknown>;
    batch?: string;
  },
): Promise<{ id: string }> {
  const [row] = await sql<{ id: string }[]>`
    insert into album_events (album_id, user_id, kind, before, after, batch)
    values (${event.albumId}, ${event.userId}, ${event.kind}, ${JSON.stringify(event.before)}::text::jsonb,
      ${JSON.stringify(event.after)}::text::jsonb, ${event.batch ?? null})
    returning id`;
  return row;
}

/** Newest first. */
export async function listAlbumEvents(sql: Sql, albumId: string, limit = 100): Promise<AlbumEvent[]> {
  return await sql<AlbumEvent[]>`
    select e.id, e.album_id, e.kind, u.username, e.before, e.after, e.undone_by, e.batch, e.created_at
    from album_events e left join users u on u.id = e.user_id
    where e.album_id = ${albumId} order by e.id desc limit ${limit}`;
}

/** The events to take back: one by its id, or all of one click by their batch. Locked until the end. */
export async function lockAlbumEvents(
  sql: Sql,
  key: { id: string } | { batch: string },
): Promise<
  (Pick<AlbumEvent, "id" | "albumId" | "kind" | "before" | "after" | "undoneBy" | "batch"> & {
    userId: string | null;
  })[]
> {
  return await sql`
    select id, album_id, user_id, kind, before, after, undone_by, batch from album_events
    where ${"id" in key ? sql`id = ${key.id}` : sql`batch = ${key.batch}`} order by album_id, id for update`;
}

export async function markUndone(sql: Sql, id: string, undoneBy: string): Promise<void> {
  await sql`update album_events set undone_by = ${undoneBy} where id = ${id}`;
}
