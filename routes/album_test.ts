import { deepStrictEqual, doesNotMatch, match, strictEqual } from "node:assert/strict";
import { insertAlbum, insertTrack } from "../db/testing.ts";
import { signedIn, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

const PART = { "HX-Request": "true", "HX-Request-Type": "partial" };

Deno.test("an album is a page of its own and a drawer over the grid", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const { cookie } = await signedIn(app);
  const { id, artistId } = await insertAlbum(app.sql, { totalTracks: 3 });
  await insertTrack(app.sql, { albumId: id, title: "Pictures of You", trackNumber: 2 });
  const page = await (await server.request(`/albums/${id}`, { headers: cookie })).text();
  match(page, /^<!doctype html>[\s\S]*<article id="album"[\s\S]*Pictures of You/);
  const headers = { ...cookie, ...PART, "HX-Target": "dialog#drawer" };
  const drawer = await (await server.request(`/albums/${id}`, { headers })).text();
  match(drawer, /^<div[\s\S]*id="drawer-title"[\s\S]*Pictures of You/);
  match(await (await server.request(`/artists/${artistId}`, { headers: cookie })).text(), /0 of 1 album/);
  strictEqual((await server.request(`/albums/${crypto.randomUUID()}`, { headers: cookie })).status, 404);
  strictEqual((await server.request("/artists/7", { headers: cookie })).status, 400);
});

Deno.test("each decision shows on the page it was made on and can be taken back from its history", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const { cookie } = await signedIn(app);
  const { id } = await insertAlbum(app.sql);
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    server.request(`/albums/${id}/${path}`, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { ...cookie, ...headers },
    });
  const state = async () => (await app.sql`select state from albums where id = ${id}`)[0].state;

  strictEqual((await post("wanted", { wanted: "true" })).headers.get("location"), `/albums/${id}`);
  strictEqual(await state(), "wanted");
  const article =
    await (await post("ownership", { ownership_status: "owned" }, { ...PART, "HX-Target": "article#album" }))
      .text();
  match(article, /^<article id="album"/);
  strictEqual(await state(), "owned");
  const changed = await post("source", { source: "vinyl" }, { ...PART, "HX-Target": "dialog#drawer" });
  match(await changed.text(), new RegExp(`hx-target="#album-${id}"`));
  strictEqual(changed.headers.get("HX-Trigger"), "album-changed", "the list behind counts again");
  const [row] = await app.sql`select acquisition_source, acquisition_medium from albums`;
  strictEqual(`${row.acquisitionSource} ${row.acquisitionMedium}`, "physical vinyl");

  const undo = article.match(/\/events\/\d+\/undo/)?.[0] ?? "";
  strictEqual((await post(undo.slice(1), {})).status, 303);
  strictEqual(await state(), "wanted");
  strictEqual((await post(undo.slice(1), {})).status, 409);
  for (
    const [path, fields] of [["ownership", { ownership_status: "half" }], ["source", {
      source: "theft",
    }]] as const
  ) {
    strictEqual((await post(path, fields)).status, 400);
  }
});

Deno.test("looking at a matched album asks MusicBrainz for more, once, and the page looks for the answer", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const { cookie } = await signedIn(app);
  const { id } = await insertAlbum(app.sql);
  const look = async (query = "", headers: Record<string, string> = {}) =>
    await (await server.request(`/albums/${id}${query}`, { headers: { ...cookie, ...headers } })).text();
  const jobs = async () =>
    (await app.sql`select job_type, payload, priority from jobs`).map((job) => ({ ...job }));

  doesNotMatch(await look(), /looks=/);
  deepStrictEqual(await jobs(), []);
  await app.sql`update albums set match_status = 'matched', musicbrainz_release_group_id = gen_random_uuid()`;
  match(await look(), /hx-get="\/albums\/[^"]*\?looks=1" hx-trigger="load delay:1s" hx-target="#album"/);
  const asked = [{ jobType: "album_details_fetch", payload: { albumId: id }, priority: 10 }];
  deepStrictEqual(await jobs(), asked);
  const article = await look("?looks=2", { ...PART, "HX-Target": "article#album" });
  match(article, /^<article id="album"[\s\S]*looks=3" hx-trigger="load delay:4s"/);
  doesNotMatch(await look("?looks=5", { ...PART, "HX-Target": "article#album" }), /hx-trigger="load/);
  deepStrictEqual(await jobs(), asked);

  await app.sql`insert into release_group_details (album_id, release_group_id, replaced, fetched_at)
    select id, musicbrainz_release_group_id, '{"genres": []}', now() from albums`;
  await app.sql`delete from jobs`;
  doesNotMatch(await look(), /looks=/);
  deepStrictEqual(await jobs(), []);
  await app.sql`update release_group_details set fetched_at = now() - interval '31 days'`;
  await look();
  deepStrictEqual(await jobs(), asked);
  await app.sql`delete from jobs`;
  await server.request(`/api/albums/${id}`, { headers: cookie });
  deepStrictEqual(await jobs(), asked, "a program looks, too");
});
