import { type TestDatabase, testDatabase } from "../db/testing.ts";
import { type App, createApp } from "./app.ts";
import { loadConfig } from "./config.ts";

/** The whole program over a database of its own, closed when the scope ends: `await using app = await testApp()`. */
export type TestApp = App & AsyncDisposable & { database: TestDatabase };

/** `env` sets environment variables: `testApp({ BASE_URL: "https://example.org/beat" })`. */
export async function testApp(env: Record<string, string> = {}): Promise<TestApp> {
  const database = await testDatabase();
  const dataDir = await Deno.makeTempDir({ prefix: "beat-collector-" });
  const config = loadConfig({ DATA_DIR: dataDir, DATABASE_URL: database.url, ...env });
  const app = await createApp(config, database.sql);
  return {
    ...app,
    database,
    async [Symbol.asyncDispose]() {
      await app.catalogue.close();
      await database[Symbol.asyncDispose]();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}
