import type { Sql } from "./sql.ts";

/** Undefined: nothing there, or not any more. JSON's null is a value. */
export async function findCached(sql: Sql, key: string): Promise<{ value: unknown } | undefined> {
  const [row] = await sql<{ value: unknown }[]>`
    select value from cache where key = ${key} and (expires_at is null or expires_at > now())`;
  return row;
}

export async function upsertCached(
  sql: Sql,
  key: string,
  { json, ttlSeconds }: { json: string; ttlSeconds: number },
): Promise<void> {
  await sql`
    insert into cache (key, value, expires_at)
    values (${key}, ${json}::text::jsonb, now() + make_interval(secs => ${ttlSeconds}))
    on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at`;
}

export async function deleteCached(sql: Sql, key: string): Promise<void> {
  await sql`delete from cache where key = ${key}`;
}
