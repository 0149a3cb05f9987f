import { countPlannedAlbums } from "../db/import_albums.ts";
import { countEntriesUntil, countImportEntries } from "../db/import_entries.ts";
import {
  deleteImportContent,
  findImport,
  type Import,
  type ImportProgress,
  updateImport,
} from "../db/imports.ts";
import type { LibraryRules } from "../db/library_entries.ts";
import type { Sql } from "../db/sql.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { type Phase, PHASES } from "./import_phases.ts";
import { readLibraryRules } from "./library_rules.ts";

export type ApplyProgress = { processed: number; total: number; message: string };

/** What the job lends: an end to obey, and transactions that only the job's present worker gets through. */
export type ApplyRun = {
  signal: AbortSignal;
  commit(work: (tx: Sql) => Promise<ApplyProgress>): Promise<void>;
};

/** What applying did, in words and in numbers. */
export type ApplyResult = { summary: string; albums: number; new_albums: number; liked_tracks: number };

/**
 * Applies a plan part by part. A part and the note of how far it came are one transaction, so a run that is
 * killed anywhere goes on where it was. Throws Failure(not_found) when the plan is gone, and the signal's
 * reason when it is aborted.
 */
export async function applyImport(
  deps: Pick<App, "config" | "sql" | "secrets">,
  importId: string,
  run: ApplyRun,
): Promise<ApplyResult> {
  const { sql } = deps;
  const rules = await readLibraryRules(deps);
  const begun = await findImport(sql, importId);
  if (!begun) throw new Failure("not_found", "This import does not exist any more.");
  let sizes = await countSizes(sql, importId);
  let processed = await countDone(sql, begun, sizes);
  while (true) {
    run.signal.throwIfAborted();
    let result: ApplyResult | undefined;
    await run.commit(async (tx) => {
      const outcome = await applyPart(tx, importId, rules);
      if ("summary" in outcome) result = outcome;
      else processed += outcome.count;
      if ("phase" in outcome && outcome.phase === PHASES[0]) sizes = await countSizes(tx, importId);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      return { processed, total, message: "next" in outcome ? outcome.next.message : "Done" };
    });
    if (result) return result;
  }
}

async function applyPart(
  tx: Sql,
  importId: string,
  rules: LibraryRules,
): Promise<ApplyResult | { phase: Phase; next: Phase; count: number }> {
  const current = await findImport(tx, importId, { lock: true });
  if (!current) throw new Failure("not_found", "This import does not exist any more.");
  const phase = phaseOf(current);
  if (current.status === "applied" || !phase) return await finish(tx, current);
  const { userId, source: door, plan } = current;
  const large = plan.new_albums + plan.liked_tracks > 1_000;
  const work = { importId, userId, door, rules, large };
  const part = await phase.apply(tx, work, current.phasePosition);
  const next = part ? phase : PHASES[PHASES.indexOf(phase) + 1];
  await updateImport(tx, importId, { phase: next?.name ?? "done", phasePosition: part?.until ?? 0 });
  return { phase, next: next ?? phase, count: part?.count ?? 0 };
}

const phaseOf = ({ phase }: ImportProgress) =>
  phase === null ? PHASES[0] : PHASES.find((one) => one.name === phase);

async function finish(tx: Sql, { id, plan, status }: Import): Promise<ApplyResult> {
  const albums = await countPlannedAlbums(tx, id);
  const counted = status === "applied"
    ? { all: plan.new_albums + plan.known_albums, new: plan.new_albums }
    : albums;
  if (status !== "applied") {
    await deleteImportContent(tx, id);
    await updateImport(tx, id, { status: "applied" });
  }
  return {
    summary: summarise(counted, plan),
    albums: counted.all,
    new_albums: counted.new,
    liked_tracks: plan.liked_tracks,
  };
}

function summarise(albums: { all: number; new: number }, plan: Import["plan"]): string {
  const parts = [
    `${count(albums.all, "album")}: ${albums.new.toLocaleString("en")} new`,
    plan.liked_tracks > 0 && count(plan.liked_tracks, "liked song"),
    plan.playlists > 0 && count(plan.playlists, "playlist"),
    plan.plays > 0 && count(plan.plays, "play"),
  ];
  return parts.filter(Boolean).join("; ");
}

const count = (number: number, noun: string) =>
  `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** How many things each phase counts. */
async function countSizes(sql: Sql, importId: string): Promise<number[]> {
  const entries = await countImportEntries(sql, importId);
  const { every } = await countPlannedAlbums(sql, importId);
  const sizes = {
    albums: every,
    liked_track: entries.likedTracks,
    playlist_track: entries.playlistTracks,
    play: entries.plays,
  };
  return PHASES.map(({ counts }) => counts ? sizes[counts] : 0);
}

async function countDone(sql: Sql, begun: Import & ImportProgress, sizes: number[]): Promise<number> {
  const phase = phaseOf(begun) ?? PHASES[0];
  const { counts } = phase;
  const before = sizes.slice(0, PHASES.indexOf(phase)).reduce((sum, size) => sum + size, 0);
  if (!counts) return before;
  if (counts === "albums") return before + begun.phasePosition;
  return before + await countEntriesUntil(sql, begun.id, counts, begun.phasePosition);
}
