import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { rateLimiter, type Store } from "hono-rate-limiter";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { neighbourhood } from "./client.ts";
import type { Env, Request } from "./request.ts";

const MINUTE_MS = 60_000;
const PER_STRANGER = 120;
const LARGEST_BODY = 1024 * 1024;

/** Requests to the API a minute: per token or session, and per address for strangers. */
export function limitApi({ config }: Pick<App, "config">): MiddlewareHandler<Env> {
  return rateLimiter<Env>({
    windowMs: MINUTE_MS,
    limit: (c) => c.get("account") ? config.apiRateLimit : Math.min(PER_STRANGER, config.apiRateLimit),
    keyGenerator: (c) => c.get("account")?.credential ?? neighbourhood(c.get("client").address),
    // A Lidarr that imports a library tells a lot at once; without its secret nothing comes of it.
    skip: (c) => config.apiRateLimit === 0 || c.req.path === "/api/webhooks/lidarr",
    store: createCounter(),
    handler: (c) => {
      const retryAfterSeconds = Number(c.res.headers.get("Retry-After") ?? 60);
      throw new Failure("too_many", "Too many requests. Wait a moment.", { retryAfterSeconds });
    },
  });
}

/**
 * Counts in the memory of this process, which costs nothing. The library's own store needs a timer; here the
 * counters of the minute before the last are dropped by whoever comes next.
 */
function createCounter(): Store<Env> {
  type Counter = { totalHits: number; resetTime: Date };
  let [current, previous] = [new Map<string, Counter>(), new Map<string, Counter>()];
  let turnAt = 0;
  return {
    increment(key) {
      const now = Date.now();
      if (now >= turnAt) {
        [current, previous] = [new Map(), current];
        turnAt = now + MINUTE_MS;
      }
      let counter = current.get(key) ?? previous.get(key);
      if (!counter || counter.resetTime.getTime() <= now) {
        counter = { totalHits: 0, resetTime: new Date(now + MINUTE_MS) };
      }
      counter.totalHits++;
      current.set(key, counter);
      return counter;
    },
    decrement() {},
    resetKey: (key) => void (current.delete(key), previous.delete(key)),
  };
}

/** No form of ours is larger; uploads have a limit of their own where they are read. */
export function limitBody(isUpload: (c: Request) => boolean): MiddlewareHandler<Env> {
  const limit = bodyLimit({
    maxSize: LARGEST_BODY,
    onError: () => {
      throw new Failure("too_large", "What was sent is larger than 1 MB.");
    },
  });
  return (c, next) => isUpload(c) ? next() : limit(c, next);
}
