import assert from "node:assert/strict";
import type { Database } from "../db/sql.ts";
import { replies, startFakeSpotify } from "./fakes/spotify.ts";
import { fakeLibrary } from "./fakes/spotify_library.ts";
import { databaseServer, startConnected } from "./spotify_program.ts";

/** Every row of every table as text. */
async function dump(sql: Database): Promise<string> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`;
  const rows = await Promise.all(
    tables.map(({ name }) => sql<{ text: string }[]>`select one::text as text from ${sql(name)} as one`),
  );
  return rows.flat().map(({ text }) => text).join("\n");
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.isDirectory) yield* filesBelow(`${folder}/${entry.name}`);
    else if (entry.isFile) yield `${folder}/${entry.name}`;
  }
}

Deno.test("no code and no token of Spotify's is written anywhere in the clear", async () => {
  await using _server = await databaseServer();
  const user = fakeLibrary("marta", { albums: 60, tracks: 60, playlists: 2, songsPerList: 3 });
  await using fake = startFakeSpotify({ users: [user], rotating: true });
  await using connected = await startConnected(fake, { LOG_LEVEL: "debug" });
  const { program, sql } = connected;
  const read = async () => await connected.ended(await connected.startReading());
  assert.equal((await read()).status, "completed");

  // A renewal that works, one that does not, refusals of every kind, and the end of the consent.
  await sql`update spotify_accounts set access_expires_at = now()`;
  fake.fail("/api/token", replies.badGateway);
  fake.fail("/v1/me/albums", {
    status: 401,
    body: { error: { status: 401, message: "Invalid access token" } },
  });
  fake.fail("/v1/me/tracks", replies.notRegistered);
  await connected.startReading();
  await sql`update jobs set run_at = now() where status = 'pending'`;
  await read();
  fake.revoke("marta");
  await sql`update spotify_accounts set access_expires_at = now()`;
  const last = await read();
  assert.match(last.summary, /taken back/);

  const pages = await Promise.all(
    ["/settings", "/activity", "/playlists", "/removed", "/api/jobs", "/api/settings"].map(async (path) => {
      const headers = { authorization: `Bearer ${connected.token()}` };
      return await (await fetch(program.url + path, { headers })).text();
    }),
  );
  assert.match(pages[0], /Connect again/);
  const files = [...filesBelow(program.dataDir)].map((path) => Deno.readTextFileSync(path));
  const written = [program.output(), await dump(sql), ...pages, ...files].join("\n");
  assert.ok(
    written.includes("spotify_accounts") || written.includes("v1."),
    "there is something to look through",
  );
  assert.ok(fake.issued.length >= 5, "codes and tokens were given out");
  for (const secret of fake.issued) {
    assert.ok(!written.includes(secret), `${secret.slice(0, 6)}… was written`);
    assert.ok(!written.includes(encodeURIComponent(secret)));
    assert.ok(!written.includes(btoa(secret).replace(/=+$/, "")));
  }
});
