import assert from "node:assert/strict";
import { libraryState } from "../services/library_import_testing.ts";
import { startFakeSpotify } from "./fakes/spotify.ts";
import { fakeLibrary, hoursAgo } from "./fakes/spotify_library.ts";
import { databaseServer, startConnected } from "./spotify_program.ts";
import { until } from "./program.ts";

const KILLS = 20;

function library() {
  const user = fakeLibrary("marta", { albums: 700, tracks: 1500, playlists: 12, songsPerList: 120 });
  user.playlists[3]!.items.push({ kind: "removed", addedAt: null });
  user.playlists[4]!.items.push({
    kind: "local",
    addedAt: hoursAgo(1),
    artist: "Me",
    album: "",
    title: "Demo",
    seconds: 9,
  });
  return user;
}

Deno.test("a reading that is killed twenty times leaves the library of one that was not", async () => {
  await using _server = await databaseServer();
  const read = async (kills: number) => {
    await using fake = startFakeSpotify({ users: [library()] });
    await using connected = await startConnected(fake);
    const jobId = await connected.startReading();
    for (let kill = 1; kill <= kills; kill++) {
      const seen = fake.count(/^\/v1\/(me\/|playlists)/);
      await until(() => fake.count(/^\/v1\/(me\/|playlists)/) >= seen + 3 ? true : undefined, 30_000);
      await connected.killAndRestart();
    }
    const { status, summary } = await connected.ended(jobId);
    assert.equal(status, "completed", summary);
    const left = await connected.sql`select (select count(*) from import_entries)::int as entries,
      (select count(*) from imports)::int as imports`;
    assert.deepEqual({ ...left[0] }, { entries: 0, imports: 0 });
    return { state: await libraryState(connected.sql), requests: fake.count(/^\/v1\//), summary };
  };
  const killed = await read(KILLS);
  const undisturbed = await read(0);
  assert.equal(killed.summary, undisturbed.summary);
  assert.deepEqual(killed.state, undisturbed.state);
  // What a killed run had asked for and not stored yet is asked for again: one page each time.
  assert.ok(
    killed.requests <= undisturbed.requests + KILLS + 1,
    `${killed.requests} against ${undisturbed.requests}`,
  );
});
