import { deepEqual } from "node:assert/strict";
import { startCoverArt } from "../e2e/fakes/cover_art.ts";
import { insertJob } from "../db/jobs.ts";
import { insertAlbum } from "../db/testing.ts";
import { jpegPath } from "../services/picture_testing.ts";
import { testApp } from "../services/testing.ts";
import { enqueue } from "./queue.ts";
import { runUntilEmpty } from "./worker.ts";

Deno.test("while albums are being matched covers are looked for in rounds, and counted together", async () => {
  await using archive = startCoverArt();
  await using app = await testApp({ COVER_ART_URL: archive.url });
  const { sql } = app;
  const match = async (title: string) => {
    const [group, release] = [crypto.randomUUID(), crypto.randomUUID()];
    archive.releaseGroups.set(group, release);
    archive.releases.set(release, { bytes: Deno.readFileSync(jpegPath) });
    const { id } = await insertAlbum(sql, { title });
    await sql`update albums set musicbrainz_release_group_id = ${group} where id = ${id}`;
  };
  const round = async () => {
    await sql`update jobs set run_at = now() where status = 'pending'`;
    await runUntilEmpty(app);
    const [job] = await sql`select status, message, result from jobs where job_type = 'cover_art_fetch'`;
    return [job.status, job.result?.summary ?? job.message];
  };
  const matching = await insertJob(sql, { kind: "musicbrainz_match", payload: {} });
  await sql`update jobs set status = 'running', worker_id = gen_random_uuid(),
    locked_until = now() + interval '1 hour' where id = ${matching.id}`;
  await enqueue(sql, "cover_art_fetch", {});
  await match("First");
  deepEqual(await round(), ["pending", "1 cover found, waiting for more matches"]);
  await match("Second");
  await sql`update jobs set status = 'completed' where id = ${matching.id}`;
  deepEqual(await round(), ["completed", "2 covers found"]);
});
