import { deepEqual, equal, match, ok } from "node:assert/strict";
import { isCoverSearchDue } from "../db/covers.ts";
import { flacFile, mp3File } from "./audio_testing.ts";
import { findCoverFile } from "./cover_files.ts";
import { fetchCovers } from "./covers.ts";
import { imageSize } from "./image_kind.ts";
import { scanLibrary } from "./library_scan.ts";
import { jpegPath, pngFile, webpPath } from "./picture_testing.ts";
import { testApp } from "./testing.ts";

const context = { signal: new AbortController().signal, progress: async () => {} };
const jpeg = Deno.readFileSync(jpegPath);
const webp = Deno.readFileSync(webpPath);
const red = pngFile(700, 700, [220, 40, 50, 255]);

async function makeLibrary(files: Record<string, Uint8Array>) {
  const app = await testApp();
  const root = await Deno.realPath(await Deno.makeTempDir());
  for (const [path, bytes] of Object.entries(files)) {
    await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeFile(`${root}/${path}`, bytes);
  }
  await scanLibrary(app, { root }, context);
  return {
    app,
    root,
    fetch: (albumIds?: string[]) => fetchCovers(app, { root, albumIds }, context),
    covers: async () => {
      const rows = await app.sql`select title, cover_hash, cover_tone from albums order by title`;
      return Object.fromEntries(rows.map((row) => [row.title, row]));
    },
    size: async (hash: string, variant: "250" | "500" | "original") => {
      const file = await findCoverFile(app, hash, variant);
      return file && { type: file.type, ...imageSize(await Deno.readFile(file.path)) };
    },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

const song = (album: string, cover?: Uint8Array) =>
  flacFile({ ARTIST: "A", ALBUM: album, TITLE: "x" }, { cover });

Deno.test("The picture in the folder comes first, the one inside a file else", async () => {
  await using library = await makeLibrary({
    "A/Folder/1.flac": song("Folder", red),
    "A/Folder/Cover.JPG": jpeg,
    "A/Inside/1.flac": song("Inside"),
    "A/Inside/2.mp3": mp3File({ TALB: "Inside", TPE1: "A" }, { cover: red }),
    "A/Discs/CD1/1.flac": song("Discs"),
    "A/Discs/CD2/2.flac": song("Discs"),
    "A/Discs/folder.webp": webp,
    "A/None/1.flac": song("None"),
    "A/None/scan.jpg": jpeg,
  });
  ok(await isCoverSearchDue(library.app.sql));
  const result = await library.fetch();
  equal(result.summary, "3 covers found");
  const { Folder, Inside, Discs, None } = await library.covers();
  deepEqual(await library.size(Folder.coverHash, "original"), {
    type: "image/jpeg",
    kind: "jpeg",
    width: 800,
    height: 600,
  });
  deepEqual(await library.size(Folder.coverHash, "500"), {
    type: "image/jpeg",
    kind: "jpeg",
    width: 500,
    height: 375,
  });
  deepEqual(await library.size(Folder.coverHash, "250"), {
    type: "image/jpeg",
    kind: "jpeg",
    width: 250,
    height: 188,
  });
  deepEqual(await library.size(Inside.coverHash, "original"), {
    type: "image/png",
    kind: "png",
    width: 700,
    height: 700,
  });
  equal((await library.size(Discs.coverHash, "250"))?.width, 250);
  equal(None.coverHash, null);
  match(Folder.coverTone, /^#[0-7][0-9a-f][4-9a-f][0-9a-f][8-f][0-9a-f]$/);
  equal(await isCoverSearchDue(library.app.sql), false);
  equal((await library.fetch()).summary, "0 covers found");
});

Deno.test("What is no picture, too large or damaged is passed over for the next", async () => {
  const bomb = pngFile(1, 1, [0, 0, 0, 255]);
  new DataView(bomb.buffer).setUint32(16, 30_000);
  new DataView(bomb.buffer).setUint32(20, 30_000);
  await using library = await makeLibrary({
    "A/B/1.flac": song("B"),
    "A/B/cover.jpg": new TextEncoder().encode("<html>404</html>"),
    "A/B/cover.png": bomb,
    "A/B/folder.jpg": jpeg.subarray(0, 1500),
    "A/B/front.webp": webp.subarray(0, 100),
    "A/B/front.jpg": jpeg,
  });
  await Deno.truncate(`${library.root}/A/B/cover.png`, 21 * 1024 * 1024);
  await library.fetch();
  const { B } = await library.covers();
  ok(B.coverHash);
});

Deno.test("A picture outside the music folder is not read", async () => {
  await using library = await makeLibrary({ "A/B/1.flac": song("B") });
  await Deno.symlink(jpegPath, `${library.root}/A/B/cover.jpg`);
  await library.fetch();
  equal((await library.covers()).B.coverHash, null);
});

Deno.test("Two albums with one picture share it, and asking again finds a new one", async () => {
  await using library = await makeLibrary({
    "A/One/1.flac": song("One", red),
    "A/Two/1.flac": song("Two", red),
  });
  await library.fetch();
  const { One, Two } = await library.covers();
  deepEqual([One.coverHash, One.coverTone], [Two.coverHash, Two.coverTone]);
  await Deno.writeFile(`${library.root}/A/Two/cover.jpg`, jpeg);
  const [{ id }] = await library.app.sql`select id from albums where title = 'Two'`;
  await library.fetch([id]);
  const after = await library.covers();
  equal(after.One.coverHash, One.coverHash);
  ok(after.Two.coverHash !== Two.coverHash);
});

Deno.test("A picture that comes later is found when its folder is scanned", async () => {
  await using library = await makeLibrary({ "A/B/1.flac": song("B") });
  await library.fetch();
  await Deno.writeFile(`${library.root}/A/B/cover.jpg`, jpeg);
  await scanLibrary(library.app, { root: library.root, folders: ["A/B"] }, context);
  equal((await library.fetch()).summary, "1 cover found");
});

Deno.test("Transparent pictures stand on white, small ones stay as small as they are", async () => {
  await using library = await makeLibrary({
    "A/B/1.flac": song("B"),
    "A/B/cover.png": pngFile(120, 80, [255, 0, 0, 0]),
  });
  await library.fetch();
  const { B } = await library.covers();
  deepEqual(await library.size(B.coverHash, "500"), {
    type: "image/jpeg",
    kind: "jpeg",
    width: 120,
    height: 80,
  });
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(B.coverTone.slice(at, at + 2), 16));
  ok(Math.max(r, g, b) - Math.min(r, g, b) < 12);
});

Deno.test("A GIF is kept as it came", async () => {
  const gif = Uint8Array.from("GIF89a\x0a\0\x0a\0\0\0\0;", (letter) => letter.charCodeAt(0));
  await using library = await makeLibrary({ "A/B/1.flac": song("B"), "A/B/cover.gif": gif });
  await library.fetch();
  const { B } = await library.covers();
  deepEqual(await library.size(B.coverHash, "250"), {
    type: "image/gif",
    kind: "gif",
    width: 10,
    height: 10,
  });
});
