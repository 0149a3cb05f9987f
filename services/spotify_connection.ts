import { createHash } from "node:crypto";
import { listBlocks } from "../db/rate_budgets.ts";
import { deleteSpotifyAccount, findSpotifyAccount, upsertSpotifyAccount } from "../db/spotify_accounts.ts";
import {
  findAuthorization,
  type FoundAuthorization,
  insertAuthorization,
  spendAuthorization,
} from "../db/spotify_authorizations.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { type Account, randomToken } from "./sessions.ts";
import { listSectionTroubles } from "../db/spotify_items.ts";
import { readSettings } from "./settings.ts";
import { budgetOf, createSpotify, type SpotifyOwner } from "./spotify.ts";
import { authorizationUrl, createVerifier, exchangeCode, type Tokens } from "./spotify_oauth.ts";
import { redirectAddress } from "./spotify_redirect.ts";
import { notConnected, sealTokens } from "./spotify_tokens.ts";

type Deps = Pick<App, "config" | "sql" | "secrets">;
/** Whose consent it is, and the sign-in it is asked from. */
type Asker = Pick<Account, "userId" | "credential">;

const MINUTES_TO_CONSENT = 10;
const PLACE_OF_VERIFIER = "spotify_authorizations/code_verifier";

/**
 * Begins a consent; the browser goes to `authorizationUrl`. What must come back for it to count waits in the
 * database: good for ten minutes, once, and for the sign-in that asked. Failure: conflict (field
 * `spotify_client_id`) when no app is set.
 */
export async function startAuthorization(
  deps: Deps,
  asker: Asker,
  origin: string,
): Promise<{ authorizationUrl: string; redirectUri: string; returns: boolean }> {
  const { spotify_client_id: clientId } = await readSettings(deps);
  if (!clientId) {
    const sentence = "Enter the client id of your Spotify app first.";
    throw new Failure("conflict", sentence, { fields: { spotify_client_id: sentence } });
  }
  const { uri: redirectUri, returns } = redirectAddress(deps, origin);
  const state = randomToken();
  const { verifier, challenge } = createVerifier();
  await insertAuthorization(deps.sql, {
    stateHash: hashOf(state),
    userId: asker.userId,
    credential: asker.credential,
    codeVerifier: deps.secrets.encrypt(verifier, PLACE_OF_VERIFIER),
    clientId,
    redirectUri,
  }, MINUTES_TO_CONSENT * 60);
  const url = authorizationUrl(deps, { clientId, redirectUri, state, challenge });
  return { authorizationUrl: url, redirectUri, returns };
}

/** What Spotify sends back through the browser. */
export type ConsentAnswer = { state?: string; code?: string; error?: string };

/** The answer inside an address that was copied from the browser, whole or from its question mark on. */
export function answerInAddress(address: string): ConsentAnswer {
  const query = new URLSearchParams(address.trim().replace(/^[^?]*\?/, "").replace(/#.*$/, ""));
  const part = (name: string) => query.get(name) ?? undefined;
  return { state: part("state"), code: part("code"), error: part("error") };
}

/**
 * Ends a consent and connects the account. Stores nothing unless all of it is right. Throws Failure: invalid
 * (field `state` or `code`), conflict when it was used before, forbidden when another sign-in began it, it was
 * denied, or Spotify refuses the account; unavailable when Spotify's sign-in does not answer.
 */
export async function finishAuthorization(
  deps: Deps,
  asker: Asker,
  answer: ConsentAnswer,
): Promise<{ expiresAt: Date; displayName: string | null }> {
  const authorization = await takeAuthorization(deps, asker, answer);
  if (answer.error !== undefined) throw new Failure("forbidden", sentenceFor(answer.error));
  if (!answer.code) throw wrong("code", "Spotify’s answer is missing from this address. Copy all of it.");
  const { clientId, redirectUri } = authorization;
  const verifier = deps.secrets.decrypt(authorization.codeVerifier, PLACE_OF_VERIFIER);
  const tokens = await exchangeCode(deps, { code: answer.code, redirectUri, clientId, verifier });
  if ("refused" in tokens) {
    if (tokens.refused === "invalid_client") {
      throw wrong(
        "spotify_client_id",
        "Spotify does not know this client id. Check it on the app’s page there.",
      );
    }
    throw wrong(
      "code",
      "Spotify does not accept this answer: it was used before or is too old. Connect again.",
    );
  }
  const { refreshToken } = tokens;
  if (!refreshToken) throw new Failure("unavailable", "Spotify gave no lasting access. Connect again.");
  const owner = await askWhoItIs(deps, asker.userId, tokens);
  await upsertSpotifyAccount(deps.sql, {
    userId: asker.userId,
    clientId,
    ...owner,
    ...sealTokens(deps.secrets, asker.userId, { ...tokens, refreshToken }),
  });
  return { expiresAt: tokens.accessExpiresAt, displayName: owner.displayName ?? owner.spotifyId };
}

async function takeAuthorization(
  { sql }: Deps,
  asker: Asker,
  { state }: ConsentAnswer,
): Promise<FoundAuthorization> {
  if (!state) throw wrong("state", "This is not the address Spotify sent you to. Copy all of it.");
  const stateHash = hashOf(state);
  const found = await findAuthorization(sql, stateHash);
  if (!found) throw wrong("state", "This connection was not begun here. Begin it in the settings.");
  if (found.credential !== asker.credential) {
    throw new Failure(
      "forbidden",
      "This connection was begun in another sign-in. Copy the address of this page and paste it in the settings there.",
    );
  }
  if (!found.used && found.expired) {
    throw wrong("state", `This took longer than ${MINUTES_TO_CONSENT} minutes. Connect again.`);
  }
  if (found.used || !await spendAuthorization(sql, stateHash)) {
    throw new Failure("conflict", "This answer was used already. If Spotify is not connected, begin again.");
  }
  return found;
}

/** A pause at Spotify must not cost the consent; a refusal of the account is the end of it. */
async function askWhoItIs(deps: Deps, userId: string, tokens: Tokens): Promise<SpotifyOwner> {
  try {
    return await createSpotify(deps, userId, { accessToken: tokens.accessToken }).me();
  } catch (error) {
    if (!(error instanceof Failure && error.code === "unavailable")) {
      throw error;
    }
    return { spotifyId: null, accountId: null, displayName: null };
  }
}

/** Forgets the tokens. What was read stays, and so does what Spotify knows: the app's access is ended there. */
export async function disconnectSpotify({ sql }: Pick<App, "sql">, userId: string): Promise<void> {
  if (!await deleteSpotifyAccount(sql, userId)) {
    throw new Failure("not_found", "Spotify is not connected.");
  }
}

/** Throws Failure (conflict) when there is nothing to read from. */
export async function requireConnection({ sql }: Pick<App, "sql">, userId: string): Promise<void> {
  const account = await findSpotifyAccount(sql, userId);
  if (!account?.refreshToken) throw notConnected(account);
}

/** How it stands with a person's connection. */
export type SpotifyConnection =
  | { state: "none" }
  | { state: "reconnect"; displayName: string | null; reason: string }
  | {
    state: "connected";
    displayName: string | null;
    since: Date;
    /** Spotify ends the consent then. */
    endsAt: Date;
    /** From the fifth month on: time to consent again. */
    endsSoon: boolean;
    /** Spotify asks for a pause until then. */
    blockedUntil: Date | null;
    trouble: string | null;
    lastSyncedAt: Date | null;
  };

export async function findConnection(
  { sql }: Pick<App, "sql">,
  userId: string,
  now = new Date(),
): Promise<SpotifyConnection> {
  const account = await findSpotifyAccount(sql, userId);
  if (!account) return { state: "none" };
  const displayName = account.displayName ?? account.spotifyId;
  if (account.reconnectReason !== null) {
    return { state: "reconnect", displayName, reason: account.reconnectReason };
  }
  const { authorizedAt, lastSyncedAt } = account;
  const [section] = account.trouble ? [] : await listSectionTroubles(sql, userId);
  const trouble = account.trouble ?? (section ? `${SECTIONS[section.section]}: ${section.trouble}` : null);
  const block = (await listBlocks(sql)).find(({ key }) => key === budgetOf(userId));
  return {
    state: "connected",
    displayName,
    since: authorizedAt,
    endsAt: monthsAfter(authorizedAt, 6),
    endsSoon: now >= monthsAfter(authorizedAt, 5),
    blockedUntil: block?.blockedUntil ?? null,
    trouble,
    lastSyncedAt,
  };
}

const SECTIONS = { albums: "Saved albums", tracks: "Liked songs", playlists: "Playlists" };

/** The same day of a later month, or its last one: six months after 31 August is 28 February. */
export function monthsAfter(date: Date, months: number): Date {
  const later = new Date(date);
  later.setUTCMonth(later.getUTCMonth() + months);
  if (later.getUTCDate() !== date.getUTCDate()) later.setUTCDate(0);
  return later;
}

const hashOf = (state: string) => createHash("sha256").update(state).digest();

const wrong = (field: string, sentence: string) =>
  new Failure("invalid", sentence, { fields: { [field]: sentence } });

function sentenceFor(error: string): string {
  return error === "access_denied"
    ? "You did not allow it at Spotify. Nothing was connected."
    : "Spotify ended this with an error of its own. Nothing was connected; try again.";
}
