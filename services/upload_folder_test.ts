import { deepStrictEqual } from "node:assert/strict";
import { openUploadFolder, removeLeftUploads } from "./upload_folder.ts";

Deno.test("what a killed program left of an upload is gone at the next start", async () => {
  const dataDir = await Deno.makeTempDir();
  const names = () =>
    [...Deno.readDirSync(`${dataDir}/uploads`)].map((entry) => `${dataDir}/uploads/${entry.name}`);
  await removeLeftUploads({ dataDir });
  {
    await using received = await openUploadFolder({ dataDir });
    await Deno.mkdir(`${dataDir}/uploads/upload-left`);
    await Deno.writeTextFile(`${dataDir}/uploads/upload-left/0`, "half a ZIP");
    await removeLeftUploads({ dataDir });
    deepStrictEqual(names(), [received.path], "what is being received stays");
  }
  deepStrictEqual(names(), []);
  await Deno.remove(dataDir, { recursive: true });
});
