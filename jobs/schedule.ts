import { insertJob } from "../db/jobs.ts";
import { advanceSchedule, listenForSchedules, listSchedules, type Schedule } from "../db/schedules.ts";
import { type Database, transaction } from "../db/sql.ts";
import type { App } from "../services/app.ts";
import { cronProblem, nextRun } from "../services/cron.ts";
import { logger } from "../services/log.ts";
import { createAlarm } from "./alarm.ts";

// The clock may be set and the machine may sleep: look again at least this often.
const LOOK_AGAIN_MS = 60_000;

/** Whether a kind of job has anything to do here; without that its time passes unnoticed. */
export type IsNeeded = (kind: string) => Promise<boolean>;

const log = logger("schedule");

/**
 * Asks for the jobs of the table `schedules` when their time comes. The table is the truth, so a change there
 * counts at once, whoever makes it, and a run that was missed while no program was up is made up for once.
 */
export function startSchedule(app: Pick<App, "sql">, isNeeded?: IsNeeded): { stop(): Promise<void> } {
  const alarm = createAlarm();
  let listening = false;
  let stopping = false;

  async function loop() {
    while (!stopping) {
      let next: Date | undefined;
      try {
        if (!listening) await listenForSchedules(app.sql, alarm.ring);
        listening = true;
        next = await fireSchedules(app.sql, new Date(), isNeeded);
      } catch (error) {
        log.warn("The schedules cannot be read", { error });
      }
      const untilNext = next ? Math.max(0, next.getTime() - Date.now()) : LOOK_AGAIN_MS;
      await alarm.wait(Math.min(untilNext, LOOK_AGAIN_MS));
    }
  }

  const looping = loop();
  return {
    async stop() {
      stopping = true;
      alarm.ring();
      await looping;
    },
  };
}

/** Asks for every job that is due at `now`, each once over all programs; returns when the next one is due. */
export async function fireSchedules(
  sql: Database,
  now: Date,
  isNeeded: IsNeeded = () => Promise.resolve(true),
): Promise<Date | undefined> {
  const upcoming: Date[] = [];
  for (const schedule of await listSchedules(sql)) {
    if (!schedule.enabled) continue;
    const problem = cronProblem(schedule.cron);
    if (problem) {
      log.error("A schedule cannot be used", { name: schedule.name, cron: schedule.cron, problem });
      continue;
    }
    const planned = schedule.nextRunAt;
    const isDue = planned !== null && planned <= now;
    const next = planned && !isDue ? planned : nextRun(schedule.cron, now);
    if (!next) continue;
    if (next !== planned) await advance(sql, schedule, next, isDue && await isNeeded(schedule.kind));
    upcoming.push(next);
  }
  return upcoming.sort((a, b) => a.getTime() - b.getTime())[0];
}

/** The job is asked for in the transaction that leaves its run behind: both happen, and once. */
async function advance(sql: Database, schedule: Schedule, next: Date, runs: boolean): Promise<void> {
  await transaction(sql, async (tx) => {
    if (!await advanceSchedule(tx, schedule, next, runs) || !runs) return;
    const job = await insertJob(tx, schedule);
    log.info("Scheduled job", { name: schedule.name, kind: schedule.kind, ...job });
  });
}
