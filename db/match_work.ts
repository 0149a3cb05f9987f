import type { JSONValue } from "postgres";
import type { Fragment, Sql } from "./sql.ts";

/** An album that has to be looked for at MusicBrainz, and what it can be asked for by. */
export type MatchWorkRow = {
  albumId: string;
  title: string;
  artistId: string;
  artistName: string;
  artistSpotifyId: string | null;
  artistMusicbrainzId: string | null;
  spotifyIds: string[];
  barcodes: string[];
};

export type MatchAnswerRow<Answer = unknown> = { albumId: string; stage: string; answer: Answer };

/** After how many days what was not found is looked for again. */
const PAUSE_DAYS = [7, 30, 90];

/** What waits for a match now; ignored albums and what a person has decided do not. */
function isOpen(sql: Sql): Fragment {
  return sql`a.in_library and a.ignored_at is null and not a.match_locked
    and a.match_status in ('pending', 'no_match') and (a.next_match_at is null or a.next_match_at <= now())`;
}

export async function countOpenAlbums(sql: Sql): Promise<number> {
  const [{ count }] = await sql<[{ count: number }]>`
    select count(*)::integer as count from albums a where ${isOpen(sql)}`;
  return count;
}

export async function hasOpenAlbums(sql: Sql): Promise<boolean> {
  const [{ found }] = await sql<[{ found: boolean }]>`
    select exists (select from albums a where ${isOpen(sql)}) as found`;
  return found;
}

/**
 * The next open albums, or one album whatever its state but not a person's decision. What somebody wants comes
 * first, then the newest.
 */
export async function listMatchWork(
  sql: Sql,
  options: { limit: number; albumId?: string },
): Promise<MatchWorkRow[]> {
  const external = (kind: string) =>
    sql`array(select value from album_external_ids e where e.album_id = a.id and e.kind = ${kind} order by value)`;
  return await sql<MatchWorkRow[]>`
    select a.id as album_id, a.title, a.artist_id, r.name as artist_name, r.spotify_id as artist_spotify_id,
      r.musicbrainz_id as artist_musicbrainz_id,
      ${external("spotify")} as spotify_ids, ${external("barcode")} as barcodes
    from albums a join artists r on r.id = a.artist_id
    where ${options.albumId ? sql`a.id = ${options.albumId} and not a.match_locked` : isOpen(sql)}
    order by a.wanted_at is null, a.added_at desc, a.id limit ${options.limit}`;
}

/** Stores what MusicBrainz answered, so that it is not asked again while the albums are not decided. */
export async function insertMatchAnswers(sql: Sql, rows: MatchAnswerRow[]): Promise<void> {
  await sql`
    insert into match_answers (album_id, stage, answer)
    select r."albumId", r.stage, r.answer
    from jsonb_to_recordset(${sql.json(rows as JSONValue)}) as r("albumId" uuid, stage text, answer jsonb)
    where exists (select from albums a where a.id = r."albumId")
    on conflict (album_id, stage) do update set answer = excluded.answer, answered_at = now()`;
}

export async function listMatchAnswers<Answer>(
  sql: Sql,
  albumIds: readonly string[],
): Promise<MatchAnswerRow<Answer>[]> {
  return await sql<MatchAnswerRow<Answer>[]>`
    select album_id, stage, answer from match_answers where album_id = any(${[...albumIds]}::uuid[])
    order by answered_at, stage`;
}

/** The albums are decided: what led there is in their candidates. */
export async function deleteMatchAnswers(sql: Sql, albumIds: readonly string[]): Promise<void> {
  await sql`delete from match_answers where album_id = any(${[...albumIds]}::uuid[])`;
}

/** Looking for these albums is over for now: the next time is due later with each time. */
export async function postponeMatches(sql: Sql, albumIds: readonly string[]): Promise<void> {
  await sql`
    update albums set match_attempts = match_attempts + 1, next_match_at = now() + make_interval(days =>
      (${PAUSE_DAYS}::integer[])[least(match_attempts + 1, ${PAUSE_DAYS.length}::integer)])
    where id = any(${[...albumIds]}::uuid[])`;
}
