import type { Database, Sql } from "./sql.ts";

/** A job that is asked for again and again. */
export type Schedule = {
  name: string;
  kind: string;
  payload: Record<string, unknown>;
  /** Five fields: minute, hour, day, month, weekday. */
  cron: string;
  enabled: boolean;
  lastRunAt: Date | null;
  /** Null until somebody has worked it out, and while it is switched off. */
  nextRunAt: Date | null;
};

export async function listSchedules(sql: Sql): Promise<Schedule[]> {
  return await sql<Schedule[]>`select ${columns(sql)} from schedules order by name`;
}

export async function findSchedule(sql: Sql, name: string): Promise<Schedule | undefined> {
  const [schedule] = await sql<Schedule[]>`select ${columns(sql)} from schedules where name = ${name}`;
  return schedule;
}

export async function updateSchedule(
  sql: Sql,
  name: string,
  change: { cron?: string; enabled?: boolean; nextRunAt: Date | null },
): Promise<Schedule | undefined> {
  const [schedule] = await sql<Schedule[]>`
    update schedules set cron = coalesce(${change.cron ?? null}, cron),
      enabled = coalesce(${
    change.enabled ?? null
  }, enabled), next_run_at = ${change.nextRunAt}, updated_at = now()
    where name = ${name} returning ${columns(sql)}`;
  return schedule;
}

/**
 * Moves a schedule on from the run it was read with to the next one; false when another program has done that,
 * or when it was changed meanwhile. `ran` says whether the run that is left behind takes place.
 */
export async function advanceSchedule(
  sql: Sql,
  schedule: Schedule,
  nextRunAt: Date,
  ran: boolean,
): Promise<boolean> {
  const result = await sql`
    update schedules set next_run_at = ${nextRunAt}, last_run_at = case when ${ran} then now() else last_run_at end
    where name = ${schedule.name} and enabled and cron = ${schedule.cron}
      and next_run_at is not distinct from ${schedule.nextRunAt}`;
  return result.count === 1;
}

/** Calls back whenever a schedule has changed, and after a lost connection is back. */
export async function listenForSchedules(sql: Database, changed: () => void): Promise<void> {
  await sql.listen("schedules", changed, changed);
}

function columns(sql: Sql) {
  return sql`name, kind, payload, cron, enabled, last_run_at, next_run_at`;
}
