import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { pruneExpired } from "../db/prune.ts";
import { testDatabase } from "../db/testing.ts";
import { type Cache, openCache } from "./cache.ts";

/** A Redis of our own, which may be stopped and filled; none where redis-server is not installed. */
function startRedis(port = 20_000 + Math.floor(Math.random() * 20_000), ...options: string[]) {
  const child = new Deno.Command("redis-server", {
    args: ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", ...options],
    stdout: "null",
    stderr: "null",
  }).spawn();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

const hasRedis = await new Deno.Command("redis-server", { args: ["--version"], stdout: "null" }).output()
  .then(() => true, () => false);
const withRedis = (name: string, fn: () => Promise<void>) =>
  Deno.test({
    name: hasRedis ? name : `${name} (skipped: redis-server is not installed)`,
    ignore: !hasRedis,
    fn,
  });

async function untilThere(cache: Cache): Promise<void> {
  while (!await cache.isThere()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** What both kinds of cache do; `another` opens a second one, as another program would. */
async function behaves(open: () => Cache): Promise<void> {
  const [cache, another] = [open(), open()];
  await Promise.all([untilThere(cache), untilThere(another)]);
  let loads = 0;
  const load = () => Promise.resolve({ number: ++loads, text: "日本 'quoted'", nothing: null });

  const first = await Promise.all([1, 2, 3].map(() => cache.remember("a", 60, load)));
  deepStrictEqual(first, Array(3).fill({ number: 1, text: "日本 'quoted'", nothing: null }));
  strictEqual((await another.remember("a", 60, load)).number, 1);
  strictEqual((await cache.remember("b", 60, load)).number, 2);
  await another.forget("a");
  strictEqual((await cache.remember("a", 60, load)).number, 3);

  strictEqual(await cache.remember("null", 60, () => Promise.resolve(null)), null);
  strictEqual(await another.remember<unknown>("null", 60, load), null);

  await rejects(() => cache.remember("bad", 60, () => Promise.reject(new Error("down"))), /down/);
  strictEqual((await cache.remember("bad", 60, load)).number, 4);

  // PostgreSQL keeps no such text; the answer is one all the same.
  strictEqual(await cache.remember("nul", 60, () => Promise.resolve("a\0b")), "a\0b");

  strictEqual((await cache.remember("short", 0.001, load)).number, 5);
  await new Promise((resolve) => setTimeout(resolve, 20));
  strictEqual((await another.remember("short", 60, load)).number, 6);
  await Promise.all([cache.close(), another.close()]);
}

Deno.test("the table remembers", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  await behaves(() => openCache({ sql, config: {} }));
  const cache = openCache({ sql, config: {} });
  await cache.remember("old", -1, () => Promise.resolve(1));
  ok((await pruneExpired(sql)).cache >= 1);
});

withRedis("Redis remembers", async () => {
  await using database = await testDatabase();
  await using redis = startRedis();
  await behaves(() => openCache({ sql: database.sql, config: { redisUrl: redis.url } }));
  strictEqual(Number((await database.sql`select count(*) from cache`)[0].count), 0);
});

withRedis("while Redis is away the table remembers, and Redis again when it is back", async () => {
  await using database = await testDatabase();
  let redis = startRedis();
  const cache = openCache({ sql: database.sql, config: { redisUrl: redis.url } });
  await untilThere(cache);
  await redis[Symbol.asyncDispose]();
  strictEqual(await cache.remember("a", 60, () => Promise.resolve(1)), 1);
  strictEqual(await cache.remember("a", 60, () => Promise.resolve(2)), 1);
  strictEqual(await cache.isThere(), false);
  redis = startRedis(redis.port);
  await untilThere(cache);
  strictEqual(await cache.remember("a", 60, () => Promise.resolve(3)), 3);
  await cache.close();
  await redis[Symbol.asyncDispose]();
});

withRedis("a Redis that is full, or was never there, keeps nobody from the answer", async () => {
  await using database = await testDatabase();
  await using redis = startRedis(undefined, "--maxmemory", "1", "--maxmemory-policy", "noeviction");
  for (const redisUrl of [redis.url, "redis://127.0.0.1:1999"]) {
    const cache = openCache({ sql: database.sql, config: { redisUrl } });
    strictEqual(
      await cache.remember(redisUrl, 60, () => Promise.resolve("x".repeat(1000))),
      "x".repeat(1000),
    );
    await cache.close();
  }
});
