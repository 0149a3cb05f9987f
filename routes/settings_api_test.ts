import assert from "node:assert/strict";
import { insertAlbum } from "../db/testing.ts";
import { signedIn, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

async function openSettings(env: Record<string, string> = {}) {
  const app = await testApp(env);
  const server = createServer(app);
  const { bearer, userId } = await signedIn(app);
  const put = (body: unknown) =>
    server.request("/api/settings", {
      method: "PUT",
      body: JSON.stringify(body),
      headers: { ...bearer, "content-type": "application/json" },
    });
  const get = async () => await (await server.request("/api/settings", { headers: bearer })).json();
  return { app, server, userId, put, get, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

Deno.test("programs read and change settings by the names of the design", async () => {
  await using opened = await openSettings();
  const { app, put, get } = opened;
  const response = await put({
    lidarr_url: "http://lidarr:8686",
    lidarr_api_key: "0123456789abcdef",
    music_folder_path: app.config.dataDir,
    auto_sync_enabled: true,
    sync_interval_hours: 12,
  });
  assert.equal(response.status, 200);
  const expected = {
    music_folder_path: app.config.dataDir,
    lidarr_url: "http://lidarr:8686",
    lidarr_api_key: "••••••••cdef",
    lidarr_root_folder: null,
    lidarr_quality_profile_id: null,
    lidarr_metadata_profile_id: null,
    lidarr_webhook_secret: null,
    auto_sync_enabled: true,
    sync_interval_hours: 12,
    liked_tracks_minimum: 1,
    playlists_enter_library: false,
    spotify_client_id: null,
    locked: [],
  };
  assert.deepEqual(await response.json(), expected);
  assert.deepEqual(await get(), expected);
});

Deno.test("what was read can be sent back, and changes nothing", async () => {
  await using opened = await openSettings({ MUSIC_FOLDER: "/" });
  const { app, put, get } = opened;
  await put({ lidarr_api_key: "0123456789abcdef" });
  const before = await app.sql`select key, value from settings order by key`;
  const settings = await get();
  assert.deepEqual(settings.locked, ["music_folder_path"]);
  assert.equal((await put(settings)).status, 200);
  assert.deepEqual(await app.sql`select key, value from settings order by key`, before);
});

Deno.test("what cannot be stored is refused under its name, and nothing is stored", async () => {
  await using opened = await openSettings({ LIDARR_URL: "http://lidarr:8686" });
  const { put, get } = opened;
  const cases: [unknown, string[]][] = [
    [{ colour: "red", sync_interval_hours: 5 }, ["colour"]],
    [{ sync_interval_hours: "12" }, ["sync_interval_hours"]],
    [{ sync_interval_hours: 0, auto_sync_enabled: "yes" }, ["sync_interval_hours", "auto_sync_enabled"]],
    [{ liked_tracks_minimum: 1.5 }, ["liked_tracks_minimum"]],
    [{ music_folder_path: "/no/such/folder", liked_tracks_minimum: 2 }, ["music_folder_path"]],
    [{ lidarr_url: "http://other:8686" }, ["lidarr_url"]],
    [[], ["body"]],
  ];
  const before = await get();
  for (const [body, fields] of cases) {
    const response = await put(body);
    assert.equal(response.status, 400, JSON.stringify(body));
    const { error } = await response.json();
    assert.deepEqual(Object.keys(error.fields).sort(), fields.sort(), JSON.stringify(body));
  }
  assert.deepEqual(await get(), before);
});

Deno.test("members may not even read them", async () => {
  await using app = await testApp();
  const { bearer } = await signedIn(app, { role: "member" });
  const response = await createServer(app).request("/api/settings", { headers: bearer });
  assert.equal(response.status, 403);
  assert.equal((await response.json()).error.code, "forbidden");
});

Deno.test("a new rule lets albums into the library at once", async () => {
  await using opened = await openSettings();
  const { app, put, userId } = opened;
  const { id } = await insertAlbum(app.sql, { inLibrary: false });
  await app.sql`insert into library_entries ${
    app.sql({ user_id: userId, album_id: id, source: "liked_tracks", door: "export", liked_track_count: 2 })
  }`;
  const isIn = async () => (await app.sql`select in_library from albums where id = ${id}`)[0].inLibrary;
  await put({ liked_tracks_minimum: 2 });
  assert.equal(await isIn(), true);
  await put({ liked_tracks_minimum: 3 });
  assert.equal(await isIn(), false);
});
