import type { Sql } from "./sql.ts";

export type Role = "admin" | "member";

export type User = { id: string; username: string; role: Role; createdAt: Date };

/** Names are told apart without regard to case. */
export async function findUserByName(
  sql: Sql,
  username: string,
): Promise<(User & { passwordHash: string }) | undefined> {
  const [row] = await sql<(User & { passwordHash: string })[]>`
    select id, username, role, created_at, password_hash from users where lower(username) = lower(${username})`;
  return row;
}

export async function findPasswordHash(sql: Sql, id: string): Promise<string | undefined> {
  const [row] = await sql<{ passwordHash: string }[]>`select password_hash from users where id = ${id}`;
  return row?.passwordHash;
}

export function listUsers(sql: Sql): Promise<User[]> {
  return sql<User[]>`select id, username, role, created_at from users order by created_at, id`;
}

export async function hasUsers(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ found: boolean }[]>`select exists (select from users) as found`;
  return row.found;
}

export async function insertUser(
  sql: Sql,
  user: { username: string; passwordHash: string; role: Role },
): Promise<User> {
  const [row] = await sql<User[]>`
    insert into users (username, password_hash, role)
    values (${user.username}, ${user.passwordHash}, ${user.role})
    returning id, username, role, created_at`;
  return row;
}

/** Makes the user, or gives an existing one of that name this password and role. */
export async function upsertUser(
  sql: Sql,
  user: { username: string; passwordHash: string; role: Role },
): Promise<User> {
  const [row] = await sql<User[]>`
    insert into users (username, password_hash, role)
    values (${user.username}, ${user.passwordHash}, ${user.role})
    on conflict (lower(username)) do update
      set password_hash = excluded.password_hash, role = excluded.role, updated_at = now()
    returning id, username, role, created_at`;
  return row;
}

export async function updatePassword(sql: Sql, id: string, passwordHash: string): Promise<void> {
  await sql`update users set password_hash = ${passwordHash}, updated_at = now() where id = ${id}`;
}

/** Deletes the user unless it is the last admin, and says whether it did. */
export async function deleteUser(sql: Sql, id: string): Promise<boolean> {
  // Locking every admin makes two admins who delete each other wait for one another.
  const rows = await sql`
    with admins as (select id from users where role = 'admin' order by id for update)
    delete from users where id = ${id}
      and exists (select from admins where id <> ${id})
    returning id`;
  return rows.length > 0;
}
