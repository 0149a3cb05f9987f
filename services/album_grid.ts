import {
  type Album,
  type AlbumCounts,
  type AlbumCursor,
  type AlbumFilter,
  type AlbumOrder,
  countAlbums,
  listAlbums,
  listNearestAlbums,
} from "../db/albums.ts";
import {
  type LibraryOverview,
  libraryOverview,
  type LibraryStats,
  type NextToGet,
  type Spine,
} from "../db/stats.ts";
import type { App } from "./app.ts";

export type AlbumGrid = {
  albums: Album[];
  next?: AlbumCursor;
  counts: AlbumCounts;
  /** Albums under the whole filter, its state included. */
  total: number;
  /** The search found nothing: these come closest, best first. */
  nearest: Album[];
};

type Deps = Pick<App, "sql" | "catalogue">;

/** One page of albums with the counts of every state, in at most three queries and usually one. */
export async function loadAlbumGrid(
  deps: Deps,
  filter: AlbumFilter,
  page: {
    order: AlbumOrder;
    limit: number;
    after?: AlbumCursor;
    from?: string;
    offset?: number;
    search?: string;
  },
): Promise<AlbumGrid> {
  const { sql, catalogue } = deps;
  const { state, ...everyState } = filter;
  const counting = catalogue.read(`counts ${JSON.stringify(everyState)}`, () => countAlbums(sql, everyState));
  // A search waits for the count, which may already have found the few albums there are.
  const ids = filter.terms ? (await counting).ids : undefined;
  const [counts, { albums, next }] = await Promise.all([counting, listAlbums(sql, filter, { ...page, ids })]);
  const total = state ? counts.states[state] : counts.all;
  const nearest = page.search && counts.all === 0 ? await listNearestAlbums(sql, page.search, 12) : [];
  return { albums, next, counts, total, nearest };
}

/** What every page of the library shows about the whole of it. */
export type Overview = Omit<LibraryOverview, "nextToGet"> & {
  /** The albums that lift the share of plays most, best first, and what they add in percent. */
  nextToGet: (NextToGet & { percent: number })[];
  /** How many of them make it to the next ten percent. */
  nextStep?: { albums: number; percent: number };
};

// As many spines as the widest screen can show, and the same shelf for a narrow one.
const MOST = { spines: 320, bins: 120, facets: 25, nextToGet: 200 };

export function loadOverview({ sql, catalogue }: Deps): Promise<Overview> {
  return catalogue.read("overview", async () => {
    const { stats, facets, ...rest } = await libraryOverview(sql, MOST);
    const [spines, bins] = [rest.spines, rest.bins].map((list) => list.map(withCoarseTone));
    return { stats, spines, bins, facets, ...planNextStep(stats, rest.nextToGet) };
  });
}

/** Eight steps a channel are plenty on a spine of three pixels, and spines of one tone are one path. */
function withCoarseTone(spine: Spine): Spine {
  const channels = spine.tone?.match(/[0-9a-f]{2}/g)?.map((channel) =>
    Math.round(parseInt(channel, 16) / 36) * 36
  );
  return channels
    ? { ...spine, tone: `#${channels.map((value) => value.toString(16).padStart(2, "0")).join("")}` }
    : spine;
}

const STEP_PERCENT = 10;

/** Which of the next albums to get lead to the next ten percent of what is played. */
export function planNextStep(
  { plays, ownedPlays }: Pick<LibraryStats, "plays" | "ownedPlays">,
  next: NextToGet[],
): Pick<Overview, "nextToGet" | "nextStep"> {
  if (plays === 0) return { nextToGet: [] };
  const nextToGet = next
    .map((album) => ({ ...album, percent: (100 * album.plays * (1 - album.share)) / plays }))
    .sort((a, b) => b.percent - a.percent);
  const now = (100 * ownedPlays) / plays;
  const percent = Math.min(100, (Math.floor(now / STEP_PERCENT) + 1) * STEP_PERCENT);
  let reached = now;
  // Floating point: a sum that ought to be 70 may be a hair below it.
  const albums = nextToGet.findIndex((album) => (reached += album.percent) >= percent - 1e-9) + 1;
  return { nextToGet, nextStep: albums > 0 ? { albums, percent } : undefined };
}
