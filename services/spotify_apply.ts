import { countPlannedAlbums } from "../db/import_albums.ts";
import { deleteDoubledEntries } from "../db/import_entries.ts";
import { deleteImportContent } from "../db/imports.ts";
import type { LibraryRules } from "../db/library_entries.ts";
import {
  enrichFromSpotify,
  linkByTitle,
  nameSyncPlaylists,
  upsertListedTracks,
} from "../db/spotify_import.ts";
import { saveSnapshots } from "../db/spotify_playlists.ts";
import type { Sql } from "../db/sql.ts";
import { type Phase, PHASES, type Work } from "./import_phases.ts";

/**
 * Brings what a reading has staged into the catalogue, in one transaction and by the rules of every other import.
 * Returns how many albums entered the library.
 */
export async function applyStaged(
  tx: Sql,
  { importId, userId }: { importId: string; userId: string },
  rules: LibraryRules,
): Promise<number> {
  const work: Work = { importId, userId, door: "spotify", rules, large: false };
  await deleteDoubledEntries(tx, importId);
  await nameSyncPlaylists(tx, importId);
  let newAlbums = 0;
  for (const phase of PHASES) {
    if (phase.name === "plays" || phase.name === "counts") continue;
    // Songs are there before the lists that name them.
    if (phase.name === "playlists") await upsertListedTracks(tx, importId);
    await applyPhase(tx, work, phase);
    if (phase.name === "resolve") newAlbums = (await countPlannedAlbums(tx, importId)).new;
  }
  await linkByTitle(tx, importId, userId);
  await enrichFromSpotify(tx, importId);
  await saveSnapshots(tx, importId, userId);
  await deleteImportContent(tx, importId);
  return newAlbums;
}

async function applyPhase(tx: Sql, work: Work, phase: Phase): Promise<void> {
  let from = 0;
  while (true) {
    const part = await phase.apply(tx, work, from);
    if (!part) return;
    from = part.until;
  }
}
