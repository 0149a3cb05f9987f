import { Hono } from "hono";
import type { RouterRoute } from "hono/types";
import { z } from "zod";
import { version } from "../services/version.ts";
import type { Access, UrlTable } from "./gate.ts";
import { basePathOf, type Env, type Server, validatedBy } from "./request.ts";

type Operation = {
  summary: string; /** Of success; 200 when not given. */
  status?: number;
  uploads?: string;
};

/** What each operation of the API does. Parameters and bodies are taken from what the routes check. */
const operations: Record<string, Operation> = {
  "POST /api/auth/login": { summary: "Sign in; the token is shown as Bearer with every other request" },
  "POST /api/auth/logout": { summary: "Give the token back", status: 204 },
  "POST /api/auth/spotify/authorize": { summary: "Begin to connect Spotify: where the person consents" },
  "POST /api/auth/spotify/callback": { summary: "End it with what Spotify answered" },
  "GET /api/albums": { summary: "Albums, filtered, sorted and in pages" },
  "GET /api/albums/:id": { summary: "One album with its tracks" },
  "PATCH /api/albums/:id": { summary: "Decide about an album" },
  "POST /api/albums/:id/match": { summary: "Look for the album at MusicBrainz", status: 202 },
  "GET /api/albums/:id/candidates": { summary: "What MusicBrainz may have an album as, and why" },
  "GET /api/artists": { summary: "Artists in pages" },
  "GET /api/artists/:id": { summary: "One artist" },
  "GET /api/stats": { summary: "How far the move has come" },
  "GET /api/imports": { summary: "Imports of this account, the newest first" },
  "POST /api/imports": {
    summary: "Read a Spotify export or a CSV into a plan",
    status: 201,
    uploads: "file",
  },
  "GET /api/imports/:id": { summary: "One import and its plan" },
  "POST /api/imports/:id/apply": { summary: "Apply a plan", status: 202 },
  "DELETE /api/imports/:id": { summary: "Throw a plan away", status: 204 },
  "GET /api/settings": { summary: "The settings" },
  "PUT /api/settings": { summary: "Change some of the settings" },
  "GET /api/jobs": { summary: "Jobs, the newest first" },
  "POST /api/jobs/filesystem-scan": { summary: "Scan the music folder", status: 202 },
  "POST /api/jobs/spotify-sync": { summary: "Read the account’s library at Spotify", status: 202 },
  "POST /api/jobs/musicbrainz-match-all": { summary: "Match all albums that have no match yet", status: 202 },
  "GET /api/jobs/:id/status": { summary: "One job" },
  "POST /api/jobs/:id/cancel": { summary: "Cancel a job", status: 202 },
  "POST /api/jobs/:id/retry": { summary: "Try a failed job again", status: 202 },
  "GET /api/schedules": { summary: "What is asked for again and again" },
  "PUT /api/schedules/:name": { summary: "Change a schedule" },
  "PATCH /api/schedules/:name": { summary: "Change a schedule" },
  "POST /api/albums/:id/search-lidarr": { summary: "Get one album with Lidarr", status: 202 },
  "POST /api/albums/search-lidarr": {
    summary: "Get albums with Lidarr, or say what that would do",
    status: 202,
  },
  "POST /api/jobs/library-reconcile": {
    summary: "Compare Lidarr with the library and put right what differs",
    status: 202,
  },
  "POST /api/settings/test-lidarr": { summary: "Ask a Lidarr whether it answers and takes the key" },
  "GET /api/settings/lidarr-webhook": { summary: "Whether Lidarr tells us what it does" },
  "POST /api/settings/lidarr-webhook": { summary: "Register the webhook in Lidarr, or put it right" },
  "POST /api/webhooks/lidarr": {
    summary: "Hear an event of Lidarr's; shows the secret as password or X-Webhook-Token",
  },
  "PUT /api/webhooks/lidarr": { summary: "The same, for connections that send PUT" },
  "GET /api/openapi.json": { summary: "This description" },
};

/** The description of the API, read off the routes themselves. */
export function openApi(server: Server, table: UrlTable): Server {
  const routes = new Hono<Env>();
  let document: unknown;
  routes.get("/openapi.json", (c) => {
    document ??= describe(server.routes, table, basePathOf(c.get("app")));
    return c.json(document);
  });
  return routes;
}

function describe(routes: RouterRoute[], table: UrlTable, basePath: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [path, methods] of Object.entries(table)) {
    if (!path.startsWith("/api/")) continue;
    const described = paths[path.replaceAll(/:(\w+)/g, "{$1}")] = {} as Record<string, unknown>;
    for (const [method, access] of Object.entries(methods)) {
      const handlers = routes.filter((route) => route.path === path && route.method === method);
      described[method.toLowerCase()] = describeOperation(method, path, access, handlers);
    }
  }
  return {
    openapi: "3.1.0",
    info: { title: "Beat Collector", version, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: basePath || "/" }],
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "From POST /api/auth/login, or a personal token.",
        },
      },
      schemas: { Error: z.toJSONSchema(errorBody) },
    },
  };
}

const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    fields: z.record(z.string(), z.string()).optional(),
  }),
});

function describeOperation(method: string, path: string, access: Access, handlers: RouterRoute[]) {
  const { summary, status = 200, uploads } = operations[`${method} ${path}`] ?? { summary: "" };
  const checks = handlers.map(({ handler }) => validatedBy(handler)).filter((check) => check !== undefined);
  const parameters = checks.flatMap(({ target, schema }) => parametersOf(target, toSchema(schema)));
  const body = checks.find(({ target }) => target === "json");
  return {
    summary,
    ...(access === "everyone" ? { security: [] } : { security: [{ bearer: [] }] }),
    ...(access === "admin" ? { description: "For admins." } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: requestBody("application/json", toSchema(body.schema)) } : {}),
    ...(uploads ? { requestBody: requestBody("multipart/form-data", fileSchema(uploads)) } : {}),
    responses: {
      [status]: {
        description: "Success",
        ...(status === 204 ? {} : { content: { "application/json": {} } }),
      },
      default: {
        description: "What went wrong",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}

type ObjectSchema = { properties?: Record<string, unknown>; required?: string[] };

function toSchema(schema: z.ZodType): ObjectSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest as ObjectSchema;
}

function parametersOf(target: string, schema: ObjectSchema): unknown[] {
  const place = target === "param" ? "path" : target;
  if (place !== "path" && place !== "query") return [];
  return Object.entries(schema.properties ?? {}).map(([name, value]) => ({
    name,
    in: place,
    required: place === "path" || Boolean(schema.required?.includes(name)),
    schema: value,
  }));
}

function requestBody(type: string, schema: unknown) {
  return { required: true, content: { [type]: { schema } } };
}

function fileSchema(field: string) {
  return {
    type: "object",
    required: [field],
    properties: { [field]: { type: "string", contentMediaType: "application/octet-stream" } },
  };
}
