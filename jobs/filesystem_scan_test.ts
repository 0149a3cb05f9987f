import { deepEqual, equal, match } from "node:assert/strict";
import { findJob } from "../db/jobs.ts";
import { flacFile } from "../services/audio_testing.ts";
import { jpegPath } from "../services/picture_testing.ts";
import { testApp } from "../services/testing.ts";
import { enqueue } from "./queue.ts";
import { runUntilEmpty } from "./worker.ts";

Deno.test("a scan finds albums and asks for their covers and for what they are", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  await Deno.mkdir(`${root}/The Cure/Faith`, { recursive: true });
  await Deno.writeFile(
    `${root}/The Cure/Faith/1.flac`,
    flacFile({ ARTIST: "The Cure", ALBUM: "Faith", TRACKNUMBER: "1/1" }),
  );
  await Deno.copyFile(jpegPath, `${root}/The Cure/Faith/cover.jpg`);
  await using app = await testApp({ MUSIC_FOLDER: root });
  const { id } = await enqueue(app.sql, "filesystem_scan", {});
  await runUntilEmpty(app);
  const job = await findJob(app.sql, id);
  equal(job?.result?.summary, "1 file, 1 changed, 1 new album, 1 album completed");
  const jobs = await app.sql`select job_type, status from jobs order by created_at`;
  deepEqual(jobs.map((row) => [row.jobType, row.status]), [
    ["filesystem_scan", "completed"],
    ["cover_art_fetch", "completed"],
    // Nobody answers for MusicBrainz here; it is asked again later.
    ["musicbrainz_match", "pending"],
  ]);
  const [album] = await app.sql`select ownership_status, cover_hash is not null as covered from albums`;
  deepEqual({ ...album }, { ownershipStatus: "owned", covered: true });
  await Deno.remove(root, { recursive: true });
});

Deno.test("without a music folder a scan says what to do, once", async () => {
  await using app = await testApp();
  const { id } = await enqueue(app.sql, "filesystem_scan", {});
  await runUntilEmpty(app);
  const job = await findJob(app.sql, id);
  equal(job?.status, "failed");
  match(job?.errorMessage ?? "", /No music folder is set/);
});
