import { ensureArtists } from "../db/artist_identity.ts";
import { lockCatalogue } from "../db/catalogue_lock.ts";
import {
  deleteRetaggedAlbums,
  type DiskAlbum,
  insertDiskAlbums,
  insertOwnershipEvents,
  listCandidates,
  listFilesOfAlbums,
  listTrackKeys,
  lockOwnership,
  type OwnedFile,
  type OwnershipChange,
  type OwnershipNews,
  type OwnershipRow,
  type TrackKey,
  updateOwnership,
} from "../db/disk_albums.ts";
import { listFilesOfFolders, listFolders, type LocalFile, settleFiles } from "../db/local_files.ts";
import { matchKey } from "../db/normalise.ts";
import { retrying, type Sql } from "../db/sql.ts";
import { type AlbumGroup, commonFolder, factsOf, groupAlbums, shelfOf } from "./album_groups.ts";
import type { App } from "./app.ts";
import { type Candidate, editionKeys, groupKey, matchGroup } from "./file_matching.ts";
import { decideOwnership } from "./ownership.ts";

export type SettledAlbums = {
  /** Albums that were not in the catalogue. */
  newAlbums: number;
  /** Owned now, and not before. */
  completedAlbums: number;
  /** Albums whose ownership or count is different now. */
  changedAlbums: number;
};

type Context = {
  signal: AbortSignal;
  progress(update: { message?: string }): Promise<void>;
};

// A chunk is one transaction under the lock of the catalogue, and some milliseconds in which no page is answered.
const SHELVES_AT_ONCE = 50;

/**
 * Finds the album of every file that a scan has changed, adds albums that only exist on disk, and decides again
 * what is owned. What is done is remembered per file, so an interruption costs nothing.
 */
export async function settleAlbums(
  { sql, catalogue }: Pick<App, "sql" | "catalogue">,
  context: Context,
): Promise<SettledAlbums> {
  const done: SettledAlbums = { newAlbums: 0, completedAlbums: 0, changedAlbums: 0 };
  const shelves = await unsettledShelves(sql);
  for (let at = 0; at < shelves.length; at += SHELVES_AT_ONCE) {
    context.signal.throwIfAborted();
    const chunk = shelves.slice(at, at + SHELVES_AT_ONCE);
    const part = await retrying(sql, (tx) => settleShelves(tx, chunk));
    done.newAlbums += part.newAlbums;
    done.completedAlbums += part.completedAlbums;
    done.changedAlbums += part.changedAlbums;
    const settled = Math.min(at + SHELVES_AT_ONCE, shelves.length).toLocaleString("en");
    await context.progress({
      message: `Finding albums: ${settled} of ${shelves.length.toLocaleString("en")} folders`,
    });
  }
  if (shelves.length > 0) catalogue.changed();
  return done;
}

/** Each a list of folders whose files may be one album. */
async function unsettledShelves(sql: Sql): Promise<string[][]> {
  const shelves = new Map<string, { folders: string[]; unsettled: boolean }>();
  const folders = await listFolders(sql);
  if (!folders.some((folder) => folder.unsettled)) return [];
  for (const { folder, unsettled } of folders) {
    const key = shelfOf(folder);
    const shelf = shelves.get(key) ?? { folders: [], unsettled: false };
    shelf.folders.push(folder);
    shelf.unsettled ||= unsettled;
    shelves.set(key, shelf);
  }
  return [...shelves.values()].filter((shelf) => shelf.unsettled).map((shelf) => shelf.folders);
}

async function settleShelves(tx: Sql, shelves: string[][]): Promise<SettledAlbums> {
  await lockCatalogue(tx);
  const files = await listFilesOfFolders(tx, shelves.flat());
  const groups = groupShelves(shelves, files);
  const albumIds = await matchOrAdd(tx, groups);
  const settled = await linkFiles(tx, files, groups, albumIds.ids);
  await settleFiles(tx, settled);
  const former = files.flatMap((file) => [file.albumId, file.formerAlbumId]).filter((id) => id !== null);
  const affected = [...new Set([...albumIds.ids.filter((id) => id !== null), ...former])];
  const deleted = await deleteRetaggedAlbums(tx, former);
  const changes = await refreshOwnership(tx, affected.filter((id) => !deleted.includes(id)));
  return { newAlbums: albumIds.added, ...changes };
}

function groupShelves(shelves: string[][], files: LocalFile[]): AlbumGroup[] {
  const byFolder = Map.groupBy(files.filter((file) => !file.missing), (file) => file.folder);
  return shelves.flatMap((folders) => groupAlbums(folders.flatMap((folder) => byFolder.get(folder) ?? [])));
}

/** One album id per group; null for files that nobody can tell the album of. */
async function matchOrAdd(tx: Sql, groups: AlbumGroup[]): Promise<{ ids: (string | null)[]; added: number }> {
  const candidates = await findCandidates(tx, groups);
  const added = new Map<string, DiskAlbum>();
  const ids = groups.map((group) => {
    const match = matchGroup(group, candidates);
    if (match.album) return match.album.id;
    // Damaged files show that something is there, but not enough to make an album of it.
    if (group.files.every((file) => file.unreadable !== null) || !isNamed(group)) return null;
    const key = identityKey(group, match.tie);
    const album = added.get(key) ?? diskAlbum(group, match.tie);
    added.set(key, album);
    return album.id;
  });
  const albums = [...added.values()];
  const artistIds = await ensureArtists(tx, albums.map((album) => ({ name: album.artist })));
  await insertDiskAlbums(tx, albums.map((album, i) => ({ ...album, artistId: artistIds[i] })));
  return { ids, added: albums.length };
}

/** Files that lie loose in the music folder and name no album have none. */
function isNamed(group: AlbumGroup): boolean {
  return group.folder !== "" || group.files.some((file) => file.album !== null);
}

/** Copies of one album in two folders are one album; when a tie keeps one apart, it stays apart. */
function identityKey(group: AlbumGroup, tie: boolean): string {
  if (tie) return `${group.folder}\n${groupKey(group)}`;
  return group.releaseGroupId ?? `${groupKey(group)}\n${group.year}`;
}

function diskAlbum(group: AlbumGroup, tie: boolean): DiskAlbum {
  const { artist, title, year, compilation, genres, releaseGroupId, releaseId, barcode } = group;
  // The oldest file says best when the album came; a clock that was wrong must not put it into the future.
  const addedAt = new Date(Math.min(Date.now(), ...group.files.map((file) => file.mtimeMs || Infinity)));
  const facts = { artist, title, year, compilation, genres, releaseGroupId, releaseId, barcode };
  return { id: crypto.randomUUID(), artistId: "", ...facts, tie, addedAt };
}

async function findCandidates(tx: Sql, groups: AlbumGroup[]): Promise<Candidate[]> {
  const present = (ids: (string | null)[]) => [...new Set(ids.filter((id) => id !== null))];
  const editions = groups.flatMap(editionKeys);
  const rows = await listCandidates(tx, {
    albumIds: present(groups.flatMap((group) => group.files.map((file) => file.albumId))),
    releaseGroupIds: present(groups.map((group) => group.releaseGroupId)),
    releaseIds: present(groups.map((group) => group.releaseId)),
    barcodes: present(groups.map((group) => group.barcode)).map((digits) => digits.replace(/^0+/, "")),
    matchKeys: [...new Set([...groups.flatMap((group) => group.keys), ...editions])],
    titleStarts: [...new Set(editions)],
  });
  return rows.map(({ trackKeys, fileTitles, ...row }) => ({
    ...row,
    titles: new Set([...trackKeys, ...fileTitles.map(matchKey)]),
  }));
}

type Settled = { id: string; albumId: string | null; trackId: string | null };

/** Files that are missing keep their album: should they come back, it is theirs. */
async function linkFiles(
  tx: Sql,
  files: LocalFile[],
  groups: AlbumGroup[],
  albumIds: (string | null)[],
): Promise<Settled[]> {
  const albumOf = new Map(
    groups.flatMap((group, i) => group.files.map((file) => [file.id, albumIds[i]] as const)),
  );
  const ids = [...new Set(albumIds.filter((id) => id !== null))];
  const tracks = Map.groupBy(await listTrackKeys(tx, ids), (track) => track.albumId);
  return files.map((file) => {
    const albumId = file.missing ? file.albumId : albumOf.get(file.id) ?? null;
    const known = albumId === null || file.missing ? [] : tracks.get(albumId) ?? [];
    return { id: file.id, albumId, trackId: trackOf(file, known)?.id ?? null };
  });
}

/** By title, and among equal titles by number; by number alone when the titles cannot be compared. */
function trackOf(file: LocalFile, tracks: TrackKey[]): TrackKey | undefined {
  const sameNumber = (track: TrackKey) =>
    track.trackNumber !== null && track.trackNumber === file.trackNumber &&
    track.discNumber === (file.discNumber ?? 1);
  const key = matchKey(file.title ?? "");
  const named = tracks.filter((track) => track.matchKey === key);
  return named.find(sameNumber) ?? named[0] ??
    (file.unreadable === null ? tracks.find(sameNumber) : undefined);
}

/**
 * Decides again what is owned of these albums, from their files and from what Lidarr says. The caller's
 * transaction ends the locks.
 */
export async function refreshOwnership(
  tx: Sql,
  albumIds: string[],
  news: OwnershipNews = "scan",
): Promise<Omit<SettledAlbums, "newAlbums">> {
  const albums = await lockOwnership(tx, albumIds);
  const files = Map.groupBy(await listFilesOfAlbums(tx, albumIds), (file) => file.albumId);
  const changes = albums.map((album) => ({ album, now: decide(album, files.get(album.id) ?? []) }))
    .filter(({ album, now }) => isDifferent(album, now));
  if (changes.length === 0) return { completedAlbums: 0, changedAlbums: 0 };
  await updateOwnership(tx, changes.map(({ now }) => now));
  const shown = changes.filter(({ album, now }) => isWorthALine(album, now));
  await insertOwnershipEvents(
    tx,
    shown.map(({ album, now }) => ({
      kind: news,
      albumId: album.id,
      before: eventFields(album),
      after: eventFields(now),
    })),
  );
  const completed = changes.filter(({ album, now }) =>
    now.ownershipStatus === "owned" && album.ownershipStatus !== "owned"
  );
  return { completedAlbums: completed.length, changedAlbums: shown.length };
}

function decide(album: OwnershipRow, files: OwnedFile[]): OwnershipChange {
  const { status, ownedTracks, expectedTracks } = decideOwnership({
    files: files.map(factsOf),
    releaseTracks: album.releaseTracks,
    spotifyTracks: album.totalTracks,
    downloading: album.downloading,
    lidarr: album.lidarrFiles === null ? null : { files: album.lidarrFiles, tracks: album.lidarrTracks ?? 0 },
    decision: album.ownershipLocked ? album.ownershipStatus : null,
  });
  // A path that a person gave to an album without files is not ours to forget.
  const elsewhere = album.ownershipLocked ? album.localPath : album.lidarrPath;
  const localPath = files.length > 0 ? largestFolder(files) : elsewhere;
  return {
    id: album.id,
    ownershipStatus: status,
    ownedTracks,
    expectedTracks,
    localPath,
    hasFiles: files.length > 0,
  };
}

/** Of several copies the one with most files; discs of one copy share their parent. */
function largestFolder(files: OwnedFile[]): string {
  const shelves = [...Map.groupBy(files, (file) => shelfOf(file.folder)).values()];
  return commonFolder(shelves.sort((a, b) => b.length - a.length)[0]);
}

function isDifferent(album: OwnershipRow, now: OwnershipChange): boolean {
  return isWorthALine(album, now) || album.expectedTracks !== now.expectedTracks ||
    album.localPath !== now.localPath ||
    (now.hasFiles && !album.inLibrary);
}

function isWorthALine(album: OwnershipRow, now: OwnershipChange): boolean {
  return album.ownershipStatus !== now.ownershipStatus || album.ownedTracks !== now.ownedTracks;
}

function eventFields(row: { ownershipStatus: string; ownedTracks: number; expectedTracks: number | null }) {
  return { status: row.ownershipStatus, ownedTracks: row.ownedTracks, expectedTracks: row.expectedTracks };
}
