import { insertJob } from "../db/jobs.ts";
import { findSchedule, type Schedule, updateSchedule } from "../db/schedules.ts";
import type { App } from "./app.ts";
import { cronProblem, nextRun } from "./cron.ts";
import { Failure } from "./errors.ts";

export type ScheduleChange = { cron?: string; enabled?: boolean };

/** Changes when a schedule fires; the program that runs notices at once. A cron that cannot be used is `invalid`. */
export async function changeSchedule(
  { sql }: Pick<App, "sql">,
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
  return changed ?? await existingSchedule(sql, name);
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

async function existingSchedule(sql: App["sql"], name: string): Promise<Schedule> {
  const schedule = await findSchedule(sql, name);
  if (!schedule) throw new Failure("not_found", "There is no such schedule.");
  return schedule;
}
