import { isIP } from "node:net";
import { resolve } from "node:path";
import { z } from "zod";
import { Failure } from "./errors.ts";

/** Where a service's address or a folder comes from, checked once when the program starts. */
export type Config = Readonly<{
  dataDir: string;
  /** Undefined: the program runs its own PostgreSQL below dataDir. */
  databaseUrl?: string;
  redisUrl?: string;
  host: string;
  port: number;
  /** The address people use; its path is where everything is served. Undefined: as the request says. */
  baseUrl?: URL;
  trustedProxies: readonly string[];
  corsOrigins: readonly string[];
  adminPassword?: string;
  secretKey?: string;
  musicFolder?: string;
  spotifyClientId?: string;
  spotifyRedirectUri?: string;
  lidarrUrl?: string;
  lidarrApiKey?: string;
  metricsToken?: string;
  /** Requests a minute per token or session; 0 switches the limit off. */
  apiRateLimit: number;
  logLevel: "debug" | "info" | "warning" | "error";
  logFormat: "json" | "pretty";
  spotifyAccountsUrl: string;
  spotifyApiUrl: string;
  /** Between two requests of one account. */
  spotifyIntervalMs: number;
  musicbrainzUrl: string;
  musicbrainzIntervalMs: number;
  coverArtUrl: string;
}>;

type Environment = Record<string, string | undefined>;

const text = z.string();
const folder = text.transform((path) => resolve(path));
const webUrl = address("http:", "https:");
/** A service's origin, with a base path for mirrors; paths are appended to it. */
const serviceUrl = webUrl.transform((value) => value.replace(/\/+$/, ""));

function address(...protocols: string[]) {
  const form = protocols.map((protocol) => `${protocol}//…`).join(" or ");
  return text.refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `is not an address of the form ${form}`,
  });
}

function wholeNumber(from: number, to: number) {
  const error = `is not a whole number from ${from} to ${to}`;
  return text.regex(/^\d{1,9}$/, { error }).transform(Number)
    .refine((value) => value >= from && value <= to, { error });
}

function list(check: (entry: string) => boolean, error: (entry: string) => string) {
  return text.transform((value) => value.split(/[\s,]+/).filter((entry) => entry !== ""))
    .superRefine((entries, context) => {
      for (const entry of entries) {
        if (!check(entry)) context.addIssue({ code: "custom", message: error(entry) });
      }
    });
}

function isNetwork(entry: string): boolean {
  const [ip, prefix, ...rest] = entry.split("/");
  const version = isIP(ip);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

function isOrigin(entry: string): boolean {
  return URL.canParse(entry) && /^https?:/.test(entry) && new URL(entry).origin === entry;
}

// Every variable of the program, with its default. `.env.example` and README name the same ones.
const schema = z.object({
  dataDir: folder,
  databaseUrl: address("postgres:", "postgresql:").optional(),
  redisUrl: address("redis:", "rediss:").optional(),
  host: text.default("127.0.0.1"),
  port: wholeNumber(0, 65_535).default(3000),
  baseUrl: webUrl.transform((value) => new URL(value))
    .refine((url) => url.search === "" && url.hash === "" && url.username === "", {
      error: "must hold nothing but scheme, host and path",
    }).optional(),
  trustedProxies: list(
    isNetwork,
    (entry) => `holds “${entry}”, which is neither an IP address nor a network`,
  )
    .default([]),
  corsOrigins: list(isOrigin, (entry) => `holds “${entry}”, which is not an origin like https://example.org`)
    .default([]),
  adminPassword: text.optional(),
  secretKey: text.min(32, { error: "must be 32 or more characters" }).optional(),
  musicFolder: folder.optional(),
  spotifyClientId: text.optional(),
  spotifyRedirectUri: webUrl.optional(),
  lidarrUrl: serviceUrl.optional(),
  lidarrApiKey: text.optional(),
  metricsToken: text.optional(),
  apiRateLimit: wholeNumber(0, 1_000_000).default(1200),
  logLevel: z.enum(["debug", "info", "warning", "error"], {
    error: "must be debug, info, warning or error",
  }).default("info"),
  logFormat: z.enum(["pretty", "json"], { error: "must be pretty or json" }).default("pretty"),
  spotifyAccountsUrl: serviceUrl.default("https://accounts.spotify.com"),
  spotifyApiUrl: serviceUrl.default("https://api.spotify.com"),
  spotifyIntervalMs: wholeNumber(0, 600_000).default(500),
  musicbrainzUrl: serviceUrl.default("https://musicbrainz.org"),
  musicbrainzIntervalMs: wholeNumber(0, 600_000).default(1100),
  coverArtUrl: serviceUrl.default("https://coverartarchive.org"),
});

// The environment variable of each field.
const variableOf = {
  dataDir: "DATA_DIR",
  databaseUrl: "DATABASE_URL",
  redisUrl: "REDIS_URL",
  host: "SERVER_HOST",
  port: "SERVER_PORT",
  baseUrl: "BASE_URL",
  trustedProxies: "TRUSTED_PROXIES",
  corsOrigins: "CORS_ORIGINS",
  adminPassword: "ADMIN_PASSWORD",
  secretKey: "SECRET_KEY",
  musicFolder: "MUSIC_FOLDER",
  spotifyClientId: "SPOTIFY_CLIENT_ID",
  spotifyRedirectUri: "SPOTIFY_REDIRECT_URI",
  lidarrUrl: "LIDARR_URL",
  lidarrApiKey: "LIDARR_API_KEY",
  metricsToken: "METRICS_TOKEN",
  apiRateLimit: "API_RATE_LIMIT",
  logLevel: "LOG_LEVEL",
  logFormat: "LOG_FORMAT",
  spotifyAccountsUrl: "SPOTIFY_ACCOUNTS_URL",
  spotifyApiUrl: "SPOTIFY_API_URL",
  spotifyIntervalMs: "SPOTIFY_INTERVAL_MS",
  musicbrainzUrl: "MUSICBRAINZ_URL",
  musicbrainzIntervalMs: "MUSICBRAINZ_INTERVAL_MS",
  coverArtUrl: "COVER_ART_URL",
} as const satisfies Record<keyof Config, string>;
const fields = Object.keys(variableOf) as (keyof Config)[];
const variables: readonly string[] = Object.values(variableOf);
const secretFields: readonly (keyof Config)[] = [
  "adminPassword",
  "secretKey",
  "lidarrApiKey",
  "metricsToken",
];

/** The environment of this process; a `.env` file in the working folder fills in what is not set. */
export function readEnvironment(): Environment {
  let file: Environment = {};
  try {
    file = parseEnvFile(Deno.readTextFileSync(".env"));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return { ...file, ...Deno.env.toObject() };
}

/** Reads `NAME=value` lines: quotes around a value and comments after it are left out. */
export function parseEnvFile(content: string): Environment {
  const line =
    /^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|(.*?))[ \t]*(?:[ \t]#.*)?\r?$/gm;
  const found = content.matchAll(line);
  return Object.fromEntries(
    [...found].map(([, name, double, single, bare]) => [name, double ?? single ?? bare]),
  );
}

/** Throws one Failure whose `fields` name every variable that is wrong, and why. */
export function loadConfig(env: Environment, options: { uid?: number | null } = {}): Config {
  const uid = options.uid === undefined ? Deno.uid() : options.uid;
  const parsed = schema.safeParse({ ...pick(env), dataDir: dataDir(env, uid) });
  if (parsed.success) return Object.freeze(parsed.data);
  const problems: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const name = variableOf[issue.path[0] as keyof Config];
    const isMissing = issue.code === "invalid_type";
    problems[name] ??= isMissing ? "must be set: there is no home folder for the data" : issue.message;
  }
  throw new Failure("invalid", "The configuration cannot be used", { fields: problems });
}

/** Empty counts as not set: that is how compose files pass what they do not have. */
function pick(env: Environment): Environment {
  return Object.fromEntries(fields.map((field) => [field, env[variableOf[field]]?.trim() || undefined]));
}

function dataDir(env: Environment, uid: number | null): string | undefined {
  if (env.DATA_DIR?.trim()) return env.DATA_DIR.trim();
  // systemd passes several folders separated by colons; ours is the first.
  if (env.STATE_DIRECTORY) return env.STATE_DIRECTORY.split(":")[0];
  if (uid === 0) return "/var/lib/beat-collector";
  const home = env.XDG_DATA_HOME || (env.HOME && `${env.HOME}/.local/share`);
  return home && `${home}/beat-collector`;
}

const MASK = "••••••••";

/** Hides the password (and Redis' bare one) inside an address. */
export function maskPassword(address: string): string {
  return address.replace(/(:\/\/[^/?#@:]*:)[^/?#]*@/, `$1${MASK}@`)
    .replace(/([?&]password=)[^&]*/i, `$1${MASK}`);
}

/** One line per variable, secrets and the passwords inside addresses masked. */
export function describeConfig(config: Config): string {
  const width = Math.max(...variables.map((name) => name.length));
  return fields.map((field) => `${variableOf[field].padEnd(width)}  ${describe(field, config)}`).join("\n");
}

function describe(field: keyof Config, config: Config): string {
  const value = String(config[field] ?? "");
  if (value === "") return "(not set)";
  return secretFields.includes(field) ? MASK : maskPassword(value);
}

/** What must never be written anywhere: the secrets themselves and the passwords inside addresses. */
export function secretsOf(config: Config): string[] {
  const passwords = [config.databaseUrl, config.redisUrl].map((url) => url && new URL(url).password);
  return [...secretFields.map((field) => config[field]), ...passwords].filter((x) => typeof x === "string")
    .filter((x) => x.length > 0);
}

/** The environment variable that decides a field, for pages that show it as locked. */
export function variableName(field: keyof Config): string {
  return variableOf[field];
}

/** A sentence for each name that is set, means nothing here and looks like one that does: `SEVER_PORT`. */
export function findMisspellings(env: Environment): string[] {
  return Object.keys(env).filter((name) => !variables.includes(name)).flatMap((name) => {
    const meant = variables.find((variable) => isAlmost(name.toUpperCase(), variable));
    return meant ? [`${name} is set but means nothing here. Was ${meant} meant?`] : [];
  });
}

/** Whether one letter added, left out, changed or swapped turns `name` into `variable`. */
function isAlmost(name: string, variable: string): boolean {
  const shorter = Math.min(name.length, variable.length);
  let start = 0;
  while (start < shorter && name[start] === variable[start]) start++;
  let end = 0;
  while (end < shorter - start && name.at(-1 - end) === variable.at(-1 - end)) end++;
  const typed = name.slice(start, name.length - end);
  const meant = variable.slice(start, variable.length - end);
  return (typed.length <= 1 && meant.length <= 1) || (typed.length === 2 && typed === meant[1] + meant[0]);
}
