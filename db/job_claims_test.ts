import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  cancelClaimedJob,
  claimJob,
  completeJob,
  failJob,
  type JobClaim,
  MOST_INTERRUPTIONS,
  postponeJob,
  releaseJob,
  renewLeases,
  requeueLostJobs,
  retryOrFailJob,
  saveProgress,
} from "./job_claims.ts";
import {
  countJobs,
  findJob,
  insertJob,
  listJobs,
  listOpenJobs,
  pruneJobs,
  requestCancel,
  retryJob,
} from "./jobs.ts";
import type { Sql } from "./sql.ts";
import { testDatabase } from "./testing.ts";
import { countWorkers, holdWorkerLock } from "./worker_locks.ts";

const error = { message: "The service does not answer.", code: "unavailable" };

function claim(
  sql: Sql,
  options: { workerId?: string; alone?: string[]; aloneUnnamed?: string[]; shared?: boolean; now?: Date } =
    {},
) {
  return claimJob(sql, { workerId: "one", leaseSeconds: 30, alone: [], shared: true, ...options });
}

async function claimed(sql: Sql, workerId = "one") {
  const job = await claim(sql, { workerId });
  ok(job);
  return job;
}

Deno.test("the highest priority is claimed first, then the oldest, and nothing before its time", async () => {
  await using db = await testDatabase();
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000);
  await insertJob(db.sql, { kind: "young", payload: {}, runAt: at(-1) });
  await insertJob(db.sql, { kind: "old", payload: {}, runAt: at(-2) });
  await insertJob(db.sql, { kind: "urgent", payload: {}, runAt: at(-1), priority: 5 });
  await insertJob(db.sql, { kind: "later", payload: {}, runAt: at(10), priority: 9 });
  const kinds = [];
  for (let job = await claim(db.sql); job; job = await claim(db.sql)) kinds.push(job.kind);
  deepStrictEqual(kinds, ["urgent", "old", "young"]);
  strictEqual((await claim(db.sql, { now: at(11) }))?.kind, "later");
});

Deno.test("many workers claim each job once", async () => {
  await using db = await testDatabase({ max: 8 });
  for (let n = 0; n < 40; n++) await insertJob(db.sql, { kind: "count", payload: { n } });
  const ids: string[] = [];
  await Promise.all(Array.from({ length: 8 }, async (_, n) => {
    for (
      let job = await claim(db.sql, { workerId: `${n}` });
      job;
      job = await claim(db.sql, { workerId: `${n}` })
    ) {
      ids.push(job.id);
    }
  }));
  strictEqual(ids.length, 40);
  strictEqual(new Set(ids).size, 40);
});

Deno.test("a job about one album runs beside the one of its kind about all", async () => {
  await using db = await testDatabase();
  const lanes = { aloneUnnamed: ["match"] };
  await insertJob(db.sql, { kind: "match", payload: {} });
  await insertJob(db.sql, { kind: "match", payload: { deep: true } });
  await insertJob(db.sql, { kind: "match", payload: { albumId: crypto.randomUUID() } });
  const claims = [await claim(db.sql, lanes), await claim(db.sql, lanes), await claim(db.sql, lanes)];
  deepStrictEqual(claims.map((job) => job?.alone), [true, false, undefined]);
});

Deno.test("a kind that runs alone is claimed once at a time, by whomever", async () => {
  await using db = await testDatabase({ max: 8 });
  for (let n = 0; n < 8; n++) await insertJob(db.sql, { kind: "scan", payload: { n } });
  const alone = ["scan"];
  const first = await Promise.all(
    Array.from({ length: 8 }, (_, n) => claim(db.sql, { workerId: `${n}`, alone })),
  );
  const won = first.filter((job) => job !== undefined);
  strictEqual(won.length, 1);
  await completeJob(db.sql, won[0], undefined);
  strictEqual((await claim(db.sql, { alone }))?.kind, "scan");
});

Deno.test("with no free slot only the lanes are served", async () => {
  await using db = await testDatabase();
  await insertJob(db.sql, { kind: "cover", payload: {}, priority: 9 });
  strictEqual(await claim(db.sql, { alone: ["scan"], shared: false }), undefined);
  await insertJob(db.sql, { kind: "scan", payload: {} });
  strictEqual((await claim(db.sql, { alone: ["scan"], shared: false }))?.kind, "scan");
});

Deno.test("a late writer is refused, whatever it tries", async () => {
  await using db = await testDatabase();
  const { id } = await insertJob(db.sql, { kind: "scan", payload: {} });
  const late = await claimed(db.sql, "dead");
  await requeueLostJobs(db.sql);
  const owner = await claimed(db.sql, "alive");
  deepStrictEqual([late.attempt, owner.attempt], [1, 2]);
  strictEqual(await saveProgress(db.sql, late, { processed: 99 }), false);
  for (
    const settle of [
      completeJob(db.sql, late, { summary: "done" }),
      failJob(db.sql, late, error),
      retryOrFailJob(db.sql, late, error, 3),
      postponeJob(db.sql, late, error, 5),
      releaseJob(db.sql, late),
      cancelClaimedJob(db.sql, late),
    ]
  ) strictEqual(await settle, undefined);
  const job = await findJob(db.sql, id);
  deepStrictEqual([job?.status, job?.attempt, job?.processedItems], ["running", 2, 0]);
  strictEqual(await completeJob(db.sql, owner, { summary: "done" }), "completed");
});

Deno.test("a lease that ended is taken back although the worker lives, a renewed one is not", async () => {
  await using db = await testDatabase();
  const lock = await holdWorkerLock(db.sql, "one");
  await insertJob(db.sql, { kind: "scan", payload: {} });
  const job = await claimed(db.sql);
  strictEqual(await requeueLostJobs(db.sql), 0);
  await db.sql`update jobs set locked_until = now() - interval '1 second'`;
  const held = await renewLeases(db.sql, "one", 30);
  deepStrictEqual([...held].map((claim) => ({ ...claim })), [{ id: job.id, attempt: 1, workerId: "one" }]);
  strictEqual(await requeueLostJobs(db.sql), 0);
  await db.sql`update jobs set locked_until = now() - interval '1 second'`;
  strictEqual(await requeueLostJobs(db.sql), 1);
  deepStrictEqual(await renewLeases(db.sql, "one", 30).then((claims) => claims.length), 0);
  await lock.release();
});

Deno.test("the job of a worker whose connection died is free at once", async () => {
  await using db = await testDatabase();
  const lock = await holdWorkerLock(db.sql, "one");
  strictEqual(await countWorkers(db.sql), 1);
  await insertJob(db.sql, { kind: "scan", payload: {} });
  await claimed(db.sql);
  strictEqual(await requeueLostJobs(db.sql), 0);
  await db.sql`
    select pg_terminate_backend(pid) from pg_locks
    where locktype = 'advisory' and pid <> pg_backend_pid()
      and database = (select oid from pg_database where datname = current_database())`;
  while (await lock.isHeld());
  strictEqual(await requeueLostJobs(db.sql), 1);
  strictEqual((await claim(db.sql, { workerId: "two" }))?.attempt, 2);
  const again = await holdWorkerLock(db.sql, "one");
  strictEqual(await again.isHeld(), true);
  await again.release();
  strictEqual(await countWorkers(db.sql), 0);
});

Deno.test("pauses double, are spread, and end after the last attempt", async () => {
  await using db = await testDatabase();
  const { id } = await insertJob(db.sql, { kind: "cover", payload: {} });
  const pauses = [];
  for (const expected of ["pending", "pending", "failed"]) {
    await db.sql`update jobs set run_at = now()`;
    strictEqual(await retryOrFailJob(db.sql, await claimed(db.sql), error, 3), expected);
    const [row] = await db.sql`select extract(epoch from run_at - updated_at)::float as pause from jobs`;
    pauses.push(row.pause);
  }
  ok(pauses[0] >= 11 && pauses[0] <= 19, `the first pause was ${pauses[0]} s`);
  ok(pauses[1] >= 22 && pauses[1] <= 38, `the second pause was ${pauses[1]} s`);
  const job = await findJob(db.sql, id);
  deepStrictEqual([job?.errorMessage, job?.errorCode, job?.failures], [error.message, error.code, 3]);
});

Deno.test("being told when to come back is obeyed to the second and is no failure", async () => {
  await using db = await testDatabase();
  const { id } = await insertJob(db.sql, { kind: "sync", payload: {} });
  strictEqual(await postponeJob(db.sql, await claimed(db.sql), error, 3600), "pending");
  const [row] = await db.sql`select extract(epoch from run_at - updated_at)::float as pause from jobs`;
  strictEqual(row.pause, 3600);
  strictEqual((await findJob(db.sql, id))?.failures, 0);
  strictEqual(await claim(db.sql, { now: new Date(Date.now() + 3590_000) }), undefined);
  ok(await claim(db.sql, { now: new Date(Date.now() + 3601_000) }));
});

Deno.test("a job that is interrupted again and again without getting on is given up", async () => {
  await using db = await testDatabase();
  const { id } = await insertJob(db.sql, { kind: "scan", payload: {} });
  const interrupted = async () => {
    const job = await claimed(db.sql, "dead");
    await requeueLostJobs(db.sql);
    return job;
  };
  for (let n = 1; n < MOST_INTERRUPTIONS; n++) await interrupted();
  strictEqual((await findJob(db.sql, id))?.status, "pending");
  await saveProgress(db.sql, await claimed(db.sql, "dead"), { checkpoint: { position: 10 } });
  await requeueLostJobs(db.sql);
  strictEqual((await findJob(db.sql, id))?.status, "pending", "it got on, so the count began anew");
  // The same checkpoint again is no progress.
  for (let n = 1; n < MOST_INTERRUPTIONS; n++) {
    await saveProgress(db.sql, await claimed(db.sql, "dead"), { checkpoint: { position: 10 }, processed: n });
    await requeueLostJobs(db.sql);
  }
  const job = await findJob(db.sql, id);
  deepStrictEqual([job?.status, job?.errorCode, job?.failures], ["failed", "interrupted", 0]);
  ok(job?.errorMessage?.includes("interrupted 5 times"));
});

Deno.test("a released job costs no attempt and keeps its checkpoint", async () => {
  await using db = await testDatabase();
  const { id } = await insertJob(db.sql, { kind: "import", payload: {} });
  const job = await claimed(db.sql);
  await saveProgress(db.sql, job, { processed: 5, total: 10, checkpoint: { position: 5 } });
  strictEqual(await releaseJob(db.sql, job), "pending");
  const row = await findJob(db.sql, id);
  deepStrictEqual([row?.attempt, row?.failures, row?.progress], [0, 0, 50]);
  deepStrictEqual((await claimed(db.sql)).checkpoint, { position: 5 });
});

Deno.test("progress rounds down, and only a completed job has all of it", async () => {
  await using db = await testDatabase();
  const { id } = await insertJob(db.sql, { kind: "import", payload: {} });
  const job = await claimed(db.sql);
  const percents = [];
  for (const processed of [0, 1, 1999, 2000, 2001]) {
    await saveProgress(db.sql, job, { processed, total: 2000 });
    percents.push((await findJob(db.sql, id))?.progress);
  }
  deepStrictEqual(percents, [0, 0, 99, 99, 99]);
  await completeJob(db.sql, job, { summary: "2,000 albums" });
  const done = await findJob(db.sql, id);
  deepStrictEqual([done?.status, done?.progress, done?.result], ["completed", 100, {
    summary: "2,000 albums",
  }]);
});

Deno.test("a waiting job is cancelled at once, a running one is asked and never comes back", async () => {
  await using db = await testDatabase();
  const waiting = await insertJob(db.sql, { kind: "scan", payload: { n: 1 } });
  strictEqual((await requestCancel(db.sql, waiting.id))?.status, "cancelled");
  strictEqual(await requestCancel(db.sql, waiting.id), undefined);
  const ends = [
    (job: JobClaim) => releaseJob(db.sql, job),
    (job: JobClaim) => retryOrFailJob(db.sql, job, error, 3),
    () => requeueLostJobs(db.sql),
  ];
  for (const end of ends) {
    const { id } = await insertJob(db.sql, { kind: "scan", payload: { n: 2 } });
    const job = await claimed(db.sql, "dead");
    strictEqual((await requestCancel(db.sql, id))?.status, "running");
    await end(job);
    const row = await findJob(db.sql, id);
    deepStrictEqual([row?.status, row?.completedAt instanceof Date], ["cancelled", true]);
  }
});

Deno.test("only what failed or was cancelled can be tried again", async () => {
  await using db = await testDatabase();
  const { id } = await insertJob(db.sql, { kind: "scan", payload: {} });
  strictEqual(await retryJob(db.sql, id), undefined);
  await failJob(db.sql, await claimed(db.sql), error);
  const job = await retryJob(db.sql, id);
  deepStrictEqual([job?.status, job?.failures, job?.errorMessage, job?.completedAt], [
    "pending",
    0,
    null,
    null,
  ]);
});

Deno.test("jobs are listed by status and kind, page by page, and counted", async () => {
  await using db = await testDatabase();
  for (let n = 0; n < 5; n++) await insertJob(db.sql, { kind: "cover", payload: { n } });
  await insertJob(db.sql, { kind: "scan", payload: {}, priority: 1 });
  await failJob(db.sql, await claimed(db.sql), error);
  await claimed(db.sql);
  const covers = await listJobs(db.sql, { kind: "cover", page: 2, pageSize: 3 });
  deepStrictEqual([covers.jobs.length, covers.total], [2, 5]);
  const failed = await listJobs(db.sql, { status: ["failed"], page: 1, pageSize: 10 });
  deepStrictEqual(failed.jobs.map((job) => job.kind), ["scan"]);
  deepStrictEqual((await listOpenJobs(db.sql, 3)).map((job) => job.status), [
    "running",
    "pending",
    "pending",
  ]);
  const { lastEndAt, ...counts } = await countJobs(db.sql);
  deepStrictEqual(counts, { running: 1, waiting: 4, failed: 1, finished: 1 });
  ok(lastEndAt);
});

Deno.test("old finished jobs are forgotten, open ones never", async () => {
  await using db = await testDatabase();
  for (let n = 0; n < 6; n++) await insertJob(db.sql, { kind: "cover", payload: { n } });
  await db.sql`update jobs set status = 'completed', completed_at = now() - interval '31 days'
    where (payload->>'n')::int < 2`;
  await db
    .sql`update jobs set status = 'failed', completed_at = now() - make_interval(hours => (payload->>'n')::int)
    where (payload->>'n')::int between 2 and 4`;
  await db.sql`update jobs set created_at = now() - interval '90 days'`;
  strictEqual(await pruneJobs(db.sql, { keep: 2, days: 30 }), 3);
  const left = await db.sql`select (payload->>'n')::int as n from jobs order by 1`;
  deepStrictEqual(left.map((row) => row.n), [2, 3, 5]);
});

Deno.test("workers are not woken by looking around, only by a job", async () => {
  await using db = await testDatabase();
  const heard: string[] = [];
  const last = Promise.withResolvers<void>();
  await db.sql.listen("jobs_ready", (payload) => {
    heard.push(payload);
    if (payload === "last") last.resolve();
  });
  await requeueLostJobs(db.sql);
  strictEqual(await claim(db.sql), undefined);
  await db.sql.notify("jobs_ready", "nobody had work");
  await insertJob(db.sql, { kind: "prune", payload: {} });
  await claim(db.sql);
  await db.sql.notify("jobs_ready", "last");
  await last.promise;
  deepStrictEqual(heard, ["nobody had work", "", "last"]);
});
