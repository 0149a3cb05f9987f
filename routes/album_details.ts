import type { AlbumDetail } from "../db/albums.ts";
import { enqueue, SOMEBODY_WAITS } from "../jobs/queue.ts";
import type { App } from "../services/app.ts";

const ASK_AGAIN_MS = 30 * 24 * 60 * 60 * 1000;

/** Somebody looks at an album: what MusicBrainz says is asked for if nobody has asked within a month. */
export async function askForDetails(
  { sql }: Pick<App, "sql">,
  { id, musicbrainzReleaseGroupId, describedAt }: AlbumDetail,
): Promise<void> {
  if (musicbrainzReleaseGroupId === null) return;
  if (describedAt !== null && Date.now() - describedAt.getTime() < ASK_AGAIN_MS) return;
  await enqueue(sql, "album_details_fetch", { albumId: id }, { priority: SOMEBODY_WAITS });
}
