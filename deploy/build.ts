/**
 * `deno task build`: makes dist/beat-collector, one executable that carries everything the program reads.
 * `deno compile` takes all of node_modules along, so it works on a copy of the tree that has only what the
 * finished program needs. DENO_COMPILE names another command to compile with.
 */
import { dirname, join } from "node:path";
import config from "../deno.json" with { type: "json" };
import { packArchive } from "../db/postgres_archive.ts";
import { carryArchive, INCLUDED_ARCHIVE } from "../db/postgres_carried.ts";
import { runtimeFiles, runtimePackage } from "../db/postgres_runtime.ts";

const ROOT = join(import.meta.dirname ?? "", "..");
const TREE = join(ROOT, "dist/tree");
const PROGRAM = join(ROOT, "dist/beat-collector");
const FOLDERS = ["db", "jobs", "routes", "services", "static", "views"];
// Tests and what they need, what only a build reads, and what describes a package to people and editors.
const LEFT_OUT = /_test\.tsx?$|[/_]testing\.ts$|\/testdata\/|\/test_server\.ts$/;
const BUILD_ONLY = /^static\/.*\.ts$|^static\/(input|tokens|components)\.css$/;
const NOT_READ = /\.(map|md|[cm]?ts|tsbuildinfo)$/;
// Left to itself V8 piles up short-lived objects to 16 MB before it looks for garbage, which costs an import 70 MB.
const [V8_FLAGS] = config.tasks.start.command.match(/--v8-flags=\S+/)!;
// Whole packages again, for browsers and for require(), and what tested them.
const OTHER_BUILDS = /\/(test|umd|iife)\/|\/zip\.js\/(dist\/|index.*\.(cjs|min\.js))/;

function filesBelow(folder: string, below = ""): string[] {
  return [...Deno.readDirSync(join(folder, below))].flatMap((entry) => {
    const path = join(below, entry.name);
    if (entry.isDirectory) return filesBelow(folder, path);
    return entry.isFile ? [path] : [];
  });
}

async function run(command: string[], cwd = TREE): Promise<string> {
  const [program, ...args] = command;
  const options = { args, cwd, stderr: "inherit" } as const;
  const { success, stdout } = await new Deno.Command(program, options).output();
  if (!success) throw new Error(`${command.join(" ")} failed`);
  return new TextDecoder().decode(stdout);
}

function copyTree(): void {
  Deno.mkdirSync(TREE, { recursive: true });
  Deno.removeSync(TREE, { recursive: true });
  const sources = FOLDERS.flatMap((folder) => filesBelow(ROOT, folder));
  const wanted = sources.filter((path) => !LEFT_OUT.test(path) && !BUILD_ONLY.test(path));
  for (const path of ["main.ts", "deno.lock", ...wanted]) {
    Deno.mkdirSync(dirname(join(TREE, path)), { recursive: true });
    Deno.copyFileSync(join(ROOT, path), join(TREE, path));
  }
}

/** Started by their address, so no import tells the compiler of them. */
function workers(): string[] {
  return FOLDERS.flatMap((folder) => filesBelow(TREE, folder)).filter((path) => path.endsWith("_worker.ts"));
}

/** Which of our dependencies the program imports: the others build and test it. */
async function importedPackages(): Promise<Record<string, string>> {
  const used = new Set<string>();
  for (const entry of ["main.ts", ...workers()]) {
    const graph: { modules: { specifier: string }[] } = JSON.parse(
      await run([Deno.execPath(), "info", "--json", entry], ROOT),
    );
    for (const { specifier } of graph.modules) used.add(specifier.replace("npm:/", "npm:"));
  }
  const isUsed = (target: string) =>
    [...used].some((name) => name === target || name.startsWith(`${target}/`));
  return Object.fromEntries(Object.entries(config.imports).filter(([, target]) => isUsed(target)));
}

async function installPackages(): Promise<void> {
  const { name, version, license, compilerOptions } = config;
  const imports = await importedPackages();
  const slim = { name, version, license, nodeModulesDir: "auto", imports, compilerOptions };
  Deno.writeTextFileSync(join(TREE, "deno.json"), JSON.stringify(slim));
  await run([Deno.execPath(), "install", "--quiet"]);
  for (const path of filesBelow(TREE, "node_modules")) {
    if (NOT_READ.test(path) || OTHER_BUILDS.test(path)) Deno.removeSync(join(TREE, path));
  }
}

async function compile(...more: string[]): Promise<void> {
  const compiler = Deno.env.get("DENO_COMPILE")?.split(" ") ?? [Deno.execPath(), "compile"];
  const includes = ["static", "db/migrations", ...workers(), ...more].flatMap((path) => ["--include", path]);
  const flags = ["-A", "--no-check", "--quiet", V8_FLAGS, "--output", PROGRAM];
  await run([...compiler, ...flags, ...includes, "main.ts"]);
}

async function carryPostgres(): Promise<void> {
  const runtime = runtimePackage();
  const archive = packArchive(runtime, runtimeFiles(runtime));
  if (carryArchive(PROGRAM, archive)) return;
  Deno.writeFileSync(join(TREE, "db", INCLUDED_ARCHIVE), archive);
  await compile(`db/${INCLUDED_ARCHIVE}`);
}

await run([Deno.execPath(), "run", "-A", "static/build.ts"], ROOT);
copyTree();
await installPackages();
await compile();
await carryPostgres();
Deno.removeSync(TREE, { recursive: true });
const { size } = Deno.statSync(PROGRAM);
console.log(
  `${PROGRAM}: ${Math.round(size / 1e6)} MB, version ${await run([PROGRAM, "version"], ROOT)}`.trim(),
);
