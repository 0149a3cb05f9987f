import { z } from "zod";
import { nextRun } from "../services/cron.ts";
import { pollLidarr } from "../services/lidarr_poll.ts";
import { defineJob, type JobResult, type RunAgain } from "./job.ts";
import { enqueue } from "./queue.ts";

const EVERY_HALF_MINUTE = "*/30 * * * * *";

/** Looks at Lidarr's queue every half minute, for as long as there is something to follow. */
export const lidarrPoll = defineJob({
  payload: z.object({ again: z.literal(true).optional() }),
  alone: true,
  async run(_payload, { app, signal }): Promise<JobResult | RunAgain> {
    const { active, folders, away } = await pollLidarr(app, signal);
    if (folders.length > 0) await enqueue(app.sql, "filesystem_scan", { folders });
    if (active === 0) return { summary: away ?? "No download is under way any more" };
    const runAgainAt = nextRun(EVERY_HALF_MINUTE, new Date(), { seconds: true });
    const message = away ?? `Following ${active} ${active === 1 ? "download" : "downloads"} of Lidarr`;
    return { runAgainAt: runAgainAt ?? new Date(Date.now() + 30_000), message };
  },
});
