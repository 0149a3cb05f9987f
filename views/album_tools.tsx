import {
  ALBUM_STATE_ORDER,
  type AlbumQuery,
  albumsPath,
  hiddenParameters,
  sortOf,
  sorts,
} from "./album_query.ts";
import type { AlbumCounts } from "../db/albums.ts";
import type { Facets } from "../db/stats.ts";
import { FilterMenus } from "./filter_menus.tsx";
import { Icon } from "./icon.tsx";
import { useLink } from "./links.tsx";
import { states } from "./status.tsx";
import { KeyHint } from "./text.tsx";
import { TrackRing } from "./track_ring.tsx";
import { count, plural } from "./words.ts";

export type AlbumToolsProps = {
  query: AlbumQuery;
  counts: Pick<AlbumCounts, "states" | "all">;
  facets: Facets;
  /** Albums under the whole query. */
  total: number;
};

// Links below an element with these replace the list; htmx makes them known to each link.
const replaceResults = {
  "hx-boost:inherited": "true",
  "hx-target:inherited": "#results",
  "hx-swap:inherited": "outerHTML show:none",
};

/**
 * Everything that decides which albums are shown and how. It comes again with every answer and is morphed in, so
 * that counts and links follow the search while the field keeps its focus. After a change in the drawer, which
 * does not know what the list behind it shows, it asks for itself.
 */
export function AlbumTools({ query, counts, facets, total }: AlbumToolsProps) {
  const link = useLink();
  return (
    <div
      id="tools"
      class="flex flex-wrap items-center gap-x-2 gap-y-2.5 md:gap-y-2"
      {...replaceResults}
    >
      <span
        hidden
        hx-get={link(albumsPath(query))}
        hx-trigger="album-changed from:body"
        hx-target="#tools"
        hx-swap="outerMorph"
      />
      <SearchBox query={query} />
      <Arrangement query={query} />
      <FilterChips query={query} counts={counts} />
      <p
        class="mr-auto font-medium text-ink-2 num max-md:order-3 md:order-last md:mr-0 md:ml-auto"
        aria-live="polite"
      >
        {plural(total, "album")}
      </p>
      <FilterMenus query={query} facets={facets} total={total} />
    </div>
  );
}

function SearchBox({ query }: { query: AlbumQuery }) {
  const link = useLink();
  return (
    <div class="flex min-w-0 flex-1 items-center gap-2 max-md:order-1 max-md:basis-full md:max-w-72 lg:max-w-80">
      <form
        id="search"
        role="search"
        action={link("/albums")}
        class="relative min-w-0 flex-1"
        hx-get={link("/albums")}
        hx-trigger="input delay:200ms, submit"
        hx-sync="this:replace"
        hx-push-url="true"
      >
        {hiddenParameters(query, ["search", "sort", "select"]).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <input type="hidden" name="sort" value={query.sort} disabled={query.sort === undefined} />
        <span class="pointer-events-none absolute inset-y-0 left-3 grid place-items-center text-ink-3">
          <Icon name="search" />
        </span>
        <input
          id="search-field"
          type="search"
          name="search"
          value={query.search}
          class="field pr-8! pl-9!"
          placeholder="Search"
          aria-label="Search albums and artists"
          autocomplete="off"
          data-key="/"
        />
        <span class="pointer-events-none absolute inset-y-0 right-2 grid place-items-center">
          <KeyHint keys="/" />
        </span>
      </form>
      <button
        type="button"
        class="btn btn-plain btn-icon md:hidden"
        aria-label="Filters"
        popovertarget="filters"
      >
        <Icon name="sliders-horizontal" class="size-5" />
      </button>
    </div>
  );
}

function Arrangement({ query }: { query: AlbumQuery }) {
  const link = useLink();
  const sort = sortOf(query);
  const reversed = sort.descending ? sort.by : `-${sort.by}`;
  return (
    <div class="flex items-center gap-2 max-md:order-4 md:ml-auto">
      <form action={link("/albums")} class="flex items-center gap-2 text-ink-3" hx-boost="false">
        {hiddenParameters(query, ["sort"]).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <label for="sort" class="max-md:sr-only">Sort</label>
        <span class="relative">
          <select
            id="sort"
            name="sort"
            class="h-9 appearance-none rounded-md bg-raised pr-8 pl-3 font-medium text-ink ring-1 ring-edge ring-inset max-md:h-11 max-md:rounded-full max-md:ring-0"
            hx-get={link("/albums")}
            hx-trigger="change"
            hx-include="closest form"
            hx-push-url="true"
          >
            {sorts.map(({ by, value, label }) => (
              <option value={by === sort.by ? sort.value : value} selected={by === sort.by}>{label}</option>
            ))}
          </select>
          <span class="pointer-events-none absolute inset-y-0 right-2.5 grid place-items-center">
            <Icon name="chevron-down" class="size-3.5" />
          </span>
        </span>
        <noscript>
          <button type="submit" class="btn btn-plain">Sort</button>
        </noscript>
      </form>
      <a
        href={link(albumsPath(query, { sort: reversed }))}
        class="btn btn-plain btn-icon max-md:hidden"
        aria-label={sort.descending ? "Descending. Reverse the order" : "Ascending. Reverse the order"}
      >
        <Icon name={sort.descending ? "arrow-down-wide-narrow" : "arrow-down-narrow-wide"} />
      </a>
      <Densities query={query} />
      {query.select
        ? (
          <a
            href={link(albumsPath(query, { select: undefined }))}
            class="btn btn-ink max-md:rounded-full!"
          >
            <Icon name="check" />Done
          </a>
        )
        : (
          <a
            href={link(albumsPath(query, { select: "1" }))}
            class="btn btn-plain max-md:rounded-full!"
          >
            <Icon name="square-check" />Select
          </a>
        )}
    </div>
  );
}

const densities = [
  { view: "wall", icon: "grid-3x3", label: "Wall" },
  { view: "cards", icon: "layout-grid", label: "Cards" },
  { view: "table", icon: "rows-3", label: "Table" },
] as const;

const densityOf = ({ view = "cards" }: AlbumQuery) => densities.findIndex((density) => density.view === view);

function Densities({ query }: { query: AlbumQuery }) {
  const link = useLink();
  return (
    <div
      role="group"
      aria-label="View"
      class="flex rounded-md bg-sunken p-0.5 ring-1 ring-hairline ring-inset max-md:hidden"
    >
      {densities.map(({ view, icon, label }, i) => (
        <a
          href={link(albumsPath(query, { view: view === "cards" ? undefined : view }))}
          aria-current={i === densityOf(query) ? "true" : undefined}
          aria-label={label}
          title={label}
          class="grid h-8 w-9 place-items-center rounded-[6px] text-ink-3 hover:text-ink aria-[current]:bg-raised aria-[current]:text-ink aria-[current]:shadow-1 aria-[current]:ring-1 aria-[current]:ring-edge"
        >
          <Icon name={icon} />
        </a>
      ))}
    </div>
  );
}

/** In the phone's bar, where there is no room for three: leads to the next way of showing them. */
export function PhoneDensity({ query }: { query: AlbumQuery }) {
  const link = useLink();
  const now = densities[densityOf(query)];
  const { view, label } = densities[(densityOf(query) + 1) % densities.length];
  return (
    <a
      id="phone-density"
      href={link(albumsPath(query, { view: view === "cards" ? undefined : view }))}
      class="btn btn-quiet btn-icon -mr-2"
      aria-label={`${now.label}. Show as ${label.toLowerCase()}`}
    >
      <Icon name={now.icon} class="size-5" />
    </a>
  );
}

export function FilterChips({ query, counts }: Pick<AlbumToolsProps, "query" | "counts">) {
  const link = useLink();
  return (
    <nav
      aria-label="Filter by status"
      class="scroll-x -mx-4 flex min-w-0 basis-[calc(100%+2rem)] gap-1 px-4 max-md:order-2 md:mx-0 md:basis-full md:gap-0.5 md:px-0"
    >
      <a
        href={link(albumsPath(query, { state: undefined }))}
        aria-current={query.state ? undefined : "true"}
        class="chip"
      >
        All <span class="count">{count(counts.all)}</span>
      </a>
      {ALBUM_STATE_ORDER.map((state) => (
        <a
          href={link(albumsPath(query, { state: state === query.state ? undefined : state }))}
          aria-current={state === query.state ? "true" : undefined}
          class="chip"
        >
          <span class={state === query.state ? "" : states[state].ink}>
            {state === "partial"
              ? <TrackRing owned={9} total={12} size={15} />
              : <Icon name={states[state].icon} class="size-[15px]" />}
          </span>
          {states[state].label}
          <span class="count">{count(counts.states[state])}</span>
        </a>
      ))}
    </nav>
  );
}
