import {
  deleteAuthorizations,
  lockSealedValues,
  replaceSealedValue,
  type SealedValue,
} from "../db/sealed_values.ts";
import { transaction } from "../db/sql.ts";
import { countWorkers } from "../db/worker_locks.ts";
import { type App, closeApp, openApp } from "./app.ts";
import type { Config } from "./config.ts";
import { Failure } from "./errors.ts";
import { CHECK, createKey, createSecrets, replaceKey } from "./secrets.ts";
import { tokenPlace } from "./spotify_tokens.ts";

/** `beat-collector rotate-key`, while no program runs on the database. */
export async function rotateKeyCommand(config: Config): Promise<void> {
  const app = await openApp(config);
  try {
    await rotateKey(app, console.log);
  } finally {
    await closeApp(app);
  }
}

/**
 * Encrypts everything that is stored encrypted with a new key: all of it or nothing. The key replaces the one in
 * DATA_DIR; where SECRET_KEY decides, it is said before anything changes, so that it cannot be lost. Failure:
 * conflict while a program runs, which would go on with the old key.
 */
export async function rotateKey(
  app: Pick<App, "config" | "sql" | "secrets">,
  say: (line: string) => void,
): Promise<void> {
  const { config, sql } = app;
  if (await countWorkers(sql) > 0) {
    throw new Failure("conflict", "Stop Beat Collector first: it would go on with the old key.");
  }
  const key = createKey();
  if (!config.secretKey) {
    await replaceKey(config.dataDir, key, () => sealWith(app, key));
    return say(`Done. The new key is in ${config.dataDir}/secret.key. Programs with a JWT sign in again.`);
  }
  say(`Set SECRET_KEY to this before the next start, and keep the old one until then:\n${key}`);
  await sealWith(app, key);
  say("Done. Programs with a JWT sign in again.");
}

async function sealWith({ sql, secrets }: Pick<App, "sql" | "secrets">, key: string): Promise<void> {
  const next = createSecrets(key);
  await transaction(sql, async (tx) => {
    for (const value of await lockSealedValues(tx)) {
      const place = placeOf(value);
      await replaceSealedValue(tx, value, next.encrypt(secrets.decrypt(value.sealed, place), place));
    }
    await deleteAuthorizations(tx);
  });
}

function placeOf(value: SealedValue): string {
  if (value.table === "spotify_accounts") return tokenPlace(value.column, value.userId);
  return value.key === CHECK ? CHECK : `settings/${value.key}`;
}
