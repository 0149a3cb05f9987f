import {
  deleteTokens,
  findSpotifyAccount,
  type SpotifyAccount,
  updateTokens,
} from "../db/spotify_accounts.ts";
import { transaction } from "../db/sql.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import type { Secrets } from "./secrets.ts";
import { refreshTokens, type Refusal, type Tokens } from "./spotify_oauth.ts";

type Deps = Pick<App, "config" | "sql" | "secrets">;

// A token that ends within a minute would end on its way.
const MARGIN_MS = 60_000;

/**
 * An access token that is good for the next request. Throws Failure: conflict (not retryable) when nobody is
 * connected or the consent is over, unavailable when Spotify's sign-in does not answer. `rejected` is a token
 * that Spotify has just refused although its time was not over.
 *
 * However many callers in however many programs find the token expired, one of them asks for a new one: inside
 * a program they share a promise, between programs the account's row is locked. A second refresh would revoke
 * the first one's tokens where refresh tokens rotate.
 */
export async function accessToken(deps: Deps, userId: string, rejected?: string): Promise<string> {
  const account = await findSpotifyAccount(deps.sql, userId);
  return usableToken(deps.secrets, account, rejected) ?? await refreshOnce(deps, userId, rejected);
}

// Per database, so that programs in one process (tests) are as far apart as they are anywhere else.
const refreshing = new WeakMap<App["sql"], Map<string, Promise<string>>>();

function refreshOnce(deps: Deps, userId: string, rejected: string | undefined): Promise<string> {
  const users = refreshing.get(deps.sql) ?? new Map<string, Promise<string>>();
  refreshing.set(deps.sql, users);
  const underWay = users.get(userId);
  if (underWay) return underWay;
  const renewed = refresh(deps, userId, rejected).finally(() => users.delete(userId));
  users.set(userId, renewed);
  return renewed;
}

async function refresh(deps: Deps, userId: string, rejected: string | undefined): Promise<string> {
  const { sql, secrets } = deps;
  const outcome = await transaction(sql, async (tx) => {
    const account = await findSpotifyAccount(tx, userId, { lock: true });
    const renewed = usableToken(secrets, account, rejected);
    if (renewed) return renewed;
    if (!account?.refreshToken) throw notConnected(account);
    const refreshToken = secrets.decrypt(account.refreshToken, tokenPlace("refresh_token", userId));
    const tokens = await refreshTokens(deps, { refreshToken, clientId: account.clientId });
    if ("refused" in tokens) {
      const reconnectReason = reasonOf(tokens);
      await deleteTokens(tx, userId, reconnectReason);
      return notConnected({ reconnectReason });
    }
    // Written before it is used: where refresh tokens rotate, what was not kept is lost.
    const kept = { refreshToken, ...tokens, scope: tokens.scope || account.scope };
    await updateTokens(tx, userId, sealTokens(secrets, userId, kept));
    return tokens.accessToken;
  });
  // Returned rather than thrown, so that forgetting the tokens is committed.
  if (outcome instanceof Failure) throw outcome;
  return outcome;
}

function usableToken(
  secrets: Secrets,
  account: SpotifyAccount | undefined,
  rejected: string | undefined,
): string | undefined {
  if (!account?.accessToken || !account.accessExpiresAt) return undefined;
  if (account.accessExpiresAt.getTime() - MARGIN_MS < Date.now()) return undefined;
  const token = secrets.decrypt(account.accessToken, tokenPlace("access_token", account.userId));
  return token === rejected ? undefined : token;
}

/** Tokens as they are stored. */
export function sealTokens(secrets: Secrets, userId: string, tokens: Tokens & { refreshToken: string }) {
  return {
    accessToken: secrets.encrypt(tokens.accessToken, tokenPlace("access_token", userId)),
    refreshToken: secrets.encrypt(tokens.refreshToken, tokenPlace("refresh_token", userId)),
    accessExpiresAt: tokens.accessExpiresAt,
    scope: tokens.scope,
  };
}

/** What a sealed token is tied to: moved to another row or column it does not open. */
export function tokenPlace(column: "access_token" | "refresh_token", userId: string): string {
  return `spotify_accounts/${column}/${userId}`;
}

/** Why there is nothing to read from. */
export function notConnected(account: Pick<SpotifyAccount, "reconnectReason"> | undefined): Failure {
  const sentence = account?.reconnectReason
    ? `${account.reconnectReason} Connect Spotify again in the settings; nothing that was read is lost.`
    : "Spotify is not connected. Connect it in the settings.";
  return new Failure("conflict", sentence, { retryable: false });
}

/** Why a consent is over, in words; `reason` is Spotify's and may say anything. */
function reasonOf({ refused, reason }: Refusal): string {
  if (refused === "invalid_client") return "Spotify does not know the app any more.";
  if (/expired/i.test(reason)) return "Spotify ends every connection six months after you allowed it.";
  if (/revoked/i.test(reason)) {
    return "The access was taken back, on your account page at Spotify or by Spotify itself.";
  }
  return "Spotify does not accept this connection any more.";
}
