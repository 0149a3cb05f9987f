import { deepEqual, equal, throws } from "node:assert/strict";
import { type KnownFolders, type Walk, walkMusic } from "./folder_walk.ts";

type Tree = Disposable & { root: string; add(path: string, bytes?: number): void };

function makeTree(...paths: string[]): Tree {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  const add = (path: string, bytes = 1) => {
    Deno.mkdirSync(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    Deno.writeFileSync(`${root}/${path}`, new Uint8Array(bytes));
  };
  for (const path of paths) add(path);
  return { root, add, [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }) };
}

const pathsOf = (walk: Walk) => walk.changed.map((file) => file.path).sort();

/** What the database would know after this walk. */
function knownAfter(walk: Walk): KnownFolders {
  const known: KnownFolders = new Map();
  for (const { folder, path, size, mtimeMs } of walk.changed) {
    const line = `${path.split("/").at(-1)}/${size}/${mtimeMs}`;
    known.set(folder, known.has(folder) ? `${known.get(folder)}//${line}` : line);
  }
  return known;
}

Deno.test("The walk finds music by its extension, at any depth", () => {
  using tree = makeTree(
    "a.flac",
    "A/B/c.MP3",
    "A/B/cover.jpg",
    "A/B/c.mp3.part",
    "A/B/C/D/e.opus",
    "A/notes",
  );
  const walk = walkMusic(tree.root);
  deepEqual(pathsOf(walk), ["A/B/C/D/e.opus", "A/B/c.MP3", "a.flac"]);
  deepEqual([walk.files, walk.folders, walk.problems], [3, 5, []]);
});

Deno.test("Hidden files and the keepsakes of file servers are passed over", () => {
  using tree = makeTree("A/._01.flac", ".Trash/x.flac", "A/@eaDir/y.mp3", "#recycle/z.mp3", "A/01.flac");
  deepEqual(pathsOf(walkMusic(tree.root)), ["A/01.flac"]);
});

Deno.test("What is known and unchanged is not reported again", () => {
  using tree = makeTree("A/1.flac", "A/2.flac", "B/odd name, 100%.flac");
  const known = knownAfter(walkMusic(tree.root));
  tree.add("A/2.flac", 2);
  tree.add("A/3.flac");
  Deno.removeSync(`${tree.root}/B`, { recursive: true });
  const walk = walkMusic(tree.root, { known });
  deepEqual(pathsOf(walk), ["A/2.flac", "A/3.flac"]);
  deepEqual(walk.gone, ["B/odd name, 100%.flac"]);
  equal(walk.files, 3);
});

Deno.test("A file that only got another time is read again", () => {
  using tree = makeTree("A/1.flac");
  const known = knownAfter(walkMusic(tree.root));
  Deno.utimeSync(`${tree.root}/A/1.flac`, 1_000_000, 1_000_000);
  const walk = walkMusic(tree.root, { known });
  deepEqual([pathsOf(walk), walk.gone], [["A/1.flac"], []]);
});

Deno.test("Links inside are counted at their own place, links out and to nowhere are not followed", () => {
  using outside = makeTree("secret.flac");
  using tree = makeTree("A/1.flac", ".store/Hidden/2.flac");
  Deno.symlinkSync(`${tree.root}/A`, `${tree.root}/same`);
  Deno.symlinkSync(`${tree.root}/A/1.flac`, `${tree.root}/again.flac`);
  Deno.symlinkSync("..", `${tree.root}/A/loop`);
  Deno.symlinkSync(outside.root, `${tree.root}/out`);
  Deno.symlinkSync(`${outside.root}/secret.flac`, `${tree.root}/out.flac`);
  Deno.symlinkSync("nothing", `${tree.root}/broken.flac`);
  Deno.symlinkSync(`${tree.root}/.store/Hidden`, `${tree.root}/Hidden`);
  Deno.symlinkSync(`${tree.root}/.store/Hidden`, `${tree.root}/Hidden twice`);
  const walk = walkMusic(tree.root);
  deepEqual(pathsOf(walk), [".store/Hidden/2.flac", "A/1.flac"]);
  deepEqual(walk.problems.map(({ path, reason }) => `${path}: ${reason}`).sort(), [
    "broken.flac: The link leads nowhere",
    "out.flac: The link leads out of the music folder",
    "out: The link leads out of the music folder",
  ]);
});

Deno.test("A FIFO named like music is listed and left alone", async () => {
  using tree = makeTree("1.flac");
  await new Deno.Command("mkfifo", { args: [`${tree.root}/2.flac`] }).output();
  const walk = walkMusic(tree.root);
  deepEqual(pathsOf(walk), ["1.flac"]);
  deepEqual(walk.problems, [{ path: "2.flac", reason: "It is a FIFO, not a file" }]);
});

Deno.test("Names that are not UTF-8 are listed with their reason", async () => {
  using tree = makeTree("1.flac", "really \ufffd.flac");
  const script =
    `cd "$0" && : > "$(printf 'bad\\377.flac')" && : > "$(printf 'bad\\376.flac')" && mkdir "$(printf 'dir\\351')" && : > "$(printf 'dir\\351/x.flac')"`;
  await new Deno.Command("sh", { args: ["-c", script, tree.root] }).output();
  const walk = walkMusic(tree.root);
  deepEqual(pathsOf(walk), ["1.flac", "really \ufffd.flac"]);
  deepEqual(walk.problems.map((problem) => problem.reason).sort(), [
    "The name of this file is not UTF-8; rename it to have it scanned",
    "The name of this folder is not UTF-8; rename it to have it scanned",
  ]);
});

Deno.test({
  name: "A folder nobody may read is listed, and what is known from it is not gone",
  // Root may read everything.
  ignore: Deno.uid() === 0,
  fn() {
    using tree = makeTree("A/1.flac", "A/B/2.flac", "C/3.flac");
    const known = knownAfter(walkMusic(tree.root));
    Deno.chmodSync(`${tree.root}/A`, 0);
    const walk = walkMusic(tree.root, { known });
    Deno.chmodSync(`${tree.root}/A`, 0o700);
    deepEqual(walk.problems, [{ path: "A", reason: "No permission to read this folder" }]);
    deepEqual([walk.gone, walk.files], [[], 1]);
  },
});

Deno.test("A path too long for the database is listed, shortened", () => {
  using tree = makeTree("1.flac");
  const part = "x".repeat(240);
  Deno.mkdirSync(`${tree.root}/${new Array(9).fill(part).join("/")}`, { recursive: true });
  tree.add(`${new Array(9).fill(part).join("/")}/2.flac`);
  const walk = walkMusic(tree.root);
  deepEqual(pathsOf(walk), ["1.flac"]);
  equal(walk.problems[0].path.length, 501);
  equal(walk.problems[0].reason, "The path of this file is too long");
});

Deno.test("A walk of some folders looks nowhere else", () => {
  using tree = makeTree("A/1.flac", "A/B/2.flac", "C/3.flac");
  const known: KnownFolders = new Map([["A", "0.flac/1/1"], ["gone", "9.flac/1/1"]]);
  const walk = walkMusic(tree.root, { scope: ["A", "gone"], known });
  deepEqual(pathsOf(walk), ["A/1.flac", "A/B/2.flac"]);
  deepEqual(walk.gone.sort(), ["A/0.flac", "gone/9.flac"]);
});

Deno.test("Folders outside the root, behind links or hidden are not walked by name either", () => {
  using outside = makeTree("Album/secret.flac");
  using tree = makeTree("A/1.flac", ".hidden/2.flac");
  Deno.symlinkSync(outside.root, `${tree.root}/out`);
  const scope = ["..", "../..", "A/../..", "out", "out/Album", ".hidden", "/etc"];
  const known: KnownFolders = new Map([[".hidden", "2.flac/1/1"]]);
  const walk = walkMusic(tree.root, { scope, known });
  deepEqual([walk.files, walk.gone], [0, []]);
});

Deno.test("A root that is not there is an error, not an empty library", () => {
  throws(() => walkMusic("/nowhere/at/all"), Deno.errors.NotFound);
});
