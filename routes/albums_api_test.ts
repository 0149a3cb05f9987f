import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { insertAlbum, insertTrack, insertUser } from "../db/testing.ts";
import { createApiToken } from "../services/sessions.ts";
import { type TestApp, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

async function client(app: TestApp) {
  const user = await insertUser(app.sql);
  const headers = { authorization: `Bearer ${await createApiToken(app.sql, user.id, "test")}` };
  const server = createServer(app);
  const ask = async (path: string, init: { method?: string; body?: unknown } = {}) => {
    const response = await server.request(path, {
      method: init.method,
      headers: { ...headers, "content-type": "application/json" },
      body: init.body === undefined ? undefined : JSON.stringify(init.body),
    });
    return { status: response.status, body: await response.json() };
  };
  return { ask };
}

Deno.test("albums are listed in numbered pages with the fields of the API", async () => {
  await using app = await testApp();
  const { ask } = await client(app);
  for (const title of ["a", "b", "c"]) {
    await insertAlbum(app.sql, { title, genres: ["Jazz"], releaseDate: "1997-05-21" });
  }
  const first = await ask("/api/albums?sort=title&page_size=2");
  deepStrictEqual(first.body.albums.map((album: { title: string }) => album.title), ["a", "b"]);
  const { next, ...pagination } = first.body.pagination;
  deepStrictEqual(pagination, { page: 1, page_size: 2, total_items: 3, total_pages: 2 });
  const album = first.body.albums[0];
  deepStrictEqual(Object.keys(album.artist), ["id", "name"]);
  deepStrictEqual(
    [album.release_date, album.ownership_status, album.match_score, album.genres, album.cover_art_url],
    ["1997-05-21", "not_owned", null, ["Jazz"], null],
  );
  for (const address of ["page=2", `after=${next}`]) {
    const second = await ask(`/api/albums?sort=title&page_size=2&${address}`);
    deepStrictEqual(second.body.albums.map((album: { title: string }) => album.title), ["c"], address);
  }
});

Deno.test("a wrong parameter is a 400 that names it", async () => {
  await using app = await testApp();
  const { ask } = await client(app);
  const cases: [string, string][] = [
    ["page_size=0", "page_size"],
    ["page_size=201", "page_size"],
    ["page=x", "page"],
    ["sort=;drop", "sort"],
    ["artist_id=7", "artist_id"],
    ["after=xyz", "after"],
    ["ownership_status=mine", "ownership_status"],
    ["search=%00", "search"],
  ];
  for (const [query, field] of cases) {
    const { status, body } = await ask(`/api/albums?${query}`);
    strictEqual(status, 400, query);
    deepStrictEqual([body.error.code, Object.keys(body.error.fields)], ["invalid", [field]], query);
  }
  strictEqual((await ask("/api/albums/not-a-uuid")).status, 400);
  strictEqual((await ask(`/api/albums/${crypto.randomUUID()}`)).status, 404);
  strictEqual((await ask(`/api/artists/${crypto.randomUUID()}`)).status, 404);
});

Deno.test("PATCH decides about an album and answers with it", async () => {
  await using app = await testApp();
  const { ask } = await client(app);
  const { id } = await insertAlbum(app.sql, { totalTracks: 2 });
  await insertTrack(app.sql, { albumId: id, title: "Plainsong", trackNumber: 1 });
  const body = {
    ownership_status: "owned",
    acquisition_source: "bandcamp",
    local_path: "/music/The Cure/Disintegration",
  };
  const changed = await ask(`/api/albums/${id}`, { method: "PATCH", body });
  strictEqual(changed.status, 200);
  for (const [field, value] of Object.entries(body)) strictEqual(changed.body[field], value);
  deepStrictEqual(changed.body.tracks[0].title, "Plainsong");
  deepStrictEqual(changed.body, (await ask(`/api/albums/${id}`)).body);
  strictEqual((await ask("/api/stats")).body.owned_albums, 1);
  strictEqual((await ask("/api/albums?ownership_status=owned")).body.pagination.total_items, 1);

  const wrong: [unknown, string][] = [
    [{ ownership_status: "downloading" }, "ownership_status"],
    [{ wanted: "yes" }, "wanted"],
    [{ title: "x" }, "title"],
    [[], "body"],
  ];
  for (const [patch, field] of wrong) {
    const { status, body } = await ask(`/api/albums/${id}`, { method: "PATCH", body: patch });
    deepStrictEqual([status, Object.keys(body.error.fields)], [400, [field]], JSON.stringify(patch));
  }
  const conflict = await ask(`/api/albums/${id}`, { method: "PATCH", body: { wanted: true } });
  strictEqual(conflict.status, 409);
  match(conflict.body.error.message, /owned already/);
});

Deno.test("artists and statistics have the fields of the API", async () => {
  await using app = await testApp();
  const { ask } = await client(app);
  const { artistId } = await insertAlbum(app.sql, {
    artist: "Björk",
    ownershipStatus: "owned",
    matchStatus: "matched",
  });
  await insertAlbum(app.sql, { artist: "Björk", title: "Debut", ignoredAt: new Date() });
  await insertAlbum(app.sql, { artist: "Only in a playlist", inLibrary: false });
  const { body } = await ask("/api/artists?search=bjork");
  deepStrictEqual(
    body.artists.map((artist: { id: string; total_albums: number }) => [artist.id, artist.total_albums]),
    [[artistId, 1]],
  );
  strictEqual((await ask("/api/artists")).body.pagination.total_items, 1);
  const stats = (await ask("/api/stats")).body;
  deepStrictEqual(
    [
      stats.total_albums,
      stats.owned_albums,
      stats.not_owned_albums,
      stats.matched_albums,
      stats.ignored_albums,
      stats.total_artists,
    ],
    [1, 1, 0, 1, 1, 1],
  );
  strictEqual((await ask("/api/stats?scope=all")).body.total_albums, 2);
});
