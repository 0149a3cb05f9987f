import { z } from "zod";
import {
  ALBUM_SORTS,
  ALBUM_STATES,
  type AlbumCursor,
  type AlbumFilter,
  type AlbumOrder,
  type AlbumSort,
  cursorTypes,
  type SortType,
} from "../db/albums.ts";
import { searchTerms } from "../db/normalise.ts";

const flag = z.enum(["true", "false"], { error: "true or false" }).transform((value) => value === "true");
const SORT = new RegExp(`^-?(${ALBUM_SORTS.join("|")})$`);

/** The query parameters of every list of albums, JSON and HTML alike. An empty one counts as absent. */
export const albumQuery = z.object({
  state: z.enum(ALBUM_STATES),
  ownership_status: z.enum(["not_owned", "partial", "owned", "downloading"]),
  match_status: z.enum(["pending", "matched", "manual_review", "no_match"]),
  artist_id: z.guid("an artist's id (UUID)"),
  search: z.string().max(200, "at most 200 characters").refine(
    (text) => !text.includes("\0"),
    "no NUL characters",
  ),
  genre: z.string().max(100),
  decade: z.coerce.number().int().min(1000).max(2990).multipleOf(
    10,
    "the first year of a decade, such as 1990",
  ),
  source: z.enum(["saved_album", "liked_tracks", "playlist", "export", "csv", "manual", "spotify"]),
  acquisition_source: z.enum(["bandcamp", "physical", "lidarr", "other", "unknown"]),
  ignored: flag,
  wanted: flag,
  scope: z.enum(["library", "all"]),
  sort: z.string().regex(SORT, `one of ${ALBUM_SORTS.join(", ")}, with - in front to reverse`),
  page: z.coerce.number("a whole number").int("a whole number").min(1, "at least 1").max(1_000_000),
  page_size: z.coerce.number("a whole number").int("a whole number").min(1, "at least 1").max(
    200,
    "at most 200",
  ),
  after: z.string().max(4_000),
  from: z.string().max(100),
  view: z.enum(["cards", "wall", "table"]),
  select: z.enum(["1", "all"]),
}).partial();

export type AlbumQuery = z.output<typeof albumQuery>;

/** Drops empty parameters: forms without JavaScript send every field. */
export function presentParameters(all: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

export function toFilter(query: AlbumQuery): AlbumFilter {
  return {
    scope: query.scope,
    state: query.state,
    ownershipStatus: query.ownership_status,
    matchStatus: query.match_status,
    artistId: query.artist_id,
    terms: query.search ? searchTerms(query.search) : undefined,
    genre: query.genre,
    decade: query.decade,
    source: query.source,
    acquisitionSource: query.acquisition_source,
    ignored: query.ignored,
    wanted: query.wanted,
  };
}

export function toOrder(query: AlbumQuery): AlbumOrder {
  const sort = query.sort ?? "-added";
  const by = sort.replace("-", "");
  return { by: ALBUM_SORTS.find((name) => name === by) ?? "added", descending: sort.startsWith("-") };
}

/** A cursor as it stands in an address; bound to its order, because it holds that order's columns. */
export function encodeCursor(sort: AlbumSort, cursor: AlbumCursor): string {
  const bytes = new TextEncoder().encode(JSON.stringify([sort, ...cursor]));
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

const cursorShape = z.array(z.string().max(2_000));

/** Undefined: not a cursor of this order. */
export function decodeCursor(sort: AlbumSort, text: string): AlbumCursor | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: "base64url" });
    const [madeFor, ...cursor] = cursorShape.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const types = cursorTypes(sort);
    const fits = madeFor === sort && cursor.length === types.length &&
      cursor.every((value, i) => READABLE[types[i]](value));
    return fits ? cursor : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof z.ZodError) {
      return undefined;
    }
    throw error;
  }
}

const READABLE: Record<SortType, (value: string) => boolean> = {
  timestamptz: (value) => /^\d{4}-\d\d/.test(value) && !Number.isNaN(Date.parse(value)),
  text: (value) => !value.includes("\0"),
  integer: (value) => /^\d{1,9}$/.test(value),
  uuid: (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
};

/** Whether the jump bar's `from` is a value of the first column of this order. */
export function isStart(sort: AlbumSort, from: string): boolean {
  return READABLE[cursorTypes(sort)[0]](from);
}
