import type { MatchReason } from "./album_matches.ts";
import type { Fragment, Sql } from "./sql.ts";

/** Why an album of the library waits for a person; files that could be of several albums are a tie, too. */
const reasonOf = (sql: Sql): Fragment =>
  sql`coalesce(a.match_reason, case a.match_status when 'no_match' then 'nothing_found' else 'tie' end)`;

const waits = (sql: Sql): Fragment =>
  sql`a.match_status in ('manual_review', 'no_match') and not a.match_locked and a.ignored_at is null and a.in_library`;

/** How many albums wait, per reason. */
export async function countInbox(sql: Sql): Promise<Partial<Record<MatchReason, number>>> {
  const rows = await sql<{ reason: MatchReason; count: number }[]>`
    select ${reasonOf(sql)} as reason, count(*)::integer as count from albums a where ${
    waits(sql)
  } group by 1`;
  return Object.fromEntries(rows.map(({ reason, count }) => [reason, count]));
}

/**
 * The album that waits first, in the order of the shelf, behind another one: `after` may be decided or merged by
 * now. When none follows: the first of all.
 */
export async function findWaiting(
  sql: Sql,
  options: { reason?: MatchReason; after?: string },
): Promise<{ id: string; reason: MatchReason } | undefined> {
  const [row] = await sql<{ id: string; reason: MatchReason }[]>`
    with here as (
      select sort_artist, sort_title, id from albums where id = ${options.after ?? null}
      union all
      select absorbed->>'sort_artist', absorbed->>'sort_title', absorbed_id from album_merges
      where absorbed_id = ${options.after ?? null})
    select a.id, ${reasonOf(sql)} as reason from albums a
    where ${waits(sql)} ${options.reason ? sql`and ${reasonOf(sql)} = ${options.reason}` : sql``}
    order by exists (select from here h
        where (a.sort_artist, a.sort_title, a.id) > (h.sort_artist collate "C", h.sort_title collate "C", h.id)) desc,
      a.sort_artist, a.sort_title, a.id
    limit 1`;
  return row;
}

/** Whether, and why, this album waits. */
export async function findInboxReason(sql: Sql, albumId: string): Promise<MatchReason | undefined> {
  const [row] = await sql<{ reason: MatchReason }[]>`
    select ${reasonOf(sql)} as reason from albums a where a.id = ${albumId} and ${waits(sql)}`;
  return row?.reason;
}

export type SureMatch = {
  id: string;
  title: string;
  artistCredit: string;
  coverHash: string | null;
  reason: MatchReason;
  score: number;
  /** Points before the next candidate; null when there is no other. */
  lead: number | null;
  releaseGroupId: string;
  candidate: unknown;
  evidence: { weight: number; text: string }[];
};

/** Albums that wait although their best candidate, which nobody has refused, reaches this score; best first. */
export async function listSureMatches(sql: Sql, score: number, limit: number): Promise<SureMatch[]> {
  return await sql<SureMatch[]>`
    select a.id, a.title, a.artist_credit, a.cover_hash, ${reasonOf(sql)} as reason, best.score,
      best.score - (select max(c.score) from match_candidates c
        where c.album_id = a.id and c.release_group_id <> best.release_group_id) as lead,
      best.release_group_id, best.candidate, best.evidence
    from albums a join lateral (
      select c.score, c.release_group_id, c.candidate, c.evidence from match_candidates c
      where c.album_id = a.id and c.refused_at is null order by c.rank limit 1) best on best.score >= ${score}
    where ${waits(sql)}
    order by best.score desc, a.sort_artist, a.sort_title, a.id limit ${limit}`;
}

export async function countSureMatches(sql: Sql, score: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from albums a
    where ${waits(sql)} and (select c.score from match_candidates c
      where c.album_id = a.id and c.refused_at is null order by c.rank limit 1) >= ${score}`;
  return row.count;
}

/** The last thing this person decided about a match, not older than a day: what Undo takes back. */
export async function findLastMatchDecision(
  sql: Sql,
  userId: string,
): Promise<{ id: string; albumId: string; batch: string | null; title: string } | undefined> {
  const [row] = await sql<{ id: string; albumId: string; batch: string | null; title: string }[]>`
    select e.id, e.album_id, e.batch, a.title from album_events e join albums a on a.id = e.album_id
    where e.user_id = ${userId} and e.kind in ('match', 'merge', 'match_refused') and e.undone_by is null
      and e.created_at > now() - interval '1 day'
    order by e.id desc limit 1`;
  return row;
}
