import { deepStrictEqual, match, ok, rejects } from "node:assert/strict";
import { Failure } from "./errors.ts";
import { tempUpload, zipOf } from "./import_testing.ts";
import { openArchive } from "./zip_archive.ts";

async function unpackAll(
  bytes: Uint8Array<ArrayBuffer>,
  limits?: { unpackedBytes: number; entries: number },
) {
  await using upload = await tempUpload("a.zip", bytes);
  using file = await Deno.open(upload.path);
  const sizes: Record<string, number> = {};
  for (const entry of await openArchive(file, "a.zip", limits)) {
    for await (const chunk of entry.unpack()) sizes[entry.path] = (sizes[entry.path] ?? 0) + chunk.length;
  }
  return sizes;
}

async function refused(bytes: Uint8Array<ArrayBuffer>, limits: { unpackedBytes: number; entries: number }) {
  let failure: unknown;
  await rejects(unpackAll(bytes, limits), (error) => (failure = error) instanceof Failure);
  ok(failure instanceof Failure);
  return failure;
}

Deno.test("every file of an archive is unpacked, stored or compressed", async () => {
  const files = { "a/b.json": "x".repeat(300_000), "c.json": "y" };
  for (const level of [0, 6]) {
    deepStrictEqual(await unpackAll(await zipOf(files, { level })), { "a/b.json": 300_000, "c.json": 1 });
  }
});

Deno.test("an archive with too many files is refused before any is unpacked", async () => {
  const files = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`${i}.json`, "{}"]));
  const failure = await refused(await zipOf(files), { unpackedBytes: 1_000, entries: 10 });
  deepStrictEqual([failure.code, failure.message], ["too_large", "a.zip holds more than 10 files."]);
});

Deno.test("an archive that would unpack to too much is refused", async () => {
  const bytes = await zipOf({ "a.json": new Uint8Array(3 << 20), "b.json": new Uint8Array(3 << 20) });
  const failure = await refused(bytes, { unpackedBytes: 5 << 20, entries: 10 });
  deepStrictEqual([failure.code, failure.message], ["too_large", "a.zip unpacks to more than 5 MB."]);
});

Deno.test("an archive that lies about its sizes does not get past the limit", async () => {
  const bytes = await zipOf({ "a.json": new Uint8Array(8 << 20) });
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < bytes.length - 4; i++) {
    if (view.getUint32(i, true) === 0x02014b50) view.setUint32(i + 24, 10, true);
    if (view.getUint32(i, true) === 0x04034b50) view.setUint32(i + 22, 10, true);
  }
  const failure = await refused(bytes, { unpackedBytes: 5 << 20, entries: 10 });
  match(failure.message, /unpacks to more than 5 MB|is damaged/);
});

Deno.test("a table of contents that is itself an attack is not loaded", async () => {
  const bytes = new Uint8Array((17 << 20) + 22);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x04034b50, true);
  const end = bytes.length - 22;
  view.setUint32(end, 0x06054b50, true);
  view.setUint16(end + 8, 9_999, true);
  view.setUint16(end + 10, 9_999, true);
  view.setUint32(end + 12, 17 << 20, true);
  const failure = await refused(bytes, { unpackedBytes: 1 << 30, entries: 10_000 });
  deepStrictEqual(failure.message, "a.zip holds more than 10,000 files.");
});
