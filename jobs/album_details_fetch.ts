import { z } from "zod";
import { describeAlbum } from "../services/album_details.ts";
import { Failure } from "../services/errors.ts";
import { defineJob, type JobResult } from "./job.ts";

/** What MusicBrainz says about an album that somebody looks at. */
export const albumDetailsFetch = defineJob({
  payload: z.object({ albumId: z.uuid() }),
  async run({ albumId }, { app, signal }): Promise<JobResult> {
    try {
      await describeAlbum(app, albumId, { signal });
      return { summary: "What MusicBrainz says is on the album’s page" };
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "unavailable") throw error;
      // Who looked has seen the page without it. Whoever looks next asks again, so nothing is to be retried.
      return { summary: `${error.message} It is asked again when somebody looks.` };
    }
  },
});
