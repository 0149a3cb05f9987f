import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { findImport, updateImport } from "../db/imports.ts";
import { findJob } from "../db/jobs.ts";
import { Failure } from "../services/errors.ts";
import { startApplying } from "../services/library_import.ts";
import { household, library, plan } from "../services/library_import_testing.ts";
import { enqueue } from "./queue.ts";
import { runUntilEmpty } from "./worker.ts";

Deno.test("a plan is applied by a job that says what it did", async () => {
  await using house = await household();
  const { app, userId } = house;
  const { id: importId } = await plan(app, userId, library([["a1", "Dummy"]], [["t1", "Roads", "Dummy"]]));
  const job = await app.sql.begin(async (tx) => {
    await startApplying(tx, userId, importId);
    const job = await enqueue(tx, "import_apply", { importId });
    await updateImport(tx, importId, { jobId: job.id });
    return job;
  });
  const refused = (error: unknown) =>
    error instanceof Failure && error.code === "conflict" && error.fields?.job_id === job.id;
  await rejects(app.sql.begin((tx) => startApplying(tx, userId, importId)), refused);
  await runUntilEmpty(app);
  const done = await findJob(app.sql, job.id);
  strictEqual(done?.status, "completed");
  deepStrictEqual(done?.result, {
    summary: "1 album: 1 new; 1 liked song",
    albums: 1,
    new_albums: 1,
    liked_tracks: 1,
  });
  strictEqual((await findImport(app.sql, importId))?.status, "applied");
  await rejects(app.sql.begin((tx) => startApplying(tx, userId, importId)), refused);
});

Deno.test("a plan whose job was cancelled can be applied after all", async () => {
  await using house = await household();
  const { app, userId } = house;
  const { id: importId } = await plan(app, userId, library([["a1", "Dummy"]]));
  const ask = () =>
    app.sql.begin(async (tx) => {
      await startApplying(tx, userId, importId);
      const { id } = await enqueue(tx, "import_apply", { importId });
      await updateImport(tx, importId, { jobId: id });
      return id;
    });
  const first = await ask();
  await app.sql`update jobs set status = 'cancelled', completed_at = now() where id = ${first}`;
  const second = await ask();
  await runUntilEmpty(app);
  strictEqual((await findJob(app.sql, second))?.status, "completed");
});
