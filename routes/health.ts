import { Hono } from "hono";
import { checkHealth } from "../services/health.ts";
import type { App } from "../services/app.ts";
import type { Env } from "./request.ts";

/** Whether it works, for people's monitoring and for containers. */
export function health(app: App): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/health", async (c) => {
    const report = await checkHealth(app);
    c.header("Cache-Control", "no-store");
    return c.json(report, report.status === "down" ? 503 : 200);
  });
  return routes;
}
