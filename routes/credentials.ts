import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { sign, verify } from "hono/jwt";
import type { App } from "../services/app.ts";
import {
  type Account,
  accountOfApiToken,
  accountOfCookie,
  accountOfJwt,
  type CookieSession,
} from "../services/sessions.ts";
import { basePathOf, type Request } from "./request.ts";

const COOKIE = "beat_session";

/** Whose cookie, JWT or personal token comes with a request. A token that is shown but wrong is nobody's. */
export async function identify(c: Request): Promise<Account | undefined> {
  const app = c.get("app");
  const authorization = c.req.header("authorization");
  const [, bearer] = authorization?.match(/^Bearer +(\S+)$/i) ?? [];
  if (bearer) return await accountOfBearer(app, bearer);
  const cookie = getCookie(c, COOKIE);
  if (!cookie) return undefined;
  const found = await accountOfCookie(app.sql, cookie);
  if (found?.renewed) setSessionCookie(c, cookie, found.renewed);
  return found?.account;
}

/** Gives the browser its session; without `expires` it forgets it when it closes. */
export function setSessionCookie(c: Request, token: CookieSession["token"], expires?: Date): void {
  setCookie(c, COOKIE, token, { ...cookieOptions(c), expires });
}

export function clearSessionCookie(c: Request): void {
  deleteCookie(c, COOKIE, cookieOptions(c));
}

export function cookieOptions(c: Request) {
  const path = basePathOf(c.get("app")) || "/";
  return { httpOnly: true, sameSite: "Lax", secure: c.get("client").isSecure, path } as const;
}

/** A token for programs. It holds no right of its own: its session must still be there. */
export async function issueJwt(
  app: Pick<App, "secrets">,
  session: { id: string; userId: string; expiresAt: Date },
): Promise<string> {
  const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
  const claims = {
    sub: session.userId,
    jti: session.id,
    iat: seconds(new Date()),
    exp: seconds(session.expiresAt),
  };
  return await sign(claims, await signingKey(app), "HS256");
}

async function accountOfBearer(app: App, token: string): Promise<Account | undefined> {
  if (token.split(".").length !== 3) return await accountOfApiToken(app.sql, token);
  const key = await signingKey(app);
  // The algorithm is ours to choose, never the token's.
  const claims = await verify(token, key, "HS256").catch(() => undefined);
  return typeof claims?.jti === "string" ? await accountOfJwt(app.sql, claims.jti) : undefined;
}

const signingKeys = new WeakMap<App["secrets"], Promise<CryptoKey>>();

function signingKey({ secrets }: Pick<App, "secrets">): Promise<CryptoKey> {
  const known = signingKeys.get(secrets);
  if (known) return known;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = crypto.subtle.importKey("raw", secrets.derive("access tokens"), algorithm, false, [
    "sign",
    "verify",
  ]);
  signingKeys.set(secrets, key);
  return key;
}
