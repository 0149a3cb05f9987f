import { deepStrictEqual, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { claimJob, completeJob, failJob, saveProgress } from "../db/job_claims.ts";
import { insertJob } from "../db/jobs.ts";
import { signedIn, type TestApp, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

async function client(app: TestApp, role: "admin" | "member" = "admin") {
  const { bearer } = await signedIn(app, { username: role, role });
  const server = createServer(app);
  return async (method: string, path: string, body?: unknown) => {
    const response = await server.request(`/api${path}`, {
      method,
      headers: { ...bearer, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
}

/** A job that is running. */
async function running(app: TestApp, payload: object = {}) {
  await insertJob(app.sql, { kind: "filesystem_scan", payload });
  const claim = await claimJob(app.sql, { workerId: "one", leaseSeconds: 30, alone: [], shared: true });
  ok(claim);
  return claim;
}

const NOBODY = "00000000-0000-4000-8000-000000000000";

Deno.test("a running job tells how far it is", async () => {
  await using app = await testApp();
  const ask = await client(app);
  const albumId = crypto.randomUUID();
  const claim = await running(app, { albumId });
  await saveProgress(app.sql, claim, { processed: 234, total: 350, message: "Reading tags" });
  const { status, body } = await ask("GET", `/jobs/${claim.id}/status`);
  strictEqual(status, 200);
  const { created_at, started_at, run_at, ...rest } = body;
  for (const time of [created_at, started_at, run_at]) ok(!Number.isNaN(Date.parse(time)));
  deepStrictEqual(rest, {
    id: claim.id,
    job_type: "filesystem_scan",
    status: "running",
    entity_id: albumId,
    progress: 66,
    processed_items: 234,
    total_items: 350,
    message: "Reading tags",
    result: null,
    error_message: null,
    attempt: 1,
    completed_at: null,
  });
});

Deno.test("jobs are listed newest first, by page, status and type", async () => {
  await using app = await testApp();
  const ask = await client(app);
  await completeJob(app.sql, await running(app), { summary: "3 files" });
  for (let n = 0; n < 3; n++) await insertJob(app.sql, { kind: "cover_art_fetch", payload: { n } });
  const { body } = await ask("GET", "/jobs?page_size=2&page=2");
  deepStrictEqual(body.pagination, { page: 2, page_size: 2, total_items: 4, total_pages: 2 });
  strictEqual(body.jobs.at(-1).job_type, "filesystem_scan");
  const waiting = await ask("GET", "/jobs?status=pending&job_type=cover_art_fetch");
  strictEqual(waiting.body.pagination.total_items, 3);
  const done = await ask("GET", "/jobs?status=completed");
  deepStrictEqual(done.body.jobs.map((job: { result: unknown }) => job.result), [{ summary: "3 files" }]);
});

Deno.test("cancelling and trying again answer with the job, or say why not", async () => {
  await using app = await testApp();
  const ask = await client(app);
  const waiting = await insertJob(app.sql, { kind: "prune", payload: {} });
  deepStrictEqual(await ask("POST", `/jobs/${waiting.id}/cancel`), {
    status: 202,
    body: { job_id: waiting.id, status: "cancelled" },
  });
  const again = await ask("POST", `/jobs/${waiting.id}/cancel`);
  deepStrictEqual([again.status, again.body.error.code], [409, "conflict"]);
  deepStrictEqual((await ask("POST", `/jobs/${waiting.id}/retry`)).body, {
    job_id: waiting.id,
    status: "pending",
  });
  strictEqual((await ask("POST", `/jobs/${waiting.id}/retry`)).status, 409);

  const claim = await running(app);
  deepStrictEqual((await ask("POST", `/jobs/${claim.id}/cancel`)).body, {
    job_id: claim.id,
    status: "running",
  });
});

Deno.test("a failed job is not opened again beside the same one", async () => {
  await using app = await testApp();
  const ask = await client(app);
  const failed = await running(app);
  await failJob(app.sql, failed, { message: "No folder.", code: "unprocessable" });
  await insertJob(app.sql, { kind: "filesystem_scan", payload: {} });
  const { status, body } = await ask("POST", `/jobs/${failed.id}/retry`);
  deepStrictEqual([status, body.error.message], [409, "The same job is waiting or running already."]);
});

Deno.test("a scan is asked for once, and whoever asks again is told so", async () => {
  await using app = await testApp();
  const ask = await client(app);
  const first = await ask("POST", "/jobs/filesystem-scan", {});
  deepStrictEqual([first.status, first.body.status, first.body.existing], [202, "pending", undefined]);
  const again = await ask("POST", "/jobs/filesystem-scan", {});
  deepStrictEqual([again.status, again.body], [202, {
    job_id: first.body.job_id,
    status: "pending",
    existing: true,
  }]);
  const losses = await ask("POST", "/jobs/filesystem-scan", { accept_losses: true });
  notStrictEqual(losses.body.job_id, first.body.job_id, "confirming losses is another job");
  const wrong = await ask("POST", "/jobs/filesystem-scan", { accept_losses: "yes" });
  deepStrictEqual([wrong.status, wrong.body.error.fields], [400, { accept_losses: "true or false" }]);
});

Deno.test("wrong questions about jobs are refused with the field", async () => {
  await using app = await testApp();
  const ask = await client(app);
  const cases: [string, string, string][] = [
    ["GET", "/jobs?status=done", "status"],
    ["GET", "/jobs?page=0", "page"],
    ["GET", "/jobs?page_size=201", "page_size"],
    ["GET", "/jobs/7/status", "id"],
    ["POST", "/jobs/7/cancel", "id"],
  ];
  for (const [method, path, field] of cases) {
    const { status, body } = await ask(method, path);
    deepStrictEqual([status, Object.keys(body.error.fields)], [400, [field]], path);
  }
  for (const action of ["cancel", "retry"]) {
    strictEqual((await ask("POST", `/jobs/${NOBODY}/${action}`)).status, 404);
  }
  strictEqual((await ask("GET", `/jobs/${NOBODY}/status`)).status, 404);
});

Deno.test("a schedule says in words when it fires, and an admin may change that", async () => {
  await using app = await testApp();
  const ask = await client(app);
  const { body: { schedules } } = await ask("GET", "/schedules");
  const scan = schedules.find((schedule: { name: string }) => schedule.name === "library_scan");
  deepStrictEqual([scan.job_type, scan.cron, scan.description, scan.enabled], [
    "filesystem_scan",
    "0 2 * * *",
    "daily at 02:00",
    true,
  ]);
  const changed = await ask("PATCH", "/schedules/library_scan", { cron: " */15  * * * *" });
  deepStrictEqual([changed.body.cron, changed.body.description], ["*/15 * * * *", "every 15 minutes"]);
  ok(Date.parse(changed.body.next_run_at) > Date.now());
  const off = await ask("PUT", "/schedules/library_scan", { enabled: false });
  deepStrictEqual([off.body.enabled, off.body.next_run_at, off.body.cron], [false, null, "*/15 * * * *"]);

  const wrong = await ask("PATCH", "/schedules/library_scan", { cron: "0 2 * *" });
  deepStrictEqual([wrong.status, wrong.body.error.fields], [400, {
    cron: "Four fields. A schedule has five: minute, hour, day, month, weekday.",
  }]);
  strictEqual(
    (await ask("PATCH", "/schedules/library_scan", { often: true })).body.error.fields.often !== undefined,
    true,
  );
  strictEqual((await ask("PATCH", "/schedules/no_such", { enabled: true })).status, 404);
  const member = await client(app, "member");
  strictEqual((await member("PATCH", "/schedules/library_scan", { enabled: true })).status, 403);
});
