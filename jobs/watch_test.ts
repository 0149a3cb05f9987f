import { deepEqual, equal } from "node:assert/strict";
import { findWatchReport } from "../db/watch_reports.ts";
import { saveSettings } from "../services/settings.ts";
import { type TestApp, testApp } from "../services/testing.ts";
import { startWatch } from "./watch.ts";

async function waitFor<T>(read: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 1000; tries++) {
    const value = await read();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("It did not happen within 20 seconds");
}

const quick = { quietMs: 50, lookMs: 50 };

/** The payloads of the scans asked for since the last look, once there are any. */
function nextScans(app: TestApp) {
  return waitFor(async () => {
    const rows = await app.sql`
      update jobs set status = 'completed' where job_type = 'filesystem_scan' and status = 'pending' returning payload`;
    return rows.length > 0 && rows.map((row) => row.payload);
  });
}

async function musicFolder(): Promise<string> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  await Deno.mkdir(`${root}/The Cure/Disintegration`, { recursive: true });
  return root;
}

Deno.test("the whole folder is scanned at the start, then where something changes", async () => {
  const root = await musicFolder();
  await using app = await testApp({ MUSIC_FOLDER: root });
  const watch = startWatch(app, quick);
  try {
    deepEqual(await nextScans(app), [{}]);
    equal((await waitFor(() => findWatchReport(app.sql))).status, "ok");
    await Deno.writeTextFile(`${root}/The Cure/Disintegration/notes.txt`, "nobody cares");
    await Deno.writeTextFile(`${root}/The Cure/Disintegration/01.flac`, "x");
    deepEqual(await nextScans(app), [{ folders: ["The Cure/Disintegration"] }]);
    await Deno.remove(`${root}/The Cure`, { recursive: true });
    const folders = (await nextScans(app)).flatMap((payload) => payload.folders ?? [""]);
    equal(
      folders.some((folder: string) => ["", "The Cure", "The Cure/Disintegration"].includes(folder)),
      true,
    );
  } finally {
    await watch.stop();
  }
  equal(await findWatchReport(app.sql), undefined);
});

Deno.test("a folder that is set later is watched from then on", async () => {
  const root = await musicFolder();
  await using app = await testApp();
  const watch = startWatch(app, quick);
  try {
    await saveSettings(app, { music_folder_path: root });
    deepEqual(await nextScans(app), [{}]);
  } finally {
    await watch.stop();
  }
});

Deno.test("a folder that is not there is said to be so, and scanned when it comes back", async () => {
  const root = await musicFolder();
  await Deno.remove(root, { recursive: true });
  await using app = await testApp({ MUSIC_FOLDER: root });
  const watch = startWatch(app, quick);
  try {
    const report = await waitFor(() => findWatchReport(app.sql));
    deepEqual(report, { status: "degraded", message: `The music folder ${root} is not there.` });
    await Deno.mkdir(root);
    deepEqual(await nextScans(app), [{}]);
  } finally {
    await watch.stop();
  }
});
