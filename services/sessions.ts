import { createHash, randomBytes } from "node:crypto";
import { findApiToken, insertApiToken, touchApiToken } from "../db/api_tokens.ts";
import {
  extendSession,
  findCookieSession,
  findTokenSession,
  insertSession,
  type Session,
} from "../db/sessions.ts";
import type { Sql } from "../db/sql.ts";
import type { Role } from "../db/users.ts";

/** Who asks, and with what. */
export type Account = {
  userId: string;
  username: string;
  role: Role;
  /** The session or personal token that was shown; requests are counted per credential. */
  credential: string;
  /** Browsers send cookies by themselves, so a write has to prove that our own page sent it. */
  kind: "cookie" | "jwt" | "api_token";
  csrfToken?: string;
};

const HOUR_MS = 3_600_000;
/** Counted from the last use. Without "stay signed in" the browser forgets the cookie when it closes. */
const COOKIE_HOURS = 24;
const REMEMBERED_HOURS = 30 * 24;
const JWT_HOURS = 24;
// A session in use is written at most this often.
const TOUCH_AFTER_MS = HOUR_MS;

export type CookieSession = { token: string; csrfToken: string; expiresAt: Date };

/** Signs a browser in; `token` is shown only here. */
export async function startCookieSession(
  sql: Sql,
  userId: string,
  options: { remember: boolean; now?: Date },
): Promise<CookieSession> {
  const token = randomToken();
  const csrfToken = randomToken();
  const expiresAt = hoursFrom(options.now, options.remember ? REMEMBERED_HOURS : COOKIE_HOURS);
  await insertSession(sql, { userId, kind: "cookie", tokenHash: hashToken(token), csrfToken, expiresAt });
  return { token, csrfToken, expiresAt };
}

/** Signs a program in; the id becomes part of the token it gets. */
export async function startTokenSession(
  sql: Sql,
  userId: string,
  now?: Date,
): Promise<{ id: string; expiresAt: Date }> {
  const expiresAt = hoursFrom(now, JWT_HOURS);
  const session = { userId, kind: "jwt", tokenHash: null, csrfToken: "", expiresAt } as const;
  const { id } = await insertSession(sql, session);
  return { id, expiresAt };
}

/** Makes a personal API token: 256 random bits that only its owner ever sees. */
export async function createApiToken(sql: Sql, userId: string, name: string): Promise<string> {
  const token = `bc_${randomToken()}`;
  await insertApiToken(sql, { userId, name, tokenHash: hashToken(token) });
  return token;
}

/** Whose cookie this is. `renewed` is set when the session was extended: its new end. */
export async function accountOfCookie(
  sql: Sql,
  token: string,
): Promise<{ account: Account; renewed?: Date } | undefined> {
  const session = await findCookieSession(sql, hashToken(token));
  if (!session) return undefined;
  const account: Account = { ...ownerOf(session), kind: "cookie", csrfToken: session.csrfToken };
  const lifetimeMs = session.expiresAt.getTime() - session.lastSeenAt.getTime();
  if (Date.now() - session.lastSeenAt.getTime() < TOUCH_AFTER_MS) return { account };
  await extendSession(sql, session.id);
  const isRemembered = lifetimeMs > COOKIE_HOURS * HOUR_MS;
  return { account, renewed: isRemembered ? new Date(Date.now() + lifetimeMs) : undefined };
}

/** Whose JWT this is; undefined once it was revoked. */
export async function accountOfJwt(sql: Sql, id: string): Promise<Account | undefined> {
  const session = await findTokenSession(sql, id);
  return session && { ...ownerOf(session), kind: "jwt" };
}

export async function accountOfApiToken(sql: Sql, token: string): Promise<Account | undefined> {
  const found = await findApiToken(sql, hashToken(token));
  if (!found) return undefined;
  const { lastUsedAt } = found;
  if (!lastUsedAt || Date.now() - lastUsedAt.getTime() > 60_000) await touchApiToken(sql, found.id);
  return { ...ownerOf(found), kind: "api_token" };
}

function ownerOf(row: Pick<Session, "id" | "userId" | "username" | "role">) {
  return { userId: row.userId, username: row.username, role: row.role, credential: row.id };
}

function hoursFrom(now = new Date(), hours: number): Date {
  return new Date(now.getTime() + hours * HOUR_MS);
}

export function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

/** A random token needs no slow hash: it cannot be guessed. */
function hashToken(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}
