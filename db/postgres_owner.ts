import { dirname } from "node:path";

/** The user and group that the server runs as, in the form `Deno.Command` takes; empty: as ourselves. */
export type ServerOwner = { uid?: number; gid?: number };

/**
 * Makes the data folder and says who the server runs as. PostgreSQL refuses to run as root: it then runs as the
 * one the data folder belongs to, and as `nobody` when that is root as well.
 */
export function prepareDataDir(dataDir: string): ServerOwner {
  Deno.mkdirSync(dirname(dataDir), { recursive: true });
  Deno.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (Deno.uid() !== 0) return {};
  const { uid, mode } = Deno.statSync(dataDir);
  if (uid) return findUser((user) => user.uid === uid) ?? { uid, gid: uid };
  // The way to the server's own folder; what else is in here stays closed.
  Deno.chmodSync(dataDir, (mode ?? 0) & 0o7777 | 0o011);
  return findUser((user) => user.name === "nobody") ?? { uid: 65534, gid: 65534 };
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

function findUser(wanted: (user: { name: string; uid: number }) => boolean): ServerOwner | undefined {
  for (const line of Deno.readTextFileSync("/etc/passwd").split("\n")) {
    const [name, , uid, gid] = line.split(":");
    // macOS writes -2 for what the system calls 4294967294.
    const user = { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
    if (gid && wanted(user)) return { uid: user.uid, gid: user.gid };
  }
}
