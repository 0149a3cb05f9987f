import { deleteLidarrAlbum, findAlbumOf, listAlbumsOfArtist } from "../db/lidarr_albums.ts";
import { abandonDownloads, completeDownload, failDownload, startDownload } from "../db/lidarr_downloads.ts";
import {
  deleteLidarrFiles,
  listAlbumsBelow,
  markLidarrSource,
  moveLidarrFiles,
  upsertLidarrFiles,
} from "../db/lidarr_files.ts";
import { setLidarrHealth } from "../db/lidarr_state.ts";
import type { Sql } from "../db/sql.ts";
import { isToldToHaveFailed } from "../db/webhook_deliveries.ts";
import { readFolder } from "./folder_names.ts";
import type { EventAlbum, LidarrEvent } from "./lidarr_events.ts";
import { commonFolderOf, type LidarrPaths } from "./lidarr_paths.ts";
import { refreshOwnership } from "./settle_albums.ts";

/** What came of an event. */
export type Effect = {
  status: "done" | "ignored";
  /** In a sentence. */
  outcome: string;
  /** Folders of ours to read again. */
  folders?: string[];
  /** Lidarr knows more than it said: look at its queue, or at everything. */
  look?: "queue" | "all";
};

const STRANGER = "The album is not in the library.";

/**
 * Brings our rows up to what an event of Lidarr's says, inside the caller's transaction. Every effect is a state
 * and none a step: copies and late comers change nothing.
 */
export async function applyEvent(tx: Sql, paths: LidarrPaths, event: LidarrEvent): Promise<Effect> {
  switch (event.type) {
    case "Grab":
      return await applyGrab(tx, event);
    case "Download":
      return await applyImport(tx, paths, event);
    case "DownloadFailure":
      return await applyFailure(tx, event, `${event.releaseTitle ?? "The release"} could not be downloaded.`);
    case "ImportFailure":
      return await applyFailure(tx, event, "Lidarr could not import what it downloaded.");
    case "AlbumDelete":
      return await applyAlbumDelete(tx, paths, event);
    case "ArtistDelete":
      return await applyArtistDelete(tx, paths, event);
    case "Rename":
      return await applyRename(tx, paths, event);
    case "Retag":
      return { status: "done", outcome: "Tags were written.", folders: await foldersOf(paths, event) };
    case "Health":
      await setLidarrHealth(tx, event.check ?? "Health", event.message ?? "Something is wrong.");
      return { status: "done", outcome: event.message ?? "Something is wrong." };
    case "HealthRestored":
      await setLidarrHealth(tx, event.check ?? "Health", null);
      return { status: "done", outcome: "It is well again." };
    case "ArtistAdd":
    case "ApplicationUpdate":
      return { status: "done", outcome: "Lidarr's lists are read again.", look: "all" };
    case "Test":
      return { status: "ignored", outcome: "The connection works." };
    default:
      return { status: "ignored", outcome: `Nothing is known about ${event.type}.` };
  }
}

async function applyGrab(tx: Sql, event: LidarrEvent): Promise<Effect> {
  // Without an id the title is the best name of a download.
  const downloadId = event.downloadId ?? `title:${event.releaseTitle ?? ""}`;
  const known = await albumsOf(tx, event);
  if (known.length === 0) return { status: "ignored", outcome: STRANGER };
  for (const { albumId, lidarrId } of known) {
    const { releaseTitle, quality, size } = event;
    await startDownload(tx, { albumId, lidarrAlbumId: lidarrId, downloadId, releaseTitle, quality, size });
  }
  if (await isToldToHaveFailed(tx, downloadId)) {
    await failDownload(tx, downloadId, `${event.releaseTitle ?? "The release"} could not be downloaded.`);
  }
  await refreshOwnership(tx, known.map(({ albumId }) => albumId), "lidarr");
  return { status: "done", outcome: `Downloading ${event.releaseTitle ?? "a release"}.`, look: "queue" };
}

async function applyImport(tx: Sql, paths: LidarrPaths, event: LidarrEvent): Promise<Effect> {
  const folder = commonFolderOf(event.paths);
  const here = await foldersOf(paths, event);
  const known = await albumsOf(tx, event);
  if (known.length === 0) {
    return here.length > 0
      ? { status: "done", outcome: "The album is new here: its folder is read.", folders: here }
      : { status: "ignored", outcome: `${STRANGER} Its files are not in the music folder either.` };
  }
  for (const { albumId, lidarrId } of known) {
    await completeDownload(tx, { albumId, lidarrAlbumId: lidarrId, downloadId: event.downloadId });
    // An import brings at least something, even if it does not say what.
    const files = event.paths.length || event.tracks || 1;
    const localPath = folder && await paths.existing(folder);
    await upsertLidarrFiles(tx, { albumId, files, tracks: files, path: folder, localPath });
    await markLidarrSource(tx, albumId);
  }
  await refreshOwnership(tx, known.map(({ albumId }) => albumId), "lidarr");
  return { status: "done", outcome: "Imported.", folders: here, look: "queue" };
}

async function applyFailure(tx: Sql, event: LidarrEvent, message: string): Promise<Effect> {
  const albumIds = event.downloadId ? await failDownload(tx, event.downloadId, message) : [];
  await refreshOwnership(tx, albumIds, "lidarr");
  // It says neither why nor, at times, what: the queue and the history do.
  return { status: "done", outcome: message, look: "queue" };
}

async function applyAlbumDelete(tx: Sql, paths: LidarrPaths, event: LidarrEvent): Promise<Effect> {
  const known = await albumsOf(tx, event);
  for (const { releaseGroupId } of event.albums) {
    if (releaseGroupId) await deleteLidarrAlbum(tx, releaseGroupId);
  }
  const albumIds = known.map(({ albumId }) => albumId);
  await forget(tx, albumIds, "The album was removed from Lidarr.");
  const folders = await foldersOf(paths, event);
  return known.length > 0
    ? { status: "done", outcome: "Lidarr does not have it any more.", folders }
    : { status: "done", outcome: "Something was removed from Lidarr.", folders, look: "all" };
}

async function applyArtistDelete(tx: Sql, paths: LidarrPaths, event: LidarrEvent): Promise<Effect> {
  const { musicbrainzId = null, path = null } = event.artist ?? {};
  const albumIds = await listAlbumsOfArtist(tx, { musicbrainzId, path });
  await forget(tx, albumIds, "The artist was removed from Lidarr.");
  const folders = await foldersOf(paths, event);
  return { status: "done", outcome: "Lidarr does not have the artist any more.", folders, look: "all" };
}

async function forget(tx: Sql, albumIds: string[], message: string): Promise<void> {
  await abandonDownloads(tx, albumIds, message);
  await deleteLidarrFiles(tx, albumIds);
  await refreshOwnership(tx, albumIds, "lidarr");
}

async function applyRename(tx: Sql, paths: LidarrPaths, event: LidarrEvent): Promise<Effect> {
  const from = commonFolderOf(event.moved.map((file) => file.from));
  const to = commonFolderOf(event.moved.map((file) => file.to));
  if (from && to) {
    const moved = await moveLidarrFiles(tx, from, { path: to, localPath: await paths.existing(to) });
    await refreshOwnership(tx, moved, "lidarr");
  } else if (event.artist?.path) {
    const albums = await listAlbumsBelow(tx, event.artist.path);
    if (albums.length > 0) return { status: "done", outcome: "Files were renamed.", look: "all" };
  }
  const local = [from, to].map((path) => path && paths.toLocal(path)).filter((path) => path !== null);
  return {
    status: "done",
    outcome: "Files were renamed.",
    folders: [...local, ...await foldersOf(paths, event)],
  };
}

type KnownAlbum = { albumId: string; lidarrId: number | null };

async function albumsOf(tx: Sql, event: LidarrEvent): Promise<KnownAlbum[]> {
  const named = event.albums.length > 0 ? event.albums : albumOfFolder(event);
  const known: KnownAlbum[] = [];
  for (const { id, releaseGroupId, title } of named) {
    const name = { lidarrId: id, releaseGroupId, artist: event.artist?.name ?? null, title };
    const albumId = await findAlbumOf(tx, name);
    if (albumId) known.push({ albumId, lidarrId: id });
  }
  return known;
}

/** Old versions name no album; the folder of the files does. */
function albumOfFolder({ artist, paths }: LidarrEvent): EventAlbum[] {
  const folder = commonFolderOf(paths);
  if (!folder || !artist?.name) return [];
  const [reading] = readFolder(folder.split("/").slice(-2).join("/"));
  return reading ? [{ id: null, releaseGroupId: null, title: reading.album }] : [];
}

/** Where our own files may have changed: the folders that an event speaks of, as far as they are ours. */
async function foldersOf(paths: LidarrPaths, event: LidarrEvent): Promise<string[]> {
  const folder = commonFolderOf(event.paths) ?? event.artist?.path ?? null;
  const local = folder && await paths.existing(folder);
  // All of the music folder is more than one event is about.
  return local ? [local] : [];
}
