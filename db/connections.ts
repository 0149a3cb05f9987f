import type { Sql } from "./sql.ts";

/** How many connections there are to this database, by what they do: idle, active, idle in transaction. */
export async function countConnections(sql: Sql): Promise<Record<string, number>> {
  const rows = await sql<{ state: string; count: number }[]>`
    select coalesce(state, 'other') as state, count(*)::integer from pg_stat_activity
    where datname = current_database() and application_name = 'beat-collector' group by 1`;
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
