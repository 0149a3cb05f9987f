/**
 * From starting the process to the first answer 200: with the private PostgreSQL, the first time and later, and
 * with a server that is named. PROGRAM names an executable to measure instead of this source tree.
 */
import { startEmbeddedPostgres } from "../db/embedded_postgres.ts";
import { startProgram } from "../e2e/program.ts";
import { percentiles } from "./load.ts";

const ROUNDS = 5;

async function measure(name: string, options: () => { dataDir?: string; env?: Record<string, string> }) {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await using program = await startProgram(options());
    times.push(program.startedInMs);
  }
  const { p50, max } = percentiles(times);
  return { start: name, "median ms": Math.round(p50), "worst ms": Math.round(max) };
}

const kept = Deno.makeTempDirSync({ prefix: "beat-collector-bench-" });
const dataDir = `${kept}/private`;
Deno.mkdirSync(dataDir);
const server = await startEmbeddedPostgres({ dataDir: `${kept}/server` });
// Kept by whoever names the server: the folder with the generated key goes after each round.
const env = { DATABASE_URL: server.url, SECRET_KEY: "a key of thirty-two characters at least" };
try {
  // What the first start makes: files in the cache of the system, a migrated database on the named server.
  await measure("warming up", () => ({ dataDir }));
  await measure("warming up", () => ({ env }));
  console.table([
    await measure("private PostgreSQL, first time", () => ({})),
    await measure("private PostgreSQL, later", () => ({ dataDir })),
    await measure("DATABASE_URL", () => ({ env })),
  ]);
} finally {
  await server.stop();
  Deno.removeSync(kept, { recursive: true });
}
