import { z } from "zod";
import { describeAlbums } from "../services/album_details.ts";
import { defineJob, type JobResult } from "./job.ts";

/** What MusicBrainz says about some of the albums that nobody has looked at yet. */
export const albumDetailsSweep = defineJob({
  payload: z.object({}),
  alone: true,
  async run(_payload, { app, signal, progress }): Promise<JobResult> {
    return await describeAlbums(app, { signal, progress });
  },
});
