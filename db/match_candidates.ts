import type { MatchStatus } from "./albums.ts";
import type { Sql } from "./sql.ts";

/** A release group that an album may be, as it was found; `Details` is what the matching stored about it. */
export type MatchCandidate<Details = unknown, Reason = unknown> = {
  albumId: string;
  releaseGroupId: string;
  /** 1 is the best. */
  rank: number;
  score: number;
  evidence: Reason[];
  candidate: Details;
  /** A person said that it is not this one. */
  refusedAt: Date | null;
};

/** Best first, those a person refused last; for one album or several. */
export async function listMatchCandidates<Details, Reason>(
  sql: Sql,
  albumIds: string[],
): Promise<MatchCandidate<Details, Reason>[]> {
  return await sql<MatchCandidate<Details, Reason>[]>`
    select album_id, release_group_id, rank, score, evidence, candidate, refused_at from match_candidates
    where album_id = any(${albumIds}::uuid[]) order by album_id, refused_at is not null, rank, release_group_id`;
}

export type FoundCandidate = { releaseGroupId: string; score: number; evidence: unknown; candidate: unknown };

/** Stores what was found, best first, in place of what was found before. What a person refused stays refused. */
export async function replaceMatchCandidates(
  sql: Sql,
  albumId: string,
  found: FoundCandidate[],
): Promise<void> {
  const rows = found.map((one, i) => ({ ...one, rank: i + 1 }));
  await sql`
    delete from match_candidates where album_id = ${albumId} and refused_at is null
      and not (release_group_id = any(${found.map((one) => one.releaseGroupId)}::uuid[]))`;
  await sql`
    insert into match_candidates (album_id, release_group_id, rank, score, evidence, candidate)
    select ${albumId}, "releaseGroupId", rank, score, evidence, candidate
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
      as r("releaseGroupId" uuid, rank integer, score integer, evidence jsonb, candidate jsonb)
    on conflict (album_id, release_group_id) do update set rank = excluded.rank, score = excluded.score,
      evidence = excluded.evidence, candidate = excluded.candidate, found_at = now()`;
}

/** Adds one that a person found, behind those that are there; one that is there already stays where it is. */
export async function addMatchCandidate(sql: Sql, albumId: string, found: FoundCandidate): Promise<void> {
  await sql`
    insert into match_candidates (album_id, release_group_id, rank, score, evidence, candidate)
    select ${albumId}, ${found.releaseGroupId}, coalesce(max(rank), 0) + 1, ${found.score},
      ${JSON.stringify(found.evidence)}::text::jsonb, ${JSON.stringify(found.candidate)}::text::jsonb
    from match_candidates where album_id = ${albumId}
    on conflict (album_id, release_group_id) do nothing`;
}

/** Marks candidates as refused by a person, all of the album or one, or takes that back. */
export async function refuseMatchCandidates(
  sql: Sql,
  albumId: string,
  options: { refused: boolean; releaseGroupId?: string },
): Promise<void> {
  await sql`
    update match_candidates set refused_at = ${options.refused ? sql`coalesce(refused_at, now())` : null}
    where album_id = ${albumId}
      ${options.releaseGroupId ? sql`and release_group_id = ${options.releaseGroupId}` : sql``}`;
}

/** Whether any album may be this release group. */
export async function isMatchCandidate(sql: Sql, releaseGroupId: string): Promise<boolean> {
  const [row] = await sql`select 1 from match_candidates where release_group_id = ${releaseGroupId} limit 1`;
  return row !== undefined;
}

/** Albums with candidates about which no person has decided, by id. */
export async function listUndecidedByPeople(
  sql: Sql,
  { after, limit }: { after: string; limit: number },
): Promise<
  { id: string; title: string; artistCredit: string; matchStatus: MatchStatus; matchScore: number | null }[]
> {
  return await sql`
    select a.id, a.title, a.artist_credit, a.match_status, a.match_score from albums a
    where a.id > ${after} and not a.match_locked
      and exists (select from match_candidates c where c.album_id = a.id)
    order by a.id limit ${limit}`;
}
