import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { apiClient, ApiFailure } from "./http.ts";
import {
  type LikedSong,
  likedSongReply,
  type ListedPlaylist,
  ownerReply,
  type PlaylistEntry,
  playlistEntryReply,
  playlistReply,
  type SavedAlbum,
  savedAlbumReply,
  type SpotifyOwner,
} from "./spotify_replies.ts";
import { accessToken } from "./spotify_tokens.ts";

export type { SpotifyOwner };

/** Part of a list. Null stands for what Spotify cannot show or nobody can read. */
export type Page<T> = { items: (T | null)[]; total: number; next?: Query };
/** What to ask for next; as Spotify says, never worked out from the total. */
export type Query = Record<string, string>;

export type Spotify = {
  me(): Promise<SpotifyOwner>;
  /** Newest first, 50 at a time with their tracks and barcodes. */
  savedAlbums(query?: Query): Promise<Page<SavedAlbum>>;
  likedSongs(query?: Query): Promise<Page<LikedSong>>;
  playlists(query?: Query): Promise<Page<ListedPlaylist>>;
  /** `contents` names the world: in the one before 2026 a page holds 100. */
  playlistEntries(id: string, contents: "items" | "tracks", query?: Query): Promise<Page<PlaylistEntry>>;
};

/** Spotify says no. `concerns` tells how much that is: all of the account, one permission, or this one thing. */
export class SpotifyRefusal extends Failure {
  constructor(readonly concerns: "account" | "permission" | "this", sentence: string, cause: unknown) {
    super("forbidden", sentence, { cause });
  }
}

// A used-up quota counts the last 24 hours; Spotify does not always say when it goes on.
const QUOTA_PAUSE_MS = 24 * 3_600_000;
// What Spotify could not do just now it is asked for again after these pauses.
const PATIENCE_MS = [1_000, 2_000, 4_000];

/** Whose requests are counted together. */
export const budgetOf = (userId: string) => `spotify/${userId}`;

/**
 * Spotify's Web API as one account sees it: two requests a second from all programs together, one at a time.
 * Tokens are renewed on the way. Throws SpotifyRefusal (403), Failure not_found (404), conflict (the consent is
 * over) and unavailable: with `retryAfterSeconds` when Spotify asks for a pause, without when it gives no answer.
 */
export function createSpotify(
  deps: Pick<App, "config" | "sql" | "secrets">,
  userId: string,
  options: { signal?: AbortSignal; /** For what is not stored yet. */ accessToken?: string } = {},
): Spotify {
  const { signal } = options;
  const client = apiClient(deps, {
    name: "Spotify",
    baseUrl: `${deps.config.spotifyApiUrl}/v1`,
    limit: { intervalMs: deps.config.spotifyIntervalMs, key: budgetOf(userId) },
    timeoutMs: 30_000,
    pauseMs: ({ reply }) => said(reply).reason === "QUOTA_EXCEEDED" ? QUOTA_PAUSE_MS : undefined,
  });

  async function ask<T>(
    path: string,
    schema: z.ZodType<T>,
    query: Query | undefined,
    rejected?: string,
  ): Promise<T> {
    const token = options.accessToken ?? await accessToken(deps, userId, rejected);
    try {
      return await client.json(path, {
        schema,
        query,
        headers: { authorization: `Bearer ${token}` },
        signal,
      });
    } catch (error) {
      const isStale = error instanceof ApiFailure && error.status === 401 && !options.accessToken;
      if (!isStale || rejected !== undefined) throw error;
      return await ask(path, schema, query, token);
    }
  }

  async function get<T>(path: string, schema: z.ZodType<T>, query?: Query): Promise<T> {
    for (let failures = 0;; failures++) {
      try {
        return await ask(path, schema, query);
      } catch (error) {
        if (!isPassing(error) || failures >= PATIENCE_MS.length) throw inWords(error);
        await delay(PATIENCE_MS[failures], undefined, { signal });
      }
    }
  }

  return {
    me: () => get("/me", ownerReply),
    savedAlbums: (query = { limit: "50" }) => get("/me/albums", pageOf(savedAlbumReply), query),
    likedSongs: (query = { limit: "50" }) => get("/me/tracks", pageOf(likedSongReply), query),
    playlists: (query = { limit: "50" }) => get("/me/playlists", pageOf(playlistReply), query),
    playlistEntries(id, contents, query) {
      const first = { limit: contents === "items" ? "50" : "100", additional_types: "track,episode" };
      return get(
        `/playlists/${encodeURIComponent(id)}/${contents}`,
        pageOf(playlistEntryReply),
        query ?? first,
      );
    },
  };
}

/** One entry that cannot be read does not cost the page. */
export function pageOf<T>(entry: z.ZodType<T>): z.ZodType<Page<NonNullable<T>>> {
  return z.object({
    items: z.array(z.unknown()),
    total: z.int().nonnegative(),
    offset: z.int().nonnegative().nullish().catch(undefined),
    next: z.string().nullish(),
  }).transform(({ items, total, next, offset }) => ({
    items: items.map((item) => entry.safeParse(item).data ?? null),
    total,
    next: queryOf(next, offset ?? 0),
  }));
}

/** The address of the next page is Spotify's; only what it asks for is taken, and only when it leads on. */
function queryOf(next: string | null | undefined, offset: number): Query | undefined {
  if (!next || !URL.canParse(next)) return undefined;
  const query = Object.fromEntries(new URL(next).searchParams);
  return Number(query.offset) > offset ? query : undefined;
}

const errorReply = z.object({
  error: z.object({ message: z.string().catch(""), reason: z.string().nullish().catch(undefined) }),
});

/** No answer, or one that says nothing about the request: a moment later it may be different. */
function isPassing(error: unknown): boolean {
  return error instanceof Failure && error.code === "unavailable" && error.retryable &&
    error.retryAfterSeconds === undefined && !(error instanceof ApiFailure && error.status === 429);
}

function inWords(error: unknown): unknown {
  if (!(error instanceof ApiFailure)) return error;
  switch (error.status) {
    case 401:
      return new Failure("unavailable", "Spotify refused a token it had just given.", { cause: error });
    case 403:
      return refusal(said(error.reply).message, error);
    case 404:
      return new Failure("not_found", "Spotify does not have this any more.", { cause: error });
    default:
      return error;
  }
}

/** Refusals come as JSON or as plain text. */
function said(body: string): { message: string; reason?: string } {
  try {
    const { message, reason } = errorReply.parse(JSON.parse(body)).error;
    return { message, reason: reason ?? undefined };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    return { message: body };
  }
}

function refusal(message: string, cause: ApiFailure): SpotifyRefusal {
  if (/premium/i.test(message)) {
    return new SpotifyRefusal(
      "account",
      "Spotify answers only while the owner of the app pays for Premium. After renewing it, some hours may pass.",
      cause,
    );
  }
  if (/not registered|may not be registered/i.test(message)) {
    return new SpotifyRefusal(
      "account",
      "Spotify does not let this account use the app. Its owner adds your e-mail address under User Management at developer.spotify.com/dashboard.",
      cause,
    );
  }
  if (/scope/i.test(message)) {
    return new SpotifyRefusal(
      "permission",
      "Spotify was not allowed to show this. Connect again and agree to all of it.",
      cause,
    );
  }
  return new SpotifyRefusal("this", "Spotify refuses to show this to your app.", cause);
}
