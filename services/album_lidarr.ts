import { listDownloads } from "../db/lidarr_downloads.ts";
import type { Download } from "../db/lidarr_downloads.ts";
import type { App } from "./app.ts";
import { findAccess } from "./lidarr.ts";

/** What the album's page says about Lidarr. */
export async function loadAlbumLidarr(
  deps: Pick<App, "config" | "secrets" | "sql">,
  album: { id: string; musicbrainzReleaseGroupId: string | null },
): Promise<{ page?: string; matched: boolean; downloads: Download[] }> {
  const [access, downloads] = await Promise.all([findAccess(deps), listDownloads(deps.sql, album.id)]);
  const group = album.musicbrainzReleaseGroupId;
  return {
    page: access && (group ? `${access.url}/album/${group}` : access.url),
    matched: group !== null,
    downloads,
  };
}
