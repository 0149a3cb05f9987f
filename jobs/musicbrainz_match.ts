import { z } from "zod";
import { matchAlbums } from "../services/musicbrainz_matching.ts";
import { defineJob, type JobResult } from "./job.ts";

export const musicbrainzMatch = defineJob({
  payload: z.object({
    /** Only this one, for a person who waits. Without it: all that have no match. */
    albumId: z.uuid().optional(),
  }),
  alone: "unless one is named",
  async run({ albumId }, context): Promise<JobResult> {
    const result = await matchAlbums(context.app, { albumId }, context);
    context.app.catalogue.changed();
    return result;
  },
});
