import { hurryJob, type InsertedJob, insertJob } from "../db/jobs.ts";
import type { Sql } from "../db/sql.ts";
import type { JobKind, JobPayload } from "./mod.ts";

/** The priority of what a person has asked for and looks at. */
export const SOMEBODY_WAITS = 10;

export type EnqueueOptions = {
  /** Not before this moment. */
  runAt?: Date;
  /** Higher runs first; 0 when nobody waits for it, else SOMEBODY_WAITS. */
  priority?: number;
  /** The user who asked for it. */
  requestedBy?: string;
  /** A job of the same kind and payload that waits for its time runs now. */
  hurry?: boolean;
};

/**
 * Asks for a job; pass the transaction that makes it necessary. An unfinished job of the same kind and payload
 * answers for it: then `id` is that job's and `existing` is true.
 */
export async function enqueue<K extends JobKind>(
  sql: Sql,
  kind: K,
  payload: JobPayload<K>,
  options: EnqueueOptions = {},
): Promise<InsertedJob> {
  const job = await insertJob(sql, { kind, payload, ...options });
  if (options.hurry && job.existing) await hurryJob(sql, job.id);
  return job;
}

/**
 * Asks for a run that begins after this moment. Where the one that runs may have missed what has just been
 * written, a second one follows it: `again` is the payload that makes it another job.
 */
export async function enqueueAfresh<K extends JobKind>(
  sql: Sql,
  kind: K,
  payload: JobPayload<K>,
  again: JobPayload<K>,
  options: EnqueueOptions = {},
): Promise<InsertedJob> {
  const job = await enqueue(sql, kind, payload, options);
  return job.running ? await enqueue(sql, kind, again, options) : job;
}
