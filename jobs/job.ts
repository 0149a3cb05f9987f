import type { z } from "zod";
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

export type JobContext = {
  app: App;
  job: { id: string; attempt: number; checkpoint: unknown; requestedBy: string | null };
  /** Aborted by cancelling, by shutting down and by a lost lease. Check it between items. */
  signal: AbortSignal;
  progress(update: JobProgress): Promise<void>;
};

export type Job<P> = {
  /** As people read it: "Library scan". */
  title: string;
  payload: z.ZodType<P>;
  maxAttempts: number;
  /** Two unfinished jobs never share this key. */
  uniqueKey?(payload: P): string;
  /** The album, artist or import this job is about. */
  entityId?(payload: P): string | undefined;
  run(payload: P, context: JobContext): Promise<JobResult | void>;
};

export function defineJob<P>(job: Omit<Job<P>, "maxAttempts"> & { maxAttempts?: number }): Job<P> {
  return { maxAttempts: 3, ...job };
}
