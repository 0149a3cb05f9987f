import type { ServerOwner } from "./postgres_owner.ts";
import { DatabaseUnavailableError } from "./unavailable.ts";

/** Turns what the file system refused into a sentence about the data folder; other errors stay as they are. */
export function explainTrouble(error: unknown, dataDir: string, owner: ServerOwner): unknown {
  const sentence = error instanceof Error && troubleSentence(error, dataDir, owner);
  return sentence ? new DatabaseUnavailableError(sentence, { cause: error }) : error;
}

function troubleSentence(error: Error, dataDir: string, owner: ServerOwner): string | undefined {
  const folder = `The data folder ${dataDir}`;
  if (/No space left on device|Disk quota exceeded/.test(error.message)) {
    return `${folder} is on a disk that is full. Make room and start again.`;
  }
  if (/Read-only file system/.test(error.message)) {
    return `${folder} is on a file system that is mounted read-only.`;
  }
  if (/Not a directory|File exists/.test(error.message)) {
    return `${folder} cannot be made: there is a file in its place.`;
  }
  if (error instanceof Deno.errors.PermissionDenied && error.message.startsWith("Failed to spawn")) {
    return spawnSentence(folder, owner);
  }
  if (/Permission denied|Operation not permitted/.test(error.message)) {
    return `${folder} cannot be used by user ${Deno.uid()}. Give the folder with all that is in it to that ` +
      "user, or choose another DATA_DIR.";
  }
}

function spawnSentence(folder: string, { uid, closedFolder }: ServerOwner): string {
  if (closedFolder) {
    return `${folder} is out of reach for user ${uid}, as whom PostgreSQL runs because it refuses to run as ` +
      `root: ${closedFolder} is closed. Choose another DATA_DIR, or "chmod o+x ${closedFolder}".`;
  }
  return `${folder} is on a file system that allows no programs (mounted noexec), but the private PostgreSQL ` +
    "runs from there. Choose another DATA_DIR, or name a database server in DATABASE_URL.";
}
