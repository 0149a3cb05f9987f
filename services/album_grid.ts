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
  type Facets,
  type LibraryStats,
  libraryStats,
  listFacets,
  listSpines,
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
export type Overview = {
  stats: LibraryStats;
  /** At most as many as the widest screen can show. */
  spines: Spine[];
  /** The same shelf for a narrow screen. */
  bins: Spine[];
  facets: Facets;
};

const SPINES = 420;
const PHONE_BINS = 120;
const FACET_VALUES = 40;

export function loadOverview({ sql, catalogue }: Deps): Promise<Overview> {
  return catalogue.read("overview", async () => {
    const [stats, spines, bins, facets] = await Promise.all([
      libraryStats(sql, "library"),
      listSpines(sql, SPINES),
      listSpines(sql, PHONE_BINS),
      listFacets(sql, FACET_VALUES),
    ]);
    return { stats, spines, bins, facets };
  });
}
