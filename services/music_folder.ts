import { basename, dirname, isAbsolute, join } from "node:path";

/** What is wrong with a folder of music, in words; undefined when it can be read. */
export async function checkMusicFolder(path: string): Promise<string | undefined> {
  if (!isAbsolute(path) || path.includes("\0")) return "must be a full path, such as /music";
  try {
    const { isDirectory } = await Deno.stat(path);
    if (!isDirectory) return "is not a folder";
    // Asking for the first entry is what shows whether it may be read.
    for await (const _ of Deno.readDir(path)) break;
    return undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      const near = await nearestFolder(path);
      return near ? `does not exist. Did you mean ${near}?` : "does not exist";
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      return `may not be read by user ${Deno.uid()}, as whom the program runs`;
    }
    throw error;
  }
}

/** The existing folder whose path was most likely meant: the first part that is missing, mistyped. */
async function nearestFolder(path: string): Promise<string | undefined> {
  const parent = dirname(path);
  if (parent === path) return undefined;
  const above = await exists(parent) ? parent : await nearestFolder(parent);
  if (!above) return undefined;
  const wanted = join(above, basename(path));
  if (await exists(wanted)) return wanted;
  const candidates = (await foldersIn(above)).map((name) => ({
    name,
    distance: editDistance(name.toLowerCase(), basename(path).toLowerCase()),
  })).filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)));
  const [best] = candidates.sort((a, b) => a.distance - b.distance);
  return best && join(above, best.name);
}

async function foldersIn(path: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(path));
    return entries.filter((entry) => entry.isDirectory).map((entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return [];
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    const { NotFound, NotADirectory, PermissionDenied } = Deno.errors;
    if ([NotFound, NotADirectory, PermissionDenied].some((type) => error instanceof type)) return false;
    throw error;
  }
}

/** How many letters have to be added, left out or changed to get from one to the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
