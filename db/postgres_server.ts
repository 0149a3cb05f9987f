import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { giveToFolderOwner, serverCommand, type ServerOwner } from "./postgres_owner.ts";
import { DatabaseUnavailableError } from "./unavailable.ts";

export type Settings = Record<string, string>;

export type ServerOptions = {
  /** The folder with bin/, lib/ and share/. */
  runtime: string;
  /** The cluster: PostgreSQL's data directory. */
  cluster: string;
  owner: ServerOwner;
  settings: Settings;
  logFile: string;
};

/** A running server. `exited` resolves when the last of its processes is gone. */
export type PostgresServer = { pid: number; exited: Promise<unknown>; stop(): Promise<void> };

const LOG_LIMIT_BYTES = 5_000_000;

/** Starts a server and returns when it takes connections; throws what it said when it does not come up. */
export async function launchServer(options: ServerOptions): Promise<PostgresServer> {
  const args = ["-D", options.cluster, ...settingArgs(options.settings)];
  const child = serverCommand(`${options.runtime}/bin/postgres`, args, options.owner, {
    // Ctrl-C in a terminal is for the program, which stops its server last.
    detached: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said: string[] = [];
  const ready = Promise.withResolvers<boolean>();
  const reading = (async () => {
    const lines = createInterface({ input: Readable.fromWeb(child.stderr), crlfDelay: Infinity });
    for await (const line of lines) {
      appendToLog(options.logFile, line);
      if (line.endsWith("database system is ready to accept connections")) ready.resolve(true);
      said.push(line);
      said.splice(0, said.length - 20);
    }
    ready.resolve(false);
  })();
  // Its children share its stderr: the stream ends when the last one does. They end on their own when it is gone,
  // and while one has not noticed (PostgreSQL's autovacuum does not while its files are missing), the next server
  // cannot have the cluster.
  const exited = child.status.then(async () => {
    if (await settlesWithin(reading, 3_000)) return;
    killProcessesIn(options.cluster);
    await settlesWithin(reading, 3_000);
  });
  if (await ready.promise) return { pid: child.pid, exited, stop: () => stopProcess(child.pid, exited) };
  await exited;
  throw new DatabaseUnavailableError(`The private PostgreSQL did not start: ${lastWords(said)}`);
}

export function settingArgs(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** Asks ever more firmly: finish what runs, then leave it to recovery at the next start, then no more asking. */
export async function stopProcess(pid: number, exited: Promise<unknown>): Promise<void> {
  for (const [name, patienceMs] of [["SIGINT", 8_000], ["SIGQUIT", 2_000], ["SIGKILL", 2_000]] as const) {
    signal(pid, name);
    if (await settlesWithin(exited, patienceMs)) return;
  }
}

/**
 * Ends what a dead server left behind: nothing else may touch a cluster when the next server starts. PostgreSQL's
 * processes work in the folder of their cluster; only Linux says so.
 */
export function killProcessesIn(cluster: string): void {
  if (Deno.build.os !== "linux") return;
  const folder = Deno.realPathSync(cluster);
  for (const { name } of Deno.readDirSync("/proc")) {
    if (/^\d+$/.test(name) && workingFolder(name) === folder) signal(Number(name), "SIGKILL");
  }
}

function signal(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

// Undefined for what belongs to others and for what has just ended.
function workingFolder(pid: string): string | undefined {
  try {
    return Deno.readLinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** The complaint in PostgreSQL's output, without time and process: its reason and its advice. */
export function lastWords(lines: string[]): string {
  const text = (severity: RegExp) =>
    lines.findLast((line) => severity.test(line))?.replace(severity, "").trim();
  const reason = text(/^.*?\b(FATAL|PANIC|error): +/) ?? lines.at(-1) ?? "it ended without a word";
  const advice = text(/^.*?\bHINT: +/i);
  return [reason.replace(/([^.])$/, "$1."), advice].filter(Boolean).join(" ");
}

function appendToLog(path: string, line: string): void {
  try {
    const isNew = !existsSync(path);
    if (!isNew && Deno.statSync(path).size > LOG_LIMIT_BYTES) Deno.renameSync(path, `${path}.1`);
    Deno.writeTextFileSync(path, `${line}\n`, { append: true, mode: 0o600 });
    if (isNew) giveToFolderOwner(path);
  } catch {
    // A log that cannot be written (the disk is full) must not stop the reading: the server would stand still.
  }
}

async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const timeout = delay(ms, false, { signal: timer.signal }).catch(() => false);
  const settled = await Promise.race([promise.then(() => true), timeout]);
  timer.abort();
  return settled;
}
