import { dirname } from "node:path/posix";
import { upsertLidarrAlbums } from "../db/lidarr_albums.ts";
import { completeDownload, type DownloadStage, failDownload, startDownload } from "../db/lidarr_downloads.ts";
import { deleteLidarrFiles, markLidarrSource, upsertLidarrFiles } from "../db/lidarr_files.ts";
import { findAlbumOf } from "../db/lidarr_albums.ts";
import {
  countActive,
  endSearch,
  followQueue,
  listOpenSearches,
  noteMissing,
  type QueueItem,
  replaceQueue,
} from "../db/lidarr_queue.ts";
import { findLidarrState, setLidarrFailure, updateLidarrState } from "../db/lidarr_state.ts";
import { retrying, type Sql } from "../db/sql.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { ApiFailure } from "./http.ts";
import { findAccess } from "./lidarr.ts";
import { type LidarrPaths, lidarrPaths } from "./lidarr_paths.ts";
import type { AlbumReply, HistoryRow, QueueRow } from "./lidarr_replies.ts";
import { refreshOwnership } from "./settle_albums.ts";

export type Poll = {
  /** Downloads and searches to be followed. */
  active: number;
  /** Folders of ours that Lidarr has brought something to. */
  folders: string[];
  /** Why it could not be asked. */
  away?: string;
};

type Deps = Pick<App, "config" | "secrets" | "sql" | "lidarr" | "catalogue">;

// Lidarr's clock need not be ours, and its history counts whole seconds.
const OVERLAP_MS = 5 * 60_000;
const FIRST_LOOK_BACK_MS = 24 * 3600_000;
const GONE_MINUTES = 5;
const SEARCHES_AT_ONCE = 20;

/**
 * Brings our rows up to Lidarr's queue and history since the last look. Events are hints and this is the truth:
 * whatever was lost, doubled or came late, one look later all is right. A Lidarr that is away is no failure.
 */
export async function pollLidarr(deps: Deps, signal?: AbortSignal): Promise<Poll> {
  if (!await findAccess(deps)) return { active: 0, folders: [] };
  try {
    const folders = await look(deps, signal);
    await setLidarrFailure(deps.sql, null);
    deps.catalogue.changed();
    return { active: await countActive(deps.sql), folders };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    const refused = error instanceof ApiFailure && [401, 403].includes(error.status);
    const away = refused ? "Lidarr refuses the API key. Correct it in the settings." : error.message;
    await setLidarrFailure(deps.sql, away);
    return { active: await countActive(deps.sql), folders: [], away };
  }
}

async function look(deps: Deps, signal?: AbortSignal): Promise<string[]> {
  const { sql, lidarr } = deps;
  const state = await findLidarrState(sql);
  const since = new Date((state.historyAt?.getTime() ?? Date.now() - FIRST_LOOK_BACK_MS) - OVERLAP_MS);
  const [queue, history] = await Promise.all([lidarr.queue(signal), lidarr.historySince(since, signal)]);
  const events = history.toSorted((a, b) => (a.date?.getTime() ?? 0) - (b.date?.getTime() ?? 0));
  const albums = new Map((await readAlbums(deps, events, signal)).map((album) => [album.id, album]));
  const paths = await lidarrPaths(deps);
  const folders = await retrying(sql, async (tx) => {
    await upsertLidarrAlbums(tx, [...albums.values()]);
    const changed = new Set<string>();
    const rows = await replaceQueue(tx, queue.map(queueItem));
    const folders = await applyHistory(tx, events, { albums, paths, changed });
    for (const { albumId, downloadId, lidarrAlbumId, title, quality, size } of rows) {
      if (!albumId || !downloadId) continue;
      await startDownload(tx, { albumId, lidarrAlbumId, downloadId, releaseTitle: title, quality, size });
    }
    for (const id of [...await followQueue(tx), ...await noteMissing(tx, GONE_MINUTES)]) changed.add(id);
    await refreshOwnership(tx, [...changed], "lidarr");
    const newest = events.at(-1)?.date;
    await updateLidarrState(tx, { polledAt: new Date(), ...(newest ? { historyAt: newest } : {}) });
    return folders;
  });
  await endSearches(deps, signal);
  return folders;
}

const TELLING = ["downloadImported", "trackFileImported", "trackFileDeleted"];

/** What Lidarr has by now of the albums that something happened to. */
async function readAlbums(
  { lidarr }: Deps,
  events: HistoryRow[],
  signal?: AbortSignal,
): Promise<AlbumReply[]> {
  const ids = [...new Set(events.map((event) => event.albumId).filter((id) => id > 0))];
  const albums: AlbumReply[] = [];
  for (let at = 0; at < ids.length; at += 50) {
    albums.push(...await lidarr.listAlbums(ids.slice(at, at + 50), signal));
  }
  return albums;
}

async function applyHistory(
  tx: Sql,
  events: HistoryRow[],
  { albums, paths, changed }: { albums: Map<number, AlbumReply>; paths: LidarrPaths; changed: Set<string> },
): Promise<string[]> {
  const known = new Map<number, string | undefined>();
  // A hundred tracks were imported one by one, but what is there now is one fact.
  const told = new Map<string, { album: AlbumReply; path: string | null }>();
  for (const event of events) {
    const album = albums.get(event.albumId);
    if (!album) continue;
    if (!known.has(album.id)) known.set(album.id, await ourAlbum(tx, album));
    const albumId = known.get(album.id);
    if (!albumId) continue;
    changed.add(albumId);
    if (TELLING.includes(event.eventType)) {
      const path = event.data?.importedPath ? dirname(event.data.importedPath) : null;
      told.set(albumId, { album, path: path ?? told.get(albumId)?.path ?? null });
    }
    if (event.eventType !== "trackFileImported") await applyDownload(tx, event, albumId, album);
  }
  const folders: string[] = [];
  for (const [albumId, { album, path }] of told) {
    const localPath = path && await paths.existing(path);
    if (localPath) folders.push(localPath);
    await tellFiles(tx, albumId, album, { path, localPath });
  }
  return folders;
}

function ourAlbum(tx: Sql, album: AlbumReply): Promise<string | undefined> {
  return findAlbumOf(tx, {
    lidarrId: album.id,
    releaseGroupId: album.releaseGroupId,
    artist: album.artist?.artistName ?? null,
    title: album.title,
  });
}

async function tellFiles(
  tx: Sql,
  albumId: string,
  { trackFileCount: files, trackCount: tracks }: AlbumReply,
  place: { path: string | null; localPath: string | null },
): Promise<void> {
  if (files === 0) return await deleteLidarrFiles(tx, [albumId]);
  await upsertLidarrFiles(tx, { albumId, files, tracks, ...place });
  await markLidarrSource(tx, albumId);
}

async function applyDownload(tx: Sql, event: HistoryRow, albumId: string, album: AlbumReply): Promise<void> {
  const { downloadId, sourceTitle } = event;
  if (!downloadId) return;
  switch (event.eventType) {
    case "grabbed": {
      const grab = { albumId, lidarrAlbumId: album.id, downloadId, releaseTitle: sourceTitle };
      await startDownload(tx, { ...grab, quality: event.quality, size: null });
      return;
    }
    case "downloadImported":
      return await completeDownload(tx, { albumId, lidarrAlbumId: album.id, downloadId });
    case "downloadFailed":
      return void await failDownload(tx, downloadId, event.data?.message ?? "The download failed.");
    case "downloadIgnored":
      return void await failDownload(tx, downloadId, event.data?.message ?? "Lidarr was told to ignore it.");
    case "albumImportIncomplete":
      return void await failDownload(tx, downloadId, reasonsOf(event.data?.statusMessages ?? null));
  }
}

/** A list of messages that is itself a text of JSON. */
function reasonsOf(statusMessages: string | null): string {
  const list: unknown = statusMessages ? parse(statusMessages) : undefined;
  const messages = Array.isArray(list) ? list.flatMap((one) => one?.messages ?? one?.Messages ?? []) : [];
  const words = messages.filter((one) => typeof one === "string").join(" ");
  return words || "Lidarr could not import what it downloaded.";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function queueItem(row: QueueRow): QueueItem {
  const words = [row.errorMessage, ...row.statusMessages.flatMap(({ messages }) => messages)];
  const stage = stageOf(row);
  return {
    lidarrAlbumId: row.albumId,
    releaseGroupId: isUuid(row.album?.foreignAlbumId) ? row.album.foreignAlbumId : null,
    downloadId: row.downloadId,
    title: row.title,
    albumTitle: row.album?.title ?? null,
    artistName: row.artist?.artistName ?? null,
    quality: row.quality,
    size: Math.round(row.size),
    sizeLeft: Math.round(row.sizeleft),
    estimatedCompletionAt: row.estimatedCompletionTime,
    stage,
    message: [...new Set(words.filter((text) => text))].join(" ") ||
      (stage === "attention" ? "Lidarr waits for somebody to look at it." : null),
    downloadClient: row.downloadClient,
  };
}

function isUuid(text: string | null | undefined): text is string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text ?? "");
}

/** How Lidarr's three words for a state are shown as one. */
export function stageOf(
  row: Pick<QueueRow, "status" | "trackedDownloadStatus" | "trackedDownloadState" | "errorMessage">,
): DownloadStage {
  const { status, trackedDownloadStatus, trackedDownloadState } = row;
  if (
    ["importBlocked", "importFailed", "downloadFailed", "downloadFailedPending"].includes(
      trackedDownloadState,
    )
  ) {
    return "attention";
  }
  if (status === "failed" || trackedDownloadStatus === "error") return "attention";
  if (trackedDownloadState === "importPending" || trackedDownloadState === "importing") {
    return trackedDownloadStatus === "warning" ? "attention" : "importing";
  }
  if (status === "warning" || status === "downloadClientUnavailable") return "stalled";
  if (["queued", "delay", "paused"].includes(status)) return "waiting";
  return status === "completed" ? "importing" : "downloading";
}

/** A search that has ended says nothing about success, but what it grabbed is in the queue by now. */
async function endSearches({ sql, lidarr }: Deps, signal?: AbortSignal): Promise<void> {
  for (const { id, commandId } of await listOpenSearches(sql, SEARCHES_AT_ONCE)) {
    try {
      const command = await lidarr.findCommand(commandId, signal);
      if (["queued", "started"].includes(command.status)) continue;
    } catch (error) {
      // Old commands are forgotten.
      if (!(error instanceof ApiFailure && error.status === 404)) throw error;
    }
    await endSearch(sql, id, "Lidarr found nothing to download. It takes what appears later by itself.");
  }
}
