// What a scan takes for music by its name. What it really is, the first bytes decide when it is read.
const AUDIO_EXTENSIONS = new Set(
  "flac mp3 mp2 mp1 m4a m4b mp4 aac ogg oga opus spx wma asf wav bwf aif aiff aifc ape wv mpc dsf dff mka webm"
    .split(" "),
);

/** A file as the walk saw it; `path` and `folder` are relative to the music folder, with "/" between parts. */
export type WalkedFile = {
  path: string;
  folder: string;
  size: number;
  mtimeMs: number;
  inode: number | null;
};
export type ScanProblem = { path: string; reason: string };

/**
 * Per folder the files known from the scan before: "name/size/mtimeMs", with "//" between them. No file name
 * can hold a "/", so nothing needs escaping and a folder is compared without taking it apart.
 */
export type KnownFolders = Map<string, string>;

export type Walk = {
  files: number;
  folders: number;
  /** New, or another size or time than known. */
  changed: WalkedFile[];
  /** Paths known, but no longer there. What lies in a folder nobody can read is not among them. */
  gone: string[];
  problems: ScanProblem[];
};

export type WalkOptions = {
  known?: KnownFolders;
  /** Only these folders and what is below them; `known` then holds only theirs. */
  scope?: readonly string[];
  /** Told now and then how many files were seen. */
  onProgress?: (files: number) => void;
};

// What file servers and systems keep among the music without anybody wanting it there.
const IGNORED_NAMES = new Set([
  "@eaDir",
  "#recycle",
  "@Recycle",
  "$RECYCLE.BIN",
  "System Volume Information",
  "lost+found",
]);

/**
 * Looks through the music folder without opening a file. Links are never walked: what they point to inside the
 * folder is met at its own place (once, loops cannot be), what lies outside is not ours to read. Throws only
 * when the root itself cannot be read.
 */
export function walkMusic(root: string, options: WalkOptions = {}): Walk {
  const walk: Walk = { files: 0, folders: 0, changed: [], gone: [], problems: [] };
  const known = new Map(options.known);
  const unread: string[] = [];
  const seen = new Set<string>();
  const scope = options.scope ?? [""];
  if (scope.includes("")) Deno.readDirSync(root);
  const stack: string[] = [];
  for (const folder of scope) {
    // Nobody walks there, so nobody can tell whether what is known from there is gone.
    if (folder.split("/").some(isIgnored)) unread.push(folder);
    else if (isRealFolder(root, folder)) stack.push(folder);
  }
  let reported = 0;
  while (stack.length > 0) {
    const folder = stack.pop()!;
    const listing = listFolder(root, folder, seen, walk.problems);
    if (listing === "unreadable") unread.push(folder);
    if (typeof listing === "string") continue;
    walk.folders++;
    stack.push(...listing.folders, ...hiddenTargets(root, listing.links, walk.problems));
    compareFolder(folder, listing.files, known, walk);
    walk.files += listing.files.length;
    if (walk.files - reported >= 1000) options.onProgress?.(reported = walk.files);
  }
  for (const [folder, files] of known) {
    if (isBelow(folder, unread)) continue;
    for (const file of files.split("//")) if (file !== "") walk.gone.push(pathOf(folder, nameOf(file)));
  }
  walk.problems = walk.problems.map(({ path, reason }) => ({ path: shortened(path), reason }));
  return walk;
}

// The database finds files by path, and its indexes hold 2,704 bytes; a sign takes up to three.
const LONGEST_PATH_BYTES = 2_000;
const encoder = new TextEncoder();

function isTooLong(path: string): boolean {
  return path.length * 3 > LONGEST_PATH_BYTES && encoder.encode(path).length > LONGEST_PATH_BYTES;
}

function shortened(path: string): string {
  return isTooLong(path) ? `${path.slice(0, LONGEST_PATH_BYTES / 4)}…` : path;
}

function pathOf(folder: string, name: string): string {
  if (name === "") return folder;
  return folder === "" ? name : `${folder}/${name}`;
}

function nameOf(knownFile: string): string {
  return knownFile.slice(0, knownFile.indexOf("/"));
}

function isBelow(folder: string, folders: readonly string[]): boolean {
  return folders.some((above) => above === "" || folder === above || folder.startsWith(`${above}/`));
}

/** Whether the walk would come to this folder by itself: it is there, and no link is on the way. */
function isRealFolder(root: string, folder: string): boolean {
  const target = realPath(pathOf(root, folder));
  return target === undefined ? exists(pathOf(root, folder)) : target === pathOf(root, folder);
}

function exists(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    // There, but out of reach: the walk itself will say what is wrong with it.
    return true;
  }
}

/** Hidden files and folders (among them ".." and macOS's "._01 Title.mp3") and the keepsakes of file servers. */
export function isIgnored(name: string): boolean {
  return name.startsWith(".") || IGNORED_NAMES.has(name);
}

export function isAudioName(name: string): boolean {
  return AUDIO_EXTENSIONS.has(name.slice(name.lastIndexOf(".") + 1).toLowerCase());
}

type Listing = { files: WalkedFile[]; folders: string[]; links: string[] };

function listFolder(
  root: string,
  folder: string,
  seen: Set<string>,
  problems: ScanProblem[],
): Listing | "unreadable" | "seen" {
  const listing: Listing = { files: [], folders: [], links: [] };
  const absolute = pathOf(root, folder);
  try {
    const { dev, ino } = Deno.lstatSync(absolute);
    // A folder bound into itself would never end.
    if (seen.size === seen.add(ino ? `${dev}:${ino}` : absolute).size) return "seen";
    const names = new Set<string>();
    for (const entry of Deno.readDirSync(absolute)) {
      // Different names that are not UTF-8 may look the same.
      if (isIgnored(entry.name) || names.size === names.add(entry.name).size) continue;
      const path = pathOf(folder, entry.name);
      if (entry.isDirectory) listing.folders.push(path);
      else if (entry.isSymlink) listing.links.push(path);
      else if (!entry.isFile) {
        problems.push({ path, reason: `It is ${kindOf(`${root}/${path}`)}, not a file` });
      } else if (isAudioName(entry.name)) addFile(root, folder, path, listing, problems);
    }
    return listing;
  } catch (error) {
    const reason = problemWith(error, absolute, "folder");
    // Gone since its parent was listed: as if it had never been there.
    if (reason === undefined) return listing;
    problems.push({ path: folder, reason });
    return "unreadable";
  }
}

function addFile(
  root: string,
  folder: string,
  path: string,
  listing: Listing,
  problems: ScanProblem[],
): void {
  if (isTooLong(path)) return void problems.push({ path, reason: "The path of this file is too long" });
  try {
    const { size, mtime, ino } = Deno.lstatSync(`${root}/${path}`);
    listing.files.push({ path, folder, size, mtimeMs: mtime?.getTime() ?? 0, inode: ino });
  } catch (error) {
    // A folder whose files cannot even be looked at is unreadable as a whole.
    if (error instanceof Deno.errors.PermissionDenied) throw error;
    const reason = problemWith(error, path, "file");
    if (reason !== undefined) problems.push({ path, reason });
  }
}

/** Undefined: it has vanished in the meantime, which is no problem. */
function problemWith(error: unknown, path: string, what: "file" | "folder"): string | undefined {
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    // Deno hands out names that are not UTF-8 with this sign in place of the bytes, and then nothing fits them.
    return path.includes("\ufffd")
      ? `The name of this ${what} is not UTF-8; rename it to have it scanned`
      : undefined;
  }
  if (error instanceof Deno.errors.PermissionDenied) return `No permission to read this ${what}`;
  return `This ${what} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

function kindOf(path: string): string {
  try {
    const stat = Deno.lstatSync(path);
    if (stat.isFifo) return "a FIFO";
    if (stat.isSocket) return "a socket";
    return "a device";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "something that has vanished";
    throw error;
  }
}

/** Folders that only a link leads to, because they lie inside the root but hidden. All other links are left. */
function hiddenTargets(root: string, links: readonly string[], problems: ScanProblem[]): string[] {
  return links.flatMap((path) => {
    const target = realPath(`${root}/${path}`);
    if (target === undefined) problems.push({ path, reason: "The link leads nowhere" });
    if (target === undefined) return [];
    if (target !== root && !target.startsWith(`${root}/`)) {
      problems.push({ path, reason: "The link leads out of the music folder" });
      return [];
    }
    const inside = target.slice(root.length + 1);
    return inside.split("/").some(isIgnored) && Deno.lstatSync(target).isDirectory ? [inside] : [];
  });
}

function realPath(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    // Whatever it is that stands in the way (nothing there, a loop, no permission): it leads to nothing.
    return undefined;
  }
}

function compareFolder(folder: string, files: readonly WalkedFile[], known: KnownFolders, walk: Walk): void {
  const before = new Set(known.get(folder)?.split("//"));
  const changed = files.filter((file) =>
    !before.delete(`${file.path.slice(file.path.lastIndexOf("/") + 1)}/${file.size}/${file.mtimeMs}`)
  );
  walk.changed.push(...changed);
  const there = new Set(changed.map((file) => file.path));
  for (const file of before) {
    const path = pathOf(folder, nameOf(file));
    if (file !== "" && !there.has(path)) walk.gone.push(path);
  }
  known.delete(folder);
}
