import type { JSONValue } from "postgres";
import type { Database, Sql } from "./sql.ts";

export const JOB_STATUSES = ["pending", "running", "completed", "failed", "cancelled"] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A job as people and the API see it; how it is claimed and settled is in `job_claims.ts`. */
export type JobRow = {
  id: string;
  kind: string;
  status: JobStatus;
  entityId: string | null;
  progress: number;
  processedItems: number;
  totalItems: number | null;
  message: string | null;
  result: ({ summary: string } & Record<string, unknown>) | null;
  errorMessage: string | null;
  errorCode: string | null;
  attempt: number;
  failures: number;
  maxAttempts: number;
  runAt: Date;
  cancelRequestedAt: Date | null;
  startedAt: Date | null;
  completedAt: Date | null;
  createdAt: Date;
};

export type NewJob = {
  kind: string;
  payload: object;
  runAt?: Date;
  priority?: number;
  requestedBy?: string | null;
};

// The rows a payload can name; the first one it has is what the job is about.
const ENTITIES = ["albumId", "artistId", "importId", "playlistId"];

/** `running`: what made the job necessary may have come too late for it. */
export type InsertedJob = { id: string; existing: boolean; running: boolean };

/** Inserts a job, or finds the unfinished one of the same kind and payload. */
export async function insertJob(sql: Sql, job: NewJob): Promise<InsertedJob> {
  const payload = sql.json(job.payload as JSONValue);
  const entity = Object.entries(job.payload).find(([name]) => ENTITIES.includes(name))?.[1];
  // The open job may finish between the two statements; then the next round inserts.
  while (true) {
    const [inserted] = await sql<{ id: string }[]>`
      insert into jobs (job_type, payload, unique_key, entity_id, run_at, priority, requested_by)
      values (${job.kind}, ${payload}, ${job.kind} || ':' || md5(${payload}::jsonb::text), ${entity ?? null},
        coalesce(${job.runAt ?? null}, now()), ${job.priority ?? 0}, ${job.requestedBy ?? null})
      on conflict (unique_key) where status in ('pending', 'running') do nothing
      returning id`;
    if (inserted) return { id: inserted.id, existing: false, running: false };
    const [open] = await sql<{ id: string; running: boolean }[]>`
      select id, status = 'running' as running from jobs where status in ('pending', 'running')
        and unique_key = ${job.kind} || ':' || md5(${payload}::jsonb::text)`;
    if (open) return { ...open, existing: true };
  }
}

export async function isJobRunning(sql: Sql, kind: string): Promise<boolean> {
  const rows = await sql`select 1 from jobs where job_type = ${kind} and status = 'running' limit 1`;
  return rows.length > 0;
}

/** What waits for its time does not wait any longer. */
export async function hurryJob(sql: Sql, id: string): Promise<void> {
  await sql`update jobs set run_at = now(), updated_at = now() where id = ${id} and status = 'pending' and run_at > now()`;
}

export async function findJob(sql: Sql, id: string): Promise<JobRow | undefined> {
  const [job] = await sql<JobRow[]>`select ${columns(sql)} from jobs where id = ${id}`;
  return job;
}

export type JobFilter = {
  status?: readonly JobStatus[];
  kind?: string;
  /** Of these kinds only what did not go well. */
  asides?: readonly string[];
};

/** The newest jobs first, and how many there are. */
export async function listJobs(
  sql: Sql,
  options: JobFilter & { page: number; pageSize: number },
): Promise<{ jobs: JobRow[]; total: number }> {
  const matching = sql`from jobs where true
    ${options.status ? sql`and status = any(${[...options.status]})` : sql``}
    ${options.kind ? sql`and job_type = ${options.kind}` : sql``}
    ${
    options.asides ? sql`and not (status = 'completed' and job_type = any(${[...options.asides]}))` : sql``
  }`;
  const [jobs, [{ total }]] = await Promise.all([
    sql<JobRow[]>`select ${columns(sql)} ${matching} order by created_at desc, id
      limit ${options.pageSize} offset ${(options.page - 1) * options.pageSize}`,
    sql<{ total: number }[]>`select count(*)::integer as total ${matching}`,
  ]);
  return { jobs, total };
}

/** What runs, then what waits, in the order in which it will be claimed. */
export async function listOpenJobs(sql: Sql, most: number): Promise<JobRow[]> {
  return await sql<JobRow[]>`
    select ${columns(sql)} from jobs where status in ('pending', 'running')
    order by status desc, case when status = 'running' then started_at end, run_at > now(), priority desc, run_at,
      created_at
    limit ${most}`;
}

export type JobCounts = {
  running: number;
  waiting: number;
  failed: number;
  finished: number;
  /** When a job ended last. */
  lastEndAt: Date | null;
};

export async function countJobs(sql: Sql): Promise<JobCounts> {
  const [counts] = await sql<JobCounts[]>`
    select count(*) filter (where status = 'running')::integer as running,
      count(*) filter (where status = 'pending')::integer as waiting,
      count(*) filter (where status = 'failed')::integer as failed,
      count(*) filter (where status in ('completed', 'failed', 'cancelled'))::integer as finished,
      max(completed_at) as last_end_at
    from jobs`;
  return counts;
}

/** Cancels a waiting job at once and asks a running one to end; undefined when the job is not open. */
export async function requestCancel(sql: Sql, id: string): Promise<JobRow | undefined> {
  const [job] = await sql<JobRow[]>`
    update jobs set cancel_requested_at = coalesce(cancel_requested_at, now()), updated_at = now(),
      status = case when status = 'pending' then 'cancelled' else status end,
      cancelled_at = case when status = 'pending' then now() end,
      completed_at = case when status = 'pending' then now() end
    where id = ${id} and status in ('pending', 'running') returning ${columns(sql)}`;
  return job;
}

/**
 * Opens a failed or cancelled job again where its checkpoint is; undefined when it is neither. Throws a unique
 * violation of `jobs_unique_key` when the same job is open already.
 */
export async function retryJob(sql: Sql, id: string): Promise<JobRow | undefined> {
  const [job] = await sql<JobRow[]>`
    update jobs set status = 'pending', run_at = now(), failures = 0, interruptions = 0, completed_at = null,
      cancel_requested_at = null, cancelled_at = null, error_message = null, error_code = null,
      updated_at = now()
    where id = ${id} and status in ('failed', 'cancelled') returning ${columns(sql)}`;
  return job;
}

/** Forgets finished jobs that are older than 30 days or not among the newest 1,000. */
export async function pruneJobs(sql: Sql, options: { keep?: number; days?: number } = {}): Promise<number> {
  const result = await sql`
    delete from jobs where status in ('completed', 'failed', 'cancelled') and (
      completed_at < now() - make_interval(days => ${options.days ?? 30})
      or id in (select id from jobs where status in ('completed', 'failed', 'cancelled')
        order by completed_at desc offset ${options.keep ?? 1000}))`;
  return result.count;
}

/** Calls back whenever workers may find something to do, and after a lost connection is back. */
export async function listenForReadyJobs(sql: Database, ready: () => void): Promise<void> {
  await sql.listen("jobs_ready", ready, ready);
}

/** Calls back with the id of each job that looks different now; without one when some may have been missed. */
export async function listenForJobs(sql: Database, changed: (id?: string) => void): Promise<void> {
  await sql.listen("jobs", changed, () => changed());
}

function columns(sql: Sql) {
  return sql`id, job_type as kind, status, entity_id, progress, processed_items, total_items, message, result,
    error_message, error_code, attempt, failures, max_attempts, run_at, cancel_requested_at, started_at,
    completed_at, created_at`;
}
