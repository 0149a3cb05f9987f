import { insertAlbumEvent } from "../db/album_events.ts";
import { lockDecisions, updateDecision } from "../db/albums.ts";
import { type HandOffCandidate, insertHandOffs, listHandOffCandidates } from "../db/lidarr_handoffs.ts";
import type { Sql } from "../db/sql.ts";
import { applyDecision, changedFields, HANDED_OVER, pick } from "./album_decisions.ts";

/** MusicBrainz' artist for albums by many; Lidarr's metadata server does not serve it as one. */
export const VARIOUS_ARTISTS = "89ad4ac3-39f7-470e-963a-56509c546377";

export type Refusal = "unmatched" | "owned" | "under_way" | "ignored" | "various_artists";
export type PlannedAlbum = Pick<HandOffCandidate, "id" | "title" | "artistCredit">;

/** What handing albums over would do. */
export type HandOffPlan = {
  /** Lidarr does not have them yet. */
  add: PlannedAlbum[];
  /** Lidarr knows them: they are marked as monitored, if they are not, and searched. */
  there: (PlannedAlbum & { monitored: boolean })[];
  refused: (PlannedAlbum & { reason: Refusal })[];
};

/** Says what would happen, from the mirror: nobody is asked and nothing is changed. */
export async function planHandOff(sql: Sql, albumIds: string[]): Promise<HandOffPlan> {
  const plan: HandOffPlan = { add: [], there: [], refused: [] };
  for (const candidate of await listHandOffCandidates(sql, albumIds)) {
    const { id, title, artistCredit, monitored } = candidate;
    const reason = refusalOf(candidate);
    if (reason) plan.refused.push({ id, title, artistCredit, reason });
    else if (candidate.inLidarr) plan.there.push({ id, title, artistCredit, monitored });
    else plan.add.push({ id, title, artistCredit });
  }
  return plan;
}

function refusalOf(album: HandOffCandidate): Refusal | undefined {
  if (album.ownershipStatus === "owned") return "owned";
  if (album.ignored) return "ignored";
  if (album.releaseGroupId === null) return "unmatched";
  if (album.underWay) return "under_way";
  const various = album.artistMusicbrainzId === VARIOUS_ARTISTS ||
    /^various artists$/i.test(album.artistName);
  return various ? "various_artists" : undefined;
}

/** Why an album cannot be handed over, for people. */
export function refusalSentence(reason: Refusal): string {
  switch (reason) {
    case "unmatched":
      return "It is not matched yet, so Lidarr cannot be told which album is meant. Match it in the inbox first.";
    case "owned":
      return "It is owned already.";
    case "under_way":
      return "It is on its way already.";
    case "ignored":
      return "It is ignored.";
    case "various_artists":
      return "Lidarr cannot add albums by various artists.";
  }
}

/**
 * Asks for the albums of a plan inside the caller's transaction: they are wanted from now on, a mark "not owned"
 * that would stand against their arrival is taken away, and each has a line in its history that can be undone.
 */
export async function askForAlbums(
  tx: Sql,
  albumIds: string[],
  by: { userId: string | null; now?: Date },
): Promise<{ batch: string; asked: string[] }> {
  const batch = crypto.randomUUID();
  const now = (by.now ?? new Date()).toISOString();
  const rows = await lockDecisions(tx, albumIds);
  const asked = await insertHandOffs(tx, { albumIds: rows.map((row) => row.id), batch, userId: by.userId });
  for (const { id, ownedTracks: _, ...before } of rows.filter((row) => asked.includes(row.id))) {
    const after = { ...applyDecision(before, { wanted: true }, now), ownershipLocked: false };
    const difference = changedFields(before, after);
    if (difference.length > 0) await updateDecision(tx, id, after);
    await insertAlbumEvent(tx, {
      albumId: id,
      userId: by.userId,
      kind: HANDED_OVER,
      before: pick(before, difference),
      after: pick(after, difference),
      batch,
    });
  }
  return { batch, asked };
}
