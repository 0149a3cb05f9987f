import { z } from "zod";
import { fetchCovers } from "../services/covers.ts";
import { requireMusicFolder } from "../services/settings.ts";
import { defineJob, type JobResult } from "./job.ts";

export const coverArtFetch = defineJob({
  payload: z.object({
    /** Looks again for the covers of these albums. Without it: for all that nobody has looked for yet. */
    album_ids: z.array(z.uuid()).max(1000).optional(),
  }),
  alone: true,
  async run({ album_ids }, context): Promise<JobResult> {
    const root = await requireMusicFolder(context.app);
    return await fetchCovers(context.app, { root, albumIds: album_ids }, context);
  },
});
