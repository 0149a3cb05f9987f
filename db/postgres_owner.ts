import { existsSync } from "node:fs";
import { dirname } from "node:path";

/** The user and group that the server runs as; empty: as ourselves. */
export type ServerOwner = { uid?: number; gid?: number; closedFolder?: string };

// Root's own programs, wherever PATH leads.
const SETPRIV = "/usr/bin/setpriv";

/**
 * Makes the data folder and says who the server runs as. PostgreSQL refuses to run as root: it then runs as the
 * one the data folder belongs to, and as `nobody` when that is root as well.
 */
export function prepareDataDir(dataDir: string): ServerOwner {
  Deno.mkdirSync(dirname(dataDir), { recursive: true });
  Deno.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (Deno.uid() !== 0) return {};
  const { uid, mode } = Deno.statSync(dataDir);
  // The way to the server's own folder; what else is in here stays closed.
  if (!uid) Deno.chmodSync(dataDir, (mode ?? 0) & 0o7777 | 0o011);
  const owner = uid
    ? findUser((user) => user.uid === uid) ?? { uid, gid: uid }
    : findUser((user) => user.name === "nobody") ?? { uid: 65534, gid: 65534 };
  return { ...owner, closedFolder: findClosedFolder(dataDir, owner) };
}

/**
 * A program of PostgreSQL, run as the server's user and without what PG* variables say. Where a folder above is
 * closed to that user (a temporary folder of root's), it may pass and read, but not write, like root: the one
 * privilege it is left, and where that cannot be, starting it fails.
 */
export function serverCommand(
  program: string,
  args: string[],
  { uid, gid, closedFolder }: ServerOwner,
  options: Deno.CommandOptions,
): Deno.Command {
  const common = { ...options, clearEnv: true, env: { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" } };
  if (!closedFolder || !canPassFolders()) return new Deno.Command(program, { ...common, args, uid, gid });
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--no-new-privs"];
  return new Deno.Command(SETPRIV, {
    ...common,
    args: [...identity, ...ONLY_PASSING, "--", program, ...args],
  });
}

/** Makes a folder that only the server's user (and root) may enter. */
export function makePrivateFolder(path: string, owner: ServerOwner): void {
  Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  if (owner.uid !== undefined) Deno.chownSync(path, owner.uid, owner.gid ?? null);
}

/** What root makes in somebody's folder must not be in that one's way later. */
export function giveToFolderOwner(path: string): void {
  if (Deno.uid() !== 0) return;
  const { uid, gid } = Deno.statSync(dirname(path));
  Deno.chownSync(path, uid, gid);
}

const ONLY_PASSING = [
  ...["inh", "ambient"].map((set) => `--${set}-caps=-all,+dac_read_search`),
  // Or the system call access(), with which initdb looks for its neighbour, would say no.
  "--securebits=+no_setuid_fixup",
];

function canPassFolders(): boolean {
  if (!existsSync(SETPRIV)) return false;
  const args = [...ONLY_PASSING, "true"];
  return new Deno.Command(SETPRIV, { args, stdout: "null", stderr: "null" }).outputSync().success;
}

/** The first folder on the way down that the server's user may not enter. */
function findClosedFolder(path: string, owner: ServerOwner): string | undefined {
  const above = dirname(path) === path ? undefined : findClosedFolder(dirname(path), owner);
  if (above) return above;
  const { mode, uid, gid } = Deno.statSync(path);
  const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001;
  return (mode ?? 0) & bit ? undefined : path;
}

function findUser(wanted: (user: { name: string; uid: number }) => boolean): ServerOwner | undefined {
  for (const line of Deno.readTextFileSync("/etc/passwd").split("\n")) {
    const [name, , uid, gid] = line.split(":");
    // macOS writes -2 for what the system calls 4294967294.
    const user = { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
    if (gid && wanted(user)) return { uid: user.uid, gid: user.gid };
  }
}
