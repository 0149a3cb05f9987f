/**
 * `deno task test [files and options]` and `deno task e2e`: runs the tests on a PostgreSQL of their own, which goes when they are done.
 * With TEST_DATABASE_URL set they run on that server instead.
 */
import { startEmbeddedPostgres } from "./embedded_postgres.ts";

// It holds nothing worth keeping, and every test file keeps a few connections.
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
  // Nobody but a superuser may drop a database that is being vacuumed.
  autovacuum: "off",
};

async function runTests(databaseUrl: string): Promise<number> {
  const tests = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", ...Deno.args],
    env: { TEST_DATABASE_URL: databaseUrl },
  }).spawn();
  // Whoever interrupts us interrupts the tests; we end after them, with the server stopped.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => tests.kill(signal));
  }
  return (await tests.status).code;
}

async function runOnOwnServer(): Promise<number> {
  const dataDir = Deno.makeTempDirSync({ prefix: "beat-collector-test-" });
  try {
    const server = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
    try {
      return await runTests(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    Deno.removeSync(dataDir, { recursive: true });
  }
}

const given = Deno.env.get("TEST_DATABASE_URL");
Deno.exit(given ? await runTests(given) : await runOnOwnServer());
