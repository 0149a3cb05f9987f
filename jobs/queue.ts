import { insertJob } from "../db/jobs.ts";
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
};

/**
 * Asks for a job; pass the transaction that makes it necessary. An unfinished job of the same kind and payload
 * answers for it: then `id` is that job's and `existing` is true.
 */
export function enqueue<K extends JobKind>(
  sql: Sql,
  kind: K,
  payload: JobPayload<K>,
  options: EnqueueOptions = {},
): Promise<{ id: string; existing: boolean }> {
  return insertJob(sql, { kind, payload, ...options });
}
