import { countPlannedAlbums, resolveImportAlbums } from "../db/import_albums.ts";
import {
  countImportEntries,
  deleteDoubledEntries,
  insertImportEntries,
  nameImportPlaylists,
  type StagedEntry,
} from "../db/import_entries.ts";
import { type Import, type ImportPlan, insertImport, updatePlan } from "../db/imports.ts";
import { type Sql, transaction } from "../db/sql.ts";
import type { App } from "./app.ts";
import { type Entry, refuse, type SkipReason } from "./import_entries.ts";
import { stageEntry } from "./import_staging.ts";
import { readLibraryRules } from "./library_rules.ts";
import { readUpload, type UploadedFile, type UploadOptions, type UploadSource } from "./library_upload.ts";

const ENTRIES_AT_ONCE = 500;

/**
 * Reads what a person sent and stores the plan of importing it; nothing of the library changes. All files or
 * none: throws Failure (invalid, too_large, unprocessable; field `file`) that says which file is wrong and how.
 */
export async function planImport(
  deps: Pick<App, "config" | "sql" | "secrets">,
  userId: string,
  files: UploadedFile[],
  options: UploadOptions = {},
): Promise<Import> {
  if (files.length === 0) throw refuse("invalid", "Choose a file to import.");
  const filename = files.map((file) => nameOf(file)).join(", ").slice(0, 500);
  const rules = await readLibraryRules(deps);
  return await transaction(deps.sql, async (tx) => {
    const importId = await insertImport(tx, userId, filename);
    const { skipped, source } = await stageFiles(tx, importId, files, options);
    const doubled = await deleteDoubledEntries(tx, importId);
    skipped.set("duplicate", (skipped.get("duplicate") ?? 0) + doubled);
    await nameImportPlaylists(tx, importId, source);
    await resolveImportAlbums(tx, { importId, userId }, rules);
    return await updatePlan(tx, importId, { source, plan: await countPlan(tx, importId, skipped) });
  });
}

type Skipped = Map<SkipReason, number>;

async function stageFiles(
  tx: Sql,
  importId: string,
  files: UploadedFile[],
  options: UploadOptions,
): Promise<{ skipped: Skipped; source: UploadSource }> {
  const skipped: Skipped = new Map();
  const sources = new Set<UploadSource>();
  let lists = 0;
  let position = 1;
  let waiting: StagedEntry[] = [];
  let storing: Promise<void> = Promise.resolve();
  // While one batch is stored, the next is read.
  async function flush() {
    await storing;
    if (waiting.length === 0) return;
    storing = insertImportEntries(tx, importId, position, waiting);
    // Whoever awaits it sees the error; until then it must not count as unhandled.
    storing.catch(() => {});
    position += waiting.length;
    waiting = [];
  }
  for (const file of files) {
    const nextList = () => ++lists;
    const onSource = (source: UploadSource) => void sources.add(source);
    for await (const entries of readUpload(file, { ...options, nextList, onSource })) {
      waiting.push(...usable(entries, skipped));
      if (waiting.length >= ENTRIES_AT_ONCE) await flush();
    }
  }
  await flush();
  await storing;
  const [source, ...others] = sources;
  if (others.length > 0) {
    throw refuse("unprocessable", "Send tables and Spotify's own files one after the other.");
  }
  return { skipped, source };
}

function usable(entries: Entry[], skipped: Skipped): StagedEntry[] {
  return entries.flatMap((entry) => {
    const staged = entry.kind === "skipped" ? undefined : stageEntry(entry);
    if (staged) return staged;
    const reason = entry.kind === "skipped" ? entry.reason : "unreadable";
    skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
    return [];
  });
}

async function countPlan(tx: Sql, importId: string, skipped: Skipped): Promise<ImportPlan> {
  const albums = await countPlannedAlbums(tx, importId);
  const entries = await countImportEntries(tx, importId);
  return {
    new_albums: albums.new,
    known_albums: albums.known + albums.ignored,
    new_artists: albums.newArtists,
    liked_tracks: entries.likedTracks,
    playlists: entries.playlists,
    plays: entries.plays,
    skipped: [...skipped].filter(([, count]) => count > 0).map(([reason, count]) => ({ reason, count }))
      .toSorted(
        (a, b) => b.count - a.count,
      ),
  };
}

/** What a person calls the file, without the folders some browsers put before it. */
function nameOf({ filename }: UploadedFile): string {
  return filename.split(/[/\\]/).at(-1)?.replaceAll("\0", "") || "file";
}
