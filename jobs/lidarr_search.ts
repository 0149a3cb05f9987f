import { z } from "zod";
import { handOver } from "../services/lidarr_search.ts";
import { enqueueAfresh } from "./queue.ts";
import { defineJob, type JobResult, type RunAgain } from "./job.ts";

/** Hands over what was asked for. One at a time: whichever runs goes on with everything that is open. */
export const lidarrSearch = defineJob({
  payload: z.object({ batch: z.uuid(), albumId: z.uuid().optional() }),
  alone: true,
  async run({ batch }, context): Promise<JobResult | RunAgain> {
    const result = await handOver(context.app, batch, context);
    await enqueueAfresh(context.app.sql, "lidarr_poll", {}, { again: true }, { hurry: true });
    return result.done ? result : { runAgainAt: result.nextTryAt, message: result.message };
  },
});
