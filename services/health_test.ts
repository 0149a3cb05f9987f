import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { connect } from "../db/sql.ts";
import { testDatabase } from "../db/testing.ts";
import { holdWorkerLock } from "../db/worker_locks.ts";
import { checkHealth } from "./health.ts";

Deno.test("it is well with a migrated database and a worker, and down without either", async () => {
  await using db = await testDatabase();
  deepStrictEqual((await checkHealth(db)).checks.worker, { status: "down", message: "is not running" });
  const lock = await holdWorkerLock(db.sql, "one");
  const { status, checks } = await checkHealth(db);
  deepStrictEqual([status, checks], ["ok", { database: { status: "ok" }, worker: { status: "ok" } }]);
  await lock.release();
  strictEqual((await checkHealth(db)).status, "down");
});

Deno.test("a database that cannot be reached is said to be that", async () => {
  const sql = connect({ url: "postgres://nobody@127.0.0.1:1/nothing", max: 1 });
  const { status, checks } = await checkHealth({ sql });
  deepStrictEqual([status, checks], ["down", { database: { status: "down", message: "cannot be reached" } }]);
  await sql.end({ timeout: 0 });
});
