import { type JobClaim, saveProgress } from "../db/job_claims.ts";
import type { Database, Sql } from "../db/sql.ts";
import { logger } from "../services/log.ts";
import type { JobProgress } from "./job.ts";

/** Writes what a run says about itself: at most every `everyMs`, and nothing is left behind after `flush`. */
export type ProgressWriter = {
  update(update: JobProgress): void;
  /** Writes together with `work`; false when the claim is lost, and then nothing is written. */
  commit(work: (tx: Sql) => Promise<JobProgress>): Promise<boolean>;
  flush(): Promise<void>;
};

const log = logger("jobs");

export function progressWriter(
  sql: Database,
  claim: JobClaim,
  everyMs: number,
  lost: () => void,
): ProgressWriter {
  let waiting: JobProgress | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastWrite = -Infinity;
  let writing: Promise<void> = Promise.resolve();

  function take(): JobProgress {
    clearTimeout(timer);
    timer = undefined;
    const update = waiting ?? {};
    waiting = undefined;
    lastWrite = performance.now();
    return update;
  }

  function write(): Promise<void> {
    return writing = writing.then(async () => {
      if (!waiting) return;
      const update = take();
      try {
        if (!await saveProgress(sql, claim, update)) lost();
      } catch (error) {
        // The next write carries it; a database that stays away is noticed when the job is settled.
        waiting = { ...update, ...waiting };
        log.warn("The progress of a job could not be written", { id: claim.id, error });
      }
    });
  }

  return {
    update(update) {
      waiting = { ...waiting, ...update };
      timer ??= setTimeout(write, Math.max(0, lastWrite + everyMs - performance.now()));
    },
    async commit(work) {
      await writing;
      const before = take();
      let saved = false;
      try {
        await sql.begin(async (tx) => {
          const update = { ...before, ...await work(tx) };
          saved = await saveProgress(tx, claim, update);
          if (!saved) throw LOST;
        });
      } catch (error) {
        if (error !== LOST) {
          waiting = { ...before, ...waiting };
          throw error;
        }
        lost();
      }
      return saved;
    },
    async flush() {
      await write();
      clearTimeout(timer);
    },
  };
}

const LOST = new Error("The claim of the job is lost");
