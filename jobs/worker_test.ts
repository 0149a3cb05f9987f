import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { z } from "zod";
import { findJob, insertJob, requestCancel } from "../db/jobs.ts";
import type { Sql } from "../db/sql.ts";
import { testApp } from "../services/testing.ts";
import { Failure } from "../services/errors.ts";
import { defineJob, type Job, type JobContext } from "./job.ts";
import { runUntilEmpty, startWorker, type WorkerOptions } from "./worker.ts";

function job(run: Job<unknown>["run"], rest: Partial<Job<unknown>> = {}): Job<unknown> {
  return defineJob({ payload: z.unknown(), run, ...rest });
}

/** A promise that others resolve: `await gate.passed` until `gate.open()`. */
function gate<T = void>() {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { passed: promise, open: resolve };
}

async function waitFor<T>(read: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 1000; tries++) {
    const value = await read();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("It did not happen within 10 seconds");
}

const untilStatus = (sql: Sql, id: string, status: string) =>
  waitFor(async () => {
    const row = await findJob(sql, id);
    return row?.status === status && row;
  });

const untilAborted = ({ signal }: JobContext) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

// So that nothing but the notification can wake the worker in time.
const asleep: WorkerOptions = { pollMs: 60_000 };

Deno.test("a job is run as soon as it is asked for", async () => {
  await using app = await testApp();
  const count = job((payload) => Promise.resolve({ summary: `got ${JSON.stringify(payload)}` }));
  const worker = startWorker(app, { ...asleep, jobs: { count } });
  const { id } = await insertJob(app.sql, { kind: "count", payload: { n: 7 } });
  const done = await untilStatus(app.sql, id, "completed");
  deepStrictEqual([done.result, done.progress], [{ summary: 'got {"n":7}' }, 100]);
  await worker.stop();
});

Deno.test("a long job in its own lane and short ones do not wait for each other", async () => {
  await using app = await testApp();
  const finish = gate();
  const scan = job(() => finish.passed, { alone: true });
  const cover = job(() => Promise.resolve());
  const worker = startWorker(app, { ...asleep, jobs: { scan, cover }, concurrency: 1 });
  const long = await insertJob(app.sql, { kind: "scan", payload: { n: 1 } });
  const next = await insertJob(app.sql, { kind: "scan", payload: { n: 2 } });
  for (let n = 0; n < 5; n++) {
    const { id } = await insertJob(app.sql, { kind: "cover", payload: { n } });
    await untilStatus(app.sql, id, "completed");
  }
  strictEqual((await findJob(app.sql, long.id))?.status, "running");
  strictEqual((await findJob(app.sql, next.id))?.status, "pending");
  finish.open();
  await untilStatus(app.sql, next.id, "completed");
  await worker.stop();
});

Deno.test("what a run says is seen while it runs, and nothing of it is lost at the end", async () => {
  await using app = await testApp();
  const seen = gate();
  const scan = job(async (_, { progress }) => {
    await progress({ total: 1000, message: "Reading folders" });
    await seen.passed;
    for (let processed = 1; processed <= 999; processed++) await progress({ processed });
    throw new Failure("unprocessable", "The folder is empty.");
  });
  const worker = startWorker(app, { ...asleep, jobs: { scan } });
  const { id } = await insertJob(app.sql, { kind: "scan", payload: {} });
  await waitFor(async () => (await findJob(app.sql, id))?.message === "Reading folders");
  seen.open();
  const failed = await untilStatus(app.sql, id, "failed");
  deepStrictEqual([failed.processedItems, failed.progress, failed.errorMessage], [
    999,
    99,
    "The folder is empty.",
  ]);
  await worker.stop();
});

Deno.test("a running job is cancelled through its signal", async () => {
  await using app = await testApp();
  const worker = startWorker(app, { ...asleep, jobs: { scan: job((_, context) => untilAborted(context)) } });
  const { id } = await insertJob(app.sql, { kind: "scan", payload: {} });
  await untilStatus(app.sql, id, "running");
  await requestCancel(app.sql, id);
  const cancelled = await untilStatus(app.sql, id, "cancelled");
  ok(cancelled.completedAt);
  strictEqual(cancelled.errorMessage, null);
  await worker.stop();
});

Deno.test("a run that never waits can be cancelled all the same", async () => {
  await using app = await testApp();
  const busy = job(async (_, { progress }) => {
    for (let processed = 0;; processed++) await progress({ processed });
  });
  const worker = startWorker(app, { ...asleep, jobs: { busy } });
  const { id } = await insertJob(app.sql, { kind: "busy", payload: {} });
  await waitFor(async () => ((await findJob(app.sql, id))?.processedItems ?? 0) > 0);
  await requestCancel(app.sql, id);
  await untilStatus(app.sql, id, "cancelled");
  await worker.stop();
});

Deno.test("stopping releases what is not done, and the next worker goes on at the checkpoint", async () => {
  await using app = await testApp();
  const saved = gate();
  const resumed = gate<unknown>();
  const importing = job(async (_, context) => {
    if (context.job.checkpoint) return resumed.open(context.job.checkpoint);
    await context.commit(() => Promise.resolve({ processed: 3, checkpoint: { position: 3 } }));
    saved.open();
    await untilAborted(context);
  });
  const { id } = await insertJob(app.sql, { kind: "importing", payload: {} });
  const first = startWorker(app, { jobs: { importing } });
  await saved.passed;
  await first.stop();
  const released = await findJob(app.sql, id);
  deepStrictEqual([released?.status, released?.attempt, released?.failures], ["pending", 0, 0]);
  const second = startWorker(app, { jobs: { importing } });
  deepStrictEqual(await resumed.passed, { position: 3 });
  await untilStatus(app.sql, id, "completed");
  await second.stop();
});

Deno.test("a run that does not hear is released when the grace is over, and its late word is refused", async () => {
  await using app = await testApp();
  const started = gate();
  const deafEnds = gate();
  const deaf = job(async () => {
    started.open();
    await deafEnds.passed;
    return { summary: "too late" };
  });
  const { id } = await insertJob(app.sql, { kind: "deaf", payload: {} });
  const worker = startWorker(app, { jobs: { deaf }, graceMs: 20 });
  await started.passed;
  await worker.stop();
  strictEqual((await findJob(app.sql, id))?.status, "pending");
  deafEnds.open();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const row = await findJob(app.sql, id);
  deepStrictEqual([row?.status, row?.result], ["pending", null]);
});

Deno.test("effects and checkpoint are stored together, and not at all once the job is somebody else's", async () => {
  await using app = await testApp();
  await app.sql`create table effects (n integer)`;
  const ended = gate<unknown>();
  const importing = job(async (_, { job, commit }) => {
    if (job.checkpoint) return;
    const add = (n: number) =>
      commit(async (tx) => {
        await tx`insert into effects values (${n})`;
        return { checkpoint: n };
      });
    await add(1);
    await app.sql`update jobs set status = 'pending', worker_id = null`;
    await add(2).catch(ended.open);
    await add(3);
  });
  const { id } = await insertJob(app.sql, { kind: "importing", payload: {} });
  strictEqual(await runUntilEmpty(app, { jobs: { importing } }), 2);
  strictEqual(String(await ended.passed), "JobInterrupted: The job was interrupted: lost");
  deepStrictEqual((await app.sql`select n from effects`).map((row) => row.n), [1]);
  strictEqual((await findJob(app.sql, id))?.status, "completed");
});

Deno.test("a job is taken over when its worker falls silent, and the silent one stops", async () => {
  await using app = await testApp();
  const reason = gate<unknown>();
  let runs = 0;
  const scan = job(async (_, context) => {
    if (++runs === 2) return;
    await untilAborted(context).catch(reason.open);
  });
  const { id } = await insertJob(app.sql, { kind: "scan", payload: {} });
  const silent = startWorker(app, { jobs: { scan }, heartbeatMs: 0, pollMs: 10 });
  await untilStatus(app.sql, id, "running");
  await app.sql`update jobs set status = 'pending', worker_id = null`;
  strictEqual(String(await reason.passed), "JobInterrupted: The job was interrupted: lost");
  await untilStatus(app.sql, id, "completed");
  await silent.stop();
});

// What a run throws, and what becomes of its job.
const failures: [string, unknown, Record<string, unknown>][] = [
  ["a failure that trying again cannot help", new Failure("unprocessable", "This is no ZIP."), {
    status: "failed",
    failures: 1,
    errorMessage: "This is no ZIP.",
    errorCode: "unprocessable",
  }],
  ["a failure that may pass", new Failure("unavailable", "Lidarr does not answer."), {
    status: "pending",
    failures: 1,
    errorMessage: "Lidarr does not answer.",
    errorCode: "unavailable",
  }],
  ["a bug", new TypeError("x is not a function"), {
    status: "pending",
    failures: 1,
    errorMessage: "Something went wrong inside Beat Collector. The log has the details.",
    errorCode: "internal",
  }],
  [
    "a pause we were told to make",
    new Failure("unavailable", "Spotify asks us to wait.", { retryAfterSeconds: 70 }),
    { status: "pending", failures: 0, errorMessage: "Spotify asks us to wait.", errorCode: "unavailable" },
  ],
];
for (const [name, error, expected] of failures) {
  Deno.test(`${name} ends a run as ${expected.status}`, async () => {
    await using app = await testApp();
    const { id } = await insertJob(app.sql, { kind: "sync", payload: {} });
    strictEqual(await runUntilEmpty(app, { jobs: { sync: job(() => Promise.reject(error)) } }), 1);
    const { status, failures, errorMessage, errorCode } = (await findJob(app.sql, id))!;
    deepStrictEqual({ status, failures, errorMessage, errorCode }, expected);
  });
}

Deno.test("after three failures a job is given up", async () => {
  await using app = await testApp();
  const { id } = await insertJob(app.sql, { kind: "sync", payload: {} });
  const sync = job(() => Promise.reject(new Failure("unavailable", "Lidarr does not answer.")));
  const now = new Date(Date.now() + 3_600_000);
  strictEqual(await runUntilEmpty(app, { jobs: { sync }, now }), 3);
  strictEqual((await findJob(app.sql, id))?.status, "failed");
});

Deno.test("an unknown kind and a payload that does not fit fail in words, once", async () => {
  await using app = await testApp();
  const cover = job(() => Promise.resolve(), { payload: z.object({ albumId: z.uuid() }) });
  const unknown = await insertJob(app.sql, { kind: "mystery", payload: {} });
  const unfit = await insertJob(app.sql, { kind: "cover", payload: { album: 7 } });
  strictEqual(await runUntilEmpty(app, { jobs: { cover } }), 2);
  strictEqual(
    (await findJob(app.sql, unknown.id))?.errorMessage,
    'This version of Beat Collector has no job called "mystery".',
  );
  const failed = await findJob(app.sql, unfit.id);
  strictEqual(failed?.status, "failed");
  ok(failed?.errorMessage?.startsWith("This job cannot be run: albumId is not usable"));
});
