import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { findJob, insertJob } from "../db/jobs.ts";
import { insertUser } from "../db/testing.ts";
import { testApp } from "../services/testing.ts";
import { enqueue } from "./queue.ts";
import { runUntilEmpty } from "./worker.ts";

Deno.test("what has expired goes, what is still of use stays", async () => {
  await using app = await testApp();
  const { sql } = app;
  const { id: user } = await insertUser(sql);
  const old = (interval: string) => sql`now() - ${interval}::interval`;
  await sql`insert into sessions (user_id, kind, csrf_token, expires_at) values
    (${user}, 'cookie', 'old', ${old("1 second")}), (${user}, 'cookie', 'new', ${old("-1 day")})`;
  await sql`insert into cache (key, value, expires_at) values
    ('old', '1', ${old("1 second")}), ('new', '1', ${old("-1 day")}), ('for good', '1', null)`;
  await sql`insert into rate_limits (key, points, expires_at) values
    ('old', 1, ${old("1 second")}), ('new', 1, ${old("-1 day")})`;
  await sql`insert into imports (user_id, source, filename, status, plan, expires_at) values
    (${user}, 'csv', 'expired', 'planned', '{}', ${old("1 second")}),
    (${user}, 'csv', 'waiting', 'planned', '{}', ${old("-1 day")}),
    (${user}, 'csv', 'applied', 'applied', '{}', ${old("1 day")})`;
  await sql`insert into import_entries (import_id, position, kind) select id, 1, 'liked_track' from imports`;
  const forgotten = await insertJob(sql, { kind: "prune", payload: { n: 1 } });
  await sql`update jobs set status = 'failed', completed_at = ${old("31 days")}`;

  const { id } = await enqueue(sql, "prune", {});
  strictEqual(await runUntilEmpty(app), 1);

  const names = async (rows: Promise<{ name: string }[]>) => (await rows).map((row) => row.name);
  deepStrictEqual(await names(sql`select csrf_token as name from sessions`), ["new"]);
  deepStrictEqual(await names(sql`select key as name from cache order by key`), ["for good", "new"]);
  deepStrictEqual(await names(sql`select key as name from rate_limits`), ["new"]);
  deepStrictEqual(await names(sql`select filename as name from imports order by 1`), ["applied", "waiting"]);
  deepStrictEqual(
    await names(sql`select filename as name from imports join import_entries on import_id = id`),
    ["waiting"],
  );
  strictEqual(await findJob(sql, forgotten.id), undefined);
  deepStrictEqual((await findJob(sql, id))?.result, {
    summary: "6 old records removed",
    jobs: 1,
    covers: 0,
    sessions: 1,
    cache: 1,
    rate_limits: 1,
    imports: 1,
    import_entries: 1,
    webhook_deliveries: 0,
    spotify_authorizations: 0,
    lidarr_plans: 0,
  });
});
