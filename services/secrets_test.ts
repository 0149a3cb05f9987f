import assert from "node:assert/strict";
import { Failure } from "./errors.ts";
import { createSecrets, openSecrets } from "./secrets.ts";
import { testApp } from "./testing.ts";

const secret = "a secret of more than 32 characters";

Deno.test("what was encrypted opens again, in its place only", () => {
  const secrets = createSecrets(secret);
  const sealed = secrets.encrypt("ключ 🔑", "settings/lidarr_api_key");
  assert.equal(secrets.decrypt(sealed, "settings/lidarr_api_key"), "ключ 🔑");
  assert.throws(() => secrets.decrypt(sealed, "settings/other"));
  assert.notEqual(secrets.encrypt("x", "a"), secrets.encrypt("x", "a"), "a nonce is used once");
});

Deno.test("an altered value and another key are refused", () => {
  const secrets = createSecrets(secret);
  const sealed = secrets.encrypt("hello", "a");
  const last = sealed.endsWith("A") ? "B" : "A";
  assert.throws(() => secrets.decrypt(sealed.slice(0, -1) + last, "a"));
  assert.throws(() => secrets.decrypt("not sealed at all", "a"));
  assert.throws(() => createSecrets(`${secret}!`).decrypt(sealed, "a"), /Not written with the key/);
});

Deno.test("keys for different purposes differ and are the same after every start", () => {
  const [first, second] = [createSecrets(secret), createSecrets(secret)];
  assert.deepEqual(first.derive("tokens"), second.derive("tokens"));
  assert.notDeepEqual(first.derive("tokens"), first.derive("encryption at rest"));
});

Deno.test("the first start makes a private key, the next one finds it", async () => {
  await using app = await testApp();
  const file = `${app.config.dataDir}/secret.key`;
  assert.equal(Deno.statSync(file).mode! & 0o777, 0o600);
  assert.deepEqual([...Deno.readDirSync(app.config.dataDir)].map((entry) => entry.name), ["secret.key"]);
  const sealed = app.secrets.encrypt("hello", "a");
  assert.equal((await openSecrets(app)).decrypt(sealed, "a"), "hello");
});

Deno.test("a database written with another key is refused, in words", async () => {
  await using app = await testApp();
  const other = { ...app.config, secretKey: secret };
  await assert.rejects(openSecrets({ ...app, config: other }), (error) => {
    return error instanceof Failure && /^SECRET_KEY is not the key this database/.test(error.message);
  });
});

Deno.test("a lost key is not replaced by a new one", async () => {
  await using app = await testApp();
  Deno.removeSync(`${app.config.dataDir}/secret.key`);
  await assert.rejects(openSecrets(app), /secret\.key is gone/);
  assert.throws(() => Deno.statSync(`${app.config.dataDir}/secret.key`), Deno.errors.NotFound);
});
