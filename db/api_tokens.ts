import type { Sql } from "./sql.ts";
import type { Role } from "./users.ts";

export type ApiToken = { id: string; name: string; createdAt: Date; lastUsedAt: Date | null };

/** Whose personal token has this SHA-256. */
export async function findApiToken(
  sql: Sql,
  tokenHash: Uint8Array,
): Promise<
  { id: string; userId: string; username: string; role: Role; lastUsedAt: Date | null } | undefined
> {
  const [row] = await sql<
    { id: string; userId: string; username: string; role: Role; lastUsedAt: Date | null }[]
  >`
    select api_tokens.id, user_id, username, role, last_used_at
    from api_tokens join users on users.id = user_id where token_hash = ${tokenHash}`;
  return row;
}

export function listApiTokens(sql: Sql, userId: string): Promise<ApiToken[]> {
  return sql<ApiToken[]>`
    select id, name, created_at, last_used_at from api_tokens where user_id = ${userId} order by created_at, id`;
}

export async function insertApiToken(
  sql: Sql,
  token: { userId: string; name: string; tokenHash: Uint8Array },
): Promise<ApiToken> {
  const [row] = await sql<ApiToken[]>`
    insert into api_tokens (user_id, name, token_hash)
    values (${token.userId}, ${token.name}, ${token.tokenHash})
    returning id, name, created_at, last_used_at`;
  return row;
}

export async function touchApiToken(sql: Sql, id: string): Promise<void> {
  await sql`update api_tokens set last_used_at = now() where id = ${id}`;
}

/** Only its owner can revoke it; says whether there was one. */
export async function deleteApiToken(sql: Sql, id: string, userId: string): Promise<boolean> {
  const rows = await sql`delete from api_tokens where id = ${id} and user_id = ${userId} returning id`;
  return rows.length > 0;
}
