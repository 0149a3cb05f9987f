import { insertAlbumEvent } from "../db/album_events.ts";
import { type AlbumMatch, findMatchedAlbum, lockMatch, updateMatch } from "../db/album_matches.ts";
import {
  addMatchCandidate,
  type FoundCandidate,
  listMatchCandidates,
  refuseMatchCandidates,
  replaceMatchCandidates,
} from "../db/match_candidates.ts";
import { insertJob } from "../db/jobs.ts";
import type { Sql } from "../db/sql.ts";
import { describeMatched } from "./album_details.ts";
import { mergeAlbums, splitAlbums } from "./album_merges.ts";
import type { Decision, RankedCandidate } from "./album_matching.ts";
import { Failure } from "./errors.ts";

/** Who decides: a person, or null for the program itself. `batch`: changes that one Undo takes back together. */
export type By = { userId: string | null; batch?: string };

export type Stored =
  | { outcome: "matched" | "manual_review" | "no_match"; albumId: string }
  /** A person decided about the album, or it is part of another one by now: nothing was changed. */
  | { outcome: "locked" | "gone" };

/**
 * Stores what was found for an album and what follows from it: the match, or why it waits in the inbox. A person's
 * decision stands, and a release group that a person refused is only proposed. An album that turns out to be one
 * that is there already is merged with it; `albumId` is then that one. Run it by `retrying`: two programs may find
 * the same release group at the same moment.
 */
export async function storeDecision(tx: Sql, albumId: string, decision: Decision): Promise<Stored> {
  const before = await lockMatch(tx, albumId);
  if (!before) return { outcome: "gone" };
  if (before.matchLocked) return { outcome: "locked" };
  await replaceMatchCandidates(tx, albumId, decision.ranked.map(toRow));
  const [best] = decision.ranked;
  if (decision.outcome === "matched") {
    const refused = (await listMatchCandidates(tx, [albumId]))
      .some((one) => one.releaseGroupId === best.candidate.id && one.refusedAt !== null);
    if (!refused) {
      return { outcome: "matched", albumId: await match(tx, albumId, before, best, { userId: null }) };
    }
  }
  const outcome = decision.outcome === "no_match" ? "no_match" : "manual_review";
  const after: AlbumMatch = {
    musicbrainzReleaseGroupId: null,
    matchStatus: outcome,
    matchReason: outcome === "no_match" ? "nothing_found" : decision.reason ?? "contradiction",
    matchScore: best?.score ?? null,
    matchLocked: false,
  };
  await updateMatch(tx, albumId, after);
  if (after.matchStatus !== before.matchStatus || after.matchReason !== before.matchReason) {
    const found = { status: outcome, reason: after.matchReason, candidates: decision.ranked.length };
    await insertAlbumEvent(tx, { albumId, userId: null, kind: "match_search", before: {}, after: found });
  }
  return { outcome, albumId };
}

/**
 * Makes a release group the album's, by a person's word: locked against every job. The album that has it already
 * becomes one with this one, and keeps its id: the one returned.
 */
export async function acceptMatch(
  tx: Sql,
  albumId: string,
  chosen: RankedCandidate,
  by: By,
): Promise<{ albumId: string; merged: boolean }> {
  const before = await lockMatch(tx, albumId);
  if (!before) throw new Failure("not_found", "There is no such album.");
  await addMatchCandidate(tx, albumId, toRow(chosen));
  await refuseMatchCandidates(tx, albumId, { refused: false, releaseGroupId: chosen.candidate.id });
  const matched = await match(tx, albumId, before, chosen, by);
  await askForCover(tx);
  return { albumId: matched, merged: matched !== albumId };
}

/** A job that is being run may be past this album; then another one follows it. */
async function askForCover(tx: Sql): Promise<void> {
  const kind = "cover_art_fetch";
  const { running } = await insertJob(tx, { kind, payload: {} });
  if (running) await insertJob(tx, { kind, payload: { again: true } });
}

/** "None of these": the album has no match, and no job looks for one again. */
export async function refuseMatches(tx: Sql, albumId: string, by: By): Promise<void> {
  const before = await lockMatch(tx, albumId);
  if (!before) throw new Failure("not_found", "There is no such album.");
  await refuseMatchCandidates(tx, albumId, { refused: true });
  await change(tx, albumId, "match_refused", before, {
    musicbrainzReleaseGroupId: null,
    matchStatus: "no_match",
    matchReason: null,
    matchScore: null,
    matchLocked: true,
  }, by);
}

/** Lets jobs decide again. `forget`: the match goes, too, and the album waits to be looked for. */
export async function unlockMatch(
  tx: Sql,
  albumId: string,
  by: By,
  options: { forget?: boolean } = {},
): Promise<void> {
  const before = await lockMatch(tx, albumId);
  if (!before) throw new Failure("not_found", "There is no such album.");
  const keeps = before.matchStatus === "matched" && !options.forget;
  if (!keeps) await refuseMatchCandidates(tx, albumId, { refused: false });
  await change(
    tx,
    albumId,
    "match_unlocked",
    before,
    keeps ? { ...before, matchLocked: false } : {
      musicbrainzReleaseGroupId: null,
      matchStatus: "pending",
      matchReason: null,
      matchScore: null,
      matchLocked: false,
    },
    by,
  );
}

/** Locks the match an album has, whoever made it. */
export async function lockMatched(tx: Sql, albumId: string, by: By): Promise<void> {
  const before = await lockMatch(tx, albumId);
  if (!before) throw new Failure("not_found", "There is no such album.");
  if (before.matchStatus !== "matched") throw new Failure("conflict", "There is no match to keep.");
  await change(tx, albumId, "match_locked", before, { ...before, matchLocked: true }, by);
}

async function match(
  tx: Sql,
  albumId: string,
  before: AlbumMatch,
  { candidate, score, evidence }: RankedCandidate,
  by: By,
): Promise<string> {
  const isPerson = by.userId !== null;
  const because = evidence.filter((one) => one.weight > 0).sort((a, b) => b.weight - a.weight)
    .slice(0, 3).map((one) => one.text);
  const words = { title: candidate.title, because };
  const holder = await findMatchedAlbum(tx, candidate.id);
  if (holder === undefined || holder === albumId) {
    const matched: AlbumMatch = {
      musicbrainzReleaseGroupId: candidate.id,
      matchStatus: "matched",
      matchReason: null,
      matchScore: score,
      matchLocked: before.matchLocked || isPerson,
    };
    await change(tx, albumId, "match", before, matched, by, words);
    await describeMatched(tx, albumId, candidate);
    return albumId;
  }
  const merge = await mergeAlbums(tx, albumId, holder);
  const held = await lockMatch(tx, holder);
  // Whoever had it was matched to something else, or merged, while we waited for the lock.
  if (!merge || held?.musicbrainzReleaseGroupId !== candidate.id) {
    throw new Failure("conflict", "Another album was just matched to the same. Try again.", {
      retryable: true,
    });
  }
  const after = { ...held, matchLocked: held.matchLocked || isPerson };
  await change(tx, holder, "merge", held, after, by, { ...words, merge });
  return holder;
}

const FIELDS = [
  "musicbrainzReleaseGroupId",
  "matchStatus",
  "matchReason",
  "matchScore",
  "matchLocked",
] as const satisfies (keyof AlbumMatch)[];

/** Writes a decision and its line in the history; without a difference there is none. */
async function change(
  tx: Sql,
  albumId: string,
  kind: string,
  before: AlbumMatch,
  after: AlbumMatch,
  by: By,
  words: { merge?: string; title?: string; because?: string[] } = {},
): Promise<void> {
  const changed = FIELDS.filter((field) => before[field] !== after[field]);
  if (changed.length === 0 && !words.merge) return;
  await updateMatch(tx, albumId, after);
  const pick = (match: AlbumMatch) => Object.fromEntries(changed.map((field) => [field, match[field]]));
  await insertAlbumEvent(tx, {
    albumId,
    userId: by.userId,
    kind,
    before: pick(before),
    after: { ...pick(after), ...words },
    batch: by.batch,
  });
}

/** Whether a line of the history is one of those that `undoMatch` takes back. */
export function isMatchEvent(
  event: { before: Record<string, unknown>; after: Record<string, unknown> },
): boolean {
  return typeof event.after.merge === "string" || Object.keys(event.before).some(isMatchField);
}

/**
 * Takes back what one line of the history says about a match; two albums that were merged are two again. What the
 * program had matched alone is refused with it, or it would do so again. Returns what the undo's own line says.
 */
export async function undoMatch(
  tx: Sql,
  event: {
    albumId: string;
    userId: string | null;
    before: Record<string, unknown>;
    after: Record<string, unknown>;
  },
): Promise<{ before: Record<string, unknown>; after: Record<string, unknown> }> {
  const now = await lockMatch(tx, event.albumId);
  if (!now) throw new Failure("not_found", "There is no such album.");
  const fields = Object.keys(event.before).filter(isMatchField);
  if (fields.some((field) => now[field] !== event.after[field])) {
    throw new Failure("conflict", "The album was changed again since. Undo the newer change first.");
  }
  const pick = (match: Record<string, unknown>) =>
    Object.fromEntries(fields.map((field) => [field, match[field]]));
  const back = { ...now, ...pick(event.before) as Partial<AlbumMatch> };
  const refused = event.userId === null ? now.musicbrainzReleaseGroupId ?? undefined : undefined;
  const held = back.musicbrainzReleaseGroupId;
  if (held !== null && ![undefined, event.albumId].includes(await findMatchedAlbum(tx, held))) {
    throw new Failure("conflict", "What this album was matched to is another album's match by now.");
  }
  await updateMatch(tx, event.albumId, back);
  let albumId = event.albumId;
  if (typeof event.after.merge === "string") albumId = await splitAlbums(tx, event.after.merge);
  else if (now.matchStatus === "no_match") await refuseMatchCandidates(tx, albumId, { refused: false });
  if (refused) await refuseMatchCandidates(tx, albumId, { refused: true, releaseGroupId: refused });
  const split = albumId === event.albumId ? {} : { split: albumId };
  return { before: pick(now), after: { ...pick(back), ...split } };
}

function isMatchField(name: string): name is typeof FIELDS[number] {
  return FIELDS.some((field) => field === name);
}

function toRow({ candidate, score, evidence }: RankedCandidate): FoundCandidate {
  return { releaseGroupId: candidate.id, score, evidence, candidate };
}
