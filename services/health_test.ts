import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { connect } from "../db/sql.ts";
import { blockBudget } from "../db/rate_budgets.ts";
import { upsertServiceHealth } from "../db/service_health.ts";
import { holdWorkerLock } from "../db/worker_locks.ts";
import { checkHealth } from "./health.ts";
import { testApp } from "./testing.ts";

Deno.test("it is well with a migrated database and a worker, and down without either", async () => {
  await using app = await testApp();
  deepStrictEqual((await checkHealth(app)).checks.worker, { status: "down", message: "is not running" });
  const lock = await holdWorkerLock(app.sql, "one");
  const { status, checks } = await checkHealth(app);
  deepStrictEqual([status, checks], ["ok", { database: { status: "ok" }, worker: { status: "ok" } }]);
  await lock.release();
  strictEqual((await checkHealth(app)).status, "down");
});

Deno.test("a database that cannot be reached is said to be that", async () => {
  const sql = connect({ url: "postgres://nobody@127.0.0.1:1/nothing", max: 1 });
  await using app = await testApp();
  const { status, checks } = await checkHealth({ ...app, sql });
  deepStrictEqual([status, checks], ["down", { database: { status: "down", message: "cannot be reached" } }]);
  await sql.end({ timeout: 0 });
});

Deno.test("a service that fails or wants no requests degrades, and says until when", async () => {
  await using app = await testApp();
  const lock = await holdWorkerLock(app.sql, "one");
  await upsertServiceHealth(app.sql, { name: "MusicBrainz", state: "ok" });
  strictEqual((await checkHealth(app)).status, "ok");
  const block = { waitMs: 60_000, pausesMs: [1], reason: "it answered 503" };
  await blockBudget(app.sql, "MusicBrainz", block);
  await blockBudget(app.sql, "Spotify: somebody", block);
  await upsertServiceHealth(app.sql, { name: "Cover Art Archive", state: "open", message: "It is down." });
  const { status, checks } = await checkHealth(app);
  strictEqual(status, "degraded");
  deepStrictEqual(checks.musicbrainz, {
    status: "degraded",
    message: "It wants no requests: it answered 503",
  });
  deepStrictEqual(checks.cover_art_archive, { status: "degraded", message: "It is down." });
  strictEqual(checks.spotify.status, "degraded");
  await lock.release();
});
