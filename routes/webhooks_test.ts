import assert from "node:assert/strict";
import { insertAlbum } from "../db/testing.ts";
import { runUntilEmpty } from "../jobs/worker.ts";
import { saveSettings } from "../services/settings.ts";
import { type TestApp, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

const SECRET = "a secret that only Lidarr knows";
const GROUP = "11111111-2222-4333-8444-555555555555";
const samples = new URL("../../shared/contracts/lidarr-webhook-samples.json", import.meta.url);
const recorded = new URL("../../shared/fixtures/lidarr_webhooks/", import.meta.url);
const isHere = (place: URL) => {
  try {
    return Deno.statSync(place) !== undefined;
  } catch {
    return false;
  }
};

async function lidarrApp(): Promise<TestApp> {
  const app = await testApp();
  await saveSettings(app, { lidarr_webhook_secret: SECRET });
  return app;
}

type Sent = { body?: string; event?: unknown; headers?: Record<string, string> };

function send(app: TestApp, { body, event, headers }: Sent) {
  return createServer(app).request("/api/webhooks/lidarr", {
    method: "POST",
    headers: headers ?? { "x-webhook-token": SECRET, "content-type": "application/json" },
    body: body ?? JSON.stringify(event, null, 2),
  });
}

async function hear(app: TestApp, event: unknown): Promise<void> {
  const response = await send(app, { event });
  assert.equal(response.status, 200, await response.text());
  await runUntilEmpty(app);
}

async function stateOf(app: TestApp, id: string) {
  const [row] = await app.sql`
    select ownership_status, acquisition_source, local_path, owned_tracks from albums where id = ${id}`;
  return row;
}

async function matchedAlbum(app: TestApp, album: Parameters<typeof insertAlbum>[1] = {}): Promise<string> {
  const { id } = await insertAlbum(app.sql, {
    artist: "Sample Artist",
    title: "Sample Album",
    totalTracks: 10,
    ...album,
  });
  await app
    .sql`update albums set musicbrainz_release_group_id = ${GROUP}, match_status = 'matched' where id = ${id}`;
  return id;
}

const artist = { id: 7, name: "Sample Artist", path: "/music/Sample Artist", mbId: crypto.randomUUID() };
const album = { id: 31, mbId: GROUP, title: "Sample Album" };
const grab = (downloadId = "3F2A") => ({
  eventType: "Grab",
  artist,
  albums: [album],
  release: { quality: "FLAC", releaseTitle: "Sample Artist - Sample Album [FLAC]", size: 314572800 },
  downloadId,
});
const trackFiles = [1, 2].map((n) => ({
  id: n,
  path: `/music/Sample Artist/Sample Album (2002)/0${n}.flac`,
}));
const download = (downloadId = "3F2A") => ({
  eventType: "Download",
  artist,
  album,
  tracks: trackFiles.map(({ id }) => ({ id, title: `Track ${id}`, trackNumber: `${id}` })),
  trackFiles,
  isUpgrade: false,
  downloadId,
});
const failure = (downloadId = "3F2A") => ({
  eventType: "DownloadFailure",
  releaseTitle: "Sample",
  downloadId,
});
const remove = { eventType: "AlbumDelete", artist, album, deletedFiles: true };

Deno.test("only who shows the secret is heard, and nobody while there is none", async () => {
  await using app = await lidarrApp();
  const basic = (text: string) => ({ authorization: `Basic ${btoa(text)}` });
  const cases: [Record<string, string>, number][] = [
    [{}, 401],
    [{ "x-webhook-token": "wrong" }, 401],
    [{ "x-webhook-token": "" }, 401],
    [basic("lidarr:wrong"), 401],
    [basic(SECRET), 401],
    [{ authorization: "Basic %%%" }, 401],
    [basic(`lidarr:${SECRET}`), 200],
    [{ "x-webhook-token": SECRET }, 200],
  ];
  for (const [headers, status] of cases) {
    assert.equal(
      (await send(app, { event: { eventType: "Test" }, headers })).status,
      status,
      JSON.stringify(headers),
    );
  }
  await saveSettings(app, { lidarr_webhook_secret: null });
  assert.equal(
    (await send(app, { event: { eventType: "Test" }, headers: { "x-webhook-token": "" } })).status,
    401,
  );
});

Deno.test("what is no event is refused with the field that is wrong, and nothing is stored", async () => {
  await using app = await lidarrApp();
  const cases: [string, number, string][] = [
    ["", 400, "body"],
    ["{", 400, "body"],
    ["[]", 400, "body"],
    ["null", 400, "body"],
    ["{}", 400, "eventType"],
    ['{"eventType": 5}', 400, "eventType"],
    ["[".repeat(200_000), 400, "body"],
  ];
  for (const [body, status, field] of cases) {
    const response = await send(app, { body });
    assert.equal(response.status, status, body.slice(0, 20));
    assert.ok((await response.json()).error.fields[field], body.slice(0, 20));
  }
  const large = JSON.stringify({ eventType: "Test", artist: { name: "x".repeat(10_000_000) } });
  assert.equal((await send(app, { body: large })).status, 413);
  assert.equal((await app.sql`select from webhook_deliveries`).length, 0);
});

Deno.test("fields of other types, unknown events and unknown fields are no trouble", async () => {
  await using app = await lidarrApp();
  const id = await matchedAlbum(app);
  await hear(app, { eventType: "ManualInteractionRequired", anything: { deep: [1] } });
  await hear(app, { eventType: "Grab", artist: "nobody", albums: { id: "x" }, release: 5, downloadId: {} });
  await hear(app, {
    eventType: "Download",
    album: { id: -1, mbId: "x\u0000y" },
    trackFiles: [{ path: 5 }, null, "a"],
  });
  await hear(app, { eventType: "AlbumDelete", album: null, artist: { path: "/a\ud800\u0000" } });
  assert.equal((await stateOf(app, id)).ownershipStatus, "not_owned");
  const rows = await app.sql`select status, count(*)::integer from webhook_deliveries group by 1`;
  assert.deepEqual(rows.find((row) => row.status === "failed" || row.status === "pending"), undefined);
});

Deno.test("a grab is downloading, an import is owned with path and source, a removal is not owned", async () => {
  await using app = await lidarrApp();
  const id = await matchedAlbum(app);
  await hear(app, grab());
  assert.equal((await stateOf(app, id)).ownershipStatus, "downloading");
  await hear(app, download());
  assert.deepEqual({ ...await stateOf(app, id) }, {
    ownershipStatus: "owned",
    acquisitionSource: "lidarr",
    localPath: "/music/Sample Artist/Sample Album (2002)",
    ownedTracks: 10,
  });
  await hear(app, remove);
  assert.equal((await stateOf(app, id)).ownershipStatus, "not_owned");
});

Deno.test("a failure has its reason, and a download that failed before it was told stays failed", async () => {
  await using app = await lidarrApp();
  const id = await matchedAlbum(app);
  await hear(app, grab("A"));
  await hear(app, failure("A"));
  await hear(app, failure("B"));
  await hear(app, grab("B"));
  const rows = await app.sql`select download_id, status, message from lidarr_downloads order by created_at`;
  assert.deepEqual(rows.map((row) => [row.downloadId, row.status, row.message]), [
    ["A", "failed", "Sample could not be downloaded."],
    ["B", "failed", "Sample Artist - Sample Album [FLAC] could not be downloaded."],
  ]);
  assert.equal((await stateOf(app, id)).ownershipStatus, "not_owned");
});

Deno.test("in whatever order and however often events come, they have one effect", async () => {
  await using app = await lidarrApp();
  const id = await matchedAlbum(app);
  for (const event of [download(), grab(), grab(), download(), grab()]) await hear(app, event);
  assert.equal((await stateOf(app, id)).ownershipStatus, "owned");
  const rows = await app.sql`select status from lidarr_downloads`;
  assert.deepEqual(rows.map((row) => row.status), ["completed"]);
  const lines = await app.sql`select after ->> 'status' as status from album_events where album_id = ${id}`;
  assert.deepEqual(lines.map((line) => line.status), ["owned"]);
});

Deno.test("an album whose files are still there stays owned when Lidarr forgets it", async () => {
  await using app = await lidarrApp();
  const id = await matchedAlbum(app, { totalTracks: 1 });
  await hear(app, download());
  await app.sql`
    insert into local_files (path, folder, size, mtime_ns, track_number, album_id)
    values ('Sample Artist/Sample Album/01.flac', 'Sample Artist/Sample Album', 1, 1, 1, ${id})`;
  await hear(app, remove);
  assert.equal((await stateOf(app, id)).ownershipStatus, "owned");
});

Deno.test("what a person has decided stands, and so does a source that was named", async () => {
  await using app = await lidarrApp();
  const id = await matchedAlbum(app);
  await app.sql`update albums set acquisition_source = 'bandcamp', ownership_locked = true where id = ${id}`;
  await hear(app, download());
  const state = await stateOf(app, id);
  assert.deepEqual([state.ownershipStatus, state.acquisitionSource], ["not_owned", "bandcamp"]);
});

Deno.test("an album we do not have is taken in when its files are in our folder", async () => {
  await using app = await lidarrApp();
  const music = await Deno.makeTempDir();
  await Deno.mkdir(`${music}/Sample Artist/Sample Album (2002)`, { recursive: true });
  await saveSettings(app, { music_folder_path: music, lidarr_root_folder: "/music/" });
  const elsewhere = { ...download("Z"), trackFiles: [{ path: "/music/Sample Artist/Other/01.flac" }] };
  for (const event of [download(), elsewhere]) assert.equal((await send(app, { event })).status, 200);
  await runUntilEmpty(app);
  const rows = await app.sql`select outcome, status from webhook_deliveries order by id`;
  assert.deepEqual(rows.map((row) => row.status), ["done", "ignored"]);
  const jobs = await app.sql`select payload from jobs where job_type = 'filesystem_scan'`;
  assert.deepEqual(jobs.map((job) => job.payload), [{ folders: ["Sample Artist/Sample Album (2002)"] }]);
  await Deno.remove(music, { recursive: true });
});

Deno.test("old versions of Lidarr name no album: the folder of the files does", async () => {
  await using app = await lidarrApp();
  const { id } = await insertAlbum(app.sql, { artist: "Marshmello", title: "Joytime III" });
  const paths = ["01 - Down.mp3", "02 - Run It Up.mp3"].map((name) => ({
    path: `/Music/Marshmello/Joytime III (2019)/${name}`,
  }));
  await hear(app, {
    eventType: "Download",
    trackFiles: paths,
    artist: { name: "Marshmello", path: "/Music/Marshmello" },
  });
  assert.equal((await stateOf(app, id)).ownershipStatus, "owned");
  await hear(app, { eventType: "ArtistDelete", artist: { path: "/Music/Marshmello" } });
  assert.equal((await stateOf(app, id)).ownershipStatus, "not_owned");
});

Deno.test({
  name: "every sample and every recorded event is understood",
  ignore: !isHere(samples) || !isHere(recorded),
  async fn() {
    await using app = await lidarrApp();
    await matchedAlbum(app);
    const all = Object.values(JSON.parse(await Deno.readTextFile(samples)).samples);
    for await (const { name } of Deno.readDir(recorded)) {
      if (name.endsWith(".json")) all.push(JSON.parse(await Deno.readTextFile(new URL(name, recorded))));
    }
    for (const event of all) await hear(app, event);
    const rows = await app.sql`select event_type, status from webhook_deliveries`;
    assert.equal(rows.length, all.length);
    assert.deepEqual(rows.filter((row) => row.status === "failed" || row.status === "pending"), []);
  },
});
