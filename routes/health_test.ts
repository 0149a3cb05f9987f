import assert from "node:assert/strict";
import { signedIn, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

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
  assert.match(text, /beat_collector_database_connections\{state="active"\} 1/);
  assert.doesNotMatch(text, /wp-login|00000000/);
});
