import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { flacFile, mp3File } from "./audio_testing.ts";
import { openTagReader, walkInWorker } from "./scan_workers.ts";

async function makeFolder(files: Record<string, Uint8Array>): Promise<string> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${root}/${name}`, bytes);
  return root;
}

const song = (title: string) => flacFile({ TITLE: title });

Deno.test("Tags come back in the order asked for, with a reason where there are none", async () => {
  const root = await makeFolder({
    "1.flac": song("One"),
    "2.flac": new Uint8Array(),
    "3.flac": song("Three"),
  });
  using reader = openTagReader(root);
  const results = await reader.read(["1.flac", "2.flac", "3.flac", "4.flac"]);
  deepEqual(results.map((result) => "tags" in result ? result.tags.title : result), [
    "One",
    { unreadable: "The file is empty" },
    "Three",
    { vanished: true },
  ]);
});

Deno.test("A file that takes too long is given up, the others of its batch are read", async () => {
  // A tag of a million frames: correct, small, and of no use to anybody.
  const frame = new Uint8Array([...new TextEncoder().encode("TXXX"), 0, 0, 0, 4, 0, 0, 3, 0x61, 0, 0x62]);
  const frames = new Uint8Array(frame.length * 1_000_000);
  for (let at = 0; at < frames.length; at += frame.length) frames.set(frame, at);
  const size = [21, 14, 7, 0].map((bits) => frames.length >> bits & 127);
  const slow = new Uint8Array([0x49, 0x44, 0x33, 4, 0, 0, ...size, ...frames, ...mp3File(undefined)]);
  const root = await makeFolder({ "1.mp3": song("One"), "2.mp3": slow, "3.mp3": song("Three") });
  using reader = openTagReader(root, { workers: 1, deadlineMs: 500 });
  const [one, two, three] = await reader.read(["1.mp3", "2.mp3", "3.mp3"]);
  equal("tags" in one && one.tags.title, "One");
  match("unreadable" in two ? two.unreadable : "", /longer than 0.5 seconds/);
  equal("tags" in three && three.tags.title, "Three");
  const [again] = await reader.read(["3.mp3"]);
  equal("tags" in again && again.tags.title, "Three");
});

Deno.test("More batches than workers wait for their turn", async () => {
  const root = await makeFolder({ "1.flac": song("One") });
  using reader = openTagReader(root, { workers: 1 });
  const results = await Promise.all([reader.read(["1.flac"]), reader.read(["1.flac"]), reader.read([])]);
  deepEqual(results.map((batch) => batch.length), [1, 1, 0]);
});

Deno.test("A file that became a link out of the folder is not opened", async () => {
  const outside = await makeFolder({ "secret.flac": song("Secret") });
  const root = await makeFolder({});
  await Deno.symlink(`${outside}/secret.flac`, `${root}/1.flac`);
  await Deno.symlink(outside, `${root}/out`);
  using reader = openTagReader(root);
  const results = await reader.read(["1.flac", "out/secret.flac", "../etc/passwd"]);
  deepEqual(results.map((result) => "tags" in result), [false, false, false]);
});

Deno.test("The walk runs beside the server and can be stopped", async () => {
  const root = await makeFolder({ "1.flac": song("One") });
  const options = { known: new Map(), signal: new AbortController().signal, onProgress: () => {} };
  const walk = await walkInWorker(root, options);
  deepEqual([walk.files, walk.changed.map((file) => file.path)], [1, ["1.flac"]]);
  await rejects(walkInWorker("/nowhere", options), /No such file/);
  await rejects(
    walkInWorker(root, { ...options, signal: AbortSignal.abort("enough") }),
    (error) => error === "enough",
  );
});
