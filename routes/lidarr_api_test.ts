import assert from "node:assert/strict";
import { insertAlbum } from "../db/testing.ts";
import { fakeLidarr, type FakeLidarrOptions } from "../e2e/fakes/lidarr.ts";
import { runUntilEmpty } from "../jobs/worker.ts";
import { saveSettings } from "../services/settings.ts";
import { signedIn, type TestApp, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

const GROUP = "11111111-2222-4333-8444-555555555555";
const ARTIST = "69158f97-4c07-4c4e-baf8-4e4ab1ed666e";
const catalogue = [{ id: ARTIST, name: "The Cure", albums: [{ id: GROUP, title: "Disintegration" }] }];

async function post(app: TestApp, path: string, body: unknown = {}, headers?: Record<string, string>) {
  const user = headers ?? (await signedIn(app, { username: crypto.randomUUID() })).bearer;
  return await createServer(app).request(path, {
    method: "POST",
    headers: { ...user, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

Deno.test("one album is handed over by a job, and asking again finds the same job", async () => {
  await using lidarr = fakeLidarr({ catalogue, refreshAfter: 0 });
  await using app = await testApp({ LIDARR_URL: lidarr.url, LIDARR_API_KEY: lidarr.key });
  const { id } = await insertAlbum(app.sql);
  await app.sql`update albums set musicbrainz_release_group_id = ${GROUP} where id = ${id}`;
  const { bearer } = await signedIn(app);
  const first = await post(app, `/api/albums/${id}/search-lidarr`, {}, bearer);
  assert.equal(first.status, 202);
  const { job_id, status } = await first.json();
  assert.equal(status, "pending");
  const again = await post(app, `/api/albums/${id}/search-lidarr`, {}, bearer);
  assert.deepEqual(await again.json(), { job_id, status: "pending", existing: true });
  await runUntilEmpty(app);
  const [job] = await app.sql`select status, result from jobs where id = ${job_id}`;
  assert.deepEqual([job.status, job.result.summary], [
    "completed",
    "Lidarr confirms: 1 album monitored, search queued",
  ]);
  assert.deepEqual(lidarr.monitored(), [GROUP]);
});

Deno.test("what cannot be handed over is refused in words, an unmatched album with the way to the inbox", async () => {
  await using app = await testApp({ LIDARR_URL: "http://lidarr.invalid:8686", LIDARR_API_KEY: "key" });
  const { bearer } = await signedIn(app);
  const unmatched = await insertAlbum(app.sql);
  const owned = await insertAlbum(app.sql, { title: "Wish", ownershipStatus: "owned" });
  const cases: [string, number, RegExp][] = [
    [unmatched.id, 409, /inbox/],
    [owned.id, 409, /owned already/],
    [crypto.randomUUID(), 404, /no such album/],
    ["nonsense", 400, /UUID/],
  ];
  for (const [id, status, words] of cases) {
    const response = await post(app, `/api/albums/${id}/search-lidarr`, {}, bearer);
    assert.equal(response.status, status, id);
    assert.match((await response.json()).error.message, words);
  }
  const plan = await post(app, "/api/albums/search-lidarr", {
    album_ids: [unmatched.id, owned.id],
    dry_run: true,
  }, bearer);
  const { refused } = (await plan.json()).plan;
  assert.deepEqual(refused.map((one: { reason: string }) => one.reason).sort(), ["owned", "unmatched"]);
  assert.equal((await app.sql`select from lidarr_downloads`).length, 0);
});

Deno.test("without a Lidarr nothing can be asked for, and it says where to set one up", async () => {
  await using app = await testApp();
  const { id } = await insertAlbum(app.sql);
  const response = await post(app, `/api/albums/${id}/search-lidarr`);
  assert.equal(response.status, 409);
  assert.match((await response.json()).error.message, /settings/);
});

Deno.test("a test of the connection tells apart what can be wrong", async () => {
  await using app = await testApp();
  const { bearer } = await signedIn(app);
  const ask = async (lidarr_url: string, lidarr_api_key = "0123456789abcdef0123456789abcdef") => {
    const response = await post(app, "/api/settings/test-lidarr", { lidarr_url, lidarr_api_key }, bearer);
    return await response.json();
  };
  const withLidarr = async (options: FakeLidarrOptions, path = "", key?: string) => {
    await using lidarr = fakeLidarr(options);
    return await ask(lidarr.url + path, key);
  };
  const good = await withLidarr({});
  assert.deepEqual([good.ok, good.version, good.root_folders], [true, "2.14.5.4836", ["/music/"]]);
  assert.deepEqual(good.quality_profiles.map((one: { name: string }) => one.name), ["Lossless", "Any"]);
  assert.equal((await withLidarr({}, "", "wrong")).problem, "wrong_key");
  assert.equal((await withLidarr({ appName: "Sonarr", version: "4.0.0" })).problem, "not_lidarr");
  assert.equal((await withLidarr({ version: "0.8.1.2135" })).problem, "too_old");
  const based = await withLidarr({ urlBase: "/lidarr" });
  assert.equal(based.ok, true, "with its URL base");
  await using below = fakeLidarr({ urlBase: "/lidarr" });
  assert.equal((await ask(new URL(below.url).origin)).problem, "url_base");
  assert.equal((await ask(below.url.replace("http:", "https:"))).problem, "tls");
  below.mode = "starting";
  assert.equal((await ask(below.url)).problem, "starting");
  const other = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("<html>"),
  );
  assert.equal((await ask(`http://127.0.0.1:${other.addr.port}`)).problem, "not_lidarr");
  await other.shutdown();
  assert.equal((await ask(`http://127.0.0.1:${other.addr.port}`)).problem, "unreachable");
  for (
    const url of [
      "http://169.254.169.254/",
      "http://0.0.0.0:8686",
      "ftp://lidarr",
      "http://[::ffff:169.254.1.1]",
    ]
  ) {
    assert.equal((await ask(url)).problem, "address", url);
  }
  assert.equal((await post(app, "/api/settings/test-lidarr", {}, bearer)).status, 400);
});

Deno.test("one request registers the webhook, a second one repairs it", async () => {
  await using lidarr = fakeLidarr();
  await using app = await testApp({ LIDARR_URL: lidarr.url, LIDARR_API_KEY: lidarr.key });
  const { bearer } = await signedIn(app);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, createServer(app).fetch);
  const address = `http://127.0.0.1:${server.addr.port}`;
  const body = await (await post(app, "/api/settings/lidarr-webhook", { address }, bearer)).json();
  assert.deepEqual(body, { registered: true, url: `${address}/api/webhooks/lidarr`, problems: [] });
  await lidarr.send({ eventType: "Health", level: "error", message: "No indexer", type: "IndexerRssCheck" });
  const events = await app.sql`select event_type from webhook_deliveries order by id`;
  assert.deepEqual(events.map((row) => row.eventType), ["Test", "Health"]);
  Object.assign(lidarr.notifications[0], { onGrab: false });
  const check = () => createServer(app).request("/api/settings/lidarr-webhook", { headers: bearer });
  assert.deepEqual((await (await check()).json()).problems, ["Some events are switched off."]);
  await (await post(app, "/api/settings/lidarr-webhook", { address }, bearer)).body?.cancel();
  assert.deepEqual((await (await check()).json()).problems, []);
  assert.equal(lidarr.notifications.length, 1);
  const nobody = await post(app, "/api/settings/lidarr-webhook", { address: "http://127.0.0.1:9" }, bearer);
  assert.equal(nobody.status, 422);
  assert.match((await nobody.json()).error.message, /cannot reach .*Connection refused/);
  await server.shutdown();
});

Deno.test("a key is stored encrypted and shown only in part", async () => {
  await using app = await testApp();
  await saveSettings(app, { lidarr_webhook_secret: "0123456789abcdef-secret" });
  const { bearer } = await signedIn(app);
  const shown = await (await createServer(app).request("/api/settings", { headers: bearer })).json();
  assert.equal(shown.lidarr_webhook_secret, "••••••••cret");
  const [{ value }] = await app.sql`select value from settings where key = 'lidarr_webhook_secret'`;
  assert.doesNotMatch(value, /0123456789abcdef/);
});
