import { Hono } from "hono";
import { z } from "zod";
import type { App } from "../services/app.ts";
import { lockedSettings, readSettings, type SettingsChange, settingsChange } from "../services/settings.ts";
import { testAndRemember } from "../services/lidarr_choices.ts";
import { registerWebhook } from "../services/lidarr_connection.ts";
import { accountOf, type Env, fieldsOf, type Request, type Server, validate } from "./request.ts";
import { answerSection, problemsOf } from "./settings_sections.tsx";
import { changeSettings } from "./settings_change.ts";

const form = z.object({
  do: z.enum(["test", "register"]).optional(),
  lidarr_url: z.string().max(500).trim().default(""),
  lidarr_api_key: z.string().max(100).trim().default(""),
  lidarr_root_folder: z.string().max(4096).optional(),
  lidarr_quality_profile_id: z.string().max(10).optional(),
  lidarr_metadata_profile_id: z.string().max(10).optional(),
  lidarr_webhook_address: z.string().max(500).trim().default(""),
});
type Form = z.output<typeof form>;

/** The section of the settings page about Lidarr: what is entered is saved and tested, or only tested. */
export function lidarrSettings(app: App): Server {
  const routes = new Hono<Env>();

  routes.post("/settings/lidarr", validate("form", form), async (c) => {
    const entered = c.req.valid("form");
    const shown = { url: entered.lidarr_url, webhookAddress: entered.lidarr_webhook_address };
    if (entered.do === "test") {
      return await answerSection(c, "lidarr", { ...shown, ...await test(app, entered) }, { again: true });
    }
    const errors = await save(c, app, entered);
    if (Object.keys(errors).length > 0) return await answerSection(c, "lidarr", { ...shown, errors });
    if (entered.do !== "register") {
      const tested = entered.lidarr_url ? await test(app, entered) : {};
      return await answerSection(c, "lidarr", { ...shown, ...tested, saved: true }, {
        again: tested.trouble !== undefined,
      });
    }
    const problems = await problemsOf(() => registerWebhook(app, entered.lidarr_webhook_address));
    const { "": trouble, ...wrong } = problems;
    const confirmation = Object.keys(problems).length > 0 ? undefined : "Lidarr tells what it does.";
    return await answerSection(c, "lidarr", { ...shown, errors: wrong, trouble, confirmation }, {
      again: true,
    });
  });

  return routes;
}

async function test(app: App, entered: Form): Promise<{ confirmation?: string; trouble?: string }> {
  const stored = await readSettings(app);
  const locked = lockedSettings(app.config);
  const url = locked.lidarr_url
    ? stored.lidarr_url
    : entered.lidarr_url.replace(/\/+$/, "") || stored.lidarr_url;
  const key = locked.lidarr_api_key ? stored.lidarr_api_key : entered.lidarr_api_key || stored.lidarr_api_key;
  if (!url || !key) return { trouble: "The address and the key are needed." };
  const result = await testAndRemember(app, { url, key });
  return result.ok ? { confirmation: result.message } : { trouble: result.message };
}

/** Returns what is wrong, by field. An empty key keeps the stored one. */
async function save(c: Request, app: App, entered: Form): Promise<Record<string, string>> {
  const locked = lockedSettings(app.config);
  const change: Record<string, unknown> = {};
  if (!locked.lidarr_url) change.lidarr_url = entered.lidarr_url.replace(/\/+$/, "") || null;
  if (!locked.lidarr_api_key && entered.lidarr_api_key) change.lidarr_api_key = entered.lidarr_api_key;
  if (entered.lidarr_root_folder !== undefined) {
    change.lidarr_root_folder = entered.lidarr_root_folder || null;
  }
  for (const name of ["lidarr_quality_profile_id", "lidarr_metadata_profile_id"] as const) {
    const value = entered[name];
    if (value !== undefined) change[name] = value === "" ? null : Number(value);
  }
  const checked = settingsChange.safeParse(change);
  if (!checked.success) return fieldsOf(checked.error);
  return await problemsOf(() => changeSettings(app, checked.data as SettingsChange, accountOf(c).userId));
}
