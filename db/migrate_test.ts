import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { migrate, NewerDatabaseError, readMigrations } from "./migrate.ts";
import { connect } from "./sql.ts";
import { testDatabase } from "./testing.ts";

Deno.test("five programs starting at once apply each migration exactly once", async () => {
  await using db = await testDatabase({ migrated: false });
  const pools = Array.from({ length: 5 }, () => connect({ url: db.url, max: 2 }));
  const applied = await Promise.all(pools.map((sql) => migrate(sql)));
  deepStrictEqual(applied.flat(), readMigrations().map((migration) => migration.name));
  await Promise.all(pools.map((sql) => sql.end()));
});

Deno.test("a database of a newer program is refused by name", async () => {
  await using db = await testDatabase();
  await db.sql`insert into schema_migrations (name) values ('9999_from_the_future.sql')`;
  await rejects(() => migrate(db.sql), (error: Error) => {
    strictEqual(error instanceof NewerDatabaseError, true);
    return error.message.includes("9999_from_the_future.sql");
  });
});

Deno.test("a migration that fails leaves nothing behind and lets the lock go", async () => {
  await using db = await testDatabase();
  const broken = [...readMigrations(), {
    name: "9000_broken.sql",
    sql: "create table half (id int); select 1/0",
  }];
  await rejects(() => migrate(db.sql, broken), /9000_broken/);
  const [row] = await db.sql`select to_regclass('half') as half`;
  strictEqual(row.half, null);
  deepStrictEqual(await migrate(db.sql), []);
});
