import assert from "node:assert/strict";
import { startFakeSpotify } from "../e2e/fakes/spotify.ts";
import { fakeUser } from "../e2e/fakes/spotify_library.ts";
import { signedIn, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

const HERE = "http://127.0.0.1:3000";
const CALLBACK = `${HERE}/auth/spotify/callback`;

async function open(env: Record<string, string> = {}) {
  const fake = startFakeSpotify({ users: [fakeUser("marta", { name: "Marta K" }), fakeUser("yuki")] });
  const app = await testApp({
    ...fake.env,
    SPOTIFY_INTERVAL_MS: "0",
    SPOTIFY_CLIENT_ID: fake.clientId,
    ...env,
  });
  const server = createServer(app);
  const marta = await signedIn(app, { username: "marta" });
  const send = (path: string, options: RequestInit & { as?: Record<string, string> } = {}) =>
    server.request(HERE + path, {
      ...options,
      headers: { host: "127.0.0.1:3000", ...(options.as ?? marta.cookie), ...options.headers },
    });
  const post = (path: string, fields: Record<string, string> = {}, as = marta.cookie) =>
    send(path, { method: "POST", body: new URLSearchParams(fields), as });
  /** To Spotify and back again, up to where the browser stands before our page loads. */
  const consent = async (options: { deny?: boolean; as?: string } = {}, who = marta.cookie) => {
    const begun = await post("/settings/spotify/connect", {}, who);
    return (await fake.consent(begun.headers.get("location")!, options)).href.slice(HERE.length);
  };
  const accounts = async () => [...await app.sql`select * from spotify_accounts order by user_id`];
  return {
    fake,
    app,
    server,
    marta,
    send,
    post,
    consent,
    accounts,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await fake[Symbol.asyncDispose]();
    },
  };
}

const text = (markup: string) => markup.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

Deno.test("a person consents at Spotify, comes back and is connected", async () => {
  await using opened = await open();
  const { fake, app, send, consent, accounts, marta } = opened;
  const begun = await opened.post("/settings/spotify/connect");
  assert.equal(begun.status, 303);
  const asked = new URL(begun.headers.get("location")!).searchParams;
  assert.equal(asked.get("redirect_uri"), CALLBACK);
  assert.equal(asked.get("scope"), "user-library-read playlist-read-private playlist-read-collaborative");
  const back = await send(await consent());
  assert.equal(back.headers.get("location"), "/settings#spotify");
  const [account] = await accounts();
  assert.equal(account.userId, marta.userId);
  assert.deepEqual([account.spotifyId, account.accountId, account.displayName], [
    "marta",
    "account-marta",
    "Marta K",
  ]);
  assert.match(account.accessToken, /^v1\./);
  assert.match(account.refreshToken, /^v1\./);
  const page = text(await (await send("/settings")).text());
  assert.match(page, /Connected as Marta K since today/);
  assert.equal(fake.count("/v1/me"), 1);
  assert.equal((await opened.post("/settings/spotify/disconnect")).status, 303);
  assert.deepEqual(await accounts(), []);
  assert.match(text(await (await send("/settings")).text()), /Connect Spotify/);
  assert.equal((await app.sql`select 1 from spotify_authorizations where used_at is null`).length, 1);
});

Deno.test("where Spotify cannot lead back, the address is pasted", async () => {
  await using opened = await open();
  const { fake, marta, server, accounts } = opened;
  const request = (path: string, fields: Record<string, string>) =>
    server.request(`http://nas:3000${path}`, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { host: "nas:3000", ...marta.cookie },
    });
  const page = await (await request("/settings/spotify/connect", {})).text();
  assert.match(text(page), /Spotify refuses http:\/\/nas:3000/);
  const url = page.match(/href="([^"]*\/authorize[^"]*)"/)?.[1].replaceAll("&amp;", "&") ?? "";
  const landed = await fake.consent(url);
  assert.equal(landed.href.startsWith(`${CALLBACK}?code=`), true);
  const nothing = await request("/settings/spotify/finish", { address: "http://nas:3000/settings" });
  assert.equal(nothing.status, 400);
  assert.match(text(await nothing.text()), /This is not the address Spotify sent you to\. Copy all of it\./);
  const done = await request("/settings/spotify/finish", { address: `  ${landed.href}  ` });
  assert.equal(done.status, 303);
  assert.equal((await accounts()).length, 1);
});

Deno.test("an answer counts once, for ten minutes, and for the sign-in that asked", async () => {
  await using opened = await open();
  const { app, send, consent, accounts } = opened;
  const yuki = await signedIn(app, { username: "yuki", role: "member" });
  const cases: [string, () => Promise<Response>, RegExp][] = [
    ["denied", async () => await send(await consent({ deny: true })), /You did not allow it/],
    ["foreign", async () => await send(await consent(), { as: yuki.cookie }), /begun in another sign-in/],
    ["unknown", async () => await send("/auth/spotify/callback?code=x&state=y"), /was not begun here/],
    ["bare", async () => await send("/auth/spotify/callback"), /not the address Spotify sent you to/],
    ["late", async () => {
      const back = await consent();
      await app.sql`update spotify_authorizations set expires_at = now()`;
      return await send(back);
    }, /longer than 10 minutes/],
    ["forged code", async () => {
      const back = await consent();
      return await send(back.replace(/code=[^&]*/, "code=forged"));
    }, /does not accept this answer/],
  ];
  for (const [name, answer, words] of cases) {
    const response = await answer();
    assert.equal(response.status, 400, name);
    const page = text(await response.text());
    assert.match(page, words, name);
    assert.match(page, /Spotify is not connected/);
    assert.deepEqual(await accounts(), [], name);
  }
  const back = await consent();
  assert.equal((await send(back)).status, 303);
  const replayed = await send(back);
  assert.match(text(await replayed.text()), /used already/);
  assert.equal((await accounts()).length, 1);
});

Deno.test("what is wrong at Spotify is told in words, and nothing is stored", async () => {
  await using opened = await open();
  const { fake, send, consent, accounts } = opened;
  fake.users.get("marta")!.allowListed = false;
  assert.match(text(await (await send(await consent())).text()), /User Management/);
  fake.premium = false;
  fake.users.get("marta")!.allowListed = true;
  assert.match(text(await (await send(await consent())).text()), /pays for Premium/);
  fake.premium = true;
  fake.fail("/api/token", { status: 502, body: "<html>", headers: { "content-type": "text/html" } }, 9);
  const down = await send(await consent());
  assert.equal(down.status, 503);
  assert.match(text(await down.text()), /sign-in does not answer/);
  assert.deepEqual(await accounts(), []);
});

Deno.test("a pause at Spotify does not cost the consent", async () => {
  await using opened = await open();
  const { fake, send, consent, accounts } = opened;
  fake.fail("/v1/me", { status: 429, body: "", headers: { "retry-after": "86207" } });
  assert.equal((await send(await consent())).status, 303);
  assert.equal((await accounts())[0].spotifyId, null);
});

Deno.test("programs connect as the design of the API says", async () => {
  await using opened = await open();
  const { fake, marta, send, accounts } = opened;
  const post = async (path: string, body: unknown) => {
    const headers = { "content-type": "application/json" };
    const response = await send(`/api/auth/spotify/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers,
      as: marta.bearer,
    });
    return { status: response.status, json: await response.json() };
  };
  const { json: begun } = await post("authorize", {});
  assert.equal(begun.code_verifier, "stored_in_session");
  const { searchParams } = await fake.consent(begun.authorization_url);
  const [code, state] = [searchParams.get("code"), searchParams.get("state")];
  assert.deepEqual(Object.keys((await post("callback", { code })).json.error.fields), ["state"]);
  const done = await post("callback", { code, state });
  assert.equal(done.status, 200);
  assert.equal(done.json.success, true);
  assert.ok(new Date(done.json.expires_at) > new Date());
  assert.equal((await post("callback", { code, state })).status, 409);
  assert.equal((await accounts()).length, 1);
});

Deno.test("without a client id there is nothing to connect to, and an admin enters it", async () => {
  await using opened = await open({ SPOTIFY_CLIENT_ID: "" });
  const { app, send, post, fake } = opened;
  const page = text(await (await send("/settings")).text());
  assert.match(page, /Redirect address http:\/\/127\.0\.0\.1:3000\/auth\/spotify\/callback/);
  assert.match(page, /developer\.spotify\.com\/dashboard/);
  const early = await post("/settings/spotify/connect");
  assert.match(text(await early.text()), /Enter the client id of your Spotify app first/);
  const form = { spotify_client_id: fake.clientId, sync_interval_hours: "6", auto_sync_enabled: "true" };
  const wrong = await post("/settings/spotify-app", {
    ...form,
    spotify_client_id: "no id",
    sync_interval_hours: "0",
  });
  assert.equal(wrong.status, 400);
  assert.equal((await post("/settings/spotify-app", form)).status, 303);
  assert.equal((await post("/settings/spotify/connect")).status, 303);
  const yuki = await signedIn(app, { username: "yuki", role: "member" });
  assert.equal((await post("/settings/spotify-app", form, yuki.cookie)).status, 403);
  assert.equal((await post("/settings/spotify/connect", {}, yuki.cookie)).status, 303);
});

Deno.test("reading is asked for once at a time, and only where there is something to read from", async () => {
  await using opened = await open();
  const { send, consent, marta, app, post } = opened;
  const ask = async () => {
    const response = await send("/api/jobs/spotify-sync", { method: "POST", as: marta.bearer });
    return { status: response.status, ...await response.json() };
  };
  const early = await ask();
  assert.equal(early.status, 409);
  assert.match(early.error.message, /Spotify is not connected/);
  await send(await consent());
  const [{ id }] = await app.sql`select id from jobs where job_type = 'spotify_sync'`;
  const again = await ask();
  assert.deepEqual([again.status, again.job_id, again.existing], ["pending", id, true]);
  assert.equal((await post("/settings/spotify/sync")).headers.get("location"), "/activity");
  assert.equal((await app.sql`select 1 from jobs`).length, 1);
  await app.sql`delete from jobs`;
  assert.deepEqual(Object.keys(await ask()), ["status", "job_id"]);
});

Deno.test("reading by itself follows the settings, whichever door they came through", async () => {
  await using opened = await open();
  const { app, send, marta } = opened;
  const put = async (path: string, body: unknown) => {
    const headers = { "content-type": "application/json" };
    const response = await send(path, {
      method: "PUT",
      body: JSON.stringify(body),
      headers,
      as: marta.bearer,
    });
    assert.equal(response.status, 200);
    return await response.json();
  };
  const schedule = async () => {
    const [row] = await app.sql`select cron, enabled from schedules where name = 'spotify_sync'`;
    return [row.cron, row.enabled];
  };
  const cases: [number, string][] = [[6, "0 */6 * * *"], [24, "0 4 * * *"], [5, "0 * * * *"], [
    1,
    "0 * * * *",
  ]];
  for (const [hours, cron] of cases) {
    await put("/api/settings", { auto_sync_enabled: true, sync_interval_hours: hours });
    assert.deepEqual(await schedule(), [cron, true]);
  }
  await put("/api/schedules/spotify_sync", { enabled: false });
  const settings = await (await send("/api/settings", { as: marta.bearer })).json();
  assert.equal(settings.auto_sync_enabled, false);
});
