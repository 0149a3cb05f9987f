import { enqueue } from "../jobs/queue.ts";
import { refreshInLibrary } from "../db/library_entries.ts";
import { hurryHandOffs } from "../db/lidarr_handoffs.ts";
import { type Sql, transaction } from "../db/sql.ts";
import type { App } from "../services/app.ts";
import { readLibraryRules } from "../services/library_rules.ts";
import { changeSchedule, cronEvery } from "../services/schedules.ts";
import { readSettings, saveSettings, type SettingName, type SettingsChange } from "../services/settings.ts";

const LIBRARY_RULES: SettingName[] = ["liked_tracks_minimum", "playlists_enter_library"];
const AUTO_SYNC: SettingName[] = ["auto_sync_enabled", "sync_interval_hours"];

/** Stores settings and does what follows from them; throws a Failure that names what is wrong. */
export async function changeSettings(app: App, change: SettingsChange, userId: string): Promise<void> {
  const changed = await transaction(app.sql, async (sql) => {
    const names = await saveSettings({ ...app, sql }, change);
    const rulesChanged = names.some((name) => LIBRARY_RULES.includes(name));
    if (rulesChanged) await refreshInLibrary(sql, await readLibraryRules({ ...app, sql }));
    if (names.includes("music_folder_path") && change.music_folder_path !== null) {
      await enqueue(sql, "filesystem_scan", {}, { requestedBy: userId, priority: 10 });
    }
    if (names.some((name) => AUTO_SYNC.includes(name))) {
      const { auto_sync_enabled: enabled, sync_interval_hours } = await readSettings({ ...app, sql });
      await changeSchedule({ sql }, "spotify_sync", { enabled, cron: cronEvery(sync_interval_hours) });
    }
    if (names.includes("lidarr_url") || names.includes("lidarr_api_key")) await goOnWithLidarr(sql);
    return names;
  });
  if (changed.some((name) => LIBRARY_RULES.includes(name))) app.catalogue.changed();
}

/** What waited for a Lidarr that could not be asked goes on; another one is read from its beginning. */
async function goOnWithLidarr(sql: Sql): Promise<void> {
  for (const batch of await hurryHandOffs(sql)) {
    await enqueue(sql, "lidarr_search", { batch }, { hurry: true });
  }
  await enqueue(sql, "library_reconcile", {});
}
