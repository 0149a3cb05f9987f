import assert from "node:assert/strict";
import { lookAtFolder } from "./music_folder.ts";

Deno.test("a first look counts the music, and stops when people have waited enough", async () => {
  const root = await Deno.makeTempDir();
  try {
    for (const folder of ["The Cure/Disintegration", "The Cure/Wish", "empty", ".hidden"]) {
      await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    }
    const files = [
      "The Cure/Disintegration/01.flac",
      "The Cure/Disintegration/02.FLAC",
      "The Cure/Disintegration/cover.jpg",
      "The Cure/Wish/01.mp3",
      ".hidden/x.mp3",
    ];
    for (const file of files) await Deno.writeTextFile(`${root}/${file}`, "");
    await Deno.symlink(root, `${root}/loop`);
    const { files: count, folders, complete } = await lookAtFolder(root);
    assert.deepEqual({ count, folders, complete }, { count: 3, folders: 2, complete: true });
    assert.equal((await lookAtFolder(root, -1)).complete, false);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
