import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { checkHealth } from "../services/health.ts";
import type { Metrics } from "../services/metrics.ts";
import { identify } from "./credentials.ts";
import type { Env, Request } from "./request.ts";

/** Whether it works, for people's monitoring and for containers. */
export function health(app: App, metrics: Metrics): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/health", async (c) => {
    const report = await checkHealth(app);
    // Reasons may name folders and addresses, which are not for everyone.
    const isKnown = report.checks.database.status === "ok" && await identify(c) !== undefined;
    const checks = Object.entries(report.checks).map(([name, { status }]) => [name, { status }]);
    c.header("Cache-Control", "no-store");
    const shown = isKnown ? report : { ...report, checks: Object.fromEntries(checks) };
    return c.json(shown, report.status === "down" ? 503 : 200);
  });

  routes.get("/metrics", async (c) => {
    if (!hasMetricsToken(c) && !await identify(c)) {
      throw new Failure("unauthorized", "Show METRICS_TOKEN or an API token.");
    }
    const { contentType, text } = await metrics.report();
    return c.body(text, 200, { "Content-Type": contentType });
  });

  return routes;
}

function hasMetricsToken(c: Request): boolean {
  const { metricsToken } = c.get("app").config;
  const shown = c.req.header("authorization") ?? "";
  return metricsToken !== undefined && timingSafeEqual(digest(shown), digest(`Bearer ${metricsToken}`));
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
