import { z } from "zod";
import { isCoverSearchDue } from "../db/covers.ts";
import { hasOpenAlbums } from "../db/match_work.ts";
import { scanLibrary } from "../services/library_scan.ts";
import { requireMusicFolder } from "../services/settings.ts";
import { defineJob, type JobResult } from "./job.ts";
import { enqueue, enqueueAfresh } from "./queue.ts";

export const filesystemScan = defineJob({
  payload: z.object({
    /** A person has confirmed that the files that are not there are really gone. */
    accept_losses: z.boolean().optional(),
    /** Only these folders, relative to the music folder. */
    folders: z.array(z.string().max(4096)).min(1).max(1000).optional(),
  }),
  alone: true,
  async run({ accept_losses, folders }, context): Promise<JobResult> {
    const { app } = context;
    const root = await requireMusicFolder(app);
    const result = await scanLibrary(app, { root, folders, acceptLosses: accept_losses }, context);
    if (await isCoverSearchDue(app.sql)) await enqueueAfresh(app.sql, "cover_art_fetch", {}, { again: true });
    if (result.newAlbums > 0 && await hasOpenAlbums(app.sql)) await enqueue(app.sql, "musicbrainz_match", {});
    return result;
  },
});
