import { existsSync, rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { makePrivateFolder, serverCommand, type ServerOwner } from "./postgres_owner.ts";
import { POSTGRES_MAJOR } from "./postgres_runtime.ts";
import { killProcessesIn, lastWords, settingArgs, type Settings, stopProcess } from "./postgres_server.ts";
import { DatabaseUnavailableError } from "./unavailable.ts";

export type ClusterOptions = { runtime: string; cluster: string; owner: ServerOwner; settings: Settings };

/**
 * Makes the cluster with the program's own user and database, unless it is there. It is there whole or not at
 * all, but not on the disk yet: waiting for that takes seconds on a busy one.
 */
export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { cluster, runtime, owner, settings } = options;
  if (existsSync(cluster)) return refuseOtherVersion(cluster);
  const partial = `${cluster}.part`;
  rmSync(partial, { recursive: true, force: true });
  makePrivateFolder(partial, owner);
  try {
    await run(`${runtime}/bin/initdb`, owner, [
      ...["--pgdata", partial, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8"],
      // PostgreSQL's own rules for letters everywhere; pg_trgm asks LC_CTYPE what a letter is.
      ...["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"],
      ...["--locale", "C", "--lc-ctype", "C.UTF-8"],
      ...["--wal-segsize", "4", "--no-sync", "--no-instructions", ...settingArgs(settings)],
    ]);
    // The program's user is no superuser: what works here works on a server that others run.
    await run(
      `${runtime}/bin/postgres`,
      owner,
      [
        "--single",
        "-D",
        partial,
        ...settingArgs({ ...settings, fsync: "off", exit_on_error: "on" }),
        "template1",
      ],
      "create role beat_collector login createdb\ncreate database beat_collector owner beat_collector\n",
    );
    Deno.renameSync(partial, cluster);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** The server that a killed program left behind is stopped, and what a dead one left behind removed. */
export async function stopOrphan(cluster: string): Promise<void> {
  const pid = serverState(cluster)?.pid;
  if (pid === undefined) return;
  if (isServerOf(pid, cluster)) await stopProcess(pid, goneFrom(cluster, pid));
  else {
    // Another program may have its process id by now; the new server would take that one for the old server.
    killProcessesIn(cluster);
    rmSync(`${cluster}/postmaster.pid`, { force: true });
  }
}

/** What the server of this cluster says about itself, when there is one or one was killed. */
export function serverState(cluster: string): { pid: number; socketDir: string } | undefined {
  const path = `${cluster}/postmaster.pid`;
  if (!existsSync(path)) return undefined;
  const [pid, , , , socketDir] = Deno.readTextFileSync(path).split("\n");
  return { pid: Number(pid), socketDir };
}

async function goneFrom(cluster: string, pid: number): Promise<void> {
  while (isServerOf(pid, cluster)) await delay(10);
}

function isServerOf(pid: number, cluster: string): boolean {
  const [program, ...args] = commandLine(pid);
  return program?.endsWith("/postgres") && args.includes(cluster);
}

function commandLine(pid: number): string[] {
  if (Deno.build.os === "linux") {
    const path = `/proc/${pid}/cmdline`;
    return existsSync(path) ? Deno.readTextFileSync(path).split("\0") : [];
  }
  const { stdout } = new Deno.Command("ps", { args: ["-o", "args=", "-p", `${pid}`] }).outputSync();
  return new TextDecoder().decode(stdout).split(" ");
}

function refuseOtherVersion(cluster: string): void {
  const found = Deno.readTextFileSync(`${cluster}/PG_VERSION`).trim();
  if (found === POSTGRES_MAJOR) return;
  throw new DatabaseUnavailableError(
    `The database in ${cluster} was written by PostgreSQL ${found}, but this program carries PostgreSQL ` +
      `${POSTGRES_MAJOR}. Start the version of Beat Collector that wrote it, make a backup, and restore it here.`,
  );
}

async function run(program: string, owner: ServerOwner, args: string[], input = ""): Promise<void> {
  const child = serverCommand(program, args, owner, {
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const [{ success, stderr }] = await Promise.all([child.output(), feed(child.stdin, input)]);
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim().split("\n");
  throw new DatabaseUnavailableError(`The private PostgreSQL could not be set up: ${lastWords(said)}`);
}

// A program that ends before it has read everything says why on its own.
async function feed(stdin: WritableStream<Uint8Array>, input: string): Promise<void> {
  try {
    await new Blob([input]).stream().pipeTo(stdin);
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
