import type { LibraryRules } from "../db/library_entries.ts";
import type { Sql } from "../db/sql.ts";
import type { App } from "./app.ts";
import { readSettings } from "./settings.ts";

/** What the household lets into its library beside saved albums, as its settings say. */
export async function readLibraryRules(
  deps: Pick<App, "config" | "secrets"> & { sql: Sql },
): Promise<LibraryRules> {
  const settings = await readSettings(deps);
  return {
    likedTracksMinimum: settings.liked_tracks_minimum,
    playlistsEnterLibrary: settings.playlists_enter_library,
  };
}
