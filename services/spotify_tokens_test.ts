import assert from "node:assert/strict";
import { replies, startFakeSpotify } from "../e2e/fakes/spotify.ts";
import { connect } from "../db/sql.ts";
import { Failure } from "./errors.ts";
import { createSpotify } from "./spotify.ts";
import { connectedAccount } from "./spotify_testing.ts";
import { accessToken } from "./spotify_tokens.ts";

async function open(change: Parameters<typeof startFakeSpotify>[0] = {}) {
  const fake = startFakeSpotify(change);
  const household = await connectedAccount(fake);
  /** As if an hour had gone by, here and there. */
  const expire = async () => {
    await household.app.sql`update spotify_accounts set access_expires_at = now()`;
  };
  return {
    fake,
    ...household,
    expire,
    async [Symbol.asyncDispose]() {
      await household[Symbol.asyncDispose]();
      await fake[Symbol.asyncDispose]();
    },
  };
}

for (const rotating of [true, false]) {
  Deno.test(`a hundred callers in two programs refresh once (${rotating ? "rotating" : "staying"} tokens)`, async () => {
    await using opened = await open({ rotating });
    const { fake, app, userId, expire } = opened;
    const other = { ...app, sql: connect({ url: app.database.url, max: 4 }) };
    const before = fake.count("/api/token");
    for (let hour = 1; hour <= 3; hour++) {
      await expire();
      const callers = Array.from({ length: 100 }, (_, n) => accessToken(n % 2 ? app : other, userId));
      assert.equal(new Set(await Promise.all(callers)).size, 1);
      assert.equal(fake.count("/api/token"), before + hour);
    }
    await other.sql.end();
    assert.equal((await createSpotify(app, userId).me()).spotifyId, "marta");
  });
}

Deno.test("a token that is refused before its time is renewed once, and the request repeated", async () => {
  await using opened = await open();
  const { fake, app, userId } = opened;
  fake.fail("/v1/me", { status: 401, body: { error: { status: 401, message: "Invalid access token" } } });
  const before = fake.count("/api/token");
  assert.equal((await createSpotify(app, userId).me()).spotifyId, "marta");
  assert.equal(fake.count("/api/token"), before + 1);
});

Deno.test("a consent that is over is forgotten, said why, and never tried again", async () => {
  await using opened = await open();
  const { fake, app, userId, expire } = opened;
  fake.revoke("marta");
  await expire();
  const before = fake.count("/api/token");
  const told = (error: unknown) =>
    error instanceof Failure && error.code === "conflict" && !error.retryable &&
    /taken back/.test(error.message);
  await assert.rejects(accessToken(app, userId), told);
  await assert.rejects(accessToken(app, userId), told);
  assert.equal(fake.count("/api/token"), before + 1);
  const [account] = await app.sql`select access_token, refresh_token, reconnect_reason from spotify_accounts`;
  assert.deepEqual([account.accessToken, account.refreshToken], [null, null]);
});

Deno.test("trouble at Spotify's sign-in leaves the consent alone", async () => {
  await using opened = await open();
  const { fake, app, userId, expire } = opened;
  for (const reply of [replies.badGateway, { status: 503, body: "" }, "hang up"] as const) {
    await expire();
    fake.fail("/api/token", reply, 20);
    await assert.rejects(accessToken(app, userId), (error) => error instanceof Failure && error.retryable);
    fake.heal();
    assert.match(await accessToken(app, userId), /^BQ/);
  }
});

Deno.test("six months after the consent a refresh says so", async () => {
  await using opened = await open();
  const { fake, app, userId, expire } = opened;
  await expire();
  fake.now = () => Date.now() + 190 * 24 * 3_600_000;
  await assert.rejects(accessToken(app, userId), /ends every connection six months after/);
});
