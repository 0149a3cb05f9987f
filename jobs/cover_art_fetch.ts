import { z } from "zod";
import { isJobRunning } from "../db/jobs.ts";
import { fetchCovers } from "../services/covers.ts";
import { readSettings } from "../services/settings.ts";
import { defineJob, type JobResult, type RunAgain } from "./job.ts";

const WHILE_MATCHING_MS = 30_000;

// What earlier rounds of the same job came to.
const counts = z.object({ found: z.number(), without: z.number() }).catch({ found: 0, without: 0 });

export const coverArtFetch = defineJob({
  payload: z.object({
    /** Looks again for the covers of these albums. Without it: for all that it is time to look for. */
    album_ids: z.array(z.uuid()).max(1000).optional(),
    /** A second run, for what one that was ending may have missed. */
    again: z.literal(true).optional(),
  }),
  alone: true,
  async run({ album_ids }, context): Promise<JobResult | RunAgain> {
    const { app } = context;
    const { music_folder_path: root } = await readSettings(app);
    const before = counts.parse(context.job.checkpoint);
    const result = await fetchCovers(app, { root, albumIds: album_ids, before }, context);
    // Each match is a cover to look for, and a large library is matched for half an hour.
    if (album_ids || !await isJobRunning(app.sql, "musicbrainz_match")) return result;
    const { summary, ...checkpoint } = result;
    await context.progress({ checkpoint });
    return {
      runAgainAt: new Date(Date.now() + WHILE_MATCHING_MS),
      message: `${summary}, waiting for more matches`,
    };
  },
});
