import { insertJob } from "../db/jobs.ts";
import { upsertSettings } from "../db/settings.ts";
import { findSchedule, type Schedule, updateSchedule } from "../db/schedules.ts";
import type { Sql } from "../db/sql.ts";
import type { App } from "./app.ts";
import { cronProblem, nextRun } from "./cron.ts";
import { Failure } from "./errors.ts";

export type ScheduleChange = { cron?: string; enabled?: boolean };

/** Changes when a schedule fires; the program that runs notices at once. A cron that cannot be used is `invalid`. */
export async function changeSchedule(
  { sql }: { sql: Sql },
  name: string,
  change: ScheduleChange,
  now = new Date(),
): Promise<Schedule> {
  const schedule = await existingSchedule(sql, name);
  const cron = change.cron?.trim().replaceAll(/\s+/g, " ") ?? schedule.cron;
  const problem = cronProblem(cron);
  if (problem) throw new Failure("invalid", problem, { fields: { cron: problem } });
  const enabled = change.enabled ?? schedule.enabled;
  const nextRunAt = enabled ? nextRun(cron, now) ?? null : null;
  const changed = await updateSchedule(sql, name, { cron, enabled, nextRunAt });
  // The settings call it by another name.
  if (name === "spotify_sync") await upsertSettings(sql, { auto_sync_enabled: enabled });
  return changed ?? await existingSchedule(sql, name);
}

/**
 * A schedule for "every so many hours". Five fields cannot say 5 or 36 hours evenly: then it fires every hour, and
 * the job itself sees what is due.
 */
export function cronEvery(hours: number): string {
  if (hours === 24) return "0 4 * * *";
  return 24 % hours === 0 && hours > 1 ? `0 */${hours} * * *` : "0 * * * *";
}

/** Asks for the job of a schedule now, whether it is switched on or not; its next run stays where it is. */
export async function runScheduleNow(
  { sql }: Pick<App, "sql">,
  name: string,
  requestedBy: string,
): Promise<{ id: string; existing: boolean; kind: string }> {
  const { kind, payload } = await existingSchedule(sql, name);
  return { kind, ...await insertJob(sql, { kind, payload, requestedBy, priority: 10 }) };
}

async function existingSchedule(sql: Sql, name: string): Promise<Schedule> {
  const schedule = await findSchedule(sql, name);
  if (!schedule) throw new Failure("not_found", "There is no such schedule.");
  return schedule;
}
