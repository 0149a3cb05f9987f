import { z } from "zod";
import { isJobRunning } from "../db/jobs.ts";
import { describeAlbums } from "../services/album_details.ts";
import { defineJob, type JobResult, type RunAgain } from "./job.ts";

const WHILE_MATCHING_MS = 10 * 60_000;

/** What MusicBrainz says about some of the albums that nobody has looked at yet. */
export const albumDetailsSweep = defineJob({
  payload: z.object({}),
  alone: true,
  async run(_payload, { app, signal, progress }): Promise<JobResult | RunAgain> {
    // Both live on one request a second, and what an album is comes before what else is known of it.
    if (await isJobRunning(app.sql, "musicbrainz_match")) {
      return {
        runAgainAt: new Date(Date.now() + WHILE_MATCHING_MS),
        message: "Waiting until albums are matched",
      };
    }
    return await describeAlbums(app, { signal, progress });
  },
});
