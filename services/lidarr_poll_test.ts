import assert from "node:assert/strict";
import { listDownloads } from "../db/lidarr_downloads.ts";
import { listQueue } from "../db/lidarr_queue.ts";
import { findLidarrState } from "../db/lidarr_state.ts";
import { transaction } from "../db/sql.ts";
import { insertAlbum } from "../db/testing.ts";
import { type FakeLidarr, fakeLidarr, type FakeLidarrOptions } from "../e2e/fakes/lidarr.ts";
import { listBreaches, readOpenApi } from "../e2e/fakes/lidarr_contract.ts";
import { Failure } from "./errors.ts";
import { openLidarr } from "./lidarr.ts";
import { askForAlbums } from "./lidarr_handoff.ts";
import { reconcileLidarr } from "./lidarr_mirror.ts";
import { pollLidarr, stageOf } from "./lidarr_poll.ts";
import { handOver } from "./lidarr_search.ts";
import { saveSettings } from "./settings.ts";
import { type TestApp, testApp } from "./testing.ts";

const GROUP = "11111111-2222-4333-8444-555555555555";
const ARTIST = "69158f97-4c07-4c4e-baf8-4e4ab1ed666e";
const catalogue = [{
  id: ARTIST,
  name: "Burial",
  albums: [{ id: GROUP, title: "Untrue", tracks: 13 }, { id: crypto.randomUUID(), title: "Burial" }],
}];
const context = { signal: new AbortController().signal, lookMs: 0, progress: () => Promise.resolve() };

type World = AsyncDisposable & { app: TestApp; lidarr: FakeLidarr; id: string };

/** An album that was handed over; nothing that happens is told, so all has to be found out. */
async function handedOver(options: FakeLidarrOptions = {}): Promise<World> {
  const lidarr = fakeLidarr({ catalogue, ...options });
  const app = await testApp();
  await saveSettings(app, { lidarr_url: lidarr.url, lidarr_api_key: lidarr.key });
  const { id } = await insertAlbum(app.sql, { artist: "Burial", title: "Untrue", totalTracks: 13 });
  await app.sql`update albums set musicbrainz_release_group_id = ${GROUP} where id = ${id}`;
  const { batch } = await transaction(app.sql, (tx) => askForAlbums(tx, [id], { userId: null }));
  await handOver(app, batch, context);
  await lidarr.settle();
  return {
    app,
    lidarr,
    id,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await lidarr[Symbol.asyncDispose]();
    },
  };
}

type Shown = { ownershipStatus: string; ownedTracks: number; acquisitionSource: string | null };

async function shown({ app, id }: World) {
  const { sql } = app;
  const [album] = await sql<Shown[]>`
    select ownership_status, owned_tracks, acquisition_source from albums where id = ${id}`;
  const [download] = await listDownloads(sql, id);
  return { ...album, download };
}

Deno.test("a download is followed with its percent and its end, though nobody tells of it", async () => {
  await using here = await handedOver();
  const { app, lidarr, id } = here;
  const album = lidarr.album(GROUP);
  lidarr.downloads.progress(album, 0.64);
  assert.equal((await pollLidarr(app)).active, 1);
  const [download, ...others] = await listDownloads(app.sql, id);
  assert.deepEqual(others, []);
  assert.deepEqual([download.status, download.stage, download.quality], [
    "downloading",
    "downloading",
    "FLAC",
  ]);
  assert.equal(Math.floor(100 * (1 - download.sizeLeft! / download.size!)), 64);
  assert.equal((await shown(here)).ownershipStatus, "downloading");
  await lidarr.downloads.finish(album);
  assert.equal((await pollLidarr(app)).active, 0);
  assert.deepEqual(
    [
      (await shown(here)).ownershipStatus,
      (await shown(here)).acquisitionSource,
      (await shown(here)).download.status,
    ],
    ["owned", "lidarr", "completed"],
  );
  await pollLidarr(app);
  const events = await app
    .sql`select after ->> 'status' as status from album_events where kind = 'lidarr' order by id`;
  assert.deepEqual(events.map((event) => event.status), ["downloading", "owned"]);
});

Deno.test("what waits for a person says so in Lidarr's words", async () => {
  await using here = await handedOver();
  const { app, lidarr } = here;
  lidarr.downloads.block(lidarr.album(GROUP), "Has missing tracks");
  await pollLidarr(app);
  const { download } = await shown(here);
  assert.deepEqual([download.stage, download.message], ["attention", "Has missing tracks"]);
  assert.deepEqual((await listQueue(app.sql)).map((row) => [row.stage, row.albumTitle, row.artistName]), [
    ["attention", "Untrue", null],
  ]);
});

Deno.test("a failure has its reason, and what Lidarr grabs instead is followed", async () => {
  await using here = await handedOver();
  const { app, lidarr, id } = here;
  await pollLidarr(app);
  await lidarr.downloads.fail(lidarr.album(GROUP), "Stalled with no connections", { again: true });
  await pollLidarr(app);
  const downloads = await listDownloads(app.sql, id);
  assert.deepEqual(downloads.map((one) => [one.status, one.message]).sort(), [
    ["downloading", null],
    ["failed", "Stalled with no connections"],
  ]);
  await lidarr.downloads.failImport(lidarr.album(GROUP), "No files found");
  await pollLidarr(app);
  assert.match((await listDownloads(app.sql, id)).map((one) => one.message).join(), /No files found/);
});

Deno.test("a search that finds nothing says so, and is not followed for ever", async () => {
  await using here = await handedOver();
  here.lidarr.downloads.findsNothing.add(GROUP);
  await here.app
    .sql`update lidarr_downloads set download_id = null, status = 'searching', searched_at = null`;
  here.lidarr.downloads.queue.length = 0;
  here.lidarr.downloads.history.length = 0;
  assert.equal((await pollLidarr(here.app)).active, 0);
  const { download, ownershipStatus } = await shown(here);
  assert.match(download.message!, /found nothing to download/);
  assert.equal(ownershipStatus, "not_owned");
});

Deno.test("while it is away nothing is lost, and one look after its return all is right", async () => {
  await using here = await handedOver();
  const { app, lidarr } = here;
  await pollLidarr(app);
  await lidarr.downloads.finish(lidarr.album(GROUP));
  lidarr.mode = "broken";
  const away = await pollLidarr(app);
  assert.match(away.away!, /status 502/);
  assert.equal(away.active, 1);
  assert.ok((await findLidarrState(app.sql)).failingSince);
  lidarr.mode = "up";
  const back = await pollLidarr({ ...app, lidarr: openLidarr(app) });
  assert.deepEqual([back.active, back.away], [0, undefined]);
  assert.equal((await shown(here)).ownershipStatus, "owned");
  assert.equal((await findLidarrState(app.sql)).failingSince, null);
});

Deno.test("a download that vanishes without a word is given up after five minutes", async () => {
  await using here = await handedOver();
  const { app, lidarr } = here;
  await pollLidarr(app);
  lidarr.downloads.queue.length = 0;
  await pollLidarr(app);
  assert.equal((await shown(here)).download.status, "downloading");
  await app.sql`update lidarr_downloads set missing_since = now() - interval '6 minutes'`;
  await pollLidarr(app);
  assert.equal((await shown(here)).download.status, "failed");
  assert.equal((await shown(here)).ownershipStatus, "not_owned");
});

Deno.test("comparing puts right what was missed, and lists it", async () => {
  await using here = await handedOver();
  const { app, lidarr } = here;
  await lidarr.downloads.finish(lidarr.album(GROUP), { files: 9 });
  const first = await reconcileLidarr(app, {}, context);
  assert.deepEqual(first.healed.map(({ title, what }) => [title, what]), [[
    "Untrue",
    "9 of 13 tracks in Lidarr",
  ]]);
  assert.deepEqual([(await shown(here)).ownershipStatus, (await shown(here)).ownedTracks], ["partial", 9]);
  assert.deepEqual((await reconcileLidarr(app, {}, context)).healed, []);
  lidarr.album(GROUP).trackFiles = 0;
  const gone = await reconcileLidarr(app, {}, context);
  assert.deepEqual(gone.healed.map(({ what }) => what), ["Lidarr has no file of it any more"]);
  const ids = await app.sql`select value from album_external_ids where kind = 'lidarr'`;
  assert.deepEqual(ids.map((row) => row.value), [String(lidarr.album(GROUP).id)]);
});

Deno.test("a Lidarr installed anew: other numbers are no trouble, and an empty one takes nothing away", async () => {
  await using here = await handedOver();
  const { app, lidarr } = here;
  await lidarr.downloads.finish(lidarr.album(GROUP));
  await reconcileLidarr(app, {}, context);
  await using fresh = fakeLidarr({ catalogue, firstId: 5000 });
  await saveSettings(app, { lidarr_url: fresh.url });
  await assert.rejects(
    reconcileLidarr(app, {}, context),
    (error) => error instanceof Failure && error.code === "conflict" && /installed anew/.test(error.message),
  );
  assert.equal((await shown(here)).ownershipStatus, "owned");
  const artist = {
    foreignArtistId: ARTIST,
    qualityProfileId: 1,
    metadataProfileId: 1,
    rootFolderPath: "/music/",
  };
  const album = fresh.library.addAlbum({
    foreignAlbumId: GROUP,
    monitored: true,
    artist: { ...artist, monitorNewItems: "none" },
  });
  fresh.library.refresh(album);
  album.trackFiles = 13;
  await reconcileLidarr(app, {}, context);
  assert.equal((await shown(here)).ownershipStatus, "owned");
  const [{ value }] = await app.sql`select value from album_external_ids where kind = 'lidarr'`;
  assert.equal(value, String(album.id));
});

Deno.test("Lidarr's words for a state", () => {
  const cases: [string, string, string, string][] = [
    ["queued", "ok", "downloading", "waiting"],
    ["delay", "ok", "downloading", "waiting"],
    ["downloading", "ok", "downloading", "downloading"],
    ["completed", "ok", "importPending", "importing"],
    ["completed", "warning", "importPending", "attention"],
    ["completed", "warning", "importBlocked", "attention"],
    ["completed", "ok", "importing", "importing"],
    ["completed", "warning", "importFailed", "attention"],
    ["failed", "ok", "downloadFailedPending", "attention"],
    ["warning", "warning", "downloading", "stalled"],
    ["downloadClientUnavailable", "ok", "downloading", "stalled"],
    ["somethingNew", "ok", "unheardOf", "downloading"],
  ];
  for (const [status, trackedDownloadStatus, trackedDownloadState, stage] of cases) {
    const row = { status, trackedDownloadStatus, trackedDownloadState, errorMessage: null };
    assert.equal(stageOf(row), stage, `${status} ${trackedDownloadStatus} ${trackedDownloadState}`);
  }
});

const contract = await readOpenApi();

Deno.test({
  name: "every request of following is one that Lidarr's own description knows",
  ignore: contract === undefined,
  async fn() {
    await using here = await handedOver();
    await pollLidarr(here.app);
    await reconcileLidarr(here.app, {}, context);
    assert.deepEqual(listBreaches(here.lidarr.requests, contract!), []);
  },
});
