import { findJob, type JobRow, requestCancel, retryJob } from "../db/jobs.ts";
import { isUniqueViolation } from "../db/sql.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";

/** Cancels a waiting job at once; a running one ends within moments. */
export async function cancelJob({ sql }: Pick<App, "sql">, id: string): Promise<JobRow> {
  const job = await requestCancel(sql, id);
  if (job) return job;
  const { status } = await existingJob(sql, id);
  throw new Failure("conflict", `This job is ${status} already. Only what waits or runs can be cancelled.`);
}

/** Opens a failed or cancelled job again; it goes on where it was. */
export async function tryJobAgain({ sql }: Pick<App, "sql">, id: string): Promise<JobRow> {
  try {
    const job = await retryJob(sql, id);
    if (job) return job;
  } catch (error) {
    if (!isUniqueViolation(error, "jobs_unique_key")) throw error;
    throw new Failure("conflict", "The same job is waiting or running already.", { cause: error });
  }
  const { status } = await existingJob(sql, id);
  throw new Failure(
    "conflict",
    `This job is ${status}. Only what failed or was cancelled can be tried again.`,
  );
}

async function existingJob(sql: App["sql"], id: string): Promise<JobRow> {
  const job = await findJob(sql, id);
  if (!job) throw new Failure("not_found", "There is no such job.");
  return job;
}
