import type { MatchReason } from "./album_matches.ts";
import type { Fragment, Sql } from "./sql.ts";

export const ALBUM_STATES = [
  "owned",
  "partial",
  "downloading",
  "wanted",
  "not_owned",
  "needs_match",
  "ignored",
] as const;
/** What a card shows: the first that applies of ignored, downloading, needs match, owned, partial, wanted, not owned. */
export type AlbumState = typeof ALBUM_STATES[number];
export type OwnershipStatus = "not_owned" | "partial" | "owned" | "downloading";
export type MatchStatus = "pending" | "matched" | "manual_review" | "no_match";
export type AcquisitionSource = "bandcamp" | "physical" | "lidarr" | "other" | "unknown";
export type AcquisitionMedium = "cd" | "vinyl" | "cassette" | "download";
export type EntrySource = "saved_album" | "liked_tracks" | "playlist" | "export" | "csv" | "manual";

/** An album as a card or a row of a list shows it. */
export type Album = {
  id: string;
  title: string;
  artist: { id: string; name: string };
  artistCredit: string;
  releaseDate: string | null;
  releaseYear: number | null;
  state: AlbumState;
  ownershipStatus: OwnershipStatus;
  ownedTracks: number;
  expectedTracks: number | null;
  /** How much of it Lidarr has downloaded, rounded down. */
  downloadPercent?: number | null;
  coverArtUrl: string | null;
  coverHash: string | null;
  coverTone: string | null;
  matchStatus: MatchStatus;
  matchScore: number | null;
  acquisitionSource: AcquisitionSource | null;
  acquisitionMedium: AcquisitionMedium | null;
  albumType: string | null;
  genres: string[];
  playCount: number;
  /** How the household knows the album: saved, liked songs, playlists, … */
  sources: EntrySource[];
};

/** Every part is optional; together they all hold. */
export type AlbumFilter = {
  scope?: "library" | "all";
  state?: AlbumState;
  ownershipStatus?: OwnershipStatus;
  matchStatus?: MatchStatus;
  artistId?: string;
  /** Normalised by `searchTerms`: each is found somewhere in artist and title. */
  terms?: string[];
  genre?: string;
  /** Its first year: 1990. */
  decade?: number;
  /** How it is known, or through which door it came. */
  source?: EntrySource | "spotify";
  acquisitionSource?: AcquisitionSource;
  ignored?: boolean;
  wanted?: boolean;
};

export const ALBUM_SORTS = ["added", "title", "artist", "year", "updated", "plays"] as const;
export type AlbumSort = typeof ALBUM_SORTS[number];
export type AlbumOrder = { by: AlbumSort; descending: boolean };

/** Where a page ended: the sort columns of its last album as text, its id last. */
export type AlbumCursor = string[];

export type AlbumCounts = {
  /** Per state, under the filter without its `state`. */
  states: Record<AlbumState, number>;
  /** All states together. */
  all: number;
  /** The albums themselves when they are few: a list of them is then found by id. */
  ids?: string[];
};

// Up to this many hits, sorting them beats walking an index until a page is full.
const FEW = 1_000;

// The columns of each order and their types; every index reads them in one direction.
const SORT_COLUMNS: Record<AlbumSort, readonly (readonly [column: string, type: SortType])[]> = {
  added: [["added_at", "timestamptz"], ["id", "uuid"]],
  title: [["sort_title", "text"], ["id", "uuid"]],
  artist: [["sort_artist", "text"], ["sort_year", "integer"], ["sort_title", "text"], ["id", "uuid"]],
  year: [["sort_year", "integer"], ["sort_title", "text"], ["id", "uuid"]],
  updated: [["updated_at", "timestamptz"], ["id", "uuid"]],
  plays: [["play_count", "integer"], ["sort_title", "text"], ["id", "uuid"]],
};

export type SortType = "timestamptz" | "text" | "integer" | "uuid";

/** What PostgreSQL must be able to read in each place of a cursor. */
export function cursorTypes(sort: AlbumSort): SortType[] {
  return SORT_COLUMNS[sort].map(([, type]) => type);
}

// Scripts that put no spaces between words: there, one sign may be the middle of a title.
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/**
 * A term of one or two letters is the beginning of a word, a longer one may stand anywhere. What has no whole
 * trigram (a single kanji, signs) goes past the trigram index, which would be read to its end.
 */
function whereTerm(sql: Sql, term: string): Fragment {
  if ([...term].length > 2) return sql`search_text like ${`%${escapeLike(term)}%`}`;
  const isWord = /[\p{L}\p{N}]/u.test(term) && !UNSPACED.test(term);
  return isWord ? sql`search_text like ${`% ${escapeLike(term)}%`}` : sql`strpos(search_text, ${term}) > 0`;
}

function escapeLike(term: string): string {
  return term.replace(/[\\%_]/g, "\\$&");
}

/** Whether only the search and the states matter, so that the narrow copy can answer. */
function isPlainSearch(filter: AlbumFilter): boolean {
  return filter.ownershipStatus === undefined && filter.matchStatus === undefined &&
    filter.artistId === undefined && filter.genre === undefined && filter.decade === undefined &&
    filter.source === undefined && filter.acquisitionSource === undefined && filter.ignored === undefined &&
    filter.wanted === undefined;
}

function whereSearch(sql: Sql, terms: string[] | undefined): Fragment {
  return (terms ?? []).reduce<Fragment>((all, term) => sql`${all} and ${whereTerm(sql, term)}`, sql``);
}

function whereAlbum(sql: Sql, filter: AlbumFilter) {
  return sql`
    ${filter.scope === "all" ? sql`true` : sql`a.in_library`}
    ${filter.state ? sql`and a.state = ${filter.state}` : sql``}
    ${filter.ownershipStatus ? sql`and a.ownership_status = ${filter.ownershipStatus}` : sql``}
    ${filter.matchStatus ? sql`and a.match_status = ${filter.matchStatus}` : sql``}
    ${filter.artistId ? sql`and a.artist_id = ${filter.artistId}` : sql``}
    ${filter.genre ? sql`and a.genres @> array[${filter.genre}]` : sql``}
    ${filter.decade ? sql`and a.release_year between ${filter.decade} and ${filter.decade + 9}` : sql``}
    ${filter.acquisitionSource ? whereAcquired(sql, filter.acquisitionSource) : sql``}
    ${filter.ignored === undefined ? sql`` : sql`and (a.ignored_at is not null) = ${filter.ignored}`}
    ${filter.wanted === undefined ? sql`` : sql`and (a.wanted_at is not null) = ${filter.wanted}`}
    ${filter.source ? whereSource(sql, filter.source) : sql``}
    ${whereSearch(sql, filter.terms)}`;
}

/** Files found on disk have no source until a person names one: that is "unknown". */
function whereAcquired(sql: Sql, source: AcquisitionSource) {
  return source === "unknown"
    ? sql`and (a.acquisition_source = 'unknown'
        or (a.acquisition_source is null and a.ownership_status in ('owned', 'partial')))`
    : sql`and a.acquisition_source = ${source}`;
}

function whereSource(sql: Sql, source: NonNullable<AlbumFilter["source"]>) {
  return sql`and exists (select 1 from library_entries e
    where e.album_id = a.id and e.removed_at is null and (e.source = ${source} or e.door = ${source}))`;
}

/** How many albums the filter leaves in each state; the chips above the grid. */
export async function countAlbums(sql: Sql, filter: AlbumFilter): Promise<AlbumCounts> {
  const everyState = { ...filter, state: undefined };
  const searching = (filter.terms?.length ?? 0) > 0;
  const hits = isPlainSearch(filter)
    ? sql`select album_id as id, state from album_search
        where ${filter.scope === "all" ? sql`true` : sql`in_library`} ${whereSearch(sql, filter.terms)}`
    : sql`select a.id, a.state from albums a where ${whereAlbum(sql, everyState)}`;
  const rows = searching
    ? await sql<{ state: AlbumState; count: number; ids: string[] | null }[]>`
        with hits as materialized (${hits})
        select state, count(*)::integer as count,
          array_agg(id) filter (where (select count(*) from hits) <= ${FEW}) as ids
        from hits group by state`
    : await sql<{ state: AlbumState; count: number; ids: null }[]>`
        select state, count(*)::integer as count, null as ids from albums a
        where ${whereAlbum(sql, everyState)} group by state`;
  const states = Object.fromEntries(ALBUM_STATES.map((state) => [state, 0])) as Record<AlbumState, number>;
  for (const row of rows) states[row.state] = row.count;
  const all = rows.reduce((sum, row) => sum + row.count, 0);
  const few = searching && rows.every((row) => row.ids !== null);
  return { states, all, ids: few ? rows.flatMap((row) => row.ids ?? []) : undefined };
}

export type AlbumPage = { albums: Album[]; /** Set when more follow. */ next?: AlbumCursor };

/**
 * One page in the given order. `after` goes on behind a cursor, `from` starts at a value of the first sort
 * column (the jump bar), `offset` counts rows (numbered pages). `ids` are the hits that `countAlbums` found.
 */
export async function listAlbums(
  sql: Sql,
  filter: AlbumFilter,
  options: {
    order: AlbumOrder;
    limit: number;
    after?: AlbumCursor;
    from?: string;
    offset?: number;
    ids?: string[];
  },
): Promise<AlbumPage> {
  const columns = SORT_COLUMNS[options.order.by];
  const direction = options.order.descending ? sql`desc` : sql`asc`;
  const beyond = options.order.descending ? sql`<` : sql`>`;
  const names = columns.map(([name]) => sql`a.${sql(name)}`);
  const { after, from } = options;
  const rows = await sql<(Album & { cursor: string[] })[]>`
    select ${albumColumns(sql)},
      array[${joined(sql, columns.map(([name]) => sql`a.${sql(name)}::text`))}] as cursor
    from albums a join artists r on r.id = a.artist_id
    where ${whereAlbum(sql, options.ids ? { ...filter, terms: undefined } : filter)}
      ${options.ids ? sql`and a.id = any(${options.ids}::uuid[])` : sql``}
      ${
    after
      ? sql`and (${joined(sql, names)}) ${beyond} (${
        joined(
          sql,
          columns.map(([, type], i) => sql`${after[i]}::text::${sql.unsafe(type)}`),
        )
      })`
      : sql``
  }
      ${
    from === undefined ? sql`` : sql`and ${names[0]} ${beyond}= ${from}::text::${sql.unsafe(columns[0][1])}`
  }
    order by ${joined(sql, names.map((name) => sql`${name} ${direction}`))}
    limit ${options.limit + 1} ${options.offset ? sql`offset ${options.offset}` : sql``}`;
  const page = rows.slice(0, options.limit);
  const next = rows.length > options.limit ? page.at(-1)?.cursor : undefined;
  return { albums: page.map(({ cursor: _, ...album }) => album), next };
}

/** Every album under the filter, for what is done to all of them at once. */
export async function listAlbumIds(sql: Sql, filter: AlbumFilter): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`select a.id from albums a where ${whereAlbum(sql, filter)}`;
  return rows.map((row) => row.id);
}

function joined(sql: Sql, parts: Fragment[]): Fragment {
  return parts.reduce((all, part) => sql`${all}, ${part}`);
}

function albumColumns(sql: Sql) {
  return sql`a.id, a.title, json_build_object('id', r.id, 'name', r.name) as artist, a.artist_credit,
    a.release_date, a.release_year, a.state, a.ownership_status, a.owned_tracks, a.expected_tracks,
    case when a.ownership_status = 'downloading' then (
      select floor(100 * (1 - d.size_left::float8 / nullif(d.size, 0)))::integer from lidarr_downloads d
      where d.album_id = a.id and d.status = 'downloading' order by d.updated_at desc limit 1) end as download_percent,
    a.cover_art_url, a.cover_hash, a.cover_tone, a.match_status, a.match_score, a.acquisition_source,
    a.acquisition_medium, a.album_type, a.genres, a.play_count,
    array(select distinct e.source from library_entries e
      where e.album_id = a.id and e.removed_at is null order by e.source) as sources`;
}

/** What comes closest to a search that found nothing, best first. */
export async function listNearestAlbums(sql: Sql, search: string, limit: number): Promise<Album[]> {
  return await sql<Album[]>`
    with nearest as (
      select album_id, word_similarity(${search}, search_text) as nearness from album_search
      where in_library and ${search} <% search_text
      order by nearness desc, album_id limit ${limit})
    select ${albumColumns(sql)}
    from nearest n join albums a on a.id = n.album_id join artists r on r.id = a.artist_id
    order by n.nearness desc, a.sort_title`;
}

/** Everything the page of one album shows about the album itself. */
export type AlbumDetail = Album & {
  spotifyId: string | null;
  musicbrainzReleaseGroupId: string | null;
  totalTracks: number | null;
  ownershipLocked: boolean;
  matchLocked: boolean;
  /** Why it is not matched. */
  matchReason: MatchReason | null;
  matchedAt: Date | null;
  wantedAt: Date | null;
  ignoredAt: Date | null;
  ownedAt: Date | null;
  inLibrary: boolean;
  addedAt: Date;
  localPath: string | null;
  lastSyncedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  externalIds: { kind: string; value: string }[];
  releaseDatePrecision: "year" | "month" | "day" | null;
  /** What MusicBrainz calls it besides its type: "Remix", "Live". */
  secondaryTypes: string[];
  /** When MusicBrainz was asked about it. */
  describedAt: Date | null;
};

export async function findAlbum(sql: Sql, id: string): Promise<AlbumDetail | undefined> {
  const [row] = await sql<AlbumDetail[]>`
    select ${albumColumns(sql)}, a.spotify_id, a.musicbrainz_release_group_id, a.total_tracks,
      a.ownership_locked, a.match_locked, a.match_reason, a.matched_at, a.wanted_at, a.ignored_at, a.owned_at, a.in_library,
      a.added_at, a.local_path, a.last_synced_at, a.created_at, a.updated_at,
      coalesce((select json_agg(json_build_object('kind', x.kind, 'value', x.value) order by x.kind, x.value)
        from album_external_ids x where x.album_id = a.id), '[]') as external_ids,
      a.release_date_precision, coalesce(d.secondary_types, '{}') as secondary_types, d.fetched_at as described_at
    from albums a join artists r on r.id = a.artist_id left join release_group_details d on d.album_id = a.id
    where a.id = ${id}`;
  return row;
}

/** The albums before and after this one in the order "artist": the album page's j and k. */
export async function findNeighbours(
  sql: Sql,
  id: string,
): Promise<{ previous: string | null; next: string | null }> {
  const [row] = await sql<{ previous: string | null; next: string | null }[]>`
    with here as (select sort_artist, sort_year, sort_title, id from albums where id = ${id})
    select
      (select a.id from albums a, here h where a.in_library
        and (a.sort_artist, a.sort_year, a.sort_title, a.id) < (h.sort_artist, h.sort_year, h.sort_title, h.id)
        order by a.sort_artist desc, a.sort_year desc, a.sort_title desc, a.id desc limit 1) as previous,
      (select a.id from albums a, here h where a.in_library
        and (a.sort_artist, a.sort_year, a.sort_title, a.id) > (h.sort_artist, h.sort_year, h.sort_title, h.id)
        order by a.sort_artist, a.sort_year, a.sort_title, a.id limit 1) as next`;
  return row;
}

/** What a person decides about an album: the fields that a history entry can put back. */
export type AlbumDecision = {
  ownershipStatus: OwnershipStatus;
  ownershipLocked: boolean;
  acquisitionSource: AcquisitionSource | null;
  acquisitionMedium: AcquisitionMedium | null;
  localPath: string | null;
  wantedAt: string | null;
  ignoredAt: string | null;
};

/** Reads the decisions and keeps the rows from changing until the transaction ends. Ordered by id: no deadlocks. */
export async function lockDecisions(
  sql: Sql,
  ids: string[],
): Promise<(AlbumDecision & { id: string; ownedTracks: number })[]> {
  return await sql<(AlbumDecision & { id: string; ownedTracks: number })[]>`
    select id, ownership_status, ownership_locked, acquisition_source, acquisition_medium, local_path,
      ${isoTime(sql, "wanted_at")}, ${isoTime(sql, "ignored_at")}, owned_tracks
    from albums where id = any(${ids}::uuid[]) order by id for update`;
}

/** As JSON and JavaScript write it, so that a value read now equals the one in the history. */
function isoTime(sql: Sql, column: "wanted_at" | "ignored_at"): Fragment {
  return sql`to_char(${sql(column)} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${sql(column)}`;
}

/** Writes a decision. Owning or wanting an album puts it into the library. */
export async function updateDecision(sql: Sql, id: string, decision: AlbumDecision): Promise<void> {
  await sql`
    update albums set ownership_status = ${decision.ownershipStatus},
      ownership_locked = ${decision.ownershipLocked},
      acquisition_source = ${decision.acquisitionSource}, acquisition_medium = ${decision.acquisitionMedium},
      local_path = ${decision.localPath}, wanted_at = ${decision.wantedAt}, ignored_at = ${decision.ignoredAt},
      in_library = in_library or ${decision.wantedAt}::timestamptz is not null
        or ${decision.ownershipStatus} = 'owned',
      owned_at = case when ${decision.ownershipStatus} = 'owned' then coalesce(owned_at, now()) end,
      updated_at = now()
    where id = ${id}`;
}
