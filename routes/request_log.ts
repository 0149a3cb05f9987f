import type { MiddlewareHandler } from "hono";
import { logger } from "../services/log.ts";
import type { Env } from "./request.ts";

const log = logger("http");

/** One line per finished request; what machines ask every few seconds only when everything is wanted. */
export function logRequest(): MiddlewareHandler<Env> {
  return async function logRequest(c, next) {
    const startedAt = performance.now();
    c.header("X-Request-Id", c.get("requestId"));
    await next();
    const { path, method } = c.req;
    const isRoutine = c.res.status < 400 &&
      (path === "/health" || path === "/metrics" || path.startsWith("/static/"));
    log[isRoutine ? "debug" : "info"]("Request finished", {
      method,
      path,
      status: c.res.status,
      ms: Math.round((performance.now() - startedAt) * 10) / 10,
      user: c.get("account")?.username,
      address: c.get("client").address,
      requestId: c.get("requestId"),
    });
  };
}
