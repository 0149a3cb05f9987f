import type { Sql } from "./sql.ts";

/** Keeps what somebody is about to hand to Lidarr. */
export async function insertLidarrPlan(sql: Sql, userId: string, albumIds: string[]): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into lidarr_plans (user_id, album_ids) values (${userId}, ${albumIds}::uuid[]) returning id`;
  return row.id;
}

export async function findLidarrPlan(sql: Sql, id: string, userId: string): Promise<string[] | undefined> {
  const [row] = await sql<{ albumIds: string[] }[]>`
    select album_ids from lidarr_plans where id = ${id} and user_id = ${userId} and expires_at > now()`;
  return row?.albumIds;
}
