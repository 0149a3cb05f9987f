import type { RedisClientType } from "redis";
import { deleteCached, findCached, upsertCached } from "../db/cache.ts";
import type { Sql } from "../db/sql.ts";
import type { Config } from "./config.ts";
import { logger } from "./log.ts";

/**
 * Answers that cost something to get, for a while: JSON values under keys such as "musicbrainz:search:…". Never the
 * only place where something stands. Nothing here fails because a cache does: then it is as if it were empty.
 */
export type Cache = {
  /**
   * What `load` returned at most `ttlSeconds` ago, whichever program asked. Callers who ask at once share one call.
   * What `load` throws is thrown and not kept.
   */
  remember<T>(key: string, ttlSeconds: number, load: () => Promise<T>): Promise<T>;
  forget(key: string): Promise<void>;
  /** Whether the cache itself answers; only a Redis can be missing. */
  isThere(): Promise<boolean>;
  close(): Promise<void>;
};

type Store = {
  get(key: string): Promise<{ value: unknown } | undefined>;
  set(key: string, value: { json: string; ttlSeconds: number }): Promise<void>;
  delete(key: string): Promise<void>;
};

const log = logger("cache");

/** Redis when it is configured, else a table of the database; while Redis is away or full, the table as well. */
export function openCache({ sql, config }: { sql: Sql; config: Pick<Config, "redisUrl"> }): Cache {
  const table: Store = {
    get: (key) => findCached(sql, key),
    set: (key, value) => upsertCached(sql, key, value),
    delete: (key) => deleteCached(sql, key),
  };
  const redis = config.redisUrl === undefined ? undefined : openRedis(config.redisUrl);
  const loading = new Map<string, Promise<unknown>>();

  async function load<T>(key: string, ttlSeconds: number, ask: () => Promise<T>): Promise<T> {
    const known = await either(redis, table, (store) => store.get(key));
    if (known) return known.value as T;
    const value = await ask();
    const json = JSON.stringify(value);
    if (json !== undefined) {
      await either(redis, table, (store) => store.set(key, { json, ttlSeconds }))
        .catch((error) => log.warning("An answer could not be kept", { error }));
    }
    return value;
  }

  return {
    async remember<T>(key: string, ttlSeconds: number, ask: () => Promise<T>): Promise<T> {
      const running = loading.get(key) ?? load(key, ttlSeconds, ask).finally(() => loading.delete(key));
      loading.set(key, running);
      return await running as T;
    },
    async forget(key) {
      // In both: what one of them does not forget would come back when the other is away.
      await table.delete(key);
      await redis?.delete(key).catch(unavailable);
    },
    isThere: () => redis?.isThere() ?? Promise.resolve(true),
    close: () => redis?.close() ?? Promise.resolve(),
  };
}

async function either<T>(
  redis: Store | undefined,
  table: Store,
  use: (store: Store) => Promise<T>,
): Promise<T> {
  if (!redis) return await use(table);
  return await use(redis).catch((error) => {
    unavailable(error);
    return use(table);
  });
}

function unavailable(error: unknown): void {
  log.debug("Redis did not answer, the table stands in", { error });
}

// A cache that takes longer than the table does not help.
const PATIENCE_MS = 300;
const PREFIX = "beat-collector:";

/** Connects when it is first used, and again whenever the connection is lost. */
function openRedis(url: string): Store & Pick<Cache, "isThere" | "close"> {
  let connecting: Promise<RedisClientType> | undefined;
  const client = () => connecting ??= connect(url);

  async function ask<T>(command: (redis: RedisClientType) => Promise<T>): Promise<T> {
    const redis = await client();
    // Without a connection the commands would wait for one.
    if (!redis.isReady) throw new Error("not connected");
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error("took too long")), PATIENCE_MS);
    try {
      return await Promise.race([command(redis), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    get: (key) =>
      ask(async (redis) => {
        const json = await redis.get(PREFIX + key);
        return json === null ? undefined : { value: JSON.parse(json) };
      }),
    set: (key, { json, ttlSeconds }) =>
      ask(async (redis) => {
        await redis.set(PREFIX + key, json, {
          expiration: { type: "PX", value: Math.ceil(ttlSeconds * 1000) },
        });
      }),
    delete: (key) => ask(async (redis) => void await redis.del(PREFIX + key)),
    isThere: () => ask((redis) => redis.ping()).then(() => true, () => false),
    async close() {
      (await connecting)?.destroy();
    },
  };
}

async function connect(url: string): Promise<RedisClientType> {
  const { createClient } = await import("redis");
  const redis: RedisClientType = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: 2_000,
      reconnectStrategy: (tries) => Math.min(100 * 2 ** tries, 5_000),
    },
  });
  let isAway = false;
  redis.on("ready", () => {
    if (isAway) log.info("Redis is back");
    isAway = false;
  });
  redis.on("error", (error) => {
    if (!isAway) log.warning("Redis cannot be reached, the database stands in", { error });
    isAway = true;
  });
  // The first connection may take its time or fail like any later one: it is tried again in the background.
  const first = Promise.withResolvers<void>();
  redis.once("ready", first.resolve);
  redis.once("error", () => first.resolve());
  redis.connect().catch(() => first.resolve());
  await first.promise;
  return redis;
}
