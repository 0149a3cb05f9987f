import assert from "node:assert/strict";
import { insertAlbum } from "../db/testing.ts";
import { transaction } from "../db/sql.ts";
import {
  type CatalogueArtist,
  type FakeLidarr,
  fakeLidarr,
  type FakeLidarrOptions,
} from "../e2e/fakes/lidarr.ts";
import { listBreaches, readOpenApi } from "../e2e/fakes/lidarr_contract.ts";
import { undoDecision } from "./album_decisions.ts";
import { askForAlbums, planHandOff } from "./lidarr_handoff.ts";
import { openLidarr } from "./lidarr.ts";
import { handOver, type HandOverResult } from "./lidarr_search.ts";
import { saveSettings } from "./settings.ts";
import { type TestApp, testApp } from "./testing.ts";

const uuid = (kind: number, n: number) =>
  `${String(kind).repeat(8)}-0000-4000-8000-${String(n).padStart(12, "0")}`;
const group = (n: number) => uuid(1, n);
const person = (n: number) => uuid(2, n);

/** Artists of three albums each: group(1..3), group(4..6), … */
const catalogue: CatalogueArtist[] = [0, 1].map((n) => ({
  id: person(n),
  name: `Artist ${n}`,
  albums: [1, 2, 3].map((k) => ({ id: group(3 * n + k), title: `Album ${3 * n + k}` })),
}));

type World = AsyncDisposable & { app: TestApp; lidarr: FakeLidarr; albums: string[] };

async function world(options: FakeLidarrOptions = {}, asked: number[] = [1]): Promise<World> {
  const lidarr = fakeLidarr({ catalogue, ...options });
  const app = await testApp();
  await saveSettings(app, { lidarr_url: lidarr.url, lidarr_api_key: lidarr.key });
  const albums = [];
  for (const n of asked) {
    const artist = `Artist ${Math.floor((n - 1) / 3)}`;
    const { id } = await insertAlbum(app.sql, { artist, title: `Album ${n}` });
    await app.sql`update albums set musicbrainz_release_group_id = ${
      group(n)
    }, match_status = 'matched' where id = ${id}`;
    albums.push(id);
  }
  for (const { id, name } of catalogue) {
    await app.sql`update artists set musicbrainz_id = ${id} where name = ${name}`;
  }
  return {
    app,
    lidarr,
    albums,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await lidarr[Symbol.asyncDispose]();
    },
  };
}

async function ask({ app, albums }: World): Promise<string> {
  return (await transaction(app.sql, (tx) => askForAlbums(tx, albums, { userId: null }))).batch;
}

function run({ app }: World, batch: string, signal = new AbortController().signal): Promise<HandOverResult> {
  return handOver(app, batch, { signal, lookMs: 0, progress: () => Promise.resolve() });
}

const searches = (lidarr: FakeLidarr) => lidarr.downloads.commands.map((one) => one.albumIds.join());

Deno.test("exactly the album is added, monitored and searched, and Lidarr confirms it", async () => {
  await using here = await world();
  const result = await run(here, await ask(here));
  assert.deepEqual(result, {
    done: true,
    summary: "Lidarr confirms: 1 album monitored, search queued",
    monitored: 1,
    failed: 0,
    undone: 0,
  });
  const { lidarr } = here;
  assert.deepEqual(lidarr.monitored(), [group(1)]);
  assert.equal(lidarr.library.albums.size, 3, "the rest of the catalogue is there, unmonitored");
  assert.deepEqual(searches(lidarr), [String(lidarr.album(group(1)).id)]);
  assert.deepEqual(lidarr.library.searchedByFlags, []);
  assert.equal(lidarr.album(group(1)).anyReleaseOk, true);
});

Deno.test("several albums of several artists, some of them there already", async () => {
  await using here = await world({}, [1, 2, 4, 5]);
  const first = { ...here, albums: here.albums.slice(0, 1) };
  await run(first, await ask(first));
  const rest = { ...here, albums: here.albums.slice(1) };
  const result = await run(rest, await ask(rest));
  assert.ok(result.done && result.monitored === 3, JSON.stringify(result));
  assert.deepEqual(here.lidarr.monitored().sort(), [1, 2, 4, 5].map(group));
  assert.equal(new Set(searches(here.lidarr)).size, 4);
  assert.equal(searches(here.lidarr).length, 4);
});

Deno.test("a refresh that takes the mark away does not win", async () => {
  await using here = await world();
  here.lidarr.library.unmonitorsOnRefresh = true;
  const result = await run(here, await ask(here));
  assert.ok(result.done && result.monitored === 1);
  assert.deepEqual(here.lidarr.monitored(), [group(1)]);
});

Deno.test("interrupted after any request, or with any answer lost, it goes on and doubles nothing", async () => {
  await using first = await world({}, [1, 2]);
  const { app, albums } = first;
  for (const way of ["killed", "answer lost"]) {
    for (let at = 1; at < 40; at++) {
      await using lidarr = fakeLidarr({ catalogue });
      await saveSettings(app, { lidarr_url: lidarr.url });
      await app.sql`delete from lidarr_downloads`;
      const here = { ...first, app: { ...app, lidarr: openLidarr(app) }, lidarr, albums };
      const batch = await ask(here);
      const killed = new AbortController();
      let seen = 0;
      lidarr.losesAnswersTo = () => {
        if (++seen !== at) return false;
        if (way === "killed") killed.abort(new Error("killed"));
        return way === "answer lost";
      };
      const before = await run(here, batch, killed.signal).catch((error) => error.message);
      lidarr.losesAnswersTo = undefined;
      const wasWhole = seen < at;
      await app.sql`update lidarr_downloads set next_try_at = now()`;
      const result = await run(here, batch);
      assert.ok(
        result.done && result.monitored === 2,
        `${way} at ${at}: ${JSON.stringify([before, result])}`,
      );
      assert.deepEqual(lidarr.monitored().sort(), [group(1), group(2)], `${way} at ${at}`);
      const ids = [1, 2].map((n) => String(lidarr.album(group(n)).id));
      assert.deepEqual(searches(lidarr).sort(), ids.sort(), `${way} at ${at}`);
      if (wasWhole) break;
    }
  }
});

Deno.test("its metadata server may be away: nothing fails, and the album comes when it is back", async () => {
  await using here = await world({}, [1, 4]);
  const { lidarr, app } = here;
  lidarr.metadataDown = new Set([group(1)]);
  const batch = await ask(here);
  const first = await run(here, batch);
  assert.ok(!first.done);
  assert.match(first.message, /LidarrAPI Temporarily Unavailable/);
  assert.deepEqual(lidarr.monitored(), [group(4)]);
  lidarr.metadataDown = false;
  await app.sql`update lidarr_downloads set next_try_at = now()`;
  assert.ok((await run(here, batch)).done);
  assert.deepEqual(lidarr.monitored().sort(), [group(1), group(4)]);
});

Deno.test("a key that is refused, a Lidarr that starts or is away: what was asked for is kept", async () => {
  await using here = await world();
  const { lidarr, app } = here;
  const batch = await ask(here);
  const key = lidarr.key;
  lidarr.key = "another";
  const refused = await run(here, batch);
  assert.ok(!refused.done);
  assert.match(refused.message, /refuses the API key/);
  lidarr.key = key;
  lidarr.mode = "starting";
  assert.ok(!(await run(here, batch)).done);
  lidarr.mode = "broken";
  assert.ok(!(await run(here, batch)).done);
  lidarr.mode = "up";
  await app.sql`update lidarr_downloads set next_try_at = now()`;
  // As after a restart: while a service fails it is left alone for some seconds.
  const result = await run({ ...here, app: { ...app, lidarr: openLidarr(app) } }, batch);
  assert.ok(result.done && result.monitored === 1, JSON.stringify(result));
});

Deno.test("what its metadata server does not know fails with the reason", async () => {
  await using here = await world({}, [1]);
  await here.app.sql`update albums set musicbrainz_release_group_id = ${group(99)}`;
  const result = await run(here, await ask(here));
  assert.ok(result.done && result.failed === 1);
  assert.match(result.summary, /arrives there after hours or days/);
});

Deno.test("undoing takes the mark from what we marked and from nothing else", async () => {
  await using here = await world({}, [1, 2]);
  const { lidarr, app, albums } = here;
  const one = { ...here, albums: [albums[0]] };
  await run(one, await ask(one));
  // Somebody marked it in Lidarr itself.
  lidarr.album(group(2)).monitored = true;
  const batch = await ask({ ...here, albums: [albums[1]] });
  await run(here, batch);
  const both = await app.sql<{ batch: string }[]>`select batch from lidarr_downloads order by created_at`;
  for (const row of both) {
    await undoDecision(app, { batch: row.batch }, { userId: null });
    const result = await run(here, row.batch);
    assert.ok(result.done && result.undone === 1, JSON.stringify(result));
  }
  assert.deepEqual(lidarr.monitored(), [group(2)]);
  const rows = await app.sql`select wanted_at from albums where wanted_at is not null`;
  assert.equal(rows.length, 0);
});

Deno.test("what is taken back before it was handed over never reaches Lidarr", async () => {
  await using here = await world();
  const batch = await ask(here);
  await undoDecision(here.app, { batch }, { userId: null });
  const result = await run(here, batch);
  assert.ok(result.done && result.monitored === 0);
  assert.deepEqual(here.lidarr.requestsTo("POST", "/api/v1/album"), []);
  assert.deepEqual(here.lidarr.monitored(), []);
});

Deno.test("asking twice is asking once, and the plan says what would happen", async () => {
  await using here = await world({}, [1, 2, 4]);
  const { app, albums } = here;
  const [matched, known, unmatched] = albums;
  await app.sql`update albums set musicbrainz_release_group_id = null where id = ${unmatched}`;
  const one = { ...here, albums: [known] };
  await run(one, await ask(one));
  await app.sql`update lidarr_downloads set searched_at = now()`;
  const plan = await planHandOff(app.sql, albums);
  assert.deepEqual(plan.add.map((album) => album.id), [matched]);
  assert.deepEqual(plan.there.map((album) => [album.id, album.monitored]), [[known, true]]);
  assert.deepEqual(plan.refused.map((album) => [album.id, album.reason]), [[unmatched, "unmatched"]]);
  const again = { ...here, albums: [matched] };
  await ask(again);
  const { asked } = await transaction(app.sql, (tx) => askForAlbums(tx, [matched], { userId: null }));
  assert.deepEqual(asked, []);
});

const contract = await readOpenApi();

Deno.test({
  name: "every request is one that Lidarr's own description knows",
  ignore: contract === undefined,
  async fn() {
    await using here = await world({}, [1, 4]);
    await run(here, await ask(here));
    await here.app.sql`update artists set musicbrainz_id = null`;
    assert.deepEqual(listBreaches(here.lidarr.requests, contract!), []);
  },
});

Deno.test("a refresh that adds the album anew under another number is no trouble", async () => {
  await using here = await world({ refreshAfter: 3 });
  const { lidarr } = here;
  const batch = await ask(here);
  lidarr.losesAnswersTo = (request) => {
    if (request.method !== "POST" || request.path !== "/api/v1/album") return false;
    const album = lidarr.album(group(1));
    lidarr.library.albums.delete(album.id);
    lidarr.library.albums.set(777, Object.assign(album, { id: 777, refreshed: true }));
    lidarr.losesAnswersTo = undefined;
    return false;
  };
  const result = await run(here, batch);
  assert.ok(result.done && result.monitored === 1, JSON.stringify(result));
  assert.deepEqual(searches(lidarr), ["777"]);
});
