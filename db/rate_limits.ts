import type { Sql } from "./sql.ts";

export type RateLimit = { key: string; points: number; expiresAt: Date };

/**
 * Counts one try under each key and returns how many there were since the first one, at most `windowSeconds`
 * ago. All programs on one database count together, and none counts twice.
 */
export function countTries(sql: Sql, keys: string[], windowSeconds: number): Promise<RateLimit[]> {
  // Sorted, so that two callers with keys in common lock them in the same order.
  return sql<RateLimit[]>`
    insert into rate_limits as known (key, points, expires_at)
    select key, 1, now() + make_interval(secs => ${windowSeconds})
    from unnest(${keys}::text[]) as key order by key
    on conflict (key) do update set
      points = case when known.expires_at <= now() then 1 else known.points + 1 end,
      expires_at = case when known.expires_at <= now() then excluded.expires_at else known.expires_at end
    returning key, points, expires_at`;
}

/** Takes back what `countTries` counted, for tries that succeeded or were not evaluated. */
export async function forgiveTries(sql: Sql, keys: string[]): Promise<void> {
  await sql`
    update rate_limits set points = points - 1
    where key in (select key from rate_limits where key = any(${keys}) order by key for update) and points > 0`;
}
