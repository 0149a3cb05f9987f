import {
  cancelClaimedJob,
  type ClaimedJob,
  completeJob,
  failJob,
  postponeJob,
  releaseJob,
  rescheduleJob,
  retryOrFailJob,
} from "../db/job_claims.ts";
import type { Sql } from "../db/sql.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { logger } from "../services/log.ts";
import type { Job, JobContext, JobResult, RunAgain } from "./job.ts";
import { progressWriter } from "./progress.ts";

/** Kind -> definition, as in mod.ts. */
export type JobTable = Record<string, Job<unknown> | undefined>;

/** Why a run has to end before it is done: the reason of its signal. */
export class JobInterrupted extends Error {
  constructor(readonly why: "cancelled" | "stopping" | "lost") {
    super(`The job was interrupted: ${why}`);
    this.name = "JobInterrupted";
  }
}

export type RunOptions = { progressMs?: number; settleWithinMs?: number };

const log = logger("jobs");

/** Writes how a run ended, if the claim is still ours: the new status, or undefined. */
type Settle = (sql: Sql) => Promise<string | undefined>;

/** Runs a claimed job to its end and settles it; never throws. */
export async function runJob(
  app: App,
  table: JobTable,
  claim: ClaimedJob,
  abort: AbortController,
  options: RunOptions = {},
): Promise<void> {
  const begun = performance.now();
  const lost = () => abort.abort(new JobInterrupted("lost"));
  const writer = progressWriter(app.sql, claim, options.progressMs ?? 500, lost);
  const { signal } = abort;
  let yielded = begun;
  const context: JobContext = {
    app,
    job: claim,
    signal,
    async progress(update) {
      writer.update(update);
      // A run that never waits for anything would otherwise keep its own heartbeat from being sent.
      if (performance.now() - yielded > 25) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        yielded = performance.now();
      }
      signal.throwIfAborted();
    },
    async commit(work) {
      signal.throwIfAborted();
      await writer.commit(work);
      signal.throwIfAborted();
    },
  };

  let outcome: Settle;
  try {
    const result = await start(table, claim, context);
    outcome = isRunAgain(result)
      ? (sql) => rescheduleJob(sql, claim, result)
      : (sql) => completeJob(sql, claim, result ?? undefined);
  } catch (error) {
    outcome = interruption(claim, signal) ?? failure(table[claim.kind], claim, error);
  }
  await writer.flush();
  const status = await settle(app, claim, outcome, options.settleWithinMs ?? 30_000);
  // Pages must show what a job has just changed.
  app.catalogue.changed();
  log.info("Job {status}", {
    status: status ?? "taken over by another worker",
    kind: claim.kind,
    id: claim.id,
    attempt: claim.attempt,
    ms: Math.round(performance.now() - begun),
  });
}

/** Checks kind and payload, the job's border, and runs it. */
function start(
  table: JobTable,
  claim: ClaimedJob,
  context: JobContext,
): Promise<JobResult | RunAgain | void> {
  const job = table[claim.kind];
  if (!job) throw new Failure("invalid", `This version of Beat Collector has no job called "${claim.kind}".`);
  const payload = job.payload.safeParse(claim.payload);
  if (!payload.success) {
    const [issue] = payload.error.issues;
    const where = issue.path.length > 0 ? issue.path.join(".") : "its payload";
    throw new Failure("invalid", `This job cannot be run: ${where} is not usable (${issue.message}).`);
  }
  return job.run(payload.data, context);
}

function isRunAgain(result: JobResult | RunAgain | void): result is RunAgain {
  return result !== undefined && "runAgainAt" in result;
}

function interruption(claim: ClaimedJob, signal: AbortSignal): Settle | undefined {
  if (!(signal.aborted && signal.reason instanceof JobInterrupted)) return undefined;
  switch (signal.reason.why) {
    case "cancelled":
      return (sql) => cancelClaimedJob(sql, claim);
    case "stopping":
      return (sql) => releaseJob(sql, claim);
    case "lost":
      return () => Promise.resolve(undefined);
  }
}

// Bugs are tried again: the cause may be a moment's trouble. What a Failure says about itself is believed.
function failure(job: Job<unknown> | undefined, claim: ClaimedJob, error: unknown): Settle {
  const { kind, id, attempt } = claim;
  if (!(error instanceof Failure)) {
    log.error("A job failed unexpectedly", { kind, id, attempt, error });
    const sentence = "Something went wrong inside Beat Collector. The log has the details.";
    return (sql) =>
      retryOrFailJob(sql, claim, { message: sentence, code: "internal" }, job?.maxAttempts ?? 1);
  }
  log.warn("A job failed", { kind, id, attempt, error });
  const told = { message: error.message, code: error.code };
  const seconds = error.retryAfterSeconds;
  if (!error.retryable || !job) return (sql) => failJob(sql, claim, told);
  if (seconds !== undefined) return (sql) => postponeJob(sql, claim, told, seconds);
  return (sql) => retryOrFailJob(sql, claim, told, job.maxAttempts);
}

/** Tries until the lease is over: a job that ended while the database was away must not run again for that. */
async function settle(
  app: App,
  claim: ClaimedJob,
  outcome: Settle,
  withinMs: number,
): Promise<string | undefined> {
  const deadline = performance.now() + withinMs;
  while (true) {
    try {
      return await outcome(app.sql);
    } catch (error) {
      log.error("The end of a job could not be written", { kind: claim.kind, id: claim.id, error });
      if (performance.now() > deadline) return undefined;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}
