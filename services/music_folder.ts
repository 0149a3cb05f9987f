import { basename, dirname, isAbsolute, join } from "node:path";
import { isAudioName, isIgnored } from "./folder_walk.ts";
import { mountOf } from "./mounts.ts";

/** What a first look at a folder of music found. */
export type FolderLook = {
  files: number;
  /** Those that hold music. */
  folders: number;
  readOnly: boolean;
  networkMount: boolean;
  /** False: there was more than could be seen in the time. */
  complete: boolean;
};

const LOOK_MS = 2_000;

/** Counts the music in a folder for as long as people like to wait; a scan will read it all. */
export async function lookAtFolder(path: string, patienceMs = LOOK_MS): Promise<FolderLook> {
  const { readOnly, network } = mountOf(await Deno.realPath(path));
  const look = { files: 0, folders: 0, readOnly, networkMount: network, complete: false };
  const until = performance.now() + patienceMs;
  const open = [path];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    if (performance.now() > until) return look;
    const entries = (await entriesIn(folder)).filter((entry) => !isIgnored(entry.name));
    const files = entries.filter((entry) => entry.isFile && isAudioName(entry.name)).length;
    look.files += files;
    look.folders += files > 0 ? 1 : 0;
    open.push(...entries.filter((entry) => entry.isDirectory).map((entry) => join(folder, entry.name)));
  }
  return { ...look, complete: true };
}

async function entriesIn(path: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(path));
  } catch (error) {
    // One that may not be read, or is gone since its parent was listed, does not end the look.
    if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** What is wrong with a folder of music, in a sentence; undefined when it can be read. */
export async function checkMusicFolder(path: string): Promise<string | undefined> {
  if (!isAbsolute(path) || path.includes("\0")) return "Give the full path, such as /music.";
  try {
    const { isDirectory } = await Deno.stat(path);
    if (!isDirectory) return `${path} is a file, not a folder.`;
    // Asking for the first entry is what shows whether it may be read.
    for await (const _ of Deno.readDir(path)) break;
    return undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      const near = await nearestFolder(path);
      return `There is no folder ${path}.${near ? ` Did you mean ${near}?` : ""}`;
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      return `The program runs as user ${Deno.uid()}, who may not read ${path}.`;
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
  const folders = (await entriesIn(above)).filter((entry) => entry.isDirectory);
  const candidates = folders.map(({ name }) => ({
    name,
    distance: editDistance(name.toLowerCase(), basename(path).toLowerCase()),
  })).filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)));
  const [best] = candidates.sort((a, b) => a.distance - b.distance);
  return best && join(above, best.name);
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
