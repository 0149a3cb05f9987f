import type { MatchStatus } from "./albums.ts";
import type { Sql } from "./sql.ts";

export const MATCH_REASONS = ["tie", "low_confidence", "nothing_found", "contradiction"] as const;
/** Why an album was not matched. */
export type MatchReason = typeof MATCH_REASONS[number];

/** What is decided about which release group an album is. */
export type AlbumMatch = {
  musicbrainzReleaseGroupId: string | null;
  matchStatus: MatchStatus;
  matchReason: MatchReason | null;
  matchScore: number | null;
  /** A person decided: no job changes it. */
  matchLocked: boolean;
};

/** Reads what is decided and keeps the album from changing until the transaction ends. */
export async function lockMatch(sql: Sql, albumId: string): Promise<AlbumMatch | undefined> {
  const [row] = await sql<AlbumMatch[]>`
    select musicbrainz_release_group_id, match_status, match_reason, match_score, match_locked
    from albums where id = ${albumId} for update`;
  return row;
}

export async function updateMatch(sql: Sql, albumId: string, match: AlbumMatch): Promise<void> {
  await sql`
    update albums set musicbrainz_release_group_id = ${match.musicbrainzReleaseGroupId},
      match_status = ${match.matchStatus}, match_reason = ${match.matchReason}, match_score = ${match.matchScore},
      match_locked = ${match.matchLocked}, updated_at = now(),
      matched_at = case
        when ${match.musicbrainzReleaseGroupId}::uuid is null then null
        when musicbrainz_release_group_id = ${match.musicbrainzReleaseGroupId}::uuid then matched_at
        else now() end
    where id = ${albumId}`;
}

/** The album that is this release group already. */
export async function findMatchedAlbum(sql: Sql, releaseGroupId: string): Promise<string | undefined> {
  const [row] = await sql<{ id: string }[]>`
    select id from albums where musicbrainz_release_group_id = ${releaseGroupId}`;
  return row?.id;
}
