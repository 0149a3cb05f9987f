import { z } from "zod";
import { hasOpenAlbums } from "../db/match_work.ts";
import { applyImport } from "../services/import_apply.ts";
import { defineJob, type JobResult } from "./job.ts";
import { enqueue } from "./queue.ts";

/** One at a time: imports add to the same catalogue, and each is a matter of seconds. */
export const importApply = defineJob({
  payload: z.object({ importId: z.uuid() }),
  alone: true,
  async run({ importId }, context): Promise<JobResult> {
    const result = await applyImport(context.app, importId, context);
    context.app.catalogue.changed();
    if (await hasOpenAlbums(context.app.sql)) await enqueue(context.app.sql, "musicbrainz_match", {});
    return result;
  },
});
