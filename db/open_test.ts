import { match, ok, rejects, strictEqual } from "node:assert/strict";
import { openDatabase } from "./open.ts";
import { connect } from "./sql.ts";
import { testDatabase } from "./testing.ts";
import { DatabaseUnavailableError } from "./unavailable.ts";

async function refused(databaseUrl: string, sentence: RegExp): Promise<void> {
  await rejects(() => openDatabase({ databaseUrl, dataDir: "/nonexistent" }), (error: Error) => {
    ok(error instanceof DatabaseUnavailableError, String(error));
    match(error.message, sentence);
    strictEqual(error.message.includes("hunter2"), false);
    return true;
  });
}

Deno.test("a server that cannot be reached is named, without the password", async () => {
  await refused(
    "postgres://marta:hunter2@127.0.0.1:1/beats",
    /database beats at 127\.0\.0\.1:1 .*nothing listens/,
  );
  await refused("postgres://marta:hunter2@localhost/beats?host=/nonexistent", /at \/nonexistent .*no socket/);
});

Deno.test("a database or a user that is not there is named in the server's words", async () => {
  await using db = await testDatabase({ migrated: false });
  const url = new URL(db.url);
  url.password = "hunter2";
  url.pathname = "/nowhere";
  await refused(url.href, /refuses us: database "nowhere" does not exist/);
  url.pathname = new URL(db.url).pathname;
  url.username = "nobody_at_all";
  await refused(url.href, /refuses us: .*nobody_at_all/);
});

Deno.test("a server that is too old is refused by its version", async () => {
  await using db = await testDatabase({ migrated: false });
  const database = new URL(db.url).pathname.slice(1);
  await db.sql`create function public.current_setting(name text) returns text language sql as $$
    select case name when 'server_version' then '13.4' when 'server_version_num' then '130004'
      else pg_catalog.current_setting(name) end $$`;
  await db.sql`alter database ${db.sql(database)} set search_path = public, pg_catalog`;
  await refused(db.url, /is PostgreSQL 13\.4; Beat Collector needs 15 or newer/);
});

Deno.test("a database that cannot hold every name is refused by its encoding", async () => {
  await using db = await testDatabase({ migrated: false });
  const name = `${new URL(db.url).pathname.slice(1)}_ascii`;
  await db.sql`create database ${db.sql(name)} template template0 encoding 'SQL_ASCII' locale 'C'
    locale_provider libc`;
  const url = new URL(db.url);
  url.pathname = `/${name}`;
  await refused(url.href, /stores text as SQL_ASCII/);
  await db.sql`drop database ${db.sql(name)} with (force)`;
});

Deno.test("a server that does is opened and left running", async () => {
  await using db = await testDatabase();
  const opened = await openDatabase({ databaseUrl: db.url, dataDir: "/nonexistent" });
  strictEqual((await opened.sql`select 1 as one`)[0].one, 1);
  await opened.stop();
  const again = connect({ url: db.url, max: 1 });
  strictEqual((await again`select 1 as one`)[0].one, 1);
  await again.end();
});
