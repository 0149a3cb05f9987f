import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { apiClient, ApiFailure } from "./http.ts";

/** What Spotify gives for a code or a refresh token. */
export type Tokens = {
  accessToken: string;
  accessExpiresAt: Date;
  /** Undefined: the one that was used goes on being good. */
  refreshToken?: string;
  scope: string;
};

/** Spotify will never accept this grant again; `reason` is its own word for why. */
export type Refusal = { refused: string; reason: string };

/** Saved albums, liked songs, own and shared playlists: nothing that writes. */
export const SCOPES = ["user-library-read", "playlist-read-private", "playlist-read-collaborative"];

const tokenReply = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1).nullish(),
  scope: z.string().nullish(),
});
const errorReply = z.object({ error: z.string(), error_description: z.string().catch("") });

/** A verifier of 64 characters and what Spotify is shown of it (RFC 7636, S256). */
export function createVerifier(): { verifier: string; challenge: string } {
  const verifier = randomBytes(48).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** Where a browser asks for consent. */
export function authorizationUrl(
  { config }: Pick<App, "config">,
  options: { clientId: string; redirectUri: string; state: string; challenge: string },
): string {
  const query = new URLSearchParams({
    client_id: options.clientId,
    response_type: "code",
    redirect_uri: options.redirectUri,
    scope: SCOPES.join(" "),
    state: options.state,
    code_challenge_method: "S256",
    code_challenge: options.challenge,
    // Without it Spotify does not say who is signed in there, and a second account of the house goes unnoticed.
    show_dialog: "true",
  });
  return `${config.spotifyAccountsUrl}/authorize?${query}`;
}

export function exchangeCode(
  deps: Pick<App, "config" | "sql">,
  grant: { code: string; redirectUri: string; clientId: string; verifier: string },
): Promise<Tokens | Refusal> {
  return askForTokens(deps, {
    grant_type: "authorization_code",
    code: grant.code,
    redirect_uri: grant.redirectUri,
    client_id: grant.clientId,
    code_verifier: grant.verifier,
  });
}

export function refreshTokens(
  deps: Pick<App, "config" | "sql">,
  grant: { refreshToken: string; clientId: string },
): Promise<Tokens | Refusal> {
  return askForTokens(deps, {
    grant_type: "refresh_token",
    refresh_token: grant.refreshToken,
    client_id: grant.clientId,
  });
}

/**
 * Only a refusal in Spotify's own form ends a grant. Anything else (a page of its load balancer, no answer at
 * all) is thrown as unavailable and says nothing about the tokens.
 */
async function askForTokens(
  deps: Pick<App, "config" | "sql">,
  form: Record<string, string>,
): Promise<Tokens | Refusal> {
  const client = apiClient(deps, {
    name: "Spotify’s sign-in",
    baseUrl: deps.config.spotifyAccountsUrl,
  });
  try {
    const reply = await client.json("/api/token", {
      method: "POST",
      form: new URLSearchParams(form),
      schema: tokenReply,
      priority: "interactive",
    });
    return {
      accessToken: reply.access_token,
      accessExpiresAt: new Date(Date.now() + reply.expires_in * 1000),
      ...(reply.refresh_token ? { refreshToken: reply.refresh_token } : {}),
      scope: reply.scope ?? "",
    };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal) return refusal;
    if (!(error instanceof Failure)) throw error;
    throw new Failure("unavailable", "Spotify’s sign-in does not answer. The connection is kept.", {
      cause: error,
      retryAfterSeconds: error.retryAfterSeconds,
    });
  }
}

function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof ApiFailure) || (error.status !== 400 && error.status !== 401)) return undefined;
  const parsed = errorReply.safeParse(jsonOf(error.reply));
  if (!parsed.success) return undefined;
  const { error: refused, error_description: reason } = parsed.data;
  return { refused, reason };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
