import type { Sql } from "./sql.ts";

export type Artist = {
  id: string;
  name: string;
  spotifyId: string | null;
  musicbrainzId: string | null;
  albums: number;
  ownedAlbums: number;
  plays: number;
};

function artistColumns(sql: Sql) {
  return sql`r.id, r.name, r.spotify_id, r.musicbrainz_id, count(a.id)::integer as albums,
    count(a.id) filter (where a.ownership_status = 'owned')::integer as owned_albums,
    coalesce(sum(a.play_count), 0)::integer as plays`;
}

/** The artist with the counts of the library's albums that are not ignored. */
export async function findArtist(sql: Sql, id: string): Promise<Artist | undefined> {
  const [row] = await sql<Artist[]>`
    select ${artistColumns(sql)} from artists r
    left join albums a on a.artist_id = r.id and a.in_library and a.ignored_at is null
    where r.id = ${id} group by r.id`;
  return row;
}

/** Artists with at least one album in scope, by name; `terms` as `searchTerms` gives them. */
export async function listArtists(
  sql: Sql,
  options: { scope: "library" | "all"; key?: string; limit: number; offset: number },
): Promise<{ artists: Artist[]; total: number }> {
  const rows = await sql<(Artist & { total: number })[]>`
    select ${artistColumns(sql)}, (count(*) over ())::integer as total from artists r
    join albums a on a.artist_id = r.id and a.ignored_at is null
      ${options.scope === "all" ? sql`` : sql`and a.in_library`}
    ${options.key ? sql`where strpos(r.match_key, ${options.key}) > 0` : sql``}
    group by r.id order by r.sort_name, r.id limit ${options.limit} offset ${options.offset}`;
  return { artists: rows.map(({ total: _, ...artist }) => artist), total: rows[0]?.total ?? 0 };
}
