import type { Sql } from "./sql.ts";
import type { Role } from "./users.ts";

/** A sign-in that has not ended, and whose it is. */
export type Session = {
  id: string;
  userId: string;
  username: string;
  role: Role;
  csrfToken: string;
  lastSeenAt: Date;
  expiresAt: Date;
};

/** A browser's sign-in, by the SHA-256 of its cookie. */
export async function findCookieSession(sql: Sql, tokenHash: Uint8Array): Promise<Session | undefined> {
  const [row] = await sql<Session[]>`
    select sessions.id, user_id, username, role, csrf_token, last_seen_at, expires_at
    from sessions join users on users.id = user_id
    where token_hash = ${tokenHash} and kind = 'cookie' and expires_at > now()`;
  return row;
}

/** A program's sign-in, by the id its token carries. */
export async function findTokenSession(sql: Sql, id: string): Promise<Session | undefined> {
  const [row] = await sql<Session[]>`
    select sessions.id, user_id, username, role, csrf_token, last_seen_at, expires_at
    from sessions join users on users.id = user_id
    where sessions.id = ${id} and kind = 'jwt' and expires_at > now()`;
  return row;
}

export async function insertSession(
  sql: Sql,
  session: {
    userId: string;
    kind: "cookie" | "jwt";
    tokenHash: Uint8Array | null;
    csrfToken: string;
    expiresAt: Date;
  },
): Promise<{ id: string }> {
  const [row] = await sql<{ id: string }[]>`
    insert into sessions (user_id, kind, token_hash, csrf_token, expires_at)
    values (${session.userId}, ${session.kind}, ${session.tokenHash}, ${session.csrfToken}, ${session.expiresAt})
    returning id`;
  return row;
}

/** Moves the end of a session that is in use: it lasts as long again as it did from its last use. */
export async function extendSession(sql: Sql, id: string): Promise<void> {
  await sql`
    update sessions set expires_at = now() + (expires_at - last_seen_at), last_seen_at = now()
    where id = ${id}`;
}

export async function deleteSession(sql: Sql, id: string): Promise<void> {
  await sql`delete from sessions where id = ${id}`;
}

/** Ends every sign-in of a user, but for the one that asked for it. */
export async function deleteSessionsOf(sql: Sql, userId: string, except?: string): Promise<void> {
  await sql`
    delete from sessions where user_id = ${userId} ${except ? sql`and id <> ${except}` : sql``}`;
}
