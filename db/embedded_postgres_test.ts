import { match, ok, rejects, strictEqual } from "node:assert/strict";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { startEmbeddedPostgres } from "./embedded_postgres.ts";
import { type OpenDatabase, openDatabase } from "./open.ts";
import { serverState } from "./postgres_cluster.ts";
import { prepareDataDir } from "./postgres_owner.ts";
import { connect } from "./sql.ts";
import { DatabaseUnavailableError } from "./unavailable.ts";

type Folder = Disposable & { path: string };

function dataFolder(name = "data"): Folder {
  const temporary = Deno.makeTempDirSync({ prefix: "beat-collector-test-" });
  Deno.chmodSync(temporary, 0o711);
  return {
    path: `${temporary}/${name}`,
    [Symbol.dispose]: () => Deno.removeSync(temporary, { recursive: true }),
  };
}

function open(dataDir: string): Promise<OpenDatabase & AsyncDisposable> {
  return openDatabase({ dataDir, max: 2 }).then((db) => ({ ...db, [Symbol.asyncDispose]: db.stop }));
}

function postmasterOf(dataDir: string): number {
  const pid = serverState(`${dataDir}/postgres/data`)?.pid;
  // To the system 0 means everybody who was started together with this test.
  if (!pid) throw new Error("No server runs here");
  return pid;
}

function isRunning(pid: number): boolean {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`) !== "";
  } catch {
    return false;
  }
}

const onLinux = Deno.build.os === "linux";

/** A program of its own on the data folder; `line` is what it prints when its database is open. */
async function startProgram(dataDir: string, then = "await new Promise(() => {});") {
  const module = JSON.stringify(new URL("./open.ts", import.meta.url).href);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `
      const { openDatabase } = await import(${module});
      addEventListener("unhandledrejection", (event) => { console.log(event.reason.message); Deno.exit(1); });
      const db = await openDatabase({ dataDir: ${JSON.stringify(dataDir)} });
      console.log("open");
      ${then}`,
    ],
    stdout: "piped",
  }).spawn();
  const lines = createInterface({ input: Readable.fromWeb(child.stdout) })[Symbol.asyncIterator]();
  return { child, line: (await lines.next()).value as string };
}

Deno.test("the private server is made once, listens on a closed socket only and knows all scripts", async () => {
  using folder = dataFolder();
  let marker: string;
  {
    await using db = await open(folder.path);
    const [row] = await db.sql`select current_setting('listen_addresses') as addresses,
      current_setting('fsync') as fsync, rolsuper, version() as version
      from pg_roles where rolname = current_user`;
    strictEqual(row.addresses, "");
    strictEqual(row.fsync, "on");
    strictEqual(row.rolsuper, false);
    match(row.version, /^PostgreSQL 18/);
    await db.sql`create extension pg_trgm`;
    const [{ similar }] = await db
      .sql`select similarity('Кино', 'КИНО') + similarity('坂本龍一', '坂本') as similar`;
    ok(similar > 1.2, `${similar}`);
    strictEqual((Deno.statSync(`${folder.path}/postgres/run`).mode ?? 0) & 0o777, 0o700);
    strictEqual((Deno.statSync(`${folder.path}/postgres/data`).mode ?? 0) & 0o777, 0o700);
    marker = crypto.randomUUID();
    await db.sql`create table kept (marker text)`;
    await db.sql`insert into kept values (${marker})`;
  }
  await using db = await open(folder.path);
  strictEqual((await db.sql`select marker from kept`)[0].marker, marker);
});

Deno.test("a second program on the folder is refused at once and told who has it; a command may join", async () => {
  using folder = dataFolder();
  await using _db = await open(folder.path);
  const before = performance.now();
  const second = await startProgram(folder.path);
  match(second.line, new RegExp(`already running on the data folder .* \\(process ${Deno.pid}\\)`));
  ok(performance.now() - before < 10_000);
  strictEqual((await second.child.status).success, false);

  const beside = await openDatabase({ dataDir: folder.path, join: true, max: 1 });
  strictEqual((await beside.sql`select 1 as one`)[0].one, 1);
  await beside.stop();
  ok(isRunning(postmasterOf(folder.path)));
});

Deno.test({
  name: "what a killed program leaves is stopped cleanly, and what it wrote is there",
  ignore: !onLinux,
  async fn() {
    using folder = dataFolder();
    const killed = await startProgram(
      folder.path,
      `await db.sql\`create table kept as select 7 as seven\`;
       const orphaned = db.sql\`select pg_sleep(60)\`.catch(() => {});
       console.log("written"); await orphaned;`,
    );
    strictEqual(killed.line, "open");
    const orphan = postmasterOf(folder.path);
    const watcher = connect({ url: socketUrlOf(folder.path), max: 1 });
    for (;;) {
      const [{ tables }] = await watcher`select count(*)::int as tables from pg_class where relname = 'kept'`;
      if (tables === 1) break;
    }
    await watcher.end();
    killed.child.kill("SIGKILL");
    await killed.child.status;
    ok(isRunning(orphan));
    await using db = await open(folder.path);
    strictEqual((await db.sql`select seven from kept`)[0].seven, 7);
    ok(!isRunning(orphan));
  },
});

Deno.test("a program that ends without stopping its server takes it along", async () => {
  using folder = dataFolder();
  const program = await startProgram(folder.path, "Deno.exit(3);");
  strictEqual(program.line, "open");
  strictEqual((await program.child.status).code, 3);
  await using _db = await open(folder.path);
  strictEqual(Deno.readTextFileSync(`${folder.path}/postgres/postgres.log`).includes("interrupted"), false);
});

Deno.test({
  name: "a process id that belongs to another program by now is not taken for the server",
  ignore: !onLinux,
  async fn() {
    using folder = dataFolder();
    await (await open(folder.path)).stop();
    const { uid, gid } = prepareDataDir(folder.path);
    const stranger = new Deno.Command("sleep", { args: ["60"], uid, gid }).spawn();
    const state = `${folder.path}/postgres/data/postmaster.pid`;
    Deno.writeTextFileSync(state, `${stranger.pid}\n${folder.path}/postgres/data\n0\n5432\n\n\n0 0\nready\n`);
    {
      await using db = await open(folder.path);
      strictEqual((await db.sql`select 1 as one`)[0].one, 1);
    }
    ok(isRunning(stranger.pid));
    stranger.kill();
    await stranger.status;
  },
});

Deno.test("a server that dies is started again with all that was committed", async () => {
  using folder = dataFolder();
  const restarted = Promise.withResolvers<string>();
  const server = await startEmbeddedPostgres({ dataDir: folder.path, notice: restarted.resolve });
  const sql = connect({ url: server.url, max: 1 });
  await sql`create table kept as select 7 as seven`;
  Deno.kill(postmasterOf(folder.path), "SIGKILL");
  match(await restarted.promise, /started again/);
  strictEqual((await sql`select seven from kept`)[0].seven, 7);
  await sql.end();
  await server.stop();
});

Deno.test({
  name: "a part of the server that does not notice its end does not hold up the next one",
  ignore: !onLinux,
  async fn() {
    using folder = dataFolder();
    const restarted = Promise.withResolvers<string>();
    const server = await startEmbeddedPostgres({ dataDir: folder.path, notice: restarted.resolve });
    const pid = postmasterOf(folder.path);
    const [part] = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).split(" ").map(Number);
    Deno.kill(part, "SIGSTOP");
    Deno.kill(pid, "SIGKILL");
    match(await restarted.promise, /started again/);
    ok(!isRunning(part));
    await server.stop();
  },
});

Deno.test("a server that cannot be started again is given up with its reason", async () => {
  using folder = dataFolder();
  const server = await startEmbeddedPostgres({ dataDir: folder.path });
  const pid = postmasterOf(folder.path);
  // What runs does not look at it again, so that only the next start meets it.
  Deno.writeTextFileSync(`${folder.path}/postgres/data/postgresql.auto.conf`, "no setting\n");
  Deno.kill(pid, "SIGKILL");
  const error = await server.gaveUp;
  ok(error instanceof DatabaseUnavailableError);
  match(error.message, /did not start: .*contains errors/);
  await server.stop();
});

Deno.test("a folder with a long name has its socket elsewhere, as closed, and gone afterwards", async () => {
  using folder = dataFolder("long".repeat(30));
  const db = await open(folder.path);
  strictEqual((await db.sql`select 1 as one`)[0].one, 1);
  const socketDir = new URL(db.url).searchParams.get("host") ?? "";
  ok(!socketDir.startsWith(folder.path));
  strictEqual((Deno.statSync(socketDir).mode ?? 0) & 0o777, 0o700);
  await db.stop();
  await rejects(() => Deno.stat(socketDir), Deno.errors.NotFound);
});

Deno.test("a cluster of another PostgreSQL is refused by its version", async () => {
  using folder = dataFolder();
  await (await open(folder.path)).stop();
  Deno.writeTextFileSync(`${folder.path}/postgres/data/PG_VERSION`, "17\n");
  await rejects(() => open(folder.path), /written by PostgreSQL 17, but this program carries PostgreSQL 18/);
  Deno.writeTextFileSync(`${folder.path}/postgres/data/PG_VERSION`, "18\n");
  await (await open(folder.path)).stop();
});

Deno.test({
  name: "as root the server runs as the owner of the folder, else as nobody, also below a closed folder",
  ignore: !onLinux || Deno.uid() !== 0,
  async fn() {
    const userOf = (pid: number) => Deno.statSync(`/proc/${pid}`).uid;
    using folder = dataFolder();
    Deno.chmodSync(dirname(folder.path), 0o700);
    {
      await using db = await open(folder.path);
      strictEqual((await db.sql`select 1 as one`)[0].one, 1);
      strictEqual(userOf(postmasterOf(folder.path)), 65534);
      strictEqual((Deno.statSync(folder.path).mode ?? 0) & 0o777, 0o711);
    }
    using owned = dataFolder();
    Deno.mkdirSync(owned.path);
    Deno.chownSync(owned.path, 2, 2);
    await using _db = await open(owned.path);
    strictEqual(userOf(postmasterOf(owned.path)), 2);
    strictEqual(Deno.statSync(`${owned.path}/beat-collector.pid`).uid, 2);
  },
});

function socketUrlOf(dataDir: string): string {
  const { socketDir } = serverState(`${dataDir}/postgres/data`) ?? { socketDir: "" };
  return `postgres://beat_collector@localhost/beat_collector?host=${encodeURIComponent(socketDir)}`;
}
