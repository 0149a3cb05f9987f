import { z } from "zod";
import { fetchCovers } from "../services/covers.ts";
import { readSettings } from "../services/settings.ts";
import { defineJob, type JobResult } from "./job.ts";

export const coverArtFetch = defineJob({
  payload: z.object({
    /** Looks again for the covers of these albums. Without it: for all that it is time to look for. */
    album_ids: z.array(z.uuid()).max(1000).optional(),
  }),
  alone: true,
  async run({ album_ids }, context): Promise<JobResult> {
    const { music_folder_path } = await readSettings(context.app);
    return await fetchCovers(context.app, { root: music_folder_path, albumIds: album_ids }, context);
  },
});
