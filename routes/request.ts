import { zValidator } from "@hono/zod-validator";
import type { Context, Hono, ValidationTargets } from "hono";
import type { z } from "zod";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import type { Account } from "../services/sessions.ts";
import { neighbourhood } from "./client.ts";

/** What the middleware of routes/mod.ts knows about every request. */
export type Env = {
  Bindings: Deno.ServeHandlerInfo<Deno.Addr> | undefined;
  Variables: {
    app: App;
    requestId: string;
    client: Client;
    /** Who asks; undefined for strangers and where nobody is asked to sign in. Handlers use `accountOf(c)`. */
    account: Account | undefined;
  };
};

export type Client = {
  /** As far as proxies can be trusted. */
  address: string;
  /** Whether it speaks https to us or to a trusted proxy. */
  isSecure: boolean;
  /** The host it thinks it talks to. */
  host: string;
};

export type Server = Hono<Env>;
export type Request = Context<Env>;

/** The account that asks. In front of every route that is not for everyone, the gate has made sure of it. */
export function accountOf(c: Request): Account {
  const account = c.get("account");
  if (!account) throw new Failure("unauthorized", "Sign in first.");
  return account;
}

type Check = { target: keyof ValidationTargets; schema: z.ZodType };

// The API describes itself by what its routes check.
const checks = new WeakMap<object, Check>();

/**
 * Checks one part of a request: `validate("json", schema)`. What is wrong becomes a Failure that names the
 * field; the handler reads the parsed value with `c.req.valid("json")`.
 */
export function validate<Target extends keyof ValidationTargets, Schema extends z.ZodType>(
  target: Target,
  schema: Schema,
) {
  const validator = zValidator(target, schema, (result) => {
    if (!result.success) throw invalid(result.error);
    const name = nameOfNul(result.data);
    if (name !== undefined) throw new Failure("invalid", `${name}: ${NUL}`, { fields: { [name]: NUL } });
  });
  checks.set(validator, { target, schema });
  return validator;
}

const NUL = "A NUL character is no text.";

/** Where a text holds a NUL, which PostgreSQL cannot store. */
function nameOfNul(value: unknown, name = "body"): string | undefined {
  if (typeof value === "string") return value.includes("\0") ? name : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, entry] of Object.entries(value)) {
    const found = nameOfNul(entry, name === "body" ? key : `${name}.${key}`);
    if (found !== undefined) return found;
  }
}

/** What a handler made by `validate` checks. */
export function validatedBy(handler: object): Check | undefined {
  return checks.get(handler);
}

/** The Failure that tells a caller what is wrong with each field. */
export function invalid(error: Pick<z.ZodError, "issues">): Failure {
  const fields = fieldsOf(error);
  const sentence = Object.entries(fields).map(([name, message]) => `${name}: ${message}`).join("; ");
  return new Failure("invalid", sentence, { fields });
}

/** Per field the first thing that is wrong with it. */
export function fieldsOf(error: Pick<z.ZodError, "issues">): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) {
    const isUnknown = issue.code === "unrecognized_keys";
    for (const name of isUnknown ? issue.keys : [issue.path.join(".") || "body"]) {
      fields[name] ??= isUnknown ? "This is not known here." : issue.message;
    }
  }
  return fields;
}

/** The client's address as it is counted against guessing. */
export function addressOf(c: Request): string {
  return neighbourhood(c.get("client").address);
}

/** Whether a program asks, which wants JSON even for errors. */
export function isApi(c: Context): boolean {
  return c.req.path.startsWith("/api/") || c.req.path === "/health" || c.req.path === "/metrics";
}

export function isWrite(c: Context): boolean {
  return c.req.method !== "GET" && c.req.method !== "HEAD" && c.req.method !== "OPTIONS";
}

/** The path of BASE_URL without a slash at its end, "" when there is none. */
export function basePathOf({ config }: Pick<App, "config">): string {
  return config.baseUrl?.pathname.replace(/\/+$/, "") ?? "";
}

/** Where the browser has found us: scheme and host as it sees them, with the path of BASE_URL. */
export function ownAddressOf(c: Request): string {
  const { isSecure, host } = c.get("client");
  return `${isSecure ? "https" : "http"}://${host}${basePathOf(c.get("app"))}`;
}

/** A path of ours to go on with, never another site: "//evil.example" and "/\\evil.example" are addresses, too. */
export function safePath(path = "/"): string {
  const ours = "http://ours.invalid";
  if (!path.startsWith("/") || !URL.canParse(path, ours)) return "/";
  const { origin, pathname, search } = new URL(path, ours);
  const isPage = origin === ours && !pathname.startsWith("//") && !/^\/(login|logout|setup)\b/.test(pathname);
  return isPage ? pathname + search : "/";
}
