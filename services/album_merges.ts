import {
  type AlbumMerge,
  deleteAlbum,
  deleteAlbumMerge,
  findMergedInto,
  insertAlbumMerge,
  joinAlbums,
  lockAlbumMerge,
  lockWholeAlbums,
  moveAlbumRows,
  moveAlbumRowsBack,
  restoreAlbum,
  restoreColumns,
  type Stored,
} from "../db/album_merges.ts";
import { findMatchedAlbum } from "../db/album_matches.ts";
import { lockCatalogue } from "../db/catalogue_lock.ts";
import { refreshLibraryEntries } from "../db/library_entries.ts";
import type { Sql } from "../db/sql.ts";
import { Failure } from "./errors.ts";
import { refreshOwnership } from "./settle_albums.ts";

/**
 * Makes one album of two: everything that hangs on `absorbedId` goes over to `intoId`, and its id leads there from
 * now on. Returns the merge's id, which `splitAlbums` takes. Both albums are locked until the transaction ends;
 * undefined when one of them is gone.
 */
export async function mergeAlbums(tx: Sql, absorbedId: string, intoId: string): Promise<string | undefined> {
  await lockCatalogue(tx);
  const rows = await lockWholeAlbums(tx, [absorbedId, intoId]);
  const [absorbed, before] = [rows.get(absorbedId), rows.get(intoId)];
  if (!absorbed || !before) return undefined;
  const moved = await moveAlbumRows(tx, absorbedId, intoId);
  await deleteAlbum(tx, absorbedId);
  await joinAlbums(tx, intoId, absorbed);
  await refreshLibraryEntries(tx, [intoId]);
  await refreshOwnership(tx, [intoId]);
  const after = (await lockWholeAlbums(tx, [intoId])).get(intoId) ?? before;
  const id = crypto.randomUUID();
  await insertAlbumMerge(tx, {
    id,
    absorbedId,
    intoId,
    absorbed,
    changed: difference(before, after),
    moved,
  });
  return id;
}

/**
 * Takes a merge back: the album is again what it was, with all that came from it. What was changed since on the
 * other one stays there. Throws conflict when that one was itself merged since. Returns the id of the album
 * that is back.
 */
export async function splitAlbums(tx: Sql, mergeId: string): Promise<string> {
  await lockCatalogue(tx);
  const merge = await lockAlbumMerge(tx, mergeId);
  if (!merge) throw new Failure("conflict", "These albums have been split already.");
  if (merge.albumId !== merge.intoId) {
    throw new Failure("conflict", "This album was merged again since. Undo the newer merge first.");
  }
  const now = (await lockWholeAlbums(tx, [merge.albumId])).get(merge.albumId);
  if (!now) throw new Failure("not_found", "There is no such album any more.");
  const releaseGroupId = merge.absorbed.musicbrainz_release_group_id;
  if (typeof releaseGroupId === "string" && await findMatchedAlbum(tx, releaseGroupId) !== undefined) {
    throw new Failure("conflict", "What this album was matched to is another album's match by now.");
  }
  await deleteAlbumMerge(tx, mergeId);
  await restoreColumns(tx, merge.albumId, unchangedSince(merge, now));
  await restoreAlbum(tx, merge.absorbed);
  await moveAlbumRowsBack(tx, merge);
  const both = [merge.albumId, merge.absorbedId];
  await refreshLibraryEntries(tx, both);
  await refreshOwnership(tx, both);
  return merge.absorbedId;
}

/** The album an id stands for: its own, or the one it became part of. */
export async function followMerges(sql: Sql, albumId: string): Promise<string> {
  return await findMergedInto(sql, albumId) ?? albumId;
}

// Says only that something changed, which splitting does, too.
const PASSING = ["updated_at", "last_synced_at"];

function difference(before: Stored, after: Stored): AlbumMerge["changed"] {
  const names = Object.keys(before).filter((name) =>
    !PASSING.includes(name) && !same(before[name], after[name])
  );
  const pick = (row: Stored) => Object.fromEntries(names.map((name) => [name, row[name]]));
  return { before: pick(before), after: pick(after) };
}

/** What the album was before, for all that nobody has changed since. Plays are a sum: those that came go. */
function unchangedSince({ changed, absorbed }: AlbumMerge, now: Stored): Stored {
  const same_ = Object.entries(changed.before).filter(([name]) => same(changed.after[name], now[name]));
  const plays = Number(now.play_count) - Number(absorbed.play_count);
  return { ...Object.fromEntries(same_), play_count: Math.max(0, plays) };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
