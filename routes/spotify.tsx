import { Hono } from "hono";
import { z } from "zod";
import { enqueue, SOMEBODY_WAITS } from "../jobs/queue.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { settingsChange } from "../services/settings.ts";
import {
  answerInAddress,
  disconnectSpotify,
  finishAuthorization,
  startAuthorization,
} from "../services/spotify_connection.ts";
import { SpotifyAnswerPage } from "../views/spotify.tsx";
import { redirect, render } from "./render.tsx";
import { accountOf, type Env, fieldsOf, ownAddressOf, type Request, validate } from "./request.ts";
import { changeSettings } from "./settings_change.ts";
import { answerSection, problemsOf } from "./settings_sections.tsx";

const appForm = z.object({
  spotify_client_id: z.string().max(500).trim(),
  sync_interval_hours: z.string().max(20).trim(),
  auto_sync_enabled: z.string().optional(),
});
const answer = z.object({
  state: z.string().max(1000).optional(),
  code: z.string().max(4000).optional(),
  error: z.string().max(1000).optional(),
});
const answerBody = z.strictObject({
  code: z.string("is missing").min(1, "is missing").max(4000, "is too long"),
  state: z.string("is missing").min(1, "is missing").max(1000, "is too long"),
});

/** Connecting a person's account at Spotify, with and without a browser that finds its way back. */
export function spotify(app: App): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post("/settings/spotify-app", validate("form", appForm), async (c) => {
    const form = c.req.valid("form");
    const shown = {
      clientId: form.spotify_client_id,
      autoSync: form.auto_sync_enabled !== undefined,
      hours: form.sync_interval_hours,
    };
    const checked = settingsChange.safeParse({
      spotify_client_id: shown.clientId || null,
      auto_sync_enabled: shown.autoSync,
      sync_interval_hours: /^\d+$/.test(shown.hours) ? Number(shown.hours) : shown.hours,
    });
    const errors = checked.success
      ? await problemsOf(() => changeSettings(app, checked.data, accountOf(c).userId))
      : fieldsOf(checked.error);
    if (Object.keys(errors).length > 0) return await answerSection(c, "spotifyApp", { ...shown, errors });
    // The whole page: with an app there is something to connect to.
    return redirect(c, "/settings", { tone: "done", title: "Saved." });
  });

  routes.post("/settings/spotify/connect", async (c) => {
    let authorizationUrl = "";
    let returns = false;
    const errors = await problemsOf(async () => {
      ({ authorizationUrl, returns } = await startAuthorization(app, accountOf(c), ownAddressOf(c)));
    });
    if (Object.keys(errors).length > 0) return await answerSection(c, "spotify", { errors }, { again: true });
    if (returns) return c.redirect(authorizationUrl, 303);
    return await answerSection(c, "spotify", { authorizationUrl }, { again: true });
  });

  routes.post(
    "/settings/spotify/finish",
    validate("form", z.object({ address: z.string().max(8000).trim() })),
    async (c) => {
      const { address } = c.req.valid("form");
      try {
        return await connected(c, await finishAuthorization(app, accountOf(c), answerInAddress(address)));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const errors = error.fields ?? { address: error.message };
        return await answerSection(c, "spotify", { errors, pasted: address }, { again: true });
      }
    },
  );

  routes.post("/settings/spotify/disconnect", async (c) => {
    await disconnectSpotify(app, accountOf(c).userId);
    return redirect(c, "/settings#spotify", {
      tone: "done",
      title: "Spotify is disconnected.",
      text: "What was read stays. To end the app’s access, too, remove it on your account page at Spotify.",
    });
  });

  routes.post("/settings/spotify/sync", async (c) => {
    await readSoon(c);
    return redirect(c, "/activity");
  });

  routes.get("/auth/spotify/callback", validate("query", answer), async (c) => {
    try {
      return await connected(c, await finishAuthorization(app, accountOf(c), c.req.valid("query")));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const page = <SpotifyAnswerPage title="Spotify is not connected" text={error.message} />;
      return await render(c, { page, status: error.code === "unavailable" ? 503 : 400 });
    }
  });

  routes.post("/api/auth/spotify/authorize", async (c) => {
    const begun = await startAuthorization(app, accountOf(c), ownAddressOf(c));
    return c.json({
      authorization_url: begun.authorizationUrl,
      code_verifier: "stored_in_session",
      redirect_uri: begun.redirectUri,
    });
  });

  routes.post("/api/auth/spotify/callback", validate("json", answerBody), async (c) => {
    const { expiresAt } = await finishAuthorization(app, accountOf(c), c.req.valid("json"));
    await readSoon(c);
    return c.json({ success: true, expires_at: expiresAt });
  });

  return routes;
}

/** The answer stands in the address: the browser goes on to one without it. */
async function connected(c: Request, { displayName }: { displayName: string | null }): Promise<Response> {
  await readSoon(c);
  const title = displayName ? `Spotify is connected as ${displayName}.` : "Spotify is connected.";
  const link = { label: "Watch it", path: "/activity" };
  return redirect(c, "/settings#spotify", { tone: "done", title, text: "Reading has begun.", link });
}

function readSoon(c: Request): Promise<unknown> {
  const { userId } = accountOf(c);
  const asked = { requestedBy: userId, priority: SOMEBODY_WAITS };
  return enqueue(c.get("app").sql, "spotify_sync", { userId }, asked);
}
