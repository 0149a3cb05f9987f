import { deepEqual, equal, ok } from "node:assert/strict";
import { startCoverArt } from "../e2e/fakes/cover_art.ts";
import { replaceMatchCandidates } from "../db/match_candidates.ts";
import { insertAlbum } from "../db/testing.ts";
import { flacFile } from "../services/audio_testing.ts";
import { fetchCovers } from "../services/covers.ts";
import { scanLibrary } from "../services/library_scan.ts";
import { jpegPath } from "../services/picture_testing.ts";
import { signedIn, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

const context = { signal: new AbortController().signal, progress: async () => {} };

Deno.test("a cover is served in three sizes, to be kept for good, to whoever is signed in", async () => {
  await using app = await testApp();
  const root = await Deno.realPath(await Deno.makeTempDir());
  await Deno.writeFile(
    `${root}/1.flac`,
    flacFile({ ARTIST: "A", ALBUM: "B" }, { cover: Deno.readFileSync(jpegPath) }),
  );
  await scanLibrary(app, { root }, context);
  await fetchCovers(app, { root }, context);
  const [{ coverHash }] = await app.sql`select cover_hash from albums`;
  const server = createServer(app);
  const { cookie } = await signedIn(app);
  const sizes: number[] = [];
  for (const name of [coverHash, `${coverHash}-500`, `${coverHash}-original`]) {
    const response = await server.request(`/covers/${name}`, { headers: cookie });
    equal(response.status, 200);
    equal(response.headers.get("content-type"), "image/jpeg");
    equal(response.headers.get("cache-control"), "private, max-age=31536000, immutable");
    equal(response.headers.get("x-content-type-options"), "nosniff");
    const etag = response.headers.get("etag") ?? "";
    sizes.push((await response.bytes()).length);
    const again = await server.request(`/covers/${name}`, { headers: { ...cookie, "if-none-match": etag } });
    equal(again.status, 304);
  }
  ok(sizes.every((size) => size > 500));
  const { albums } = await (await server.request("/api/albums", { headers: cookie })).json();
  equal(albums[0].cover_art_url, `/covers/${coverHash}-500`);
  deepEqual((await server.request(`/covers/${coverHash}`)).status, 303);
  await Deno.remove(root, { recursive: true });
});

Deno.test("there is no way from a cover's address to another file", async () => {
  await using app = await testApp();
  await insertAlbum(app.sql);
  const server = createServer(app);
  const { cookie } = await signedIn(app);
  for (
    const name of [
      "0123456789abcdef",
      "..%2f..%2fsecret.key",
      "0123456789ABCDEF",
      "0123456789abcdef-9000",
      "x",
    ]
  ) {
    equal((await server.request(`/covers/${name}`, { headers: cookie })).status, 404);
  }
});

Deno.test("what an album may be is shown with its cover, and plainly without one", async () => {
  await using archive = startCoverArt();
  await using app = await testApp({ COVER_ART_URL: archive.url });
  const [group, bare, stranger, release] = [1, 2, 3, 4].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
  archive.releases.set(release, { bytes: Deno.readFileSync(jpegPath) });
  for (const one of [group, stranger]) archive.releaseGroups.set(one, release);
  const { id: albumId } = await insertAlbum(app.sql);
  await replaceMatchCandidates(
    app.sql,
    albumId,
    [group, bare].map((releaseGroupId) => ({ releaseGroupId, score: 1, evidence: [], candidate: {} })),
  );
  const server = createServer(app);
  const { cookie } = await signedIn(app);
  const typeOf = async (id: string) => {
    const response = await server.request(`/covers/candidates/${id}`, { headers: cookie });
    await response.body?.cancel();
    return response.headers.get("content-type");
  };
  equal(await typeOf(group), "image/jpeg");
  const { length } = archive.requests;
  equal(await typeOf(group), "image/jpeg");
  equal(archive.requests.length, length);
  for (const one of [bare, bare, stranger, "nonsense"]) equal(await typeOf(one), "image/svg+xml");
  equal(archive.requests.filter((path) => path.includes(bare)).length, 1);
  equal(archive.requests.some((path) => path.includes(stranger)), false);
});
