import {
  listLocalCoverSearches,
  type LocalCoverSearch,
  markCoverChecked,
  updateCover,
} from "../db/covers.ts";
import type { App } from "./app.ts";
import { storeCover, UnusablePicture } from "./cover_files.ts";
import { type CoverMaker, openCoverMaker } from "./cover_images.ts";
import { localPictures } from "./local_covers.ts";
import { logger } from "./log.ts";
import { findOnlineCovers } from "./online_covers.ts";

export type CoverOptions = {
  /** The music folder, when there is one. */
  root: string | null;
  /** Only these, however lately they were looked for. */
  albumIds?: string[];
  /** What the result is to count besides: earlier rounds of the same job. */
  before?: { found: number; without: number };
};
export type CoverContext = {
  signal: AbortSignal;
  progress(update: { processed?: number; total?: number; message?: string }): Promise<void>;
};
export type CoverResult = { summary: string; found: number; without: number };

const log = logger("covers");

/**
 * Looks for the covers of albums: a picture in their folder first, then the one inside a file, then the Cover Art
 * Archive's, at last Spotify's. Stores each once, however many albums share it. What was looked at is remembered
 * per album, so an interrupted run goes on where it was, and one that finds nothing to do asks nobody.
 */
export async function fetchCovers(
  deps: Pick<App, "sql" | "config" | "coverArt">,
  options: CoverOptions,
  context: CoverContext,
): Promise<CoverResult> {
  using maker = openCoverMaker();
  const local = options.root === null ? 0 : await findLocalCovers(deps, options.root, {
    albumIds: options.albumIds,
    maker,
    context,
  });
  const online = await findOnlineCovers(deps, { albumIds: options.albumIds, maker }, context);
  const { before = { found: 0, without: 0 } } = options;
  const found = before.found + local + online.found;
  const without = before.without + online.without;
  const summary = [
    `${count(found, "cover")} found`,
    ...(without > 0 ? [`${count(without, "album")} without`] : []),
    ...(online.unanswered > 0 ? [`${count(online.unanswered, "album")} to be asked about again`] : []),
  ].join(", ");
  return { summary, found, without };
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

type LocalOptions = { albumIds?: string[]; maker: CoverMaker; context: CoverContext };

async function findLocalCovers(
  deps: Pick<App, "sql" | "config">,
  folder: string,
  { albumIds, maker, context }: LocalOptions,
): Promise<number> {
  const root = await Deno.realPath(folder);
  const searches = await listLocalCoverSearches(deps.sql, albumIds ?? null);
  let found = 0;
  for (const [index, search] of searches.entries()) {
    context.signal.throwIfAborted();
    if (await findLocalCover(deps, { root, search, maker })) found++;
    await context.progress({
      processed: index + 1,
      total: searches.length,
      message: `Looking beside your files: ${found.toLocaleString("en")} found`,
    });
  }
  return found;
}

type Search = { root: string; search: LocalCoverSearch; maker: CoverMaker };

async function findLocalCover(
  deps: Pick<App, "sql" | "config">,
  { root, search, maker }: Search,
): Promise<boolean> {
  let found = false;
  for await (const { bytes, from } of localPictures(root, search, maker)) {
    try {
      await updateCover(deps.sql, search.id, {
        ...await storeCover(deps, bytes, maker),
        source: "local",
      });
      found = true;
      break;
    } catch (error) {
      if (!(error instanceof UnusablePicture)) throw error;
      log.info("A picture cannot be used as a cover", { path: from, reason: error.message });
    }
  }
  await markCoverChecked(deps.sql, search.id);
  return found;
}
