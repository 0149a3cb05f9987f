import assert from "node:assert/strict";
import { startFakeSpotify } from "../e2e/fakes/spotify.ts";
import { holdWorkerLock } from "../db/worker_locks.ts";
import { rotateKey } from "./key_rotation.ts";
import { openSecrets } from "./secrets.ts";
import { readSettings, saveSettings } from "./settings.ts";
import { connectedAccount } from "./spotify_testing.ts";
import { accessToken } from "./spotify_tokens.ts";

async function open(env: Record<string, string> = {}) {
  const fake = startFakeSpotify();
  const household = await connectedAccount(fake, env);
  await saveSettings(household.app, { lidarr_api_key: "0123456789abcdef" });
  const sealed = async () => {
    const rows = await household.app.sql`
      select value #>> '{}' as text from settings where key in ('lidarr_api_key', 'secret_check')
      union all select access_token from spotify_accounts union all select refresh_token from spotify_accounts`;
    return rows.map(({ text }) => String(text));
  };
  return {
    ...household,
    sealed,
    async [Symbol.asyncDispose]() {
      await household[Symbol.asyncDispose]();
      await fake[Symbol.asyncDispose]();
    },
  };
}

const keyId = (sealed: string) => sealed.split(".")[1];

Deno.test("a new key replaces the one in the data folder, and everything opens with it", async () => {
  await using opened = await open();
  const { app, userId, sealed } = opened;
  const token = await accessToken(app, userId);
  const [before] = await sealed();
  const file = `${app.config.dataDir}/secret.key`;
  const former = Deno.readTextFileSync(file);
  await rotateKey(app, () => {});
  assert.notEqual(Deno.readTextFileSync(file), former);
  assert.equal(Deno.statSync(file).mode! & 0o777, 0o600);
  const keys = new Set((await sealed()).map(keyId));
  assert.equal(keys.size, 1);
  assert.ok(!keys.has(keyId(before)));
  const again = { ...app, secrets: await openSecrets(app) };
  assert.equal((await readSettings(again)).lidarr_api_key, "0123456789abcdef");
  assert.equal(await accessToken(again, userId), token);
});

Deno.test("a rotation that ended half way is finished or forgotten at the next start", async () => {
  await using opened = await open();
  const { app, userId } = opened;
  const [file, next] = [`${app.config.dataDir}/secret.key`, `${app.config.dataDir}/secret.key.next`];
  const former = Deno.readTextFileSync(file);
  Deno.writeTextFileSync(next, "a key that the database knows nothing of");
  await openSecrets(app);
  assert.throws(() => Deno.statSync(next), Deno.errors.NotFound);
  await rotateKey(app, () => {});
  Deno.renameSync(file, next);
  Deno.writeTextFileSync(file, former);
  const again = { ...app, secrets: await openSecrets(app) };
  assert.match(await accessToken(again, userId), /^BQ/);
  assert.notEqual(Deno.readTextFileSync(file), former);
});

Deno.test("where SECRET_KEY decides, the new key is told, and with it the next start works", async () => {
  await using opened = await open({ SECRET_KEY: "the key of the household, in thirty-two" });
  const { app, userId } = opened;
  const said: string[] = [];
  await rotateKey(app, (line) => said.push(line));
  const secretKey = said[0].split("\n")[1];
  await assert.rejects(openSecrets(app), /is not the key/);
  const secrets = await openSecrets({ ...app, config: { ...app.config, secretKey } });
  assert.match(await accessToken({ ...app, secrets }, userId), /^BQ/);
});

Deno.test("nothing is rotated under a running program", async () => {
  await using opened = await open();
  const { app, sealed } = opened;
  const before = await sealed();
  const lock = await holdWorkerLock(app.sql, crypto.randomUUID());
  await assert.rejects(rotateKey(app, () => {}), /Stop Beat Collector first/);
  await lock.release();
  assert.deepEqual(await sealed(), before);
});
