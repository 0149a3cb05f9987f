import { createHash } from "node:crypto";
import { type FakePlaylist, type FakeUser, fakeUser, type World, Writer } from "./spotify_library.ts";

/**
 * Spotify as the program meets it: accounts.spotify.com and api.spotify.com on one address, both regimes of
 * refresh tokens, both API worlds, and every way in which it says no. What a test wants to be different is
 * changed on the object while it runs.
 */
export type FakeSpotify = AsyncDisposable & Rules & {
  /** Serves as SPOTIFY_ACCOUNTS_URL and SPOTIFY_API_URL. */
  url: string;
  env: Record<string, string>;
  users: Map<string, FakeUser>;
  /** Every request, in the order they came. */
  seen: Seen[];
  /** Every code and token that was given out. */
  issued: string[];
  /** How many requests went to a path, "/v1/me/albums" or "/api/token". */
  count(path?: string | RegExp): number;
  /** Answers the next request to a path with something else; `times` more of them. */
  fail(path: string | RegExp, reply: Reply, times?: number): void;
  /** Ends whatever `fail` has begun. */
  heal(): void;
  /** Lets the person at the browser allow or deny; returns where Spotify sends the browser. */
  consent(authorizationUrl: string, options?: { as?: string; deny?: boolean }): Promise<URL>;
  /** Ends every consent a person has given, as their page at Spotify can. */
  revoke(userId: string): void;
};

type Rules = {
  clientId: string;
  /** As registered for the app: exact strings, of which loopback literals may leave out the port. */
  redirectUris: string[];
  world: World;
  /** Whether each refresh gives a new refresh token and revokes the old one. */
  rotating: boolean;
  accessSeconds: number;
  /** Six months after the consent, and no refresh makes it longer. */
  refreshSeconds: number;
  codeSeconds: number;
  /** Whether the app's owner pays. */
  premium: boolean;
  /** Whose browser it is. */
  atBrowser: string;
  now(): number;
  /** Runs before a request is answered; changes what is there, or waits. */
  before?(seen: Seen): void | Promise<void>;
};

export type Seen = { method: string; path: string; query: URLSearchParams; at: number; status: number };
export type Reply = { status: number; body?: string | object; headers?: Record<string, string> } | "hang up";

/** The two 429s, a page of the load balancer, and a refusal that is no JSON. */
export const replies = {
  burst: (retryAfter: string | null = "5"): Reply => ({
    status: 429,
    body: { error: { status: 429, message: "API rate limit exceeded" } },
    headers: retryAfter === null ? {} : { "retry-after": retryAfter },
  }),
  quota: (retryAfter: string | null = "86207"): Reply => ({
    status: 429,
    body: { error: { status: 429, message: "Too many requests", reason: "QUOTA_EXCEEDED" } },
    headers: retryAfter === null ? {} : { "retry-after": retryAfter },
  }),
  badGateway: {
    status: 502,
    body: "<html><body><h1>502 Bad Gateway</h1></body></html>",
    headers: { "content-type": "text/html" },
  } satisfies Reply,
  notRegistered: {
    status: 403,
    body: "Check settings on developer.spotify.com/dashboard, the user may not be registered.",
    headers: { "content-type": "text/plain" },
  } satisfies Reply,
};

type Consent = { userId: string; scope: string; givenAt: number };
type Code = Consent & { redirectUri: string; challenge: string; used: boolean };
type Refresh = Consent & { family: string; revoked: boolean };
type Access = Consent & { family: string; expiresAt: number };
type Asked = { seen: Seen; request: Request; form: URLSearchParams };

const PREMIUM =
  "Active premium subscription required for the owner of the app. When the subscription status " +
  "changes, it can take a few hours before requests are allowed again.";

export function startFakeSpotify(change: Partial<Rules> & { users?: FakeUser[] } = {}): FakeSpotify {
  const { users = [fakeUser("marta")], ...rules } = change;
  const codes = new Map<string, Code>();
  const refreshes = new Map<string, Refresh>();
  const accesses = new Map<string, Access>();
  const faults: { path: string | RegExp; reply: Reply; times: number }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  const url = `http://127.0.0.1:${server.addr.port}`;

  const fake: FakeSpotify = {
    clientId: "5f1c0e9a7b3d4c22a1e60b7de94c318f",
    redirectUris: ["http://127.0.0.1/auth/spotify/callback"],
    world: "2026",
    rotating: false,
    accessSeconds: 3600,
    refreshSeconds: 183 * 24 * 3600,
    codeSeconds: 600,
    premium: true,
    atBrowser: users[0].id,
    now: Date.now,
    ...rules,
    url,
    env: { SPOTIFY_ACCOUNTS_URL: url, SPOTIFY_API_URL: url },
    users: new Map(users.map((user) => [user.id, user])),
    seen: [],
    issued: [],
    count: (path) => fake.seen.filter((seen) => path === undefined || fits(path, seen.path)).length,
    fail: (path, reply, times = 1) => void faults.push({ path, reply, times }),
    heal: () => void faults.splice(0),
    async consent(authorizationUrl, { as = fake.atBrowser, deny = false } = {}) {
      const page = await fetch(authorizationUrl);
      const text = await page.text();
      if (!page.ok) throw new Error(text);
      const link = new URL(
        text.match(deny ? /href="([^"]*answer=deny)"/ : /href="([^"]*answer=allow)"/)![1],
        url,
      );
      link.searchParams.set("as", as);
      const answered = await fetch(link, { redirect: "manual" });
      await answered.body?.cancel();
      return new URL(answered.headers.get("location")!);
    },
    revoke(userId) {
      for (const token of refreshes.values()) token.revoked ||= token.userId === userId;
      for (const [token, access] of accesses) if (access.userId === userId) accesses.delete(token);
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };

  async function answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const seen: Seen = {
      method: request.method,
      path: pathname,
      query: searchParams,
      at: performance.now(),
      status: 0,
    };
    fake.seen.push(seen);
    await fake.before?.(seen);
    const fault = faults.find(({ path, times }) => times > 0 && fits(path, pathname));
    if (fault) fault.times--;
    if (fault?.reply === "hang up") {
      await request.body?.cancel();
      // A body that ends in an error closes the connection in the middle of the answer.
      return new Response(new ReadableStream({ pull: (stream) => stream.error("hung up") }));
    }
    const body = await request.text();
    const response = fault ? write(fault.reply as Exclude<Reply, string>) : route({
      seen,
      request,
      form: new URLSearchParams(body),
    });
    seen.status = response.status;
    return response;
  }

  function route(asked: Asked): Response {
    const { method, path } = asked.seen;
    if (path === "/authorize" && method === "GET") return authorize(asked);
    if (path === "/authorize/answer" && method === "GET") return answerConsent(asked);
    if (path === "/api/token" && method === "POST") return token(asked);
    if (path.startsWith("/v1/") && method === "GET") return api(asked);
    return write({ status: 404, body: "Not found" });
  }

  function authorize({ seen: { query } }: Asked): Response {
    const refuse = (text: string) =>
      write({ status: 400, body: text, headers: { "content-type": "text/html" } });
    const redirectUri = query.get("redirect_uri") ?? "";
    if (query.get("client_id") !== fake.clientId) return refuse("INVALID_CLIENT: Invalid client");
    if (!isSecure(redirectUri)) return refuse("INVALID_CLIENT: Insecure redirect URI");
    if (!fake.redirectUris.some((known) => isRegistered(known, redirectUri))) {
      return refuse("INVALID_CLIENT: Invalid redirect URI");
    }
    if (query.get("response_type") !== "code") return refuse("response_type must be code");
    if (
      query.get("code_challenge_method") !== "S256" || !/^[\w-]{43}$/.test(query.get("code_challenge") ?? "")
    ) {
      return refuse("code_challenge_method must be S256");
    }
    const link = (answer: string) =>
      `/authorize/answer?${query.toString().replaceAll("&", "&amp;")}&amp;answer=${answer}`;
    const page =
      `<!doctype html><html lang="en"><title>Spotify</title><link rel="icon" href="data:,"><h1>Beat Collector</h1>` +
      `<a id="allow" href="${link("allow")}">Agree</a> <a id="deny" href="${link("deny")}">Cancel</a></html>`;
    return write({
      status: 200,
      body: page.replaceAll(/href="([^"]*)"/g, (_, href) => `href="${href.replaceAll("&amp;", "&")}"`),
      headers: { "content-type": "text/html" },
    });
  }

  function answerConsent({ seen: { query } }: Asked): Response {
    const back = new URL(query.get("redirect_uri") ?? "");
    if (query.get("answer") === "deny") back.searchParams.set("error", "access_denied");
    else {
      const code = secret("AQ");
      fake.issued.push(code);
      codes.set(code, {
        userId: query.get("as") ?? fake.atBrowser,
        scope: query.get("scope") ?? "",
        givenAt: fake.now(),
        redirectUri: back.href,
        challenge: query.get("code_challenge") ?? "",
        used: false,
      });
      back.searchParams.set("code", code);
    }
    back.searchParams.set("state", query.get("state") ?? "");
    return new Response(null, { status: 302, headers: { location: back.href } });
  }

  function token({ request, form }: Asked): Response {
    const refuse = (error: string, description: string) =>
      write({ status: 400, body: { error, error_description: description } });
    if (!request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded")) {
      return refuse("unsupported_grant_type", "grant_type parameter is missing");
    }
    if (form.get("client_id") !== fake.clientId) return refuse("invalid_client", "Invalid client");
    switch (form.get("grant_type")) {
      case "authorization_code": {
        const code = codes.get(form.get("code") ?? "");
        const expired = code && fake.now() > code.givenAt + fake.codeSeconds * 1000;
        if (!code || code.used || expired) return refuse("invalid_grant", "Invalid authorization code");
        if (code.redirectUri !== form.get("redirect_uri")) {
          return refuse("invalid_grant", "Invalid redirect URI");
        }
        const verifier = form.get("code_verifier") ?? "";
        const challenge = createHash("sha256").update(verifier).digest("base64url");
        if (!/^[\w.~-]{43,128}$/.test(verifier) || challenge !== code.challenge) {
          return refuse("invalid_grant", "code_verifier was incorrect");
        }
        code.used = true;
        const { userId, scope, givenAt } = code;
        return give({ userId, scope, givenAt }, secret("family"), true);
      }
      case "refresh_token": {
        const known = refreshes.get(form.get("refresh_token") ?? "");
        if (!known) return refuse("invalid_grant", "Invalid refresh token");
        if (known.revoked) {
          // Somebody holds a copy: nothing that came from this consent can be trusted any more.
          for (const other of refreshes.values()) other.revoked ||= other.family === known.family;
          return refuse("invalid_grant", "Refresh token revoked");
        }
        if (fake.now() > known.givenAt + fake.refreshSeconds * 1000) {
          return refuse("invalid_grant", "Refresh token expired");
        }
        known.revoked = fake.rotating;
        const { userId, scope, givenAt } = known;
        // The order of the scopes is not kept.
        return give(
          { userId, scope: scope.split(" ").reverse().join(" "), givenAt },
          known.family,
          fake.rotating,
        );
      }
      default:
        return refuse(
          "unsupported_grant_type",
          "grant_type must be client_credentials, authorization_code or refresh_token",
        );
    }
  }

  function give(consent: Consent, family: string, withRefresh: boolean): Response {
    const access = secret("BQ");
    const refresh = secret("AQ");
    fake.issued.push(access, ...(withRefresh ? [refresh] : []));
    accesses.set(access, { ...consent, family, expiresAt: fake.now() + fake.accessSeconds * 1000 });
    if (withRefresh) refreshes.set(refresh, { ...consent, family, revoked: false });
    return write({
      status: 200,
      body: {
        access_token: access,
        token_type: "Bearer",
        expires_in: fake.accessSeconds,
        ...(withRefresh ? { refresh_token: refresh } : {}),
        scope: consent.scope,
      },
    });
  }

  function api(asked: Asked): Response {
    const [, shown] = asked.request.headers.get("authorization")?.match(/^Bearer (.+)$/) ?? [];
    if (!shown) return problem(401, "No token provided");
    const access = accesses.get(shown);
    if (!access) return problem(401, "Invalid access token");
    if (fake.now() >= access.expiresAt) return problem(401, "The access token expired");
    if (!fake.premium) return problem(403, PREMIUM);
    const user = fake.users.get(access.userId);
    if (!user?.allowListed) return write(replies.notRegistered);
    const path = asked.seen.path.slice("/v1".length);
    const needed = path === "/me/playlists"
      ? "playlist-read-private"
      : /^\/me\/(albums|tracks)$/.test(path)
      ? "user-library-read"
      : undefined;
    if (needed && !access.scope.split(" ").includes(needed)) return problem(403, "Insufficient client scope");
    return resource(user, path, asked.seen.query);
  }

  function resource(user: FakeUser, path: string, query: URLSearchParams): Response {
    const writer = new Writer(`${url}/v1`, fake.world);
    if (path === "/me") return write({ status: 200, body: writer.me(user) });
    if (path === "/me/albums") {
      return page(path, query, 50, user.albums, ({ addedAt, album }) => ({
        added_at: addedAt,
        album: album && writer.album(album),
      }));
    }
    if (path === "/me/tracks") {
      return page(path, query, 50, user.tracks, ({ addedAt, track, local }) => ({
        added_at: addedAt,
        track: track && { ...writer.track(track), ...(local ? { id: null, is_local: true } : {}) },
      }));
    }
    if (path === "/me/playlists") {
      return page(path, query, 50, user.playlists, (list) => list && writer.playlist(list, user));
    }
    const [, kind, id, part] = path.match(/^\/(albums|playlists)\/(\w+)(?:\/(\w+))?$/) ?? [];
    if (kind === "playlists") return playlist(user, writer, { path, id, part, query });
    if (kind === "albums") {
      if (!/^\w{22}$/.test(id)) return problem(400, "Invalid base62 id");
      const known = [
        ...user.albums.map((saved) => saved.album),
        ...user.tracks.map((liked) => liked.track?.album),
      ]
        .find((album) => album?.id === id);
      if (!known) return problem(404, "Resource not found");
      if (part === undefined) return write({ status: 200, body: writer.album(known) });
      return page(path, query, 50, known.tracks, (_, index) => writer.simpleTrack({ album: known, index }));
    }
    return problem(
      fake.world === "2026" ? 403 : 404,
      fake.world === "2026" ? "Forbidden" : "Service not found",
    );
  }

  function playlist(
    user: FakeUser,
    writer: Writer,
    { path, id, part, query }: { path: string; id: string; part?: string; query: URLSearchParams },
  ): Response {
    const lists = [...fake.users.values()].flatMap((one) => one.playlists);
    const list = lists.find((one): one is FakePlaylist => one?.id === id);
    if (part === "tracks" && fake.world === "2026") return problem(403, "Forbidden");
    if (part === "items" && fake.world === "2025") return problem(404, "Service not found");
    if (!list) return problem(404, "Resource not found");
    if (part === undefined) return write({ status: 200, body: writer.playlist(list, user) });
    if (fake.world === "2026" && list.ownerId !== user.id && !list.collaborative) {
      return problem(403, "Forbidden");
    }
    return page(path, query, part === "tracks" ? 100 : 50, list.items, (item) => writer.playlistItem(item));
  }

  function page<T>(
    path: string,
    query: URLSearchParams,
    most: number,
    all: T[],
    draw: (item: T, index: number) => unknown,
  ): Response {
    const limit = Number(query.get("limit") ?? 20);
    const offset = Number(query.get("offset") ?? 0);
    if (!Number.isInteger(limit) || limit < 1 || limit > most) return problem(400, "Invalid limit");
    if (!Number.isInteger(offset) || offset < 0 || offset > 100_000) return problem(400, "Invalid offset");
    const at = (from: number) => {
      const more = new URLSearchParams(query);
      more.set("offset", String(from));
      more.set("limit", String(limit));
      return `${url}/v1${path}?${more}`;
    };
    return write({
      status: 200,
      body: {
        href: at(offset),
        items: all.slice(offset, offset + limit).map((item, index) => draw(item, offset + index)),
        limit,
        next: offset + limit < all.length ? at(offset + limit) : null,
        offset,
        previous: offset > 0 ? at(Math.max(0, offset - limit)) : null,
        total: all.length,
      },
    });
  }

  return fake;
}

const fits = (wanted: string | RegExp, path: string) =>
  typeof wanted === "string" ? wanted === path : wanted.test(path);

const secret = (start: string) =>
  start + crypto.getRandomValues(new Uint8Array(48)).toBase64({ alphabet: "base64url" });

function write({ status, body, headers }: Exclude<Reply, string>): Response {
  const isText = typeof body === "string";
  return new Response(isText ? body : JSON.stringify(body), {
    status,
    headers: { "content-type": isText ? "text/plain" : "application/json", ...headers },
  });
}

const problem = (status: number, message: string) => write({ status, body: { error: { status, message } } });

const isLoopback = (address: URL) => address.hostname === "127.0.0.1" || address.hostname === "[::1]";

function isSecure(redirectUri: string): boolean {
  if (!URL.canParse(redirectUri)) return false;
  const address = new URL(redirectUri);
  return address.protocol === "https:" || (address.protocol === "http:" && isLoopback(address));
}

/** Equal letter by letter; only a loopback literal that was registered without a port takes any port. */
function isRegistered(known: string, redirectUri: string): boolean {
  if (known === redirectUri) return true;
  const [registered, used] = [new URL(known), new URL(redirectUri)];
  if (!isLoopback(registered) || registered.port !== "") return false;
  used.port = "";
  return used.href === registered.href;
}
