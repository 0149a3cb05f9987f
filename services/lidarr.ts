import { z } from "zod";
import type { LidarrChoices } from "../db/lidarr_state.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { type ApiClient, apiClient, type ApiOptions } from "./http.ts";
import * as replies from "./lidarr_replies.ts";
import type { AlbumReply, CommandReply, HistoryRow, NotificationReply, QueueRow } from "./lidarr_replies.ts";
import { guardAddress } from "./service_address.ts";
import { readSettings } from "./settings.ts";

export type LidarrAccess = { url: string; key: string };
export type NewAlbum = {
  releaseGroupId: string;
  artist: { musicbrainzId: string; name: string };
  rootFolder: string;
  qualityProfileId: number;
  metadataProfileId: number;
};

/** One Lidarr. Everything it does for us is one request here; what is done in which order is not. */
export type Lidarr = ReturnType<typeof createLidarr>;

const PAGE = 200;
const MOST_PAGES = 50;
const SLOW_MS = 60_000;
// The followed downloads are looked at every half minute, also after it was away for long.
const LONGEST_PAUSE_MS = 20_000;

type Deps = Pick<App, "config" | "secrets" | "sql">;

/** The Lidarr of the settings; without one every request throws `conflict`. */
export function openLidarr(deps: Deps): Lidarr {
  return createLidarr(deps, () => requireLidarr(deps), { longestPauseMs: LONGEST_PAUSE_MS });
}

/** Another address or key, to be tried out. */
export function tryLidarr(deps: Deps, access: LidarrAccess): Lidarr {
  return createLidarr(deps, () => Promise.resolve(access), { isTrial: true, timeoutMs: 8_000 });
}

export async function findAccess(deps: Deps): Promise<LidarrAccess | undefined> {
  const { lidarr_url, lidarr_api_key } = await readSettings(deps);
  return lidarr_url && lidarr_api_key ? { url: lidarr_url, key: lidarr_api_key } : undefined;
}

export async function requireLidarr(deps: Deps): Promise<LidarrAccess> {
  const access = await findAccess(deps);
  if (access) return access;
  throw new Failure("conflict", "Lidarr is not set up. Name its address and key in the settings.");
}

function createLidarr(deps: Deps, access: () => Promise<LidarrAccess>, options: Partial<ApiOptions>) {
  const common = {
    baseUrl: async () => `${(await access()).url}/api/v1`,
    headers: async () => ({ "X-Api-Key": (await access()).key }),
    guard: guardAddress(deps, "Lidarr"),
    concurrency: 4,
    ...options,
  };
  const http: ApiClient = apiClient(deps, { name: "Lidarr", ...common });
  // Its metadata server may be away while Lidarr itself is well: that is no reason to leave Lidarr alone.
  const metadata: ApiClient = apiClient(deps, { name: "Lidarr’s metadata server", ...common });

  return {
    status: (signal?: AbortSignal) => http.json("/system/status", { schema: replies.status, signal }),

    /** What new artists can be given, and what is wrong with it. */
    async choices(signal?: AbortSignal): Promise<LidarrChoices> {
      const get = <T>(path: string, schema: z.ZodType<T>) => http.json(path, { schema, signal });
      const [rootFolders, qualityProfiles, metadataProfiles] = await Promise.all([
        get("/rootfolder", replies.rootFolders),
        get("/qualityprofile", replies.profiles),
        get("/metadataprofile", replies.profiles),
      ]);
      const warnings = [
        rootFolders.length === 0 && "It has no root folder.",
        rootFolders.some((folder) => !folder.accessible) && "It cannot reach one of its root folders.",
      ].filter((warning) => typeof warning === "string");
      return {
        rootFolders: rootFolders.map(({ path, defaultQualityProfileId, defaultMetadataProfileId }) => ({
          path,
          qualityProfileId: defaultQualityProfileId ?? null,
          metadataProfileId: defaultMetadataProfileId ?? null,
        })),
        qualityProfiles: qualityProfiles.map(({ id, name }) => ({ id, name })),
        metadataProfiles: metadataProfiles.map(({ id, name }) => ({ id, name })),
        warnings,
      };
    },

    /** What is missing for anything to be downloaded. */
    async shortcomings(signal?: AbortSignal): Promise<string[]> {
      const get = (path: string) => http.json(path, { schema: replies.tools, signal });
      const [clients, indexers] = await Promise.all([get("/downloadclient"), get("/indexer")]);
      return [
        !clients.some((one) => one.enable) && "It has no download client.",
        indexers.length === 0 && "It has no indexer.",
      ].filter((warning) => typeof warning === "string");
    },

    async findAlbum(releaseGroupId: string, signal?: AbortSignal): Promise<AlbumReply | undefined> {
      const query = { foreignAlbumId: releaseGroupId };
      const found = await http.json("/album", { query, schema: replies.albums, signal });
      return found.find((album) => album.releaseGroupId === releaseGroupId);
    },

    async listAlbums(ids: readonly number[], signal?: AbortSignal): Promise<AlbumReply[]> {
      if (ids.length === 0) return [];
      const found = await http.json("/album", { query: { albumIds: ids }, schema: replies.albums, signal });
      // What is not understood of a query is passed over, and then all albums come.
      return found.filter((album) => ids.includes(album.id));
    },

    /** Who made an album, as the metadata server says; undefined when it does not know the album. */
    async lookUp(releaseGroupId: string, signal?: AbortSignal): Promise<NewAlbum["artist"] | undefined> {
      const query = { term: `lidarr:${releaseGroupId}` };
      const found = await metadata.json("/album/lookup", {
        query,
        schema: replies.albums,
        signal,
        timeoutMs: SLOW_MS,
      });
      const artist = found.find((album) => album.releaseGroupId === releaseGroupId)?.artist;
      return artist ? { musicbrainzId: artist.foreignArtistId, name: artist.artistName } : undefined;
    },

    /**
     * Adds exactly this album. `monitorNewItems: none` and no options of adding: anything else makes the first
     * refresh monitor, un-monitor or search more than was asked for. The answer comes before the refresh.
     */
    async addAlbum(album: NewAlbum, signal?: AbortSignal): Promise<AlbumReply> {
      const body = {
        foreignAlbumId: album.releaseGroupId,
        monitored: true,
        anyReleaseOk: true,
        addOptions: { searchForNewAlbum: false },
        artist: {
          foreignArtistId: album.artist.musicbrainzId,
          artistName: album.artist.name,
          qualityProfileId: album.qualityProfileId,
          metadataProfileId: album.metadataProfileId,
          rootFolderPath: album.rootFolder,
          monitored: true,
          monitorNewItems: "none",
          tags: [],
        },
      };
      return await metadata.json("/album", {
        method: "POST",
        body,
        schema: replies.album,
        signal,
        timeoutMs: SLOW_MS,
      });
    },

    async monitor(albumIds: readonly number[], monitored: boolean, signal?: AbortSignal): Promise<void> {
      const body = { albumIds, monitored };
      await http.json("/album/monitor", { method: "PUT", body, schema: z.unknown(), signal });
    },

    search: (albumId: number, signal?: AbortSignal): Promise<CommandReply> =>
      http.json("/command", {
        method: "POST",
        body: { name: "AlbumSearch", albumIds: [albumId] },
        schema: replies.command,
        signal,
      }),

    listCommands: (signal?: AbortSignal): Promise<CommandReply[]> =>
      http.json("/command", { schema: z.array(replies.command), signal }),

    findCommand: (id: number, signal?: AbortSignal): Promise<CommandReply> =>
      http.json(`/command/${id}`, { schema: replies.command, signal }),

    /** All of the queue, downloads that Lidarr cannot match included. */
    async queue(signal?: AbortSignal): Promise<QueueRow[]> {
      const rows: QueueRow[] = [];
      for (let page = 1; page <= MOST_PAGES; page++) {
        const query = {
          page,
          pageSize: PAGE,
          includeUnknownArtistItems: true,
          includeArtist: true,
          includeAlbum: true,
        };
        const { totalRecords, records } = await http.json("/queue", {
          query,
          schema: replies.queuePage,
          signal,
        });
        rows.push(...records);
        if (records.length === 0 || rows.length >= totalRecords) break;
      }
      return rows;
    },

    historySince: (date: Date, signal?: AbortSignal): Promise<HistoryRow[]> =>
      http.json("/history/since", { query: { date: date.toISOString() }, schema: replies.history, signal }),

    /** Artists and albums may be many megabytes: they come as text. */
    artistStream: (signal?: AbortSignal) => http.stream("/artist", { signal, timeoutMs: SLOW_MS }),
    albumStream: (signal?: AbortSignal) => http.stream("/album", { signal, timeoutMs: 3 * SLOW_MS }),

    notifications: (): Promise<NotificationReply[]> =>
      http.json("/notification", { schema: replies.notifications }),

    /** Sends a test event at once, and is refused when nobody answers it. */
    saveNotification: (body: Record<string, unknown>, id?: number): Promise<NotificationReply> =>
      http.json(id === undefined ? "/notification" : `/notification/${id}`, {
        method: id === undefined ? "POST" : "PUT",
        body: id === undefined ? body : { ...body, id },
        schema: replies.notification,
        timeoutMs: SLOW_MS,
      }),
  };
}
