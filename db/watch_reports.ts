import type { Sql } from "./sql.ts";

/** How changes of the music folder are noticed right now, for the health page. */
export type WatchReport = {
  status: "ok" | "degraded";
  message?: string;
};

// A program that has died reports no more.
const REPORT = "watch_report";

export async function upsertWatchReport(sql: Sql, report: WatchReport): Promise<void> {
  await sql`
    insert into cache (key, value, expires_at)
    values (${REPORT}, ${JSON.stringify(report)}::text::jsonb, now() + interval '5 minutes')
    on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at`;
}

/** Undefined when no program watches a folder. */
export async function findWatchReport(sql: Sql): Promise<WatchReport | undefined> {
  const [row] = await sql<{ value: WatchReport }[]>`
    select value from cache where key = ${REPORT} and expires_at > now()`;
  return row?.value;
}

export async function deleteWatchReport(sql: Sql): Promise<void> {
  await sql`delete from cache where key = ${REPORT}`;
}
