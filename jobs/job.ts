import type { z } from "zod";
import type { Sql } from "../db/sql.ts";
import type { App } from "../services/app.ts";

/** What a run may say about itself; shown on the job's row within a second. */
export type JobProgress = {
  processed?: number;
  total?: number;
  /** One sentence in the present tense: what is being done now. */
  message?: string;
  /** Where to go on after an interruption; replaces the one before. Small: ids and counters. */
  checkpoint?: unknown;
};

/** What a finished run leaves: one sentence for people, numbers for programs. */
export type JobResult = { summary: string } & Record<string, unknown>;

/** Instead of a result, from a job that follows something: it is well, and has to look again. */
export type RunAgain = { runAgainAt: Date; message: string };

export type JobContext = {
  app: App;
  job: { id: string; attempt: number; checkpoint: unknown; requestedBy: string | null };
  /** Aborted by cancelling, by shutting down and by a lost claim; its reason is what a run throws to obey. */
  signal: AbortSignal;
  /** Says how far the run is. Cheap enough for every item. Throws `signal.reason` once the run has to end. */
  progress(update: JobProgress): Promise<void>;
  /**
   * Runs `work` in a transaction and stores the progress it returns with it, checkpoint included: both are there
   * or neither. Refused, as `progress` is, when another worker has taken the job over.
   */
  commit(work: (tx: Sql) => Promise<JobProgress>): Promise<void>;
};

/**
 * A kind of job; its title is in titles.ts. The kind and the payload are what a job *is*: two unfinished jobs never share both.
 * The row's entity is the album, artist, import or playlist that the payload names (`albumId`, …).
 */
export type Job<P> = {
  /** Ids and options, as JSON. */
  payload: z.ZodType<P>;
  /** Failures until the job is given up; interruptions are not failures. */
  maxAttempts: number;
  /**
   * For what takes minutes: one at a time over all workers, whatever the payloads, in a lane of its own, so that
   * it neither waits for other kinds nor makes them wait. `unless one is named`: a job about one album (or artist, …)
   * runs beside the one about all, as any other job does.
   */
  alone: boolean | "unless one is named";
  /**
   * Returning means done, so a run that was told to end throws `signal.reason`. Everything may run twice. Write
   * the result type out: the table of jobs is inferred from the definitions, and a run may itself enqueue.
   */
  run(payload: P, context: JobContext): Promise<JobResult | RunAgain | void>;
};

export function defineJob<P>(
  job: Omit<Job<P>, "maxAttempts" | "alone"> & { maxAttempts?: number; alone?: Job<P>["alone"] },
): Job<P> {
  return { maxAttempts: 3, alone: false, ...job };
}
