import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { listJobs } from "../db/jobs.ts";
import { advanceSchedule, findSchedule, updateSchedule } from "../db/schedules.ts";
import { connect, type Database } from "../db/sql.ts";
import { testDatabase } from "../db/testing.ts";
import { fireSchedules, startSchedule } from "./schedule.ts";

const at = (hour: number, minute = 0, day = 22) => new Date(2026, 10, day, hour, minute);

/** One schedule, daily at two. */
async function scheduled() {
  const db = await testDatabase({ max: 8 });
  await db.sql`delete from schedules where name <> 'library_scan'`;
  return db;
}

async function kinds(sql: Database) {
  return (await listJobs(sql, { page: 1, pageSize: 50 })).jobs.map((job) => job.kind);
}

Deno.test("a new schedule is planned, and fires when its time comes", async () => {
  await using db = await scheduled();
  deepStrictEqual(await fireSchedules(db.sql, at(1)), at(2));
  deepStrictEqual(await kinds(db.sql), []);
  deepStrictEqual(await fireSchedules(db.sql, at(1, 59)), at(2));
  deepStrictEqual(await kinds(db.sql), []);
  deepStrictEqual(await fireSchedules(db.sql, at(2)), at(2, 0, 23));
  deepStrictEqual(await kinds(db.sql), ["filesystem_scan"]);
  deepStrictEqual((await findSchedule(db.sql, "library_scan"))?.nextRunAt, at(2, 0, 23));
});

Deno.test("of many programs one fires", async () => {
  await using db = await scheduled();
  await fireSchedules(db.sql, at(1));
  const schedule = await findSchedule(db.sql, "library_scan");
  ok(schedule);
  const moved = await Promise.all(
    Array.from({ length: 8 }, () => advanceSchedule(db.sql, schedule, at(2, 0, 23), true)),
  );
  strictEqual(moved.filter((mine) => mine).length, 1);
});

Deno.test("what was missed for days is made up for once", async () => {
  await using db = await scheduled();
  await fireSchedules(db.sql, at(1));
  deepStrictEqual(await fireSchedules(db.sql, at(9, 0, 26)), at(2, 0, 27));
  await db.sql`update jobs set status = 'completed'`;
  await fireSchedules(db.sql, at(9, 1, 26));
  strictEqual((await kinds(db.sql)).length, 1);
});

Deno.test("a schedule that is switched off or cannot be read fires nothing and stops no other", async () => {
  await using db = await scheduled();
  await db.sql`insert into schedules (name, kind, cron, enabled) values ('a', 'off', '* * * * *', false),
    ('b', 'broken', 'never', true), ('c', 'fine', '*/5 * * * *', true)`;
  await fireSchedules(db.sql, at(1));
  await fireSchedules(db.sql, at(1, 7));
  deepStrictEqual(await kinds(db.sql), ["fine"]);
});

Deno.test("a changed schedule counts at once", async () => {
  await using db = await scheduled();
  const sql = connect({ url: db.url, max: 2 });
  const schedule = startSchedule({ sql });
  const asked = Promise.withResolvers<void>();
  await sql.listen("jobs", () => asked.resolve());
  await updateSchedule(db.sql, "library_scan", { cron: "* * * * *", nextRunAt: new Date(Date.now() - 1000) });
  await asked.promise;
  deepStrictEqual(await kinds(db.sql), ["filesystem_scan"]);
  await schedule.stop();
  await sql.end();
});

Deno.test("what has nothing to do here is passed over without a line in the history", async () => {
  await using db = await scheduled();
  await fireSchedules(db.sql, at(1));
  deepStrictEqual(await fireSchedules(db.sql, at(2), () => Promise.resolve(false)), at(2, 0, 23));
  deepStrictEqual(await kinds(db.sql), []);
});
