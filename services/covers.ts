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

type Deps = Pick<App, "sql" | "config">;

export type CoverOptions = { root: string; albumIds?: string[] };
export type CoverContext = {
  signal: AbortSignal;
  progress(update: { processed?: number; total?: number; message?: string }): Promise<void>;
};
export type CoverResult = { summary: string; found: number; without: number };

const log = logger("covers");

/**
 * Looks for covers of albums with files: a picture in their folder first, else the one inside a file. Stores the
 * picture and two thumbnails below the data folder, once however many albums share it. What it has looked at is
 * remembered on the album, so an interrupted run goes on where it was.
 */
export async function fetchCovers(
  deps: Deps,
  options: CoverOptions,
  context: CoverContext,
): Promise<CoverResult> {
  const root = await Deno.realPath(options.root);
  const searches = await listLocalCoverSearches(deps.sql, options.albumIds ?? null);
  using maker = openCoverMaker();
  let found = 0;
  for (const [index, search] of searches.entries()) {
    context.signal.throwIfAborted();
    if (await findCover(deps, { root, search, maker })) found++;
    await context.progress({
      processed: index + 1,
      total: searches.length,
      message: `${found} covers found`,
    });
  }
  const without = searches.length - found;
  const summary = `${found.toLocaleString("en")} ${found === 1 ? "cover" : "covers"} found` +
    (without > 0 ? `, ${without.toLocaleString("en")} albums without` : "");
  return { summary, found, without };
}

type Search = { root: string; search: LocalCoverSearch; maker: CoverMaker };

async function findCover(deps: Deps, { root, search, maker }: Search): Promise<boolean> {
  for await (const { bytes, from } of localPictures(root, search, maker)) {
    try {
      const { hash, tone } = await storeCover(deps, bytes, maker);
      await updateCover(deps.sql, { id: search.id, hash, tone });
      return true;
    } catch (error) {
      if (!(error instanceof UnusablePicture)) throw error;
      log.info("A picture cannot be used as a cover", { path: from, reason: error.message });
    }
  }
  await markCoverChecked(deps.sql, search.id);
  return false;
}
