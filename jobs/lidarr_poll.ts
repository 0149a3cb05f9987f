import { z } from "zod";
import { nextRun } from "../services/cron.ts";
import { pollLidarr } from "../services/lidarr_poll.ts";
import { defineJob, type JobResult, type RunAgain } from "./job.ts";
import { enqueue } from "./queue.ts";

const EVERY_HALF_MINUTE = "*/30 * * * * *";

/** Looks at Lidarr's queue every half minute, for as long as there is something to follow. */
export const lidarrPoll = defineJob({
  payload: z.object({
    /** One look, after what the job that follows may have missed. */
    again: z.literal(true).optional(),
  }),
  alone: true,
  async run({ again }, { app, signal }): Promise<JobResult | RunAgain> {
    const { active, folders, away } = await pollLidarr(app, signal);
    if (folders.length > 0) await enqueue(app.sql, "filesystem_scan", { folders });
    if (active === 0) return { summary: away ?? "No download is under way any more" };
    const message = away ?? `Following ${active} ${active === 1 ? "download" : "downloads"} of Lidarr`;
    const runAgainAt = nextRun(EVERY_HALF_MINUTE, new Date(), { seconds: true })!;
    if (!again) return { runAgainAt, message };
    await enqueue(app.sql, "lidarr_poll", {}, { runAt: runAgainAt });
    return { summary: message };
  },
});
