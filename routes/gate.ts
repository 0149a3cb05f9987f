import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { hasUsers } from "../db/users.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { createAccountMemory } from "./account_memory.ts";
import { currentAddress, redirect } from "./render.tsx";
import { type Env, isApi, isWrite, type Request } from "./request.ts";

/** Who may use a URL. What is for everyone is answered without asking who it is. */
export type Access = "everyone" | "member" | "admin";
/** Every URL with its methods, and who may use them. */
export type UrlTable = Record<string, Partial<Record<"GET" | "POST" | "PUT" | "PATCH" | "DELETE", Access>>>;

/** Finds out who asks, wherever that matters. */
export function knowAccount(table: UrlTable): MiddlewareHandler<Env> {
  const memory = createAccountMemory();
  return async function knowAccount(c, next) {
    if (accessOf(c, table) !== "everyone") c.set("account", await memory.identify(c));
    await next();
    if (isWrite(c)) memory.forget();
  };
}

/** Lets a request pass that comes from somebody who may, and from where it may come. */
export function gate(app: App, table: UrlTable): MiddlewareHandler<Env> {
  let isSetUp = false;
  return async function gate(c, next) {
    if (isWrite(c)) refuseForeignOrigin(c);
    const access = accessOf(c, table);
    if (access === "everyone") return await next();
    const account = c.get("account");
    if (!account) {
      isSetUp ||= await hasUsers(app.sql);
      return toSignIn(c, isSetUp);
    }
    if (account.kind === "cookie" && isWrite(c)) await requireOwnPage(c, account.csrfToken);
    if (access === "admin" && account.role !== "admin") {
      throw new Failure("forbidden", "Only an admin may do this.");
    }
    await next();
  };
}

/** A URL that is not in the table is for members: nothing is open by mistake. */
function accessOf(c: Request, table: UrlTable): Access {
  const path = matchedRoutes(c).at(-1)?.path ?? "";
  const method = c.req.method === "HEAD" ? "GET" : c.req.method;
  const methods: Record<string, Access | undefined> = table[path] ?? {};
  return methods[method] ?? "member";
}

function toSignIn(c: Request, isSetUp: boolean): Response {
  const sentence = isSetUp ? "Sign in first." : "Nobody has set this up yet: open /setup in a browser.";
  if (isApi(c)) throw new Failure("unauthorized", sentence);
  if (!isSetUp) return redirect(c, "/setup");
  const back = placeOf(c);
  return redirect(c, back && back !== "/" ? `/login?back=${encodeURIComponent(back)}` : "/login");
}

/** The page to come back to: for htmx the one it is on, otherwise the one that was asked for. */
function placeOf(c: Request): string | undefined {
  if (c.req.header("HX-Request")) {
    const current = currentAddress(c);
    return current && current.pathname + current.search;
  }
  return c.req.method === "GET" ? c.req.path + new URL(c.req.url).search : undefined;
}

/** Where a browser says a request comes from; programs say nothing. */
function originOf(c: Request): "own" | "listed" | "foreign" | "unknown" {
  const { config } = c.get("app");
  const origin = c.req.header("origin");
  if (origin !== undefined && config.corsOrigins.includes(origin)) return "listed";
  const site = c.req.header("sec-fetch-site");
  if (site) return site === "same-origin" || site === "none" ? "own" : "foreign";
  if (origin === undefined) return "unknown";
  const isOwn = origin === config.baseUrl?.origin ||
    (URL.canParse(origin) && new URL(origin).host === c.get("client").host);
  return isOwn ? "own" : "foreign";
}

function refuseForeignOrigin(c: Request): void {
  if (originOf(c) === "foreign") {
    throw new Failure("forbidden", "Another site asked for this. Nothing was changed.");
  }
}

/**
 * A browser sends its cookie whoever made the form, so a write must prove that our page did: by the token, or
 * for what no plain form can send (and for uploads, which are read as a stream) by the browser's word.
 */
async function requireOwnPage(c: Request, token: string | undefined): Promise<void> {
  const type = c.req.header("content-type") ?? "";
  const isForm = c.req.method === "POST" && !/^(application\/json|multipart\/form-data)\b/i.test(type);
  if (!isForm && originOf(c) === "own") return;
  const header = c.req.header("x-csrf-token");
  const shown = header ??
    (/^application\/x-www-form-urlencoded\b/i.test(type) && (await c.req.parseBody()).csrf_token);
  if (!token || shown !== token) {
    throw new Failure("forbidden", "This page is too old. Load it again, then repeat what you did.");
  }
}
