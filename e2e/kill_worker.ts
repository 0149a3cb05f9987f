/** A worker process that only exists to be killed; e2e/kill.ts starts it. */
import { z } from "zod";
import { insertJob } from "../db/jobs.ts";
import { connect } from "../db/sql.ts";
import { defineJob, type Job } from "../jobs/job.ts";
import { startWorker } from "../jobs/worker.ts";
import { createApp } from "../services/app.ts";
import { loadConfig } from "../services/config.ts";

/** Leaves one row per step, and asks for the job that follows in the transaction of the last step. */
function leaveRows(alone: boolean): Job<unknown> {
  return defineJob({
    payload: z.object({ n: z.number(), steps: z.number(), next: z.string().optional() }),
    alone,
    async run({ n, steps, next }, { job, commit }) {
      for (let step = z.number().catch(0).parse(job.checkpoint) + 1; step <= steps; step++) {
        await commit(async (tx) => {
          await tx`insert into effects (n, step, attempt) values (${n}, ${step}, ${job.attempt})`;
          if (step === steps && next) await insertJob(tx, { kind: next, payload: { n: n + 0.5, steps: 3 } });
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
          return { checkpoint: step, processed: step, total: steps };
        });
      }
    },
  }) as Job<unknown>;
}

const [url, dataDir] = Deno.args;
const app = await createApp(loadConfig({ DATABASE_URL: url, DATA_DIR: dataDir }), connect({ url }));
const worker = startWorker(app, {
  jobs: { short: leaveRows(false), long: leaveRows(true) },
  leaseSeconds: 10,
  heartbeatMs: 2000,
});
Deno.addSignalListener("SIGTERM", async () => {
  await worker.stop();
  Deno.exit(0);
});
