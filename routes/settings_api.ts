import { Hono } from "hono";
import { z } from "zod";
import type { App } from "../services/app.ts";
import { lockedSettings, readSettings, type Settings, settingsChange } from "../services/settings.ts";
import { changeSettings } from "./settings_change.ts";
import { accountOf, type Env, validate } from "./request.ts";

const change = settingsChange.extend({
  // What GET adds may come back unchanged.
  locked: z.array(z.string()).optional(),
});

/** The settings for programs, under the names they are stored by. */
export function settingsApi(app: App): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/settings", async (c) => c.json(settingsJson(app, await readSettings(app))));

  routes.put("/settings", validate("json", change), async (c) => {
    const { locked: _, ...wanted } = c.req.valid("json");
    const current = await readSettings(app);
    for (const name of ["lidarr_api_key", "lidarr_webhook_secret"] as const) {
      if (wanted[name] === masked(current[name])) delete wanted[name];
    }
    await changeSettings(app, wanted, accountOf(c).userId);
    return c.json(settingsJson(app, await readSettings(app)));
  });

  return routes;
}

function settingsJson({ config }: App, settings: Settings) {
  return {
    ...settings,
    lidarr_api_key: masked(settings.lidarr_api_key),
    lidarr_webhook_secret: masked(settings.lidarr_webhook_secret),
    /** Decided by the environment. */
    locked: Object.keys(lockedSettings(config)),
  };
}

/** Enough to tell which key it is; sent back, it means no change. */
export function masked(key: string | null): string | null {
  return key && `••••••••${key.length >= 12 ? key.slice(-4) : ""}`;
}
