import { NOBODY_ANSWERS } from "../e2e/fakes/nobody.ts";
import { insertUser, type TestDatabase, testDatabase } from "../db/testing.ts";
import { type App, createApp } from "./app.ts";
import { loadConfig } from "./config.ts";
import { hashPassword } from "./passwords.ts";
import { createApiToken, startCookieSession } from "./sessions.ts";

/** The whole program over a database of its own, closed when the scope ends: `await using app = await testApp()`. */
export type TestApp = App & AsyncDisposable & { database: TestDatabase };

/** `env` sets environment variables: `testApp({ BASE_URL: "https://example.org/beat" })`. */
export async function testApp(env: Record<string, string> = {}): Promise<TestApp> {
  const database = await testDatabase();
  const dataDir = await Deno.makeTempDir({ prefix: "beat-collector-" });
  const config = loadConfig({ DATA_DIR: dataDir, DATABASE_URL: database.url, ...NOBODY_ANSWERS, ...env });
  const app = await createApp(config, database.sql);
  return {
    ...app,
    database,
    async [Symbol.asyncDispose]() {
      app.jobFeed.close();
      await app.catalogue.close();
      await database[Symbol.asyncDispose]();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

/** The headers of somebody who is signed in: `server.request("/albums", { headers: marta.cookie })`. */
export type SignedIn = {
  userId: string;
  /** A browser on a page of ours: it may write, too. */
  cookie: Record<string, string>;
  /** A program with a personal token. */
  bearer: Record<string, string>;
};

/** A new user with a browser session and a personal token. */
export async function signedIn(
  app: Pick<App, "sql">,
  user: { username?: string; role?: "admin" | "member" } = {},
): Promise<SignedIn> {
  const { id } = await insertUser(app.sql, user);
  const { token, csrfToken } = await startCookieSession(app.sql, id, { remember: false });
  return {
    userId: id,
    cookie: { cookie: `beat_session=${token}`, "x-csrf-token": csrfToken },
    bearer: { authorization: `Bearer ${await createApiToken(app.sql, id, "test")}` },
  };
}

/** A hash that is as good as any other, but costs a test no time. */
export function cheapHash(password: string): Promise<string> {
  return hashPassword(password, { N: 2, r: 8, p: 1 });
}
