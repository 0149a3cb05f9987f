import { Hono } from "hono";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import { getPath } from "hono/utils/url";
import type { App } from "../services/app.ts";
import { accounts } from "./accounts.tsx";
import { activity } from "./activity.tsx";
import { album } from "./album.tsx";
import { albumMatch } from "./album_match.ts";
import { albumMatchesApi } from "./album_matches_api.ts";
import { albums } from "./albums.tsx";
import { albumsApi } from "./albums_api.ts";
import { createMetrics } from "../services/metrics.ts";
import { knowClient } from "./client.ts";
import { covers } from "./covers.ts";
import { answerFailure, answerMethodNotAllowed, answerNotFound } from "./failures.tsx";
import { gate, knowAccount, type UrlTable } from "./gate.ts";
import { health } from "./health.ts";
import { inbox } from "./inbox.tsx";
import { jobsApi } from "./jobs_api.ts";
import { imports } from "./imports.tsx";
import { lidarr } from "./lidarr.tsx";
import { lidarrApi } from "./lidarr_api.ts";
import { lidarrSettings } from "./lidarr_settings.ts";
import { libraryApi } from "./library_api.ts";
import { limitApi, limitBody } from "./limits.ts";
import { openApi } from "./openapi.ts";
import { packAnswers } from "./packing.ts";
import { basePathOf, type Env, type Server } from "./request.ts";
import { logRequest } from "./request_log.ts";
import { keepPrivate, securityHeaders } from "./security_headers.ts";
import { settings } from "./settings.tsx";
import { settingsApi } from "./settings_api.ts";
import { setupRoutes } from "./setup.tsx";
import { signInRoutes } from "./sign_in.tsx";
import { playlists } from "./playlists.tsx";
import { spotify } from "./spotify.tsx";
import { staticFiles } from "./static_files.ts";
import { stats } from "./stats.tsx";
import { webhooks } from "./webhooks.ts";

/** Every URL of the program and who may use it. A new page starts with a line here. */
export const urlTable: UrlTable = {
  "/health": { GET: "everyone" },
  // Takes a token of its own, too.
  "/metrics": { GET: "everyone" },
  "/static/:name": { GET: "everyone" },

  "/setup": { GET: "everyone", POST: "everyone" },
  "/setup/folder": { GET: "admin", POST: "admin" },
  "/setup/library": { GET: "admin" },
  "/login": { GET: "everyone", POST: "everyone" },
  "/logout": { POST: "member" },
  "/api/openapi.json": { GET: "everyone" },
  "/api/auth/login": { POST: "everyone" },
  "/api/auth/logout": { POST: "member" },
  "/api/auth/spotify/authorize": { POST: "member" },
  "/api/auth/spotify/callback": { POST: "member" },
  "/auth/spotify/callback": { GET: "member" },

  "/": { GET: "member" },
  "/albums": { GET: "member" },
  "/albums/bulk": { POST: "member" },
  "/albums/undo": { POST: "member" },
  "/albums/:id": { GET: "member" },
  "/albums/:id/lidarr": { GET: "member", POST: "member" },
  "/lidarr/plans/:id": { GET: "member" },
  "/lidarr/plans/:id/apply": { POST: "member" },
  "/albums/:id/ownership": { POST: "member" },
  "/albums/:id/source": { POST: "member" },
  "/albums/:id/wanted": { POST: "member" },
  "/albums/:id/ignored": { POST: "member" },
  "/albums/:id/match": { POST: "member" },
  "/albums/:id/match/lock": { POST: "member" },
  "/albums/:id/match/search": { POST: "member" },
  "/albums/:id/events/:event/undo": { POST: "member" },
  "/artists/:id": { GET: "member" },
  "/inbox": { GET: "member" },
  "/inbox/accept": { GET: "member", POST: "member" },
  "/inbox/undo": { POST: "member" },
  "/inbox/:id/match": { POST: "member" },
  "/inbox/:id/none": { POST: "member" },
  "/inbox/:id/candidates": { POST: "member" },
  "/stats": { GET: "member" },
  "/playlists": { GET: "member" },
  "/playlists/:id": { GET: "member" },
  "/removed": { GET: "member" },
  "/import": { GET: "member", POST: "member" },
  "/import/:id": { GET: "member" },
  "/import/:id/apply": { POST: "member" },
  "/import/:id/discard": { POST: "member" },
  "/api/imports": { GET: "member", POST: "member" },
  "/api/imports/:id": { GET: "member", DELETE: "member" },
  "/api/imports/:id/apply": { POST: "member" },
  "/covers/:name": { GET: "member" },
  "/covers/candidates/:id": { GET: "member" },
  "/activity": { GET: "member" },
  "/activity/events": { GET: "member" },
  "/activity/scan": { POST: "member" },
  "/activity/jobs/:id/cancel": { POST: "member" },
  "/activity/jobs/:id/retry": { POST: "member" },
  "/activity/schedules/:name/run": { POST: "member" },
  // Takes a secret of its own.
  "/api/webhooks/lidarr": { POST: "everyone", PUT: "everyone" },
  "/api/albums": { GET: "member" },
  "/api/albums/search-lidarr": { POST: "member" },
  "/api/albums/:id/search-lidarr": { POST: "member" },
  "/api/settings/test-lidarr": { POST: "admin" },
  "/api/settings/lidarr-webhook": { GET: "admin", POST: "admin" },
  "/api/albums/:id": { GET: "member", PATCH: "member" },
  "/api/albums/:id/candidates": { GET: "member" },
  "/api/albums/:id/match": { POST: "member" },
  "/api/artists": { GET: "member" },
  "/api/artists/:id": { GET: "member" },
  "/api/stats": { GET: "member" },
  "/settings": { GET: "member" },
  "/settings/lidarr": { POST: "admin" },
  "/settings/folder": { POST: "admin" },
  "/settings/library": { POST: "admin" },
  "/settings/schedules": { POST: "admin" },
  "/settings/spotify-app": { POST: "admin" },
  "/settings/spotify/connect": { POST: "member" },
  "/settings/spotify/finish": { POST: "member" },
  "/settings/spotify/disconnect": { POST: "member" },
  "/settings/spotify/sync": { POST: "member" },
  "/settings/tokens": { POST: "member" },
  "/settings/tokens/:id/revoke": { POST: "member" },
  "/settings/password": { POST: "member" },
  "/settings/users": { POST: "admin" },
  "/settings/users/:id/remove": { POST: "admin" },
  "/theme": { POST: "member" },
  "/api/settings": { GET: "admin", PUT: "admin" },
  "/api/jobs": { GET: "member" },
  "/api/jobs/filesystem-scan": { POST: "member" },
  "/api/jobs/library-reconcile": { POST: "member" },
  "/api/jobs/spotify-sync": { POST: "member" },
  "/api/jobs/musicbrainz-match-all": { POST: "member" },
  "/api/jobs/:id/status": { GET: "member" },
  "/api/jobs/:id/cancel": { POST: "member" },
  "/api/jobs/:id/retry": { POST: "member" },
  "/api/schedules": { GET: "member" },
  "/api/schedules/:name": { PUT: "admin", PATCH: "admin" },
};

// What may be larger than a form; read as a stream, with limits of its own.
const uploads = ["/import", "/api/imports"];

/** The program as one function from request to answer. */
export function createServer(app: App): Server {
  const server = new Hono<Env>({ getPath: pathBelow(basePathOf(app)) });
  const metrics = createMetrics(app);
  server.onError((error, c) => answerFailure(c, error));
  server.notFound((c) => answerNotFound(c));

  server.use(async (c, next) => {
    c.set("app", app);
    c.set("requestId", crypto.randomUUID().slice(0, 8));
    await next();
  });
  server.use(knowClient(app));
  server.use(logRequest(metrics));
  server.use(securityHeaders(app));
  server.use(keepPrivate());
  server.use(packAnswers());
  if (app.config.corsOrigins.length > 0) server.use("/api/*", allowOrigins(app));
  server.use(methodNotAllowed({ app: server, onMethodNotAllowed: answerMethodNotAllowed }));
  server.use(knowAccount(urlTable));
  server.use("/api/*", limitApi(app));
  server.use(limitBody((c) => uploads.includes(c.req.path)));
  server.use(gate(app, urlTable));

  server.route("/", health(app, metrics));
  server.route("/", staticFiles());
  server.route("/", setupRoutes(app));
  server.route("/", signInRoutes(app));
  server.route("/", albums(app));
  server.route("/", album(app));
  server.route("/", albumMatch(app));
  server.route("/", inbox(app));
  server.route("/", lidarr(app));
  server.route("/", stats(app));
  server.route("/", playlists(app));
  server.route("/", imports(app));
  server.route("/", covers(app));
  server.route("/", activity(app));
  server.route("/api", albumsApi(app));
  server.route("/api", albumMatchesApi(app));
  server.route("/api", libraryApi(app));
  server.route("/api", jobsApi(app));
  server.route("/api", webhooks(app));
  server.route("/api", lidarrApi(app));
  server.route("/api", settingsApi(app));
  server.route("/", lidarrSettings(app));
  server.route("/", settings(app));
  server.route("/", accounts(app));
  server.route("/", spotify(app));
  server.route("/api", openApi(server, urlTable));
  return server;
}

/** Serves the same below the path of BASE_URL, and where a proxy has already taken it off. */
function pathBelow(basePath: string): (request: Request) => string {
  return (request) => {
    const path = getPath(request);
    if (path === basePath) return "/";
    return basePath !== "" && path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
  };
}

function allowOrigins({ config }: App) {
  return cors({
    origin: [...config.corsOrigins],
    allowHeaders: ["Authorization", "Content-Type"],
    allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    maxAge: 600,
  });
}
