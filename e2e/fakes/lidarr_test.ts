import assert from "node:assert/strict";
import { type CatalogueArtist, fakeLidarr } from "./lidarr.ts";

const ARTIST = "69158f97-4c07-4c4e-baf8-4e4ab1ed666e";
const album = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const catalogue: CatalogueArtist[] = [{
  id: ARTIST,
  name: "Boards of Canada",
  albums: [1, 2, 3].map((n) => ({ id: album(n), title: `Album ${n}` })),
}];

const artist = {
  foreignArtistId: ARTIST,
  qualityProfileId: 1,
  metadataProfileId: 1,
  rootFolderPath: "/music/",
};
const safe = { ...artist, artistName: "Boards of Canada", monitored: true, monitorNewItems: "none" };

function client(url: string, key: string) {
  return (path: string, body?: unknown, method = body ? "POST" : "GET") =>
    fetch(url + path, {
      method,
      headers: { "X-Api-Key": key },
      body: body ? JSON.stringify(body) : undefined,
    });
}

Deno.test("an addition answers before it is done, and a refresh brings the rest of the catalogue", async () => {
  await using lidarr = fakeLidarr({ catalogue });
  const call = client(lidarr.url, lidarr.key);
  const body = { foreignAlbumId: album(1), monitored: true, anyReleaseOk: true, artist: safe };
  const added = await (await call("/api/v1/album", body)).json();
  assert.deepEqual([added.releases, added.statistics], [[], undefined]);
  await lidarr.settle();
  assert.equal(lidarr.library.albums.size, 3);
  assert.deepEqual(lidarr.monitored(), [album(1)]);
  const again = await call("/api/v1/album", body);
  assert.equal(again.status, 400);
  assert.equal((await again.json())[0].errorCode, "AlbumExistsValidator");
});

Deno.test("flags that look harmless are not: a discography is monitored, or nothing at all", async () => {
  await using careless = fakeLidarr({ catalogue });
  const body = { foreignAlbumId: album(1), monitored: true, artist: { ...artist, monitored: true } };
  await (await client(careless.url, careless.key)("/api/v1/album", body)).body?.cancel();
  await careless.settle();
  assert.equal(careless.monitored().length, 3);
  assert.deepEqual(careless.library.searchedByFlags, [album(2), album(3)]);
  assert.equal(careless.album(album(1)).anyReleaseOk, false);

  await using swallowed = fakeLidarr({ catalogue });
  const none = {
    ...body,
    addOptions: { searchForNewAlbum: true },
    artist: { ...safe, addOptions: { monitor: "none" } },
  };
  await (await client(swallowed.url, swallowed.key)("/api/v1/album", none)).body?.cancel();
  await swallowed.settle();
  assert.deepEqual(swallowed.monitored(), []);
  assert.deepEqual(swallowed.library.searchedByFlags, []);
});

Deno.test("a search is queued, started and done, and what it grabs is told to those who registered", async () => {
  await using lidarr = fakeLidarr({ catalogue });
  const told: string[] = [];
  const listen = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const receiver = Deno.serve(listen, async (request) => {
    told.push(`${(await request.json()).eventType} ${request.headers.get("authorization")}`);
    return new Response();
  });
  const call = client(lidarr.url, lidarr.key);
  const fields = [{ name: "url", value: `http://127.0.0.1:${receiver.addr.port}/` }, {
    name: "method",
    value: 1,
  }];
  const registered = await call("/api/v1/notification", { name: "Us", implementation: "Webhook", fields });
  assert.equal(registered.status, 201);
  await registered.body?.cancel();
  const body = { foreignAlbumId: album(1), monitored: true, anyReleaseOk: true, artist: safe };
  const { id } = await (await call("/api/v1/album", body)).json();
  await lidarr.settle();
  const commands = [];
  for (let i = 0; i < 2; i++) {
    commands.push(await (await call("/api/v1/command", { name: "AlbumSearch", albumIds: [id] })).json());
  }
  assert.equal(commands[0].id, commands[1].id);
  await lidarr.settle();
  assert.equal(lidarr.downloads.queue.length, 1);
  await lidarr.downloads.finish(lidarr.album(album(1)));
  assert.deepEqual(told, ["Test null", "Grab null", "Download null"]);
  await receiver.shutdown();
});

Deno.test("the ways it can be away", async () => {
  await using lidarr = fakeLidarr({ catalogue, urlBase: "/lidarr" });
  const call = client(lidarr.url, lidarr.key);
  const status = async (response: Promise<Response>) => {
    const { status, body } = await response;
    await body?.cancel();
    return status;
  };
  const plain = await fetch(`${new URL(lidarr.url).origin}/api`, { redirect: "manual" });
  await plain.body?.cancel();
  assert.equal(plain.headers.get("location"), "/lidarr/api");
  assert.equal(await status(client(lidarr.url, "wrong")("/api")), 401);
  assert.equal(await status(call("/api/v1/command", { name: "Nonsense" })), 500);
  lidarr.metadataDown = true;
  assert.equal(await status(call(`/api/v1/album/lookup?term=lidarr:${album(1)}`)), 503);
  lidarr.mode = "starting";
  assert.equal(await status(call("/api")), 503);
});
