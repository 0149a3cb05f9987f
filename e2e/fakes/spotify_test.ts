import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { replies, startFakeSpotify } from "./spotify.ts";
import { fakeAlbum, fakeLibrary, fakePlaylist, hoursAgo } from "./spotify_library.ts";

const VERIFIER = "a".repeat(64);
const REDIRECT = "http://127.0.0.1:3000/auth/spotify/callback";

function authorization(fake: { url: string; clientId: string }, change: Record<string, string> = {}): string {
  return `${fake.url}/authorize?${new URLSearchParams({
    client_id: fake.clientId,
    response_type: "code",
    redirect_uri: REDIRECT,
    scope: "user-library-read playlist-read-private",
    state: "xyz",
    code_challenge_method: "S256",
    code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
    ...change,
  })}`;
}

type Fake = ReturnType<typeof startFakeSpotify>;

async function ask(fake: Fake, form: Record<string, string>) {
  const body = new URLSearchParams({ client_id: fake.clientId, ...form });
  const response = await fetch(`${fake.url}/api/token`, { method: "POST", body });
  return { status: response.status, ...await response.json() };
}

async function signIn(fake: Fake) {
  const back = await fake.consent(authorization(fake));
  const code = back.searchParams.get("code")!;
  const form = { grant_type: "authorization_code", code, redirect_uri: REDIRECT };
  return { code, form, tokens: await ask(fake, { ...form, code_verifier: VERIFIER }) };
}

Deno.test("a code is given for a consent and is good for one exchange with its verifier", async () => {
  await using fake = startFakeSpotify();
  const denied = await fake.consent(authorization(fake), { deny: true });
  assert.equal(denied.search, "?error=access_denied&state=xyz");
  const back = await fake.consent(authorization(fake));
  const form = {
    grant_type: "authorization_code",
    code: back.searchParams.get("code")!,
    redirect_uri: REDIRECT,
  };
  const wrong = await ask(fake, { ...form, code_verifier: "b".repeat(64) });
  assert.equal(wrong.error_description, "code_verifier was incorrect");
  const tokens = await ask(fake, { ...form, code_verifier: VERIFIER });
  assert.equal(tokens.expires_in, 3600);
  const again = await ask(fake, { ...form, code_verifier: VERIFIER });
  assert.equal(again.error, "invalid_grant");
  const json = await fetch(`${fake.url}/api/token`, {
    method: "POST",
    body: JSON.stringify(form),
    headers: { "content-type": "application/json" },
  });
  assert.equal((await json.json()).error, "unsupported_grant_type");
});

Deno.test("an address that is insecure or not registered gets no further than Spotify's own page", async () => {
  await using fake = startFakeSpotify();
  const cases: [string, RegExp][] = [
    ["http://localhost:3000/auth/spotify/callback", /Insecure redirect URI/],
    ["http://192.168.1.4:3000/auth/spotify/callback", /Insecure redirect URI/],
    ["https://home.example/auth/spotify/callback", /Invalid redirect URI/],
  ];
  for (const [redirect_uri, expected] of cases) {
    await assert.rejects(fake.consent(authorization(fake, { redirect_uri })), expected);
  }
});

Deno.test("refresh tokens stay, or are each good once and take their whole family with them", async () => {
  await using fake = startFakeSpotify();
  const staying = (await signIn(fake)).tokens.refresh_token;
  const refresh = (token: string) => ask(fake, { grant_type: "refresh_token", refresh_token: token });
  assert.equal((await refresh(staying)).refresh_token, undefined);
  assert.equal((await refresh(staying)).status, 200);
  fake.rotating = true;
  const first = await refresh(staying);
  assert.equal((await refresh(staying)).error_description, "Refresh token revoked");
  assert.equal((await refresh(first.refresh_token)).error_description, "Refresh token revoked");
  const late = (await signIn(fake)).tokens.refresh_token;
  fake.now = () => Date.now() + 190 * 24 * 3_600_000;
  assert.equal((await refresh(late)).error_description, "Refresh token expired");
});

Deno.test("the two worlds differ in names, limits and what may be read", async () => {
  const user = fakeLibrary("marta", { albums: 60, tracks: 5, playlists: 1 });
  const foreign = fakePlaylist(9, { ownerId: "somebody" });
  user.playlists.push(null, foreign);
  user.playlists[0]!.items.unshift(
    { kind: "removed", addedAt: null },
    { kind: "local", addedAt: hoursAgo(1), artist: "Me & I", album: "", title: "Demo 1", seconds: 61 },
    { kind: "episode", addedAt: hoursAgo(1), id: "e", name: "Episode", show: "Show" },
  );
  user.albums[1].album = fakeAlbum(1, { name: "" });
  await using fake = startFakeSpotify({ users: [user] });
  const { tokens } = await signIn(fake);
  const get = async (path: string) => {
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const response = await fetch(path.startsWith("/") ? `${fake.url}/v1${path}` : path, { headers });
    const text = await response.text();
    return { status: response.status, text, json: () => JSON.parse(text) };
  };
  const albums = (await get("/me/albums?limit=50")).json();
  assert.equal(albums.items[0].album.external_ids.upc.length, 14);
  assert.deepEqual(albums.items[1].album.tracks.items, []);
  const rest = (await get(albums.next)).json();
  assert.deepEqual([rest.items.length, rest.next, rest.total], [10, null, 60]);
  assert.equal((await get("/me/albums?limit=51")).status, 400);
  const [own, gap, theirs] = (await get("/me/playlists")).json().items;
  assert.deepEqual([own.items.total, gap, theirs.items], [103, null, undefined]);
  const [removed, local, episode] = (await get(`/playlists/${own.id}/items`)).json().items;
  assert.equal(removed.item, null);
  assert.equal(local.item.uri, "spotify:local:Me+%26+I::Demo+1:61");
  assert.deepEqual([episode.item.type, episode.item.album], ["episode", null]);
  assert.equal((await get(`/playlists/${own.id}/tracks`)).status, 403);
  assert.equal((await get(`/playlists/${theirs.id}/items`)).status, 403);
  fake.world = "2025";
  const old = (await get("/me/playlists")).json().items[2];
  assert.equal(old.tracks.total, 0);
  assert.equal((await get(`/playlists/${own.id}/tracks?limit=100`)).json().items[3].track.type, "track");
  fake.premium = false;
  assert.match((await get("/me")).text, /Active premium/);
  fake.premium = true;
  user.allowListed = false;
  assert.match((await get("/me")).text, /^Check settings/);
  fake.fail("/v1/me", replies.quota());
  assert.equal((await get("/me")).status, 429);
  fake.now = () => Date.now() + 3_600_001;
  assert.match((await get("/me")).text, /expired/);
  assert.equal(fake.count("/v1/me/albums"), 3);
});
