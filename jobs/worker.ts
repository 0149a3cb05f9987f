import {
  type ClaimedJob,
  claimJob,
  type ClaimOptions,
  listCancelRequests,
  releaseJob,
  renewLeases,
  requeueLostJobs,
} from "../db/job_claims.ts";
import { listenForReadyJobs } from "../db/jobs.ts";
import { holdWorkerLock, type WorkerLock } from "../db/worker_locks.ts";
import type { App } from "../services/app.ts";
import { logger } from "../services/log.ts";
import { createAlarm } from "./alarm.ts";
import type { Job } from "./job.ts";
import { jobs } from "./mod.ts";
import { JobInterrupted, type JobTable, runJob } from "./run.ts";

export type WorkerOptions = {
  jobs?: JobTable;
  /** Jobs at a time, not counting the kinds that have a lane of their own. */
  concurrency?: number;
  /** How often to look without being woken. */
  pollMs?: number;
  leaseSeconds?: number;
  heartbeatMs?: number;
  /** How long runs may take to end when the worker stops. */
  graceMs?: number;
};

export type Worker = {
  /** Ends all runs; what is not done then is released for the next worker. */
  stop(): Promise<void>;
};

type Run = ClaimedJob & { abort: AbortController; ended: Promise<void> };

const FAREWELL_MS = 1000;
const HEAR_AGAIN_MS = 20;

const log = logger("jobs");

/** Claims jobs, runs them and settles them until it is stopped. */
export function startWorker(app: App, options: WorkerOptions = {}): Worker {
  const { sql } = app;
  const table = options.jobs ?? jobs;
  const { concurrency = 2, pollMs = 2000, leaseSeconds = 30, heartbeatMs = 5000, graceMs = 6000 } = options;
  const workerId = crypto.randomUUID();
  const lanes = lanesOf(table);
  // Not by id: this worker may claim a job again while the run that lost it is still ending.
  const running = new Set<Run>();
  const alarm = createAlarm();
  let lock: WorkerLock | undefined;
  let ringing: ReturnType<typeof setTimeout> | undefined;
  let listening = false;
  let lastHeartbeat = -Infinity;
  let stopping = false;

  // Many jobs may become ready one after the other, and each says so.
  function heard() {
    if (stopping) return;
    ringing ??= setTimeout(() => {
      ringing = undefined;
      alarm.ring();
    }, HEAR_AGAIN_MS);
  }

  async function heartbeat() {
    // Held before the first claim, so that whoever finds it free knows that the worker is dead.
    if (!await lock?.isHeld()) lock = await holdWorkerLock(sql, workerId);
    if (!listening) await listenForReadyJobs(sql, heard);
    listening = true;
    const held = await renewLeases(sql, workerId, leaseSeconds);
    for (const run of running) {
      if (!held.some(({ id, attempt }) => id === run.id && attempt === run.attempt)) interrupt(run, "lost");
    }
    lastHeartbeat = performance.now();
  }

  async function look() {
    if (performance.now() - lastHeartbeat >= heartbeatMs) await heartbeat();
    await requeueLostJobs(sql);
    const cancelled = await listCancelRequests(sql, workerId);
    running.forEach((run) => cancelled.includes(run.id) && interrupt(run, "cancelled"));
    while (!stopping) {
      const shared = [...running].filter((run) => !run.alone).length < concurrency;
      const claim = await claimJob(sql, { workerId, leaseSeconds, ...lanes, shared });
      if (!claim) break;
      if (stopping) return void await releaseJob(sql, claim);
      const abort = new AbortController();
      const ended = runJob(app, table, claim, abort, { settleWithinMs: leaseSeconds * 1000 });
      const run: Run = { ...claim, abort, ended };
      running.add(run);
      ended.finally(() => {
        running.delete(run);
        alarm.ring();
      });
    }
  }

  async function loop() {
    while (!stopping) {
      try {
        await look();
      } catch (error) {
        log.warn("The database cannot be asked for jobs", { error });
        // Others may have taken our jobs over by now.
        const silentMs = performance.now() - lastHeartbeat;
        if (silentMs > leaseSeconds * 1000) running.forEach((run) => interrupt(run, "lost"));
      }
      await alarm.wait(pollMs);
    }
  }

  async function farewell() {
    try {
      for (const run of running) await releaseJob(sql, run);
      await lock?.release();
    } catch (error) {
      log.warn("The worker could not say goodbye to the database", { error });
    }
  }

  const looping = loop();
  return {
    async stop() {
      stopping = true;
      alarm.ring();
      running.forEach((run) => interrupt(run, "stopping"));
      await within(graceMs, Promise.all([looping, ...[...running].map((run) => run.ended)]));
      // When the database is away, too, our jobs are taken over by whoever finds it back.
      await within(FAREWELL_MS, farewell());
      clearTimeout(ringing);
    },
  };
}

/** Runs what is ready, one job after the other, until nothing is; returns how many runs that took. For tests. */
export async function runUntilEmpty(
  app: App,
  options: { now?: Date; jobs?: JobTable } = {},
): Promise<number> {
  const table = options.jobs ?? jobs;
  const workerId = crypto.randomUUID();
  const claiming: ClaimOptions = { workerId, leaseSeconds: 3600, ...lanesOf(table), shared: true };
  const lock = await holdWorkerLock(app.sql, workerId);
  let runs = 0;
  while (true) {
    const claim = await claimJob(app.sql, { ...claiming, now: options.now });
    if (!claim) break;
    await runJob(app, table, claim, new AbortController());
    runs++;
  }
  await lock.release();
  return runs;
}

function lanesOf(table: JobTable): Pick<ClaimOptions, "alone" | "aloneUnnamed"> {
  const kindsWhere = (alone: Job<unknown>["alone"]) =>
    Object.entries(table).filter(([, job]) => job?.alone === alone).map(([kind]) => kind);
  return { alone: kindsWhere(true), aloneUnnamed: kindsWhere("unless one is named") };
}

function interrupt(run: Run, why: JobInterrupted["why"]) {
  run.abort.abort(new JobInterrupted(why));
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([work, new Promise((resolve) => timer = setTimeout(resolve, ms))]);
  clearTimeout(timer);
}
