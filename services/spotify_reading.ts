import { insertImportEntries, type StagedEntry } from "../db/import_entries.ts";
import type { LibraryRules } from "../db/library_entries.ts";
import type { Sql } from "../db/sql.ts";
import type { Spotify } from "./spotify.ts";
import type { Checkpoint } from "./spotify_checkpoint.ts";

export type SyncProgress = { processed: number; total: number; message: string; checkpoint: Checkpoint };

/** What the job lends: where it left off, an end to obey, transactions only its present worker gets through. */
export type SyncRun = {
  checkpoint: unknown;
  signal: AbortSignal;
  commit(work: (tx: Sql) => Promise<SyncProgress>): Promise<void>;
};

/** A reading of one account under way. */
export type Reading = {
  sql: Sql;
  userId: string;
  spotify: Spotify;
  rules: LibraryRules;
  /** How the account is called as the owner of playlists. */
  ownerId: string | null;
  at: Checkpoint;
  run: SyncRun;
};

/** Runs `work` in a transaction that also stores the place it returns: both are there or neither. */
export async function step(
  reading: Reading,
  work: (tx: Sql, at: Checkpoint) => Promise<Checkpoint>,
): Promise<void> {
  let next = reading.at;
  await reading.run.commit(async (tx) => {
    next = await work(tx, reading.at);
    const total = Math.max(next.processed, next.expected);
    return { processed: next.processed, total, message: messageOf(next), checkpoint: next };
  });
  reading.at = next;
}

/** Puts entries behind those that wait already; returns how many wait then. */
export async function stageEntries(tx: Sql, at: Checkpoint, entries: StagedEntry[]): Promise<number> {
  if (entries.length > 0) await insertImportEntries(tx, at.importId, at.staged + 1, entries);
  return at.staged + entries.length;
}

function messageOf({ section, read, total, list }: Checkpoint): string {
  const place = total
    ? `: ${Math.min(read, total).toLocaleString("en")} of ${total.toLocaleString("en")}`
    : "";
  switch (section) {
    case "albums":
      return `Reading saved albums${place}`;
    case "tracks":
      return `Reading liked songs${place}`;
    case "playlists":
      return `Reading the list of playlists${place}`;
    case "songs":
      return list ? `Reading the playlist “${list.name}”` : "Reading playlists that have changed";
    case "done":
      return "Putting the library together";
  }
}
