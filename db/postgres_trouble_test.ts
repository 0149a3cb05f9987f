import { match, ok, rejects, strictEqual } from "node:assert/strict";
import { startEmbeddedPostgres } from "./embedded_postgres.ts";
import { explainTrouble } from "./postgres_trouble.ts";
import { DatabaseUnavailableError } from "./unavailable.ts";

const canMount = Deno.uid() === 0 && Deno.build.os === "linux" && mounts("size=1m");

function mounts(options: string): boolean {
  const folder = Deno.makeTempDirSync();
  try {
    if (!mount(folder, options)) return false;
    new Deno.Command("umount", { args: [folder] }).outputSync();
    return true;
  } finally {
    Deno.removeSync(folder);
  }
}

function mount(folder: string, options: string): boolean {
  const args = ["-t", "tmpfs", "-o", `mode=0711,${options}`, "none", folder];
  return new Deno.Command("mount", { args, stderr: "null" }).outputSync().success;
}

function mounted(options: string): Disposable & { path: string } {
  const path = Deno.makeTempDirSync({ prefix: "beat-collector-test-" });
  Deno.chmodSync(path, 0o711);
  strictEqual(mount(path, options), true);
  return {
    path,
    [Symbol.dispose]() {
      new Deno.Command("umount", { args: [path] }).outputSync();
      Deno.removeSync(path);
    },
  };
}

async function refused(dataDir: string, sentence: RegExp): Promise<void> {
  await rejects(() => startEmbeddedPostgres({ dataDir }), (error: Error) => {
    ok(error instanceof DatabaseUnavailableError, String(error));
    match(error.message, sentence);
    return true;
  });
}

Deno.test({
  name: "a disk without room for the program, or for the database, is called full",
  ignore: !canMount,
  async fn() {
    using small = mounted("size=8m");
    await refused(small.path, /on a disk that is full/);
    using larger = mounted("size=75m");
    await refused(larger.path, /on a disk that is full/);
    strictEqual([...Deno.readDirSync(`${larger.path}/postgres`)].some(({ name }) => name === "data"), false);
  },
});

Deno.test({
  name: "a file system that allows no programs or no writing is named",
  ignore: !canMount,
  async fn() {
    using noPrograms = mounted("size=200m,noexec");
    await refused(noPrograms.path, /allows no programs \(mounted noexec\)/);
    using readOnly = mounted("ro");
    await refused(`${readOnly.path}/data`, /mounted read-only/);
  },
});

Deno.test("a file in the place of the folder is named", async () => {
  const file = Deno.makeTempFileSync();
  await refused(file, /there is a file in its place/);
  await refused(`${file}/data`, /there is a file in its place/);
  Deno.removeSync(file);
});

Deno.test("what the file system refuses is told about the data folder, a bug stays a bug", () => {
  const denied = new Deno.errors.PermissionDenied("Permission denied (os error 13): mkdir '/srv/music'");
  match(
    String(explainTrouble(denied, "/srv/music", {})),
    /The data folder \/srv\/music cannot be used by user/,
  );
  const unstarted = new Deno.errors.PermissionDenied(
    "Failed to spawn '/root/music/initdb': Permission denied",
  );
  const owner = { uid: 65534, gid: 65534, closedFolder: "/root" };
  match(
    String(explainTrouble(unstarted, "/root/music", owner)),
    /out of reach for user 65534.*\/root is closed.*"chmod o\+x \/root"/,
  );
  const bug = new TypeError("undefined is not a function");
  strictEqual(explainTrouble(bug, "/srv/music", {}), bug);
});
