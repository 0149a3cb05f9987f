import { deepEqual, equal, match } from "node:assert/strict";
import { startMusicBrainz } from "../e2e/fakes/musicbrainz.ts";
import { mbid } from "../e2e/fakes/musicbrainz_catalogue.ts";
import { insertAlbum } from "../db/testing.ts";
import { testApp } from "../services/testing.ts";
import { enqueue } from "./queue.ts";
import { runUntilEmpty } from "./worker.ts";

const artist = { id: mbid("artist", "The Cure"), name: "The Cure" };
const group = {
  id: mbid("group", "Disintegration"),
  title: "Disintegration",
  credit: [{ artistId: artist.id }],
  genres: ["post-punk"],
  releases: [],
};

Deno.test("an album is described by the job for it, or by the one for all; a service that is down fails neither page nor job", async () => {
  await using musicbrainz = startMusicBrainz({ artists: [artist], releaseGroups: [group] });
  await using app = await testApp({ MUSICBRAINZ_URL: musicbrainz.url, MUSICBRAINZ_INTERVAL_MS: "0" });
  const { id } = await insertAlbum(app.sql);
  await app.sql`update albums set musicbrainz_release_group_id = ${group.id}`;
  const run = async (ask: () => Promise<unknown>) => {
    await ask();
    await runUntilEmpty(app);
    const [job] = await app.sql`select status, result from jobs order by completed_at desc limit 1`;
    const [album] = await app.sql`select genres from albums`;
    return { status: job.status, summary: job.result?.summary, genres: album.genres };
  };
  const fetch = () => enqueue(app.sql, "album_details_fetch", { albumId: id });

  musicbrainz.trouble = { kind: "html" };
  const { status, summary, genres } = await run(fetch);
  deepEqual([status, genres], ["completed", []]);
  match(summary, /^MusicBrainz sent a web page/);
  musicbrainz.trouble = undefined;
  deepEqual((await run(fetch)).genres, ["Post-punk"]);
  await app.sql`delete from release_group_details`;
  equal((await run(() => enqueue(app.sql, "album_details_sweep", {}))).summary, "1 album described");
});
