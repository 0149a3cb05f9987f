import type {
  Album,
  AlbumFilter,
  AlbumSort,
  AlbumState,
  MatchStatus,
  OwnershipStatus,
} from "../db/albums.ts";

/** The parameters of an address of albums, by their names in it. */
export type AlbumQuery = {
  state?: AlbumState;
  ownership_status?: OwnershipStatus;
  match_status?: MatchStatus;
  artist_id?: string;
  search?: string;
  genre?: string;
  decade?: number;
  source?: AlbumFilter["source"];
  acquisition_source?: NonNullable<Album["acquisitionSource"]>;
  ignored?: boolean;
  wanted?: boolean;
  scope?: "library" | "all";
  sort?: string;
  view?: "cards" | "wall" | "table";
  select?: string;
  after?: string;
  from?: string;
};

/** The address with some parameters changed. A change of anything starts at the first page again. */
export function albumsPath(query: AlbumQuery, changes: AlbumQuery = {}): string {
  const { after: _, from: __, ...rest } = query;
  const parameters = Object.entries({ ...rest, ...changes })
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `${name}=${encodeURIComponent(value as string | number | boolean)}`);
  return parameters.length > 0 ? `/albums?${parameters.join("&")}` : "/albums";
}

/** The parameters a form must carry along, without those it asks for itself. */
export function hiddenParameters(
  query: AlbumQuery,
  asked: readonly (keyof AlbumQuery)[],
): [string, string][] {
  return Object.entries(query)
    .filter(([name, value]) => value !== undefined && ![...asked, "after", "from"].includes(name))
    .map(([name, value]) => [name, String(value)]);
}

/** What narrows the list besides the state: shown as chips that can be taken away. */
export const narrowing = [
  "ownership_status",
  "match_status",
  "artist_id",
  "genre",
  "decade",
  "source",
  "acquisition_source",
  "ignored",
  "wanted",
  "scope",
] as const satisfies readonly (keyof AlbumQuery)[];

/** As the chips stand, from most to least had. */
export const ALBUM_STATE_ORDER: readonly AlbumState[] = [
  "owned",
  "partial",
  "downloading",
  "wanted",
  "not_owned",
  "needs_match",
  "ignored",
];

export type SortChoice = { by: AlbumSort; value: string; label: string };

/** Every order in the direction people expect first. */
export const sorts: readonly SortChoice[] = [
  { by: "added", value: "-added", label: "Recently added" },
  { by: "plays", value: "-plays", label: "Most played" },
  { by: "artist", value: "artist", label: "Artist" },
  { by: "title", value: "title", label: "Title" },
  { by: "year", value: "-year", label: "Year" },
  { by: "updated", value: "-updated", label: "Recently changed" },
];

export function sortOf(query: AlbumQuery): { by: AlbumSort; descending: boolean; value: string } {
  const value = query.sort ?? "-added";
  const by = sorts.find((sort) => sort.by === value.replace("-", ""))?.by ?? "added";
  return { by, descending: value.startsWith("-"), value };
}
