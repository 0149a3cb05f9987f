import { z } from "zod";
import { isCoverSearchDue } from "../db/covers.ts";
import { matchAlbums } from "../services/musicbrainz_matching.ts";
import { defineJob, type JobContext, type JobResult } from "./job.ts";
import { enqueue, enqueueAfresh } from "./queue.ts";

export const musicbrainzMatch = defineJob({
  payload: z.object({
    /** Only this one, for a person who waits. Without it: all that have no match. */
    albumId: z.uuid().optional(),
  }),
  alone: "unless one is named",
  async run({ albumId }, context): Promise<JobResult> {
    const { app } = context;
    const result = await matchAlbums(app, { albumId }, askingForCovers(context));
    app.catalogue.changed();
    if (await isCoverSearchDue(app.sql)) {
      await enqueueAfresh(app.sql, "cover_art_fetch", {}, { again: true }, { hurry: true });
    }
    return result;
  },
});

/** The same, but covers are looked for from the first match on: a large library is matched for half an hour. */
function askingForCovers(context: JobContext): JobContext {
  let asked = false;
  return {
    ...context,
    async commit(work) {
      await context.commit(work);
      const { sql } = context.app;
      if (asked || !await isCoverSearchDue(sql)) return;
      asked = true;
      await enqueue(sql, "cover_art_fetch", {});
    },
  };
}
