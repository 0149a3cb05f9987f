import { deepStrictEqual, notStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { testDatabase } from "../db/testing.ts";
import { insertJob } from "../db/jobs.ts";
import { enqueue } from "./queue.ts";

Deno.test("a job is asked for once, however many ask at the same time", async () => {
  await using db = await testDatabase({ max: 8 });
  const asked = await Promise.all(Array.from({ length: 8 }, () => enqueue(db.sql, "prune", {})));
  strictEqual(new Set(asked.map((job) => job.id)).size, 1);
  strictEqual(asked.filter((job) => !job.existing).length, 1);
});

Deno.test("the order of the payload's fields does not make another job", async () => {
  await using db = await testDatabase();
  const first = await insertJob(db.sql, { kind: "scan", payload: { folders: ["a"], deep: true } });
  const second = await insertJob(db.sql, { kind: "scan", payload: { deep: true, folders: ["a"] } });
  const other = await insertJob(db.sql, { kind: "scan", payload: { deep: true, folders: ["b"] } });
  deepStrictEqual(second, { id: first.id, existing: true, running: false });
  notStrictEqual(other.id, first.id);
});

Deno.test("after the first one finished, the same job may be asked for again", async () => {
  await using db = await testDatabase();
  const first = await enqueue(db.sql, "prune", {});
  await db.sql`update jobs set status = 'completed'`;
  const second = await enqueue(db.sql, "prune", {});
  strictEqual(second.existing, false);
  notStrictEqual(second.id, first.id);
});

Deno.test("a job asked for in a transaction that fails was never asked for", async () => {
  await using db = await testDatabase();
  await rejects(db.sql.begin(async (tx) => {
    await enqueue(tx, "prune", {});
    throw new Error("no");
  }));
  deepStrictEqual([...await db.sql`select id from jobs`], []);
});

Deno.test("the row names the album its payload is about", async () => {
  await using db = await testDatabase();
  const albumId = crypto.randomUUID();
  await insertJob(db.sql, { kind: "cover_art_fetch", payload: { albumId } });
  const [row] = await db.sql`select entity_id, payload from jobs`;
  deepStrictEqual({ ...row }, { entityId: albumId, payload: { albumId } });
});
