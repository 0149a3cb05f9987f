import type { Fragment, Sql } from "./sql.ts";

/** The numbers of `GET /api/stats`; ignored albums count only in `ignoredAlbums`. */
export type LibraryStats = {
  totalAlbums: number;
  ownedAlbums: number;
  partialAlbums: number;
  notOwnedAlbums: number;
  downloadingAlbums: number;
  wantedAlbums: number;
  ignoredAlbums: number;
  matchedAlbums: number;
  unmatchedAlbums: number;
  totalArtists: number;
  /** Plays of 30 seconds and more, and those of albums that are owned. */
  plays: number;
  ownedPlays: number;
};

export async function libraryStats(sql: Sql, scope: "library" | "all"): Promise<LibraryStats> {
  const [row] = await sql<LibraryStats[]>`${selectStats(sql, scope)}`;
  return row;
}

/** How much of an album is owned, 0 to 1. */
const ownedShare = (sql: Sql) =>
  sql`case when ownership_status = 'owned' then 1
    when ownership_status = 'partial' and expected_tracks > 0 then least(1, owned_tracks::float8 / expected_tracks)
    else 0 end`;

function selectStats(sql: Sql, scope: "library" | "all"): Fragment {
  const inScope = scope === "all" ? sql`` : sql`and in_library`;
  return sql`
    select count(*)::integer as "totalAlbums",
      count(*) filter (where ownership_status = 'owned')::integer as "ownedAlbums",
      count(*) filter (where ownership_status = 'partial')::integer as "partialAlbums",
      count(*) filter (where ownership_status = 'not_owned')::integer as "notOwnedAlbums",
      count(*) filter (where ownership_status = 'downloading')::integer as "downloadingAlbums",
      count(*) filter (where wanted_at is not null and ownership_status <> 'owned')::integer as "wantedAlbums",
      (select count(*) from albums where ignored_at is not null ${inScope})::integer as "ignoredAlbums",
      count(*) filter (where match_status = 'matched')::integer as "matchedAlbums",
      count(*) filter (where match_status <> 'matched')::integer as "unmatchedAlbums",
      count(distinct artist_id)::integer as "totalArtists",
      coalesce(sum(play_count), 0)::float8 as plays,
      coalesce(sum(play_count * ${ownedShare(sql)}), 0)::float8 as "ownedPlays"
    from albums where ignored_at is null ${inScope}`;
}

/** One spine of the shelf: one album, or the average of several. */
export type Spine = {
  /** 0 to 1: how much of it is owned. */
  share: number;
  tone: string | null;
};

/** A value to filter by, and how many albums have it and are owned. */
export type Facet = {
  value: string; /** For people, where the value is an id. */
  label?: string;
  albums: number;
  owned: number;
};

export type Facets = {
  genres: Facet[];
  decades: Facet[];
  artists: Facet[];
  sources: Facet[];
  /** By acquisition source; what is physical by its medium. */
  acquired: Facet[];
  /** The year the first album was added. */
  addedSince: number | null;
};

/** An album that is not owned, or not all of it, and how often it is played. */
export type NextToGet = {
  id: string;
  title: string;
  artist: string;
  plays: number; /** 0 to 1 */
  share: number;
};

export type LibraryOverview = {
  stats: LibraryStats;
  /** The library from most to least played. */
  spines: Spine[];
  /** The same in fewer. */
  bins: Spine[];
  /** What the filter menus offer, most albums first (decades in time order). */
  facets: Facets;
  /** Most played first. */
  nextToGet: NextToGet[];
};

/** What every page shows about the whole library, at most so many of each. */
export async function libraryOverview(
  sql: Sql,
  most: { spines: number; bins: number; facets: number; nextToGet: number },
): Promise<LibraryOverview> {
  const [row] = await sql<LibraryOverview[]>`
    with shelf as (
      select ${ownedShare(sql)} as share, cover_tone, ntile(${binsOf(sql, most.spines)}) over played as spine,
        ntile(${binsOf(sql, most.bins)}) over played as bin
      from albums where in_library and ignored_at is null
      window played as (order by play_count desc, sort_artist, sort_year, id))
    select
      (select row_to_json(s) from (${selectStats(sql, "library")}) s) as stats,
      (select coalesce(json_agg(s), '[]') from (${selectSpines(sql, "spine")}) s) as spines,
      (select coalesce(json_agg(s), '[]') from (${selectSpines(sql, "bin")}) s) as bins,
      (select row_to_json(f) from (${selectFacets(sql, most.facets)}) f) as facets,
      (select coalesce(json_agg(n), '[]') from (${selectNextToGet(sql, most.nextToGet)}) n) as next_to_get`;
  return row;
}

const binsOf = (sql: Sql, most: number) =>
  sql`least(${most}, greatest(1, (select count(*) from albums where in_library and ignored_at is null)))::integer`;

const selectSpines = (sql: Sql, width: "spine" | "bin") =>
  sql`
    select avg(share)::float8 as share,
      (array_agg(cover_tone) filter (where share > 0 and cover_tone is not null))[1] as tone
    from shelf group by ${sql(width)} order by ${sql(width)}`;

const selectFacets = (sql: Sql, limit: number) =>
  sql`
    with counted as (
      select id, artist_id, genres, release_year, acquisition_source, acquisition_medium, ownership_status,
        (ownership_status = 'owned')::integer as is_owned
      from albums where in_library and ignored_at is null),
    genres as (
      select genre as value, count(*)::integer as albums, sum(is_owned)::integer as owned
      from counted, unnest(genres) as genre group by genre order by count(*) desc, genre limit ${limit}),
    decades as (
      select (release_year / 10 * 10)::text as value, count(*)::integer as albums, sum(is_owned)::integer as owned
      from counted where release_year > 0 group by release_year / 10 order by release_year / 10),
    artists as (
      select r.id::text as value, r.name as label, c.albums, c.owned
      from (select artist_id, count(*)::integer as albums, sum(is_owned)::integer as owned
        from counted group by artist_id order by count(*) desc, artist_id limit ${limit}) c
      join artists r on r.id = c.artist_id order by c.albums desc, r.sort_name),
    sources as (
      select source as value, count(*)::integer as albums, 0 as owned
      from (select distinct source, album_id from library_entries where removed_at is null) e
      group by source order by count(*) desc),
    acquired as (
      select coalesce(case when acquisition_source = 'physical' then acquisition_medium end,
          acquisition_source, 'unknown') as value,
        count(*)::integer as albums, count(*)::integer as owned
      from counted where ownership_status in ('owned', 'partial') group by 1 order by count(*) desc)
    select coalesce((select json_agg(g) from genres g), '[]') as genres,
      coalesce((select json_agg(d) from decades d), '[]') as decades,
      coalesce((select json_agg(a) from artists a), '[]') as artists,
      coalesce((select json_agg(s) from sources s), '[]') as sources,
      coalesce((select json_agg(q) from acquired q), '[]') as acquired,
      (select extract(year from min(added_at))::integer from albums where in_library) as "addedSince"`;

const selectNextToGet = (sql: Sql, limit: number) =>
  sql`
    select id, title, artist_credit as artist, play_count as plays, ${ownedShare(sql)} as share
    from albums
    where in_library and ignored_at is null and ownership_status in ('not_owned', 'partial') and play_count > 0
    order by play_count desc, sort_title, id limit ${limit}`;

/** How the library and its owned part grew, one point a month. */
export type GrowthPoint = { month: string; albums: number; owned: number };

export async function listGrowth(sql: Sql): Promise<GrowthPoint[]> {
  return await sql<GrowthPoint[]>`
    with changes as (
      select date_trunc('month', added_at) as month, 1 as albums, 0 as owned
      from albums where in_library and ignored_at is null
      union all
      select date_trunc('month', greatest(owned_at, added_at)), 0, 1
      from albums where in_library and ignored_at is null and owned_at is not null),
    monthly as (select month, sum(albums) as albums, sum(owned) as owned from changes group by month),
    months as (
      select generate_series((select min(month) from monthly), date_trunc('month', now()), '1 month') as month)
    select to_char(month, 'YYYY-MM') as month,
      sum(coalesce(albums, 0)) over (order by month)::integer as albums,
      sum(coalesce(owned, 0)) over (order by month)::integer as owned
    from months left join monthly using (month) order by months.month`;
}

/** How many albums were matched with which confidence, in steps of ten (0, 10, …, 100). */
export async function listMatchScores(sql: Sql): Promise<{ score: number; albums: number }[]> {
  return await sql<{ score: number; albums: number }[]>`
    select match_score / 10 * 10 as score, count(*)::integer as albums
    from albums where in_library and ignored_at is null and match_score is not null
    group by match_score / 10 order by match_score / 10`;
}
