import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { insertJob, requestCancel } from "../db/jobs.ts";
import { testDatabase } from "../db/testing.ts";
import { openJobFeed, type OpenJobs } from "./job_feed.ts";

/** Reads on until these kinds are open. */
async function told(watch: AsyncGenerator<OpenJobs>, kinds: string[]): Promise<void> {
  for (let next = await watch.next(); !next.done; next = await watch.next()) {
    if (next.value.open.map((job) => job.kind).join() === kinds.join()) return;
  }
  throw new Error(`The watch ended before ${kinds} were open`);
}

Deno.test("whoever watches is told what is open, at once and when it changes", async () => {
  await using db = await testDatabase();
  const feed = await openJobFeed(db.sql, 1);
  const watches = [1, 2].map(() => feed.watch(new AbortController().signal));
  for (const watch of watches) await told(watch, []);
  const { id } = await insertJob(db.sql, { kind: "prune", payload: {} });
  for (const watch of watches) await told(watch, ["prune"]);
  await requestCancel(db.sql, id);
  for (const watch of watches) await told(watch, []);
  feed.close();
  strictEqual((await watches[0].next()).done, true);
});

Deno.test("a watch ends when nobody looks any more", async () => {
  await using db = await testDatabase();
  const feed = await openJobFeed(db.sql);
  const leaving = new AbortController();
  const watch = feed.watch(leaving.signal);
  await watch.next();
  const end = watch.next();
  leaving.abort();
  deepStrictEqual(await end, { done: true, value: undefined });
  feed.close();
});
