import { type AlbumEvent, listAlbumEvents } from "../db/album_events.ts";
import { type AlbumFile, listAlbumFiles } from "../db/album_files.ts";
import { type AlbumDetail, findAlbum, findNeighbours } from "../db/albums.ts";
import { listTracks } from "../db/tracks.ts";
import { isUndoable } from "./album_decisions.ts";
import { type AlbumLink, isLinkKind, serviceName } from "./album_links.ts";
import { loadAlbumLidarr } from "./album_lidarr.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { listProposed } from "./match_choices.ts";
import { trackList, type TrackRow } from "./ownership.ts";

/** Everything that is known about one album, as its page shows it. */
export type AlbumView = {
  album: AlbumDetail;
  /** Every track, there or missing. */
  tracks: TrackRow[];
  files: AlbumFile[];
  /** What it may be, best first. */
  candidates: Awaited<ReturnType<typeof listProposed>>;
  /** Newest first. */
  history: (AlbumEvent & { isUndoable: boolean; isUndone: boolean })[];
  /** Where it can be bought and heard, with the name of the service. */
  links: (AlbumLink & { service: string })[];
  /** What Lidarr does for it. */
  lidarr: Awaited<ReturnType<typeof loadAlbumLidarr>>;
  /** The albums before and after it in the order "artist". */
  previous: string | null;
  next: string | null;
};

/** Throws not_found. */
export async function loadAlbum(
  deps: Pick<App, "config" | "secrets" | "sql">,
  id: string,
): Promise<AlbumView> {
  const { sql } = deps;
  const [album, tracks, files, candidates, events, neighbours] = await Promise.all([
    findAlbum(sql, id),
    listTracks(sql, id),
    listAlbumFiles(sql, id),
    listProposed(sql, id),
    listAlbumEvents(sql, id),
    findNeighbours(sql, id),
  ]);
  if (!album) {
    throw new Failure("not_found", "There is no such album. It may have been merged with another one.");
  }
  return {
    album,
    lidarr: await loadAlbumLidarr(deps, album),
    tracks: trackList(tracks, files, album.expectedTracks ?? album.totalTracks),
    files,
    candidates,
    history: events.map((event) => ({
      ...event,
      isUndoable: isUndoable(event),
      isUndone: event.undoneBy !== null,
    })),
    links: album.externalIds.flatMap(({ kind, value }) =>
      isLinkKind(kind) ? [{ kind, url: value, service: serviceName(value) }] : []
    ),
    ...neighbours,
  };
}
