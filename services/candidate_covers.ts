import { join } from "node:path";
import { isMatchCandidate } from "../db/match_candidates.ts";
import type { App } from "./app.ts";
import { checkPicture, UnusablePicture, writeWhole } from "./cover_files.ts";

export type Picture = { bytes: Uint8Array<ArrayBuffer>; type: string };

// A cover that is missing today may be there tomorrow, but hardly within the hour that somebody clears the inbox.
const MISSING_SECONDS = 6 * 3600;

/**
 * The front of a release group that an album may be, to be told by its looks. Kept as a file until it is a day old
 * (see pruneCovers); undefined when the archive has none, and for whatever is no candidate. Throws `unavailable`.
 */
export async function findCandidateCover(
  { sql, config, cache, coverArt }: Pick<App, "sql" | "config" | "cache" | "coverArt">,
  releaseGroupId: string,
): Promise<Picture | undefined> {
  const path = join(config.dataDir, "covers", "candidates", releaseGroupId);
  const kept = await readPicture(path);
  if (kept) return kept;
  if (!await isMatchCandidate(sql, releaseGroupId)) return undefined;
  const isThere = await cache.remember(`candidate-cover:${releaseGroupId}`, MISSING_SECONDS, async () => {
    const found = await coverArt.findFront("release-group", releaseGroupId);
    if (!found || !isPicture(found.bytes)) return false;
    await writeWhole(path, found.bytes);
    return true;
  });
  return isThere ? await readPicture(path) : undefined;
}

async function readPicture(path: string): Promise<Picture | undefined> {
  try {
    const bytes = await Deno.readFile(path);
    return { bytes, type: `image/${checkPicture(bytes).kind}` };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function isPicture(bytes: Uint8Array): boolean {
  try {
    checkPicture(bytes);
    return true;
  } catch (error) {
    if (error instanceof UnusablePicture) return false;
    throw error;
  }
}
