import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { logger } from "../services/log.ts";
import type { Metrics } from "../services/metrics.ts";
import type { Env } from "./request.ts";

const log = logger("http");

/** One line and one measurement per finished request. */
export function logRequest(metrics: Metrics): MiddlewareHandler<Env> {
  return async function logRequest(c, next) {
    const startedAt = performance.now();
    c.header("X-Request-Id", c.get("requestId"));
    await next();
    const { path, method } = c.req;
    const { status } = c.res;
    const ms = performance.now() - startedAt;
    const route = matchedRoutes(c).at(-1)?.path ?? "";
    metrics.observeRequest({
      method,
      route: route.includes("*") ? "none" : route,
      status,
      seconds: ms / 1000,
    });
    // What machines ask every few seconds is written only when everything is wanted.
    const isRoutine = status < 400 &&
      (path === "/health" || path === "/metrics" || path.startsWith("/static/"));
    log[isRoutine ? "debug" : "info"]("Request finished", {
      method,
      path,
      status,
      ms: Math.round(ms * 10) / 10,
      user: c.get("account")?.username,
      address: c.get("client").address,
      requestId: c.get("requestId"),
    });
  };
}
