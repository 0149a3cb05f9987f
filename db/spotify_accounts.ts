import type { Sql } from "./sql.ts";

/** A connected account. Tokens are sealed; services/spotify_tokens.ts opens them. */
export type SpotifyAccount = {
  userId: string;
  spotifyId: string | null;
  accountId: string | null;
  displayName: string | null;
  clientId: string;
  scope: string;
  accessToken: string | null;
  refreshToken: string | null;
  accessExpiresAt: Date | null;
  authorizedAt: Date;
  reconnectReason: string | null;
  trouble: string | null;
  lastSyncedAt: Date | null;
};

export type NewSpotifyAccount =
  & Pick<SpotifyAccount, "userId" | "spotifyId" | "accountId" | "displayName" | "clientId" | "scope">
  & { accessToken: string; refreshToken: string; accessExpiresAt: Date };

/** `lock`: nobody else changes its tokens until the transaction ends. */
export async function findSpotifyAccount(
  sql: Sql,
  userId: string,
  options: { lock?: boolean } = {},
): Promise<SpotifyAccount | undefined> {
  const [account] = await sql<SpotifyAccount[]>`
    select ${columns(sql)} from spotify_accounts where user_id = ${userId}
    ${options.lock ? sql`for update` : sql``}`;
  return account;
}

/** Whose accounts were read longer ago than the interval; a few minutes do not matter. */
export async function listDueAccounts(sql: Sql, hours: number): Promise<string[]> {
  const rows = await sql<{ userId: string }[]>`
    select user_id from spotify_accounts
    where refresh_token is not null and (last_synced_at is null
      or last_synced_at < now() - make_interval(hours => ${hours}) + interval '10 minutes')
    order by last_synced_at nulls first, user_id`;
  return rows.map((row) => row.userId);
}

/** Connects an account, in place of the one the person had. */
export async function upsertSpotifyAccount(sql: Sql, account: NewSpotifyAccount): Promise<void> {
  const { userId, spotifyId, accountId, displayName, clientId, scope } = account;
  const { accessToken, refreshToken, accessExpiresAt } = account;
  await sql`
    insert into spotify_accounts (user_id, spotify_id, account_id, display_name, client_id, scope, access_token,
      refresh_token, access_expires_at, authorized_at)
    values (${userId}, ${spotifyId}, ${accountId}, ${displayName}, ${clientId}, ${scope}, ${accessToken},
      ${refreshToken}, ${accessExpiresAt}, now())
    on conflict (user_id) do update set
      spotify_id = excluded.spotify_id, account_id = excluded.account_id, display_name = excluded.display_name,
      client_id = excluded.client_id, scope = excluded.scope, access_token = excluded.access_token,
      refresh_token = excluded.refresh_token, access_expires_at = excluded.access_expires_at,
      authorized_at = excluded.authorized_at, reconnect_reason = null, trouble = null, updated_at = now()`;
}

/** Who the account belongs to, when that could not be asked while it was connected. */
export async function nameSpotifyAccount(
  sql: Sql,
  userId: string,
  owner: Pick<SpotifyAccount, "spotifyId" | "accountId" | "displayName">,
): Promise<void> {
  await sql`
    update spotify_accounts set spotify_id = ${owner.spotifyId}, account_id = ${owner.accountId},
      display_name = ${owner.displayName}, updated_at = now()
    where user_id = ${userId}`;
}

export async function updateTokens(
  sql: Sql,
  userId: string,
  tokens: { accessToken: string; refreshToken: string; accessExpiresAt: Date; scope: string },
): Promise<void> {
  await sql`
    update spotify_accounts set access_token = ${tokens.accessToken}, refresh_token = ${tokens.refreshToken},
      access_expires_at = ${tokens.accessExpiresAt}, scope = ${tokens.scope}, updated_at = now()
    where user_id = ${userId}`;
}

/** Forgets the tokens, which Spotify has refused, and keeps why. */
export async function deleteTokens(sql: Sql, userId: string, reason: string): Promise<void> {
  await sql`
    update spotify_accounts set access_token = null, refresh_token = null, access_expires_at = null,
      reconnect_reason = ${reason}, updated_at = now()
    where user_id = ${userId}`;
}

/** Forgets the account with everything that opens it; what was read from it stays. */
export async function deleteSpotifyAccount(sql: Sql, userId: string): Promise<boolean> {
  const result = await sql`delete from spotify_accounts where user_id = ${userId}`;
  return result.count > 0;
}

/** What reading the account has come to; only what is named changes. */
export async function updateSyncState(
  sql: Sql,
  userId: string,
  state: { trouble?: string | null; lastSyncedAt?: Date },
): Promise<void> {
  const { trouble, lastSyncedAt } = state;
  await sql`
    update spotify_accounts set updated_at = now()
      ${trouble === undefined ? sql`` : sql`, trouble = ${trouble}`}
      ${lastSyncedAt === undefined ? sql`` : sql`, last_synced_at = ${lastSyncedAt}`}
    where user_id = ${userId}`;
}

function columns(sql: Sql) {
  return sql`user_id, spotify_id, account_id, display_name, client_id, scope, access_token, refresh_token,
    access_expires_at, authorized_at, reconnect_reason, trouble, last_synced_at`;
}
