import type { Sql } from "./sql.ts";

/** A consent under way: asked for here, answered at Spotify. */
export type SpotifyAuthorization = {
  stateHash: Uint8Array;
  userId: string;
  credential: string;
  /** Sealed. */
  codeVerifier: string;
  clientId: string;
  redirectUri: string;
};

export async function insertAuthorization(
  sql: Sql,
  authorization: SpotifyAuthorization,
  seconds: number,
): Promise<void> {
  const { stateHash, userId, credential, codeVerifier, clientId, redirectUri } = authorization;
  await sql`
    insert into spotify_authorizations (state_hash, user_id, credential, code_verifier, client_id, redirect_uri, expires_at)
    values (${stateHash}, ${userId}, ${credential}, ${codeVerifier}, ${clientId}, ${redirectUri},
      now() + make_interval(secs => ${seconds}))`;
}

export type FoundAuthorization = Omit<SpotifyAuthorization, "stateHash"> & {
  used: boolean;
  expired: boolean;
};

export async function findAuthorization(
  sql: Sql,
  stateHash: Uint8Array,
): Promise<FoundAuthorization | undefined> {
  const [row] = await sql<FoundAuthorization[]>`
    select user_id, credential, code_verifier, client_id, redirect_uri, used_at is not null as used,
      expires_at <= now() as expired
    from spotify_authorizations where state_hash = ${stateHash}`;
  return row;
}

/** Uses it up; false when somebody else just did. */
export async function spendAuthorization(sql: Sql, stateHash: Uint8Array): Promise<boolean> {
  const result = await sql`
    update spotify_authorizations set used_at = now()
    where state_hash = ${stateHash} and used_at is null and expires_at > now()`;
  return result.count === 1;
}
