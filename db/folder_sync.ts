import { join } from "node:path";

// Together files cost the disk little more than one.
const SYNCED_AT_ONCE = 50;

/**
 * Sees to it that everything in a folder is on the disk, and not only in the system's cache. Files may come and
 * go meanwhile. Returns whether it came to the end before `signal`.
 */
export async function syncFolder(folder: string, signal: AbortSignal): Promise<boolean> {
  const paths = [folder, ...pathsBelow(folder)];
  for (let first = 0; first < paths.length; first += SYNCED_AT_ONCE) {
    if (signal.aborted) return false;
    await Promise.all(paths.slice(first, first + SYNCED_AT_ONCE).map(syncPath));
  }
  return true;
}

function pathsBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory) return [path, ...pathsBelow(path)];
    return entry.isFile ? [path] : [];
  });
}

async function syncPath(path: string): Promise<void> {
  try {
    using file = await Deno.open(path);
    await file.sync();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
