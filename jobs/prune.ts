import { z } from "zod";
import { pruneJobs } from "../db/jobs.ts";
import { pruneExpired } from "../db/prune.ts";
import { pruneCovers } from "../services/cover_files.ts";
import { defineJob, type JobResult } from "./job.ts";

export const prune = defineJob({
  payload: z.object({}),
  async run(_payload, { app }): Promise<JobResult> {
    const jobs = await pruneJobs(app.sql);
    const expired = await pruneExpired(app.sql);
    const covers = await pruneCovers(app);
    const removed = jobs + covers + Object.values(expired).reduce((sum, count) => sum + count, 0);
    return {
      summary: `${removed} old ${removed === 1 ? "record" : "records"} removed`,
      jobs,
      covers,
      ...expired,
    };
  },
});
