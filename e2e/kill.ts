/**
 * `deno task test:kill [rounds]`: two worker processes share a queue while one of them is killed, frozen or stopped
 * at a random moment, round after round. Afterwards each job must have left each of its rows exactly once.
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { startEmbeddedPostgres } from "../db/embedded_postgres.ts";
import { insertJob } from "../db/jobs.ts";
import type { Database } from "../db/sql.ts";
import { testDatabase } from "../db/testing.ts";

const ROUNDS = Number(Deno.args[0] ?? 20);
const STEPS = 25;
const LEASE_MS = 10_000;

type Worker = Deno.ChildProcess;

function startProcess(url: string, dataDir: string): Worker {
  const program = new URL("kill_worker.ts", import.meta.url).pathname;
  const args = ["run", "-A", "--no-check", "--cached-only", program, url, dataDir];
  return new Deno.Command(Deno.execPath(), { args }).spawn();
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const someTime = (mostMs: number) => sleep(Math.random() * mostMs);

async function orphans(sql: Database): Promise<string[]> {
  const rows = await sql<{ claim: string }[]>`
    select id || ' ' || attempt as claim from jobs where status = 'running' and not exists (
      select from pg_locks where locktype = 'advisory' and objsubid = 2 and granted
        and objid = (hashtext(worker_id)::bigint & 4294967295)::oid)`;
  return rows.map((row) => row.claim);
}

/** Kills a worker; returns after how many milliseconds each of the jobs it left was taken back. */
async function kill(sql: Database, victim: Worker): Promise<number[]> {
  victim.kill("SIGKILL");
  await victim.status;
  const begun = performance.now();
  const takeovers: number[] = [];
  for (let left = await orphans(sql); left.length > 0;) {
    await sleep(20);
    const still = await orphans(sql);
    takeovers.push(...left.filter((claim) => !still.includes(claim)).map(() => performance.now() - begun));
    left = left.filter((claim) => still.includes(claim));
  }
  return takeovers;
}

/** Leaves a worker neither dead nor alive until others have its jobs; then it wakes up as a late writer. */
async function freeze(victim: Worker): Promise<void> {
  victim.kill("SIGSTOP");
  await sleep(LEASE_MS + 4000);
  victim.kill("SIGCONT");
}

async function terminate(victim: Worker): Promise<number> {
  const begun = performance.now();
  victim.kill("SIGTERM");
  await victim.status;
  return performance.now() - begun;
}

async function run(sql: Database, url: string, dataDir: string) {
  await sql`create table effects (n numeric, step integer, attempt integer)`;
  const workers = [startProcess(url, dataDir), startProcess(url, dataDir)];
  const takeovers: number[] = [];
  const farewells: number[] = [];
  let jobs = 0;
  let frozen = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    for (let n = 0; n < 4; n++) {
      const kind = n === 0 ? "long" : "short";
      await insertJob(sql, { kind, payload: { n: ++jobs, steps: STEPS, next: "short" } });
    }
    // Beginning before a worker has begun is a moment, too.
    await someTime(1500);
    const index = round % 2;
    if (round % 10 === 5) {
      frozen++;
      await freeze(workers[index]);
      continue;
    }
    if (round % 10 === 0) farewells.push(await terminate(workers[index]));
    else takeovers.push(...await kill(sql, workers[index]));
    workers[index] = startProcess(url, dataDir);
  }
  while (true) {
    const [{ open }] = await sql<{ open: number }[]>`
      select count(*)::integer as open from jobs where status in ('pending', 'running')`;
    if (open === 0) break;
    await sleep(200);
  }
  for (const worker of workers) farewells.push(await terminate(worker));
  return { jobs, frozen, takeovers, farewells };
}

async function report(
  sql: Database,
  { jobs, frozen, takeovers, farewells }: Awaited<ReturnType<typeof run>>,
) {
  const expected = jobs * (STEPS + 3);
  const [found] = await sql<{ rows: number; different: number; resumed: number }[]>`
    select count(*)::integer as rows, count(distinct (n, step))::integer as different,
      count(distinct n) filter (where attempt > 1)::integer as resumed from effects`;
  const statuses = await sql<{ status: string; jobs: number }[]>`
    select status, count(*)::integer as jobs from jobs group by status`;
  const sorted = takeovers.map(Math.round).sort((a, b) => a - b);
  const counts = {
    rounds: ROUNDS,
    frozen,
    jobs: 2 * jobs,
    "jobs resumed": found.resumed,
    effects: expected,
    lost: expected - found.different,
    doubled: found.rows - found.different,
    "jobs taken over": sorted.length,
    "median ms until taken over": sorted[sorted.length >> 1],
    "longest": sorted.at(-1),
    "longest ms from SIGTERM to the end": Math.round(Math.max(...farewells)),
  };
  console.table(counts);
  deepStrictEqual(statuses.map((row) => ({ ...row })), [{ status: "completed", jobs: 2 * jobs }]);
  deepStrictEqual([counts.lost, counts.doubled], [0, 0]);
  ok(
    sorted.length > 0 && sorted.at(-1)! < LEASE_MS,
    "a job of a dead worker waited for the end of its lease",
  );
  ok(Math.max(...farewells) < 10_000, "a worker took more than ten seconds to end");
}

async function main() {
  const dataDir = await Deno.makeTempDir({ prefix: "beat-collector-kill-" });
  const server = Deno.env.get("TEST_DATABASE_URL") ? undefined : await startEmbeddedPostgres({ dataDir });
  if (server) Deno.env.set("TEST_DATABASE_URL", server.url);
  try {
    await using database = await testDatabase();
    await report(database.sql, await run(database.sql, database.url, dataDir));
  } finally {
    await server?.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
}

await main();
