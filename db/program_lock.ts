import { setTimeout as delay } from "node:timers/promises";
import { giveToFolderOwner } from "./postgres_owner.ts";

export type ProgramLock = { release(): void };

/**
 * Takes the data folder for this program, or says which process has it. The operating system lets go of the
 * lock when the process ends, however it ends, so a lock is never stale.
 */
export async function lockDataDir(dataDir: string): Promise<ProgramLock | { heldBy: number }> {
  const path = lockFile(dataDir);
  const file = await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  if (!await tryLock(file)) {
    file.close();
    return { heldBy: parseInt(await Deno.readTextFile(path)) };
  }
  giveToFolderOwner(path);
  file.truncateSync();
  file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  return { release: () => file.close() };
}

export function lockFile(dataDir: string): string {
  return `${dataDir}/beat-collector.pid`;
}

// Deno 2.6 has no `tryLock`: there a lock that is not had at once counts as taken.
function tryLock(file: Deno.FsFile): Promise<boolean> {
  if (typeof file.tryLock === "function") return file.tryLock(true);
  return Promise.race([file.lock(true).then(() => true), delay(300, false)]);
}
