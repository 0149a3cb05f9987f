import type { Facet, Facets } from "../db/stats.ts";
import { type AlbumQuery, albumsPath, narrowing } from "./album_query.ts";
import { Icon } from "./icon.tsx";
import { useLink } from "./links.tsx";
import { Name } from "./text.tsx";
import { count, plural } from "./words.ts";

type Choice = {
  label: string;
  /** What the address changes to. */
  changes: AlbumQuery;
  isCurrent: boolean;
  albums?: number;
};

type Menu = {
  name: string;
  /** The part of the address it decides; empty it to ask for any. */
  clear: AlbumQuery;
  choices: Choice[];
};

const matchWords: [NonNullable<AlbumQuery["match_status"]>, string][] = [
  ["matched", "Matched"],
  ["pending", "Not matched yet"],
  ["manual_review", "Needs a decision"],
  ["no_match", "Nothing fits"],
];

const sourceWords: Record<string, string> = {
  saved_album: "Saved album",
  liked_tracks: "Liked songs",
  playlist: "Playlist",
  export: "Spotify data",
  csv: "CSV",
  manual: "Added by hand",
};

const acquiredWords: Record<NonNullable<AlbumQuery["acquisition_source"]>, string> = {
  bandcamp: "From Bandcamp",
  physical: "From CD or vinyl",
  lidarr: "From Lidarr",
  other: "From elsewhere",
  unknown: "Origin unknown",
};

/** The media of a physical source are counted apart, but filtered together. */
function albumsFrom(acquired: readonly Facet[], source: string): number {
  const values = source === "physical" ? ["physical", "cd", "vinyl", "cassette", "download"] : [source];
  return acquired.filter(({ value }) => values.includes(value)).reduce((sum, { albums }) => sum + albums, 0);
}

function menusOf(query: AlbumQuery, facets: Facets): Menu[] {
  const acquired = Object.entries(acquiredWords) as [keyof typeof acquiredWords, string][];
  return [
    {
      name: "Match",
      clear: { match_status: undefined },
      choices: matchWords.map(([value, label]) => ({
        label,
        changes: { match_status: value },
        isCurrent: query.match_status === value,
      })),
    },
    {
      name: "Genre",
      clear: { genre: undefined },
      choices: facets.genres.map(({ value, albums }) => ({
        label: value,
        changes: { genre: value },
        isCurrent: query.genre === value,
        albums,
      })),
    },
    {
      name: "Decade",
      clear: { decade: undefined },
      choices: facets.decades.map(({ value, albums }) => ({
        label: `${value}s`,
        changes: { decade: Number(value) },
        isCurrent: query.decade === Number(value),
        albums,
      })),
    },
    {
      name: "Artist",
      clear: { artist_id: undefined },
      choices: facets.artists.map(({ value, label = value, albums }) => ({
        label,
        changes: { artist_id: value },
        isCurrent: query.artist_id === value,
        albums,
      })),
    },
    {
      name: "Source",
      clear: { source: undefined, acquisition_source: undefined },
      choices: [
        ...facets.sources.map(({ value, albums }): Choice => ({
          label: sourceWords[value] ?? value,
          changes: { source: value as AlbumQuery["source"], acquisition_source: undefined },
          isCurrent: query.source === value,
          albums,
        })),
        ...acquired.map(([value, label]): Choice => ({
          label,
          changes: { source: undefined, acquisition_source: value },
          isCurrent: query.acquisition_source === value,
          albums: albumsFrom(facets.acquired, value),
        })).filter(({ albums, isCurrent }) => albums || isCurrent),
      ],
    },
  ];
}

/** Below the chips where there is room, a sheet behind the sliders button on a phone. */
export function FilterMenus({ query, facets, total }: { query: AlbumQuery; facets: Facets; total: number }) {
  const link = useLink();
  const isNarrowed = narrowing.some((name) => query[name] !== undefined);
  const nothing: AlbumQuery = Object.fromEntries(narrowing.map((name) => [name, undefined]));
  return (
    <div
      id="filters"
      popover="auto"
      aria-label="Filters"
      class="text-sm text-ink max-md:fixed max-md:inset-x-0 max-md:top-20 max-md:bottom-0 max-md:m-0 max-md:h-auto max-md:w-full max-md:max-w-none max-md:overflow-y-auto max-md:rounded-t-xl max-md:bg-overlay max-md:p-4 max-md:pb-20 max-md:shadow-3 max-md:ring-1 max-md:ring-edge max-md:backdrop:bg-scrim md:static md:m-0 md:-ml-3 md:flex md:w-auto md:flex-wrap md:items-center md:gap-0.5 md:overflow-visible md:bg-transparent"
    >
      <div class="flex items-center justify-between pb-2 md:hidden">
        <h2 class="text-md font-semibold">Filters</h2>
        <button
          type="button"
          class="btn btn-quiet btn-icon -mr-2"
          aria-label="Close"
          popovertarget="filters"
          popovertargetaction="hide"
        >
          <Icon name="x" class="size-5" />
        </button>
      </div>
      {menusOf(query, facets).filter(({ choices }) => choices.length > 0).map((menu) => (
        <FilterMenu menu={menu} query={query} />
      ))}
      {isNarrowed && (
        <a href={link(albumsPath(query, nothing))} class="chip h-8! text-ink-3! max-md:mt-3 max-md:h-10!">
          Reset
        </a>
      )}
      <footer class="fixed inset-x-0 bottom-0 border-t border-hairline bg-overlay p-3 safe-bottom md:hidden">
        <button
          type="button"
          class="btn btn-primary w-full"
          popovertarget="filters"
          popovertargetaction="hide"
        >
          {`Show ${plural(total, "album")}`}
        </button>
      </footer>
    </div>
  );
}

function FilterMenu({ menu: { name, clear, choices }, query }: { menu: Menu; query: AlbumQuery }) {
  const link = useLink();
  const current = choices.find(({ isCurrent }) => isCurrent);
  return (
    <details
      name="filter"
      data-menu
      class="group/menu relative max-md:border-b max-md:border-hairline"
    >
      <summary
        class={`chip h-8! list-none max-md:h-13! max-md:w-full max-md:bg-transparent! max-md:px-0! max-md:text-base! ${
          current ? "text-ink! md:bg-raised" : ""
        }`}
      >
        {name}
        {current && (
          <b class="max-w-40 truncate font-semibold text-ink max-md:ml-auto">
            <Name>{current.label}</Name>
          </b>
        )}
        <Icon
          name="chevron-down"
          class="size-3.5! text-ink-3 group-open/menu:rotate-180 max-md:last:ml-auto max-md:not-last:ml-0"
        />
      </summary>
      <div class="md:absolute md:top-9 md:left-0 md:z-40 md:w-72 md:rounded-lg md:bg-overlay md:p-2 md:shadow-3 md:ring-1 md:ring-edge">
        <ul class="max-h-[min(20rem,60dvh)] overflow-y-auto">
          {choices.map(({ label, changes, isCurrent, albums }) => (
            <li>
              <a
                href={link(albumsPath(query, isCurrent ? clear : changes))}
                aria-current={isCurrent ? "true" : undefined}
                class="group/choice flex h-11 items-center gap-3 rounded-md px-2.5 hover:bg-raised aria-[current]:font-semibold md:h-9"
              >
                <span class="min-w-0 flex-1 truncate">
                  <Name>{label}</Name>
                </span>
                {albums !== undefined && <span class="text-xs text-ink-3 num">{count(albums)}</span>}
                {isCurrent && <Icon name="x" class="size-3.5" />}
              </a>
            </li>
          ))}
        </ul>
        {current && (
          <div class="mt-1.5 border-t border-hairline pt-2">
            <a href={link(albumsPath(query, clear))} class="btn btn-quiet btn-sm">Any {name.toLowerCase()}</a>
          </div>
        )}
      </div>
    </details>
  );
}
