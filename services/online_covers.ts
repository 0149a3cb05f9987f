import {
  countCoverSearches,
  type CoverSearch,
  type CoverSource,
  dropArchiveCover,
  listCoverSearches,
  updateCover,
  upsertCoverLookup,
} from "../db/covers.ts";
import { transaction } from "../db/sql.ts";
import type { App } from "./app.ts";
import type { OnlinePicture } from "./cover_art.ts";
import { storeCover, type StoredCover, UnusablePicture } from "./cover_files.ts";
import type { CoverMaker } from "./cover_images.ts";
import type { CoverContext } from "./covers.ts";
import { Failure } from "./errors.ts";
import { isCutShort } from "./image_kind.ts";
import { logger } from "./log.ts";

type Deps = Pick<App, "sql" | "config" | "coverArt">;

const AT_ONCE = 3;
const BATCH = 60;
/** After so many albums without an answer the service is down, and the next run goes on. */
const MOST_TROUBLE = 60;
/** With fewer albums without an answer it is not the service that is in trouble but its copy of a picture. */
const SHARE_IN_TROUBLE = 0.1;
/** When a missing cover is asked for again, in days after the first, the second and every further time. */
const ASK_AGAIN_DAYS = [7, 30, 90];
/** Groups have the front of any of their releases, so a release seldom knows more. */
const MOST_RELEASES = 2;

const log = logger("covers");

/**
 * Asks the Cover Art Archive, and Spotify where that has none, for all covers that are due. A place that has no
 * cover is asked again after 7, 30 and 90 days; one that does not answer is no place without a cover: its albums
 * stay due, and if they are more than a few the run fails at the end, when all others have been asked.
 */
export async function findOnlineCovers(
  deps: Deps,
  { albumIds, maker }: { albumIds?: string[]; maker: CoverMaker },
  { signal, progress }: CoverContext,
): Promise<{ found: number; without: number; unanswered: number }> {
  const done = { found: 0, without: 0 };
  const asked: string[] = [];
  const troubles: Failure[] = [];
  const troubled: string[] = [];
  while (troubles.length < MOST_TROUBLE) {
    // What was answered is not due any more, unless it was asked for by name.
    const due = { albumIds, except: albumIds ? asked : troubled };
    const searches = await listCoverSearches(deps.sql, { ...due, limit: BATCH });
    if (searches.length === 0) break;
    const total = asked.length + await countCoverSearches(deps.sql, due);
    await inParallel(searches, AT_ONCE, async (search) => {
      signal.throwIfAborted();
      try {
        if (await findOnlineCover(deps, search, { maker, signal })) done.found++;
        else done.without++;
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== "unavailable") throw error;
        troubles.push(error);
        troubled.push(search.id);
      }
      asked.push(search.id);
      const found = done.found.toLocaleString("en");
      await progress({ processed: asked.length, total, message: `Looking for covers: ${found} found` });
    });
  }
  if (troubles.length > asked.length * SHARE_IN_TROUBLE) throw inTrouble(troubles, asked.length);
  return { ...done, unanswered: troubles.length };
}

function inTrouble(troubles: Failure[], asked: number): Failure {
  const albums = `${troubles.length.toLocaleString("en")} of ${asked.toLocaleString("en")} covers`;
  const wait = Math.max(...troubles.map((trouble) => trouble.retryAfterSeconds ?? 0));
  return new Failure("unavailable", `${troubles[0].message} That concerns ${albums}; the others are kept.`, {
    cause: troubles[0],
    retryAfterSeconds: wait || undefined,
  });
}

type Work = { maker: CoverMaker; signal: AbortSignal };

/** False: nobody has one. Throws the Failure of a place that did not answer. */
async function findOnlineCover(deps: Deps, search: CoverSearch, work: Work): Promise<boolean> {
  let trouble: Failure | undefined;
  let found: (StoredCover & { source: CoverSource }) | undefined;
  for (const { source, ask } of placesOf(deps, search, work.signal)) {
    try {
      const picture = await ask();
      const cover = picture && await keep(deps, picture, work.maker);
      if (cover) found = { ...cover, source };
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "unavailable") throw error;
      trouble ??= error;
    }
    if (found) break;
  }
  await transaction(deps.sql, async (tx) => {
    if (found) await updateCover(tx, search.id, found);
    else if (!trouble) await dropArchiveCover(tx, search.id);
    if (!trouble) await upsertCoverLookup(tx, search.id, lookupAfter(search, found?.source));
  });
  if (trouble) throw trouble;
  return found !== undefined;
}

type Place = { source: CoverSource; ask: () => Promise<OnlinePicture | undefined> };

function placesOf({ coverArt }: Deps, search: CoverSearch, signal: AbortSignal): Place[] {
  const { releaseGroupId, releaseIds, imageUrl } = search;
  const places: Place[] = [];
  if (releaseGroupId) {
    places.push({
      source: "release_group",
      ask: () => coverArt.findFront("release-group", releaseGroupId, { signal }),
    });
    for (const id of releaseIds.slice(0, MOST_RELEASES)) {
      places.push({ source: "release", ask: () => coverArt.findFront("release", id, { signal }) });
    }
  }
  if (imageUrl) places.push({ source: "spotify", ask: () => coverArt.findImage(imageUrl, { signal }) });
  return places;
}

/** Undefined: what came is no picture that can be shown. */
async function keep(deps: Deps, { bytes, url }: OnlinePicture, maker: CoverMaker) {
  try {
    if (isCutShort(bytes)) throw new UnusablePicture("Its end is missing");
    return await storeCover(deps, bytes, maker);
  } catch (error) {
    if (!(error instanceof UnusablePicture)) throw error;
    log.info("A picture cannot be used as a cover", { url, reason: error.message });
  }
}

function lookupAfter({ releaseGroupId, imageUrl, misses }: CoverSearch, source: CoverSource | undefined) {
  // Spotify's picture stands in for the archive's, which may come.
  const settled = source !== undefined && (source !== "spotify" || releaseGroupId === null);
  if (settled) return { releaseGroupId, imageUrl, misses: 0, nextAt: null };
  const days = ASK_AGAIN_DAYS[Math.min(misses, ASK_AGAIN_DAYS.length - 1)];
  const nextAt = new Date(Date.now() + days * 86_400_000);
  return { releaseGroupId, imageUrl, misses: misses + 1, nextAt };
}

/** Runs `work` for each item, so many at a time. After an error nothing new is begun. */
async function inParallel<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>) {
  const left = [...items];
  const lanes = Array.from({ length: atOnce }, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await work(item).catch((error) => {
        left.length = 0;
        throw error;
      });
    }
  });
  const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === "rejected");
  if (failed) throw failed.reason;
}
