import type { FakeSpotify } from "../e2e/fakes/spotify.ts";
import { insertUser } from "../db/testing.ts";
import { finishAuthorization, startAuthorization } from "./spotify_connection.ts";
import { type TestApp, testApp } from "./testing.ts";

/** The program with one person in it, whose account at the fake Spotify is connected. */
export async function connectedAccount(fake: FakeSpotify, env: Record<string, string> = {}) {
  const app = await testApp({
    ...fake.env,
    SPOTIFY_INTERVAL_MS: "0",
    SPOTIFY_CLIENT_ID: fake.clientId,
    ...env,
  });
  const { id: userId } = await insertUser(app.sql);
  await connectAs(app, fake, userId);
  return { app, userId, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

/** Goes through the consent as a person does. */
export async function connectAs(app: TestApp, fake: FakeSpotify, userId: string, as?: string): Promise<void> {
  const asker = { userId, credential: crypto.randomUUID() };
  const { authorizationUrl } = await startAuthorization(app, asker, "http://127.0.0.1:3000");
  const { searchParams } = await fake.consent(authorizationUrl, { as });
  await finishAuthorization(app, asker, Object.fromEntries(searchParams));
}
