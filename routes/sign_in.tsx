import { Hono } from "hono";
import { z } from "zod";
import { deleteSession } from "../db/sessions.ts";
import { hasUsers } from "../db/users.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { startCookieSession, startTokenSession } from "../services/sessions.ts";
import { signIn } from "../services/sign_in.ts";
import { LoginPage } from "../views/login.tsx";
import { clearSessionCookie, identify, issueJwt, setSessionCookie } from "./credentials.ts";
import { redirect, render } from "./render.tsx";
import { accountOf, addressOf, type Env, safePath, validate } from "./request.ts";

const credentials = z.object({
  username: z.string("is missing").min(1, "is missing").max(100, "is too long"),
  password: z.string("is missing").min(1, "is missing").max(1000, "is too long"),
});
const loginForm = z.object({
  username: z.string().max(100).default(""),
  password: z.string().max(1000).default(""),
  remember: z.string().optional(),
  back: z.string().max(2000).optional(),
});

/** Signing in and out: pages with a cookie, programs with a token. */
export function signInRoutes(app: App): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/login", validate("query", z.object({ back: z.string().optional() })), async (c) => {
    if (await identify(c)) return redirect(c, safePath(c.req.valid("query").back));
    if (!await hasUsers(app.sql)) return redirect(c, "/setup");
    return await render(c, { page: <LoginPage back={c.req.valid("query").back} /> });
  });

  routes.post("/login", validate("form", loginForm), async (c) => {
    const { username, password, remember, back } = c.req.valid("form");
    try {
      const user = await signIn(app, { username, password, address: addressOf(c) });
      const session = await startCookieSession(app.sql, user.id, { remember: remember !== undefined });
      const before = await identify(c);
      if (before?.kind === "cookie") await deleteSession(app.sql, before.credential);
      setSessionCookie(c, session.token, remember === undefined ? undefined : session.expiresAt);
      return redirect(c, safePath(back));
    } catch (error) {
      if (!(error instanceof Failure && (error.code === "unauthorized" || error.code === "too_many"))) {
        throw error;
      }
      if (error.retryAfterSeconds) c.header("Retry-After", String(error.retryAfterSeconds));
      const page = <LoginPage username={username} error={error.message} back={back} />;
      return await render(c, { page, status: error.code === "unauthorized" ? 401 : 429 });
    }
  });

  routes.post("/logout", async (c) => {
    await deleteSession(app.sql, accountOf(c).credential);
    clearSessionCookie(c);
    return redirect(c, "/login");
  });

  routes.post("/api/auth/login", validate("json", credentials), async (c) => {
    const user = await signIn(app, { ...c.req.valid("json"), address: addressOf(c) });
    const { id, expiresAt } = await startTokenSession(app.sql, user.id);
    const token = await issueJwt(app, { id, userId: user.id, expiresAt });
    c.header("Cache-Control", "no-store");
    return c.json({ access_token: token, token_type: "Bearer", expires_at: expiresAt });
  });

  routes.post("/api/auth/logout", async (c) => {
    const account = accountOf(c);
    if (account.kind === "api_token") {
      throw new Failure("conflict", "A personal token is revoked on the settings page.");
    }
    await deleteSession(app.sql, account.credential);
    if (account.kind === "cookie") clearSessionCookie(c);
    return c.body(null, 204);
  });

  return routes;
}
