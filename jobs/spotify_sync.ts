import { z } from "zod";
import { isCoverSearchDue } from "../db/covers.ts";
import { hasOpenAlbums } from "../db/match_work.ts";
import { listDueAccounts } from "../db/spotify_accounts.ts";
import { settleAlbums } from "../services/settle_albums.ts";
import { readSettings } from "../services/settings.ts";
import { syncSpotify } from "../services/spotify_sync.ts";
import { defineJob, type JobContext, type JobResult } from "./job.ts";
import { enqueue, enqueueAfresh } from "./queue.ts";

export const spotifySync = defineJob({
  payload: z.object({
    /** Whose account is read. Without it: a job for each account that was not read within the interval. */
    userId: z.uuid().optional(),
  }),
  alone: true,
  async run({ userId }, context): Promise<JobResult> {
    return userId === undefined ? await askForDue(context) : await sync(context, userId);
  },
});

async function sync(context: JobContext, userId: string): Promise<JobResult> {
  const { app, job, signal } = context;
  const { commit } = askingForMatches(context);
  const result = await syncSpotify(app, userId, { checkpoint: job.checkpoint, signal, commit });
  // Albums have more songs now than when their files were counted.
  await settleAlbums(app, context);
  // Spotify's pictures stand in until the albums are matched.
  if (await isCoverSearchDue(app.sql)) await enqueueAfresh(app.sql, "cover_art_fetch", {}, { again: true });
  return result;
}

/** Albums are matched from the first ones on: reading a large account takes minutes, and a pause may take a day. */
function askingForMatches({ app, commit }: JobContext): Pick<JobContext, "commit"> {
  let asked = false;
  return {
    async commit(work) {
      await commit(work);
      if (asked || !await hasOpenAlbums(app.sql)) return;
      asked = true;
      await enqueue(app.sql, "musicbrainz_match", {});
    },
  };
}

async function askForDue({ app, job }: JobContext): Promise<JobResult> {
  const { sync_interval_hours } = await readSettings(app);
  // A person who asks does not mean "unless it was read lately".
  const hours = job.requestedBy === null ? sync_interval_hours : 0;
  const userIds = await listDueAccounts(app.sql, hours);
  for (const userId of userIds) await enqueue(app.sql, "spotify_sync", { userId });
  return { summary: `${userIds.length} ${userIds.length === 1 ? "account" : "accounts"} to read` };
}
