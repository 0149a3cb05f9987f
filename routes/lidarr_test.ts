import assert from "node:assert/strict";
import { insertAlbum } from "../db/testing.ts";
import { fakeLidarr } from "../e2e/fakes/lidarr.ts";
import { runUntilEmpty } from "../jobs/worker.ts";
import { pollLidarr } from "../services/lidarr_poll.ts";
import { readSettings, saveSettings } from "../services/settings.ts";
import { signedIn, type TestApp, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

const GROUP = "11111111-2222-4333-8444-555555555555";
const OTHER = "22222222-2222-4333-8444-555555555555";
const ARTIST = "69158f97-4c07-4c4e-baf8-4e4ab1ed666e";
const catalogue = [{
  id: ARTIST,
  name: "The Cure",
  albums: [{ id: GROUP, title: "Disintegration" }, { id: OTHER, title: "Wish" }],
}];

async function matched(app: TestApp, title: string, group: string): Promise<string> {
  const { id } = await insertAlbum(app.sql, { title });
  await app
    .sql`update albums set musicbrainz_release_group_id = ${group}, match_status = 'matched' where id = ${id}`;
  return id;
}

type Browser = {
  get(path: string, part?: string): Promise<string>;
  post(path: string, fields?: [string, string][]): Promise<Response>;
};

async function browser(app: TestApp, role: "admin" | "member" = "admin"): Promise<Browser> {
  const { cookie } = await signedIn(app, { username: role, role });
  const server = createServer(app);
  return {
    async get(path, part) {
      const partial: Record<string, string> = part
        ? { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": part }
        : {};
      return await (await server.request(path, { headers: { ...cookie, ...partial } })).text();
    },
    post: async (path, fields = []) =>
      await server.request(path, { method: "POST", headers: cookie, body: new URLSearchParams(fields) }),
  };
}

Deno.test("one click on the album's page hands it over, and the page says how far it is", async () => {
  await using lidarr = fakeLidarr({ catalogue, refreshAfter: 0 });
  await using app = await testApp({ LIDARR_URL: lidarr.url, LIDARR_API_KEY: lidarr.key });
  const id = await matched(app, "Disintegration", GROUP);
  const { get, post } = await browser(app);
  assert.match(await get(`/albums/${id}`), /Get it with Lidarr/);
  assert.equal((await post(`/albums/${id}/lidarr`)).status, 303);
  assert.match(await get(`/albums/${id}`), /Being handed to Lidarr/);
  await runUntilEmpty(app);
  await lidarr.settle();
  lidarr.downloads.progress(lidarr.album(GROUP), 0.64);
  await pollLidarr(app);
  const page = await get(`/albums/${id}`);
  assert.match(page, /aria-valuenow="64"/);
  assert.match(page, /64 %/);
  assert.match(await get("/albums"), /Disintegration, The Cure, 64 %/);
  assert.doesNotMatch(page, /Get it with Lidarr/);
  assert.match(page, /asked Lidarr to get it/);
  lidarr.downloads.block(lidarr.album(GROUP), "Has missing tracks");
  await pollLidarr(app);
  assert.match(
    await get(`/albums/${id}/lidarr`, "section#lidarr-downloads"),
    /Has missing tracks.*import it by hand/s,
  );
  const activity = await get("/activity", "section#lidarr-queue");
  assert.match(activity, /Has missing tracks/);
  assert.match(activity, new RegExp(`${lidarr.url}/activity/queue`));
});

Deno.test("an unmatched album is sent to the inbox, and without a Lidarr nothing is offered", async () => {
  await using app = await testApp({ LIDARR_URL: "http://lidarr.invalid", LIDARR_API_KEY: "key" });
  const { id } = await insertAlbum(app.sql);
  const { get, post } = await browser(app);
  assert.match(await get(`/albums/${id}`), /href="\/inbox"[^>]*>.*Match it to get it with Lidarr/s);
  assert.equal((await post(`/albums/${id}/lidarr`)).status, 409);
  await using bare = await testApp();
  const album = await matched(bare, "Wish", OTHER);
  assert.doesNotMatch(await (await browser(bare)).get(`/albums/${album}`), /with Lidarr/);
});

Deno.test("several albums are handed over by a plan that can be undone with one click", async () => {
  await using lidarr = fakeLidarr({ catalogue, refreshAfter: 0 });
  await using app = await testApp({ LIDARR_URL: lidarr.url, LIDARR_API_KEY: lidarr.key });
  const ids = [
    await matched(app, "Disintegration", GROUP),
    (await insertAlbum(app.sql, { title: "Unknown" })).id,
  ];
  const { get, post } = await browser(app);
  const chosen = await post("/albums/bulk", [
    ["do", "lidarr"],
    ...ids.map((id): [string, string] => ["album", id]),
  ]);
  assert.equal(chosen.status, 303);
  const plan = chosen.headers.get("location")!;
  const page = await get(plan);
  assert.match(page, /1 album would be added/);
  assert.match(page, /1 album cannot be handed over/);
  assert.match(page, /not matched yet/);
  assert.equal((await app.sql`select from lidarr_downloads`).length, 0, "nothing has happened yet");
  const applied = await post(`${plan}/apply`);
  assert.equal(applied.headers.get("location"), "/albums");
  await runUntilEmpty(app);
  assert.deepEqual(lidarr.monitored(), [GROUP]);
  const [{ batch }] = await app.sql`select batch from lidarr_downloads`;
  await post("/albums/undo", [["batch", batch]]);
  await runUntilEmpty(app);
  assert.deepEqual(lidarr.monitored(), []);
  assert.equal((await post(`/lidarr/plans/${crypto.randomUUID()}/apply`)).status, 404);
});

Deno.test("the settings are saved and tested in one, a test alone changes nothing, and one click registers", async () => {
  await using lidarr = fakeLidarr();
  await using app = await testApp();
  const { get, post } = await browser(app);
  const entered: [string, string][] = [["lidarr_url", `${lidarr.url}/`], ["lidarr_api_key", lidarr.key]];
  const tested = await (await post("/settings/lidarr", [...entered, ["do", "test"]])).text();
  assert.match(tested, /Lidarr 2\.14 answers in \d+ ms, key accepted/);
  assert.equal((await readSettings(app)).lidarr_url, null);
  assert.equal((await post("/settings/lidarr", entered)).status, 303);
  const { lidarr_url, lidarr_api_key } = await readSettings(app);
  assert.deepEqual([lidarr_url, lidarr_api_key], [lidarr.url, lidarr.key]);
  const page = await get("/settings");
  assert.match(page, /As Lidarr suggests.*\/music\/.*Lossless.*Standard/s);
  assert.doesNotMatch(page, new RegExp(lidarr.key));
  await post("/settings/lidarr", [["lidarr_url", lidarr.url], ["lidarr_quality_profile_id", "2"]]);
  const kept = await readSettings(app);
  assert.deepEqual([kept.lidarr_api_key, kept.lidarr_quality_profile_id], [lidarr.key, 2]);
  const wrong = await (await post("/settings/lidarr", [["lidarr_url", "http://169.254.169.254"]])).text();
  assert.match(wrong, /No service can have this address/);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, createServer(app).fetch);
  const here = `http://127.0.0.1:${server.addr.port}`;
  const fields: [string, string][] = [["lidarr_url", lidarr.url], ["lidarr_webhook_address", here], [
    "do",
    "register",
  ]];
  assert.match(await (await post("/settings/lidarr", fields)).text(), /Lidarr tells what it does/);
  assert.equal(lidarr.notifications.length, 1);
  await server.shutdown();
});

Deno.test("what the environment decides is shown as locked, and members see none of it", async () => {
  await using app = await testApp({ LIDARR_URL: "http://lidarr:8686", LIDARR_API_KEY: "0123456789abcdef" });
  await saveSettings(app, { lidarr_quality_profile_id: 1 });
  const page = await (await browser(app)).get("/settings");
  assert.match(page, /Set by <code[^>]*>LIDARR_URL/);
  assert.match(page, /Set by <code[^>]*>LIDARR_API_KEY/);
  const member = await browser(app, "member");
  assert.doesNotMatch(await member.get("/settings"), /LIDARR_URL/);
  assert.equal((await member.post("/settings/lidarr")).status, 403);
});
