import { insertAlbumEvent, lockAlbumEvents, markUndone } from "../db/album_events.ts";
import {
  type AcquisitionMedium,
  type AcquisitionSource,
  type AlbumDecision,
  lockDecisions,
  updateDecision,
} from "../db/albums.ts";
import { insertJob } from "../db/jobs.ts";
import { askToUndo } from "../db/lidarr_handoffs.ts";
import { type Sql, transaction } from "../db/sql.ts";
import { isMatchEvent, undoMatch } from "./album_matches.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { refreshOwnership } from "./settle_albums.ts";

/** What a person can decide about albums; the history names it by its key. */
export type Decision = {
  /** `automatic`: the files decide again. */
  ownership?: "owned" | "not_owned" | "automatic";
  /** Naming a source forgets the medium, unless one is named with it. */
  source?: AcquisitionSource | null;
  medium?: AcquisitionMedium | null;
  localPath?: string | null;
  wanted?: boolean;
  ignored?: boolean;
};

export type DecisionResult = {
  /** Albums that are different now. */
  changed: number;
  /** Takes all of it back: `undoDecision(deps, { batch })`. */
  batch: string;
};

type Deps = Pick<App, "sql" | "catalogue">;

/**
 * Applies one decision to albums and writes a line into the history of each that changes. Wanting an owned
 * album, alone, is a conflict; among several it is passed over. Unknown ids: not_found for one, else ignored.
 */
export async function decideAlbums(
  deps: Deps,
  albumIds: string[],
  decision: Decision,
  by: { userId: string | null; now?: Date },
): Promise<DecisionResult> {
  const batch = crypto.randomUUID();
  const now = (by.now ?? new Date()).toISOString();
  const changed = await transaction(deps.sql, async (tx) => {
    const rows = await lockDecisions(tx, albumIds);
    if (albumIds.length === 1 && rows.length === 0) throw new Failure("not_found", "There is no such album.");
    if (rows.length === 1 && decision.wanted && rows[0].ownershipStatus === "owned") {
      throw new Failure("conflict", "This album is owned already, there is nothing to want.", {
        fields: { wanted: "the album is owned" },
      });
    }
    const changed: string[] = [];
    for (const { id, ownedTracks: _, ...before } of rows) {
      if (decision.wanted && before.ownershipStatus === "owned") continue;
      const after = applyDecision(before, decision, now);
      const difference = changedFields(before, after);
      if (difference.length === 0) continue;
      await updateDecision(tx, id, after);
      await insertAlbumEvent(tx, {
        albumId: id,
        userId: by.userId,
        kind: decisionKind(decision),
        before: pick(before, difference),
        after: pick(after, difference),
        batch,
      });
      changed.push(id);
    }
    if (decision.ownership === "automatic") await refreshOwnership(tx, changed);
    return changed.length;
  });
  deps.catalogue.changed();
  return { changed, batch };
}

/** The rules of the design: owning clears the wish, a decision about ownership is locked against scans. */
export function applyDecision(before: AlbumDecision, decision: Decision, now: string): AlbumDecision {
  const after = { ...before };
  if (decision.ownership === "automatic") after.ownershipLocked = false;
  else if (decision.ownership) {
    after.ownershipStatus = decision.ownership;
    after.ownershipLocked = true;
    if (decision.ownership === "owned") after.wantedAt = null;
  }
  if (decision.source !== undefined) {
    after.acquisitionSource = decision.source;
    after.acquisitionMedium = null;
  }
  if (decision.medium !== undefined) after.acquisitionMedium = decision.medium;
  if (decision.localPath !== undefined) after.localPath = decision.localPath;
  if (decision.wanted !== undefined) after.wantedAt = decision.wanted ? before.wantedAt ?? now : null;
  if (decision.ignored !== undefined) after.ignoredAt = decision.ignored ? before.ignoredAt ?? now : null;
  return after;
}

/**
 * Takes back one history line or everything done with one click, and writes that into the history too.
 * A field that was changed again since is a conflict, and then nothing is taken back.
 */
export async function undoDecision(
  deps: Deps,
  key: { albumId: string; eventId: string } | { batch: string },
  by: { userId: string | null },
): Promise<{ undone: number }> {
  const undone = await transaction(deps.sql, async (tx) => {
    const events = await lockAlbumEvents(tx, "batch" in key ? key : { id: key.eventId });
    const open = events.filter((event) => "batch" in key || event.albumId === key.albumId);
    if (open.length === 0) throw new Failure("not_found", "There is nothing to undo under this id.");
    if (open.every((event) => event.undoneBy !== null)) {
      throw new Failure("conflict", "This has been undone already.");
    }
    // The newest first: what came later may stand on what came before.
    for (const event of open.toSorted((a, b) => Number(b.id) - Number(a.id))) {
      if (event.undoneBy === null) await undoEvent(tx, event, by.userId);
    }
    return open.length;
  });
  deps.catalogue.changed();
  return { undone };
}

type OpenEvent = Awaited<ReturnType<typeof lockAlbumEvents>>[number];

async function undoEvent(tx: Sql, event: OpenEvent, userId: string | null): Promise<void> {
  if (isMatchEvent(event)) return await undoMatchEvent(tx, event.id, userId);
  const [row] = await lockDecisions(tx, [event.albumId]);
  const { id, ownedTracks: _, ...current } = row;
  let fields = Object.keys(event.before).filter(isDecisionField);
  if (event.kind === HANDED_OVER && event.batch) {
    await takeBackFromLidarr(tx, event.batch, event.albumId, userId);
    // What has come of it since is no reason to leave the mark in Lidarr.
    fields = fields.filter((field) => current[field] === event.after[field]);
  } else if (fields.length === 0) throw new Failure("conflict", "This line of the history cannot be undone.");
  const altered = fields.find((field) => current[field] !== event.after[field]);
  if (altered) {
    throw new Failure("conflict", "The album was changed again since. Undo the newer change first.");
  }
  const after = { ...current, ...pick(event.before as AlbumDecision, fields) };
  await updateDecision(tx, id, after);
  const { id: undoId } = await insertAlbumEvent(tx, {
    albumId: id,
    userId,
    kind: "undo",
    before: pick(current, fields),
    after: pick(after, fields),
  });
  await markUndone(tx, event.id, undoId);
  // What the files say may have changed while a person's word stood above it.
  if (current.ownershipLocked && !after.ownershipLocked) await refreshOwnership(tx, [id]);
}

/** Read again: a merge that was just taken back has returned the album's own lines to it. */
async function undoMatchEvent(tx: Sql, eventId: string, userId: string | null): Promise<void> {
  const [event] = await lockAlbumEvents(tx, { id: eventId });
  const { albumId } = event;
  const { id } = await insertAlbumEvent(tx, { albumId, userId, kind: "undo", ...await undoMatch(tx, event) });
  await markUndone(tx, eventId, id);
}

/** The history line of an album that was handed to Lidarr. */
export const HANDED_OVER = "lidarr_asked";

async function takeBackFromLidarr(
  tx: Sql,
  batch: string,
  albumId: string,
  userId: string | null,
): Promise<void> {
  const open = await askToUndo(tx, batch, albumId);
  if (open > 0) {
    await insertJob(tx, { kind: "lidarr_search", payload: { batch }, requestedBy: userId, priority: 10 });
  }
}

const DECISION_FIELDS: readonly (keyof AlbumDecision)[] = [
  "ownershipStatus",
  "ownershipLocked",
  "acquisitionSource",
  "acquisitionMedium",
  "localPath",
  "wantedAt",
  "ignoredAt",
];

/** Whether a history line holds something that `undoDecision` can put back. */
export function isUndoable(
  event: {
    kind: string;
    before: Record<string, unknown>;
    after: Record<string, unknown>;
    undoneBy: string | null;
  },
) {
  return event.kind !== "undo" && event.undoneBy === null &&
    (isMatchEvent(event) || event.kind === HANDED_OVER || Object.keys(event.before).some(isDecisionField));
}

function isDecisionField(name: string): name is keyof AlbumDecision {
  return DECISION_FIELDS.some((field) => field === name);
}

export function changedFields(before: AlbumDecision, after: AlbumDecision): (keyof AlbumDecision)[] {
  return DECISION_FIELDS.filter((field) => before[field] !== after[field]);
}

export function pick(decision: AlbumDecision, fields: (keyof AlbumDecision)[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field, decision[field]]));
}

function decisionKind(decision: Decision): string {
  if (decision.ownership) return "ownership";
  if (decision.source !== undefined || decision.medium !== undefined) return "source";
  if (decision.wanted !== undefined) return "wanted";
  if (decision.ignored !== undefined) return "ignored";
  return "path";
}
