import type { JSONValue } from "postgres";
import { isUniqueViolation, type Sql } from "./sql.ts";
import { isWorkerAlive } from "./worker_locks.ts";

/** The right to run a job and to write its row: lost as soon as the row names another attempt or worker. */
export type JobClaim = { id: string; attempt: number; workerId: string };

export type ClaimedJob = JobClaim & {
  kind: string;
  /** It is the one run of its kind that is allowed at a time, in a lane of its own. */
  alone: boolean;
  payload: unknown;
  checkpoint: unknown;
  requestedBy: string | null;
};

/** Interruptions in a row without a new checkpoint after which a job is not started again. */
export const MOST_INTERRUPTIONS = 5;

export type ClaimOptions = {
  workerId: string;
  leaseSeconds: number;
  /** The kinds that run one at a time, over all workers. */
  alone: string[];
  /** The kinds of which only a job that names no album, artist, … runs alone. */
  aloneUnnamed?: string[];
  /** Whether a job of any other kind is welcome, too. */
  shared: boolean;
  now?: Date;
};

/** Claims the ready job with the highest priority, the oldest among equals. */
export async function claimJob(sql: Sql, options: ClaimOptions): Promise<ClaimedJob | undefined> {
  const isAlone = sql`(job_type = any(${options.alone})
    or (entity_id is null and job_type = any(${options.aloneUnnamed ?? []})))`;
  while (true) {
    try {
      const [job] = await sql<ClaimedJob[]>`
        update jobs set status = 'running', attempt = attempt + 1, worker_id = ${options.workerId},
          locked_until = now() + make_interval(secs => ${options.leaseSeconds}),
          alone = ${isAlone}, started_at = now(), updated_at = now(),
          progress = case when checkpoint is null then 0 else progress end,
          processed_items = case when checkpoint is null then 0 else processed_items end,
          total_items = case when checkpoint is null then null else total_items end,
          message = null, error_message = null, error_code = null
        where id = (
          select id from jobs ready
          where status = 'pending' and run_at <= coalesce(${options.now ?? null}, now())
            and (${options.shared} or ${isAlone})
            and not (${isAlone} and exists (select from jobs other
              where other.status = 'running' and other.alone and other.job_type = ready.job_type))
          order by priority desc, run_at, created_at
          limit 1 for update skip locked)
        returning id, attempt, worker_id, job_type as kind, alone, payload, checkpoint, requested_by`;
      return job;
    } catch (error) {
      // Another worker has just claimed a job of the same lane; there may be one of another lane.
      if (!isUniqueViolation(error, "jobs_alone")) throw error;
    }
  }
}

/** Extends the leases of a worker and returns the claims it still has. */
export async function renewLeases(sql: Sql, workerId: string, leaseSeconds: number): Promise<JobClaim[]> {
  return await sql<JobClaim[]>`
    update jobs set locked_until = now() + make_interval(secs => ${leaseSeconds})
    where status = 'running' and worker_id = ${workerId} returning id, attempt, worker_id`;
}

export async function listCancelRequests(sql: Sql, workerId: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from jobs
    where status = 'running' and worker_id = ${workerId} and cancel_requested_at is not null`;
  return rows.map((row) => row.id);
}

export type ProgressUpdate = { processed?: number; total?: number; message?: string; checkpoint?: unknown };

/** Stores how far a job is; false when the claim is lost. Rounds down, and 100 is left to `completeJob`. */
export async function saveProgress(sql: Sql, claim: JobClaim, update: ProgressUpdate): Promise<boolean> {
  const checkpoint = update.checkpoint === undefined ? null : sql.json(update.checkpoint as JSONValue);
  const processed = sql`coalesce(${update.processed ?? null}::integer, processed_items)`;
  const total = sql`coalesce(${update.total ?? null}::integer, total_items)`;
  const result = await sql`
    update jobs set processed_items = ${processed}, total_items = ${total},
      progress = case when ${total} > 0 then greatest(0, least(99, floor(100.0 * ${processed} / ${total})))
        else progress end,
      message = coalesce(${update.message ?? null}, message),
      checkpoint = coalesce(${checkpoint}::jsonb, checkpoint),
      interruptions = case when ${checkpoint}::jsonb is distinct from checkpoint and ${checkpoint}::jsonb is not null
        then 0 else interruptions end,
      updated_at = now()
    where ${held(sql, claim)}`;
  return result.count === 1;
}

// Settling: each returns the new status, or undefined when the claim is lost and nothing was written. -------------

type Settled = Promise<string | undefined>;

export function completeJob(sql: Sql, claim: JobClaim, result: object | undefined): Settled {
  return settle(
    sql,
    claim,
    sql`status = 'completed', progress = 100, message = null, completed_at = now(),
    checkpoint = null, result = ${result ? sql.json(result as JSONValue) : null}`,
  );
}

export type JobError = { message: string; code: string };

/** Gives the job up. */
export function failJob(sql: Sql, claim: JobClaim, error: JobError): Settled {
  return settle(sql, claim, sql`failures = failures + 1, ${finish(sql, sql`'failed'`, error)}`);
}

/**
 * Tries again later, or gives up after `maxAttempts` failures. The pauses double from 15 seconds to an hour and
 * are spread by a quarter to both sides, so that jobs that failed together do not come back together.
 */
export function retryOrFailJob(sql: Sql, claim: JobClaim, error: JobError, maxAttempts: number): Settled {
  return settle(
    sql,
    claim,
    sql`failures = failures + 1, max_attempts = ${maxAttempts},
    run_at = now() + least(interval '15 seconds' * power(2, least(failures, 20)), interval '1 hour')
      * (0.75 + random() / 2),
    ${finish(sql, sql`case when failures + 1 >= ${maxAttempts} then 'failed' else 'pending' end`, error)}`,
  );
}

/** Tries again when we were told to. That is no failure of the job's, but it may not go on for ever either. */
export function postponeJob(sql: Sql, claim: JobClaim, error: JobError, seconds: number): Settled {
  return settle(
    sql,
    claim,
    sql`interruptions = interruptions + 1,
    run_at = now() + make_interval(secs => ${seconds}),
    ${
      finish(
        sql,
        sql`case when interruptions + 1 >= ${MOST_INTERRUPTIONS} then 'failed' else 'pending' end`,
        error,
      )
    }`,
  );
}

/** The run went well, and the job has more to do at another time. */
export function rescheduleJob(
  sql: Sql,
  claim: JobClaim,
  { runAgainAt, message }: { runAgainAt: Date; message: string },
): Settled {
  return settle(
    sql,
    claim,
    sql`attempt = attempt - 1, failures = 0, interruptions = 0, run_at = ${runAgainAt}, message = ${message},
    ${finish(sql, sql`'pending'`)}`,
  );
}

/** Gives the job back as if it had not been started; a checkpoint stays. */
export function releaseJob(sql: Sql, claim: JobClaim): Settled {
  return settle(sql, claim, sql`attempt = attempt - 1, ${finish(sql, sql`'pending'`)}`);
}

export function cancelClaimedJob(sql: Sql, claim: JobClaim): Settled {
  return settle(
    sql,
    claim,
    sql`cancel_requested_at = coalesce(cancel_requested_at, now()),
    status = 'cancelled', cancelled_at = now(), completed_at = now(), message = null`,
  );
}

/**
 * Takes back the jobs of workers that are provably dead (their lock is free) or silent for longer than the lease.
 * Returns how many. A row that its silent worker has locked is left for later: nobody waits for the dead.
 */
export async function requeueLostJobs(sql: Sql): Promise<number> {
  const error = {
    code: "interrupted",
    message:
      `Beat Collector was interrupted ${MOST_INTERRUPTIONS} times while this ran, and it got no further. ` +
      "It was not started again.",
  };
  const quarantined = sql`interruptions + 1 >= ${MOST_INTERRUPTIONS}`;
  const result = await sql`
    update jobs set interruptions = interruptions + 1, worker_id = null, locked_until = null, updated_at = now(),
      ${finish(sql, sql`case when ${quarantined} then 'failed' else 'pending' end`)},
      error_message = case when ${quarantined} then ${error.message} end,
      error_code = case when ${quarantined} then ${error.code} end
    where id in (
      select id from jobs
      where status = 'running' and (locked_until < now() or not ${isWorkerAlive(sql, sql`worker_id`)})
      for update skip locked)`;
  return result.count;
}

/** Ends a run without success; a job that was to be cancelled does not come back. */
function finish(sql: Sql, status: ReturnType<Sql>, error?: JobError) {
  const next = sql`case when cancel_requested_at is not null then 'cancelled' else ${status} end`;
  return sql`status = ${next},
    completed_at = case when ${next} <> 'pending' then now() end,
    cancelled_at = case when cancel_requested_at is not null then now() end
    ${error ? sql`, error_message = ${error.message}, error_code = ${error.code}` : sql``}`;
}

async function settle(sql: Sql, claim: JobClaim, set: ReturnType<Sql>): Settled {
  const [row] = await sql<{ status: string }[]>`
    update jobs set ${set}, worker_id = null, locked_until = null, updated_at = now()
    where ${held(sql, claim)} returning status`;
  return row?.status;
}

/** The fence: true for the row of a claim that nobody has taken over or settled. */
function held(sql: Sql, claim: JobClaim) {
  return sql`id = ${claim.id} and attempt = ${claim.attempt} and worker_id = ${claim.workerId}
    and status = 'running'`;
}
