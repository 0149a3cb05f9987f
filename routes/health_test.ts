import assert from "node:assert/strict";
import { upsertServiceHealth } from "../db/service_health.ts";
import { upsertWatchReport } from "../db/watch_reports.ts";
import { signedIn, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

Deno.test("everybody learns whether it works, people with an account also why not", async () => {
  await using app = await testApp();
  const server = createServer(app);
  await upsertWatchReport(app.sql, { status: "degraded", message: "/mnt/music is on a network" });
  const { bearer } = await signedIn(app);
  const stranger = await server.request("/health");
  assert.equal(stranger.status, 503, "no worker runs in this test");
  const { status, version, checks } = await stranger.json();
  assert.equal(status, "down");
  assert.match(version, /^\d+\.\d+/);
  assert.deepEqual(checks.database, { status: "ok" });
  assert.doesNotMatch(JSON.stringify(checks), /mnt/);
  const known = await (await server.request("/health", { headers: bearer })).json();
  assert.match(JSON.stringify(known.checks), /\/mnt\/music is on a network/);
});

Deno.test("the metrics are for who shows METRICS_TOKEN or a token of an account", async () => {
  const METRICS_TOKEN = "a-token-for-monitoring";
  await using app = await testApp({ METRICS_TOKEN });
  const server = createServer(app);
  const ask = (authorization?: string) =>
    server.request("/metrics", { headers: authorization ? { authorization } : {} });
  assert.equal((await ask()).status, 401);
  assert.equal((await ask(`Bearer ${METRICS_TOKEN}x`)).status, 401);
  assert.equal((await ask(`Bearer ${METRICS_TOKEN}`)).status, 200);
  assert.equal((await ask((await signedIn(app)).bearer.authorization)).status, 200);
});

Deno.test("the metrics know requests by route, jobs and connections", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const { bearer } = await signedIn(app);
  await server.request("/albums/00000000-0000-0000-0000-000000000000", { headers: bearer });
  await server.request("/wp-login.php", { headers: bearer });
  await app.sql`insert into jobs (job_type, status) values ('prune', 'failed')`;
  const response = await server.request("/metrics", { headers: bearer });
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain/);
  const text = await response.text();
  assert.match(text, /http_request_seconds_count\{method="GET",route="\/albums\/:id",status="404"\} 1/);
  assert.match(text, /http_request_seconds_count\{method="GET",route="none",status="404"\} 1/);
  assert.match(text, /beat_collector_jobs\{status="failed"\} 1/);
  assert.match(text, /beat_collector_database_connections\{state="active"\} \d/);
  assert.doesNotMatch(text, /wp-login|00000000-/);
});

Deno.test("the metrics know requests to other services and who answers", async () => {
  await using musicbrainz = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => Response.json({ count: 0, "release-groups": [] }),
  );
  await using app = await testApp({ MUSICBRAINZ_URL: `http://127.0.0.1:${musicbrainz.addr.port}` });
  await app.musicbrainz.searchReleaseGroups("secret title", 1);
  await upsertServiceHealth(app.sql, { name: "Lidarr", state: "open", message: "It is away" });
  const { bearer } = await signedIn(app);
  const text = await (await createServer(app).request("/metrics", { headers: bearer })).text();
  assert.match(text, /beat_collector_service_requests_total\{service="MusicBrainz",answer="200"\} 1/);
  assert.match(text, /beat_collector_service_seconds_total\{service="MusicBrainz",answer="200"\} \d/);
  assert.match(text, /beat_collector_service_answering\{service="MusicBrainz"\} 1/);
  assert.match(text, /beat_collector_service_answering\{service="Lidarr"\} 0/);
  assert.doesNotMatch(text, /secret/);
});
