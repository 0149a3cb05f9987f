import assert from "node:assert/strict";
import { Failure } from "./errors.ts";
import { lockedSettings, readSettings, saveSettings, type SettingsChange } from "./settings.ts";
import { type TestApp, testApp } from "./testing.ts";

async function problemsOf(app: TestApp, change: SettingsChange): Promise<Record<string, string>> {
  try {
    await saveSettings(app, change);
    return {};
  } catch (error) {
    if (error instanceof Failure) return error.fields ?? {};
    throw error;
  }
}

Deno.test("defaults apply until something is set, and again when it is removed", async () => {
  await using app = await testApp();
  const defaults = await readSettings(app);
  assert.deepEqual(defaults, {
    music_folder_path: null,
    lidarr_url: null,
    lidarr_api_key: null,
    spotify_client_id: null,
    lidarr_root_folder: null,
    lidarr_quality_profile_id: null,
    lidarr_metadata_profile_id: null,
    lidarr_webhook_secret: null,
    auto_sync_enabled: false,
    sync_interval_hours: 24,
    liked_tracks_minimum: 1,
    playlists_enter_library: false,
  });
  const changed = await saveSettings(app, { liked_tracks_minimum: 3, auto_sync_enabled: false });
  assert.deepEqual(changed, ["liked_tracks_minimum"]);
  assert.equal((await readSettings(app)).liked_tracks_minimum, 3);
  await saveSettings(app, { music_folder_path: "/" });
  await saveSettings(app, { music_folder_path: null });
  assert.equal((await readSettings(app)).music_folder_path, null);
});

Deno.test("a key of another service is stored encrypted", async () => {
  await using app = await testApp();
  await saveSettings(app, { lidarr_api_key: "0123456789abcdef" });
  assert.equal((await readSettings(app)).lidarr_api_key, "0123456789abcdef");
  const rows = await app.sql`select value from settings`;
  assert.doesNotMatch(JSON.stringify(rows), /0123456789abcdef/);
});

Deno.test("the environment wins and cannot be changed", async () => {
  await using app = await testApp();
  await saveSettings(app, { lidarr_url: "http://lidarr:8686" });
  const config = { ...app.config, lidarrUrl: "http://other:8686" };
  assert.equal((await readSettings({ ...app, config })).lidarr_url, "http://other:8686");
  assert.deepEqual(lockedSettings(config), { lidarr_url: "LIDARR_URL" });
  const locked = { ...app, config };
  assert.match((await problemsOf(locked, { lidarr_url: "http://x" })).lidarr_url, /LIDARR_URL/);
  assert.deepEqual(
    await problemsOf(locked, { lidarr_url: "http://other:8686" }),
    {},
    "the same value is no change",
  );
});

Deno.test("a music folder must be there and readable; a mistyped one is recognised", async () => {
  await using app = await testApp();
  const root = app.config.dataDir;
  await Deno.mkdir(`${root}/library/Jazz`, { recursive: true });
  await Deno.writeTextFile(`${root}/file`, "");
  const cases: [string, RegExp][] = [
    ["music", /Give the full path/],
    [`${root}/file`, /is a file, not a folder/],
    [`${root}/file/below`, /There is no folder/],
    [`${root}/libary`, new RegExp(`Did you mean ${root}/library\\?`)],
    [`${root}/libary/Jazz`, new RegExp(`Did you mean ${root}/library/Jazz\\?`)],
    [`${root}/elsewhere`, /There is no folder [^?]+$/],
    ["/nowhere/at/all", /There is no folder/],
  ];
  for (const [path, problem] of cases) {
    assert.match((await problemsOf(app, { music_folder_path: path })).music_folder_path, problem, path);
  }
  assert.deepEqual(await problemsOf(app, { music_folder_path: `${root}/library` }), {});
});

Deno.test("an address that no service can have, or that is ours, is refused", async () => {
  await using app = await testApp({ BASE_URL: "https://music.example/beat", SERVER_PORT: "3000" });
  const refused = [
    "lidarr:8686",
    "ftp://lidarr",
    "http://0.0.0.0:8686",
    "http://169.254.169.254/latest",
    "http://[fe80::1]:8686",
    "http://[::]:8686",
    "http://127.0.0.1:3000",
    "http://localhost:3000/api",
    "https://music.example/lidarr",
    "http://user:password@lidarr:8686",
  ];
  for (const url of refused) assert.ok((await problemsOf(app, { lidarr_url: url })).lidarr_url, url);
  for (const url of ["http://lidarr:8686", "http://192.168.1.5:8686/lidarr", "http://127.0.0.1:8686"]) {
    assert.deepEqual(await problemsOf(app, { lidarr_url: url }), {}, url);
  }
});
