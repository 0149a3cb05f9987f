import { z } from "zod";
import { findSetting, listSettings, upsertSettings } from "../db/settings.ts";
import type { Sql } from "../db/sql.ts";
import type { App } from "./app.ts";
import { type Config, variableName } from "./config.ts";
import { Failure } from "./errors.ts";
import { checkMusicFolder } from "./music_folder.ts";
import { problemWithUrl } from "./service_address.ts";

/** What people set in the program, under the names it is stored by and the API knows. */
export type Settings = z.output<typeof schema>;
export type SettingName = keyof Settings;

const flag = z.boolean("Use true or false.");

function wholeNumber(from: number, to: number) {
  const error = `Use a whole number from ${from} to ${to}.`;
  return z.int(error).min(from, error).max(to, error);
}

const schema = z.object({
  /** The folder that is scanned. Null: none yet. */
  music_folder_path: z.string("Use the path of a folder, or null.").max(4096, "This is too long.").nullable(),
  lidarr_url: z.string("Use an address, or null.").max(500, "This is too long.").nullable(),
  lidarr_api_key: z.string("Use text, or null.").max(100, "This is too long.").nullable(),
  /** Of the household's app at Spotify. No secret: it stands in the address where people consent. */
  spotify_client_id: z.string("Use text, or null.").regex(/^\w{1,100}$/, "A client id is letters and digits.")
    .nullable(),
  /** Where Lidarr puts new artists, as Lidarr names it. */
  lidarr_root_folder: z.string("Use one of Lidarr's root folders, or null.").max(4096, "This is too long.")
    .nullable(),
  lidarr_quality_profile_id: wholeNumber(1, 1_000_000).nullable(),
  lidarr_metadata_profile_id: wholeNumber(1, 1_000_000).nullable(),
  /** What Lidarr has to show with each event it sends. */
  lidarr_webhook_secret: z.string("Use text, or null.").min(16, "Use 16 characters or more.")
    .max(200, "This is too long.").nullable(),
  auto_sync_enabled: flag,
  sync_interval_hours: wholeNumber(1, 720),
  /** Albums with fewer liked songs stay out of the library. */
  liked_tracks_minimum: wholeNumber(1, 100),
  /** Whether albums that are known only from playlists belong to the library. */
  playlists_enter_library: flag,
});

const defaults: Settings = {
  music_folder_path: null,
  lidarr_url: null,
  lidarr_api_key: null,
  spotify_client_id: null,
  lidarr_root_folder: null,
  lidarr_quality_profile_id: null,
  lidarr_metadata_profile_id: null,
  lidarr_webhook_secret: null,
  auto_sync_enabled: false,
  sync_interval_hours: 24,
  liked_tracks_minimum: 1,
  playlists_enter_library: false,
};

/** Some of the settings, checked for type and range; anything else is refused by name. */
export const settingsChange = schema.strict().partial();
export type SettingsChange = { [Name in SettingName]?: Settings[Name] };

// What the environment decides, people cannot change.
const fromEnvironment = {
  music_folder_path: "musicFolder",
  lidarr_url: "lidarrUrl",
  lidarr_api_key: "lidarrApiKey",
  spotify_client_id: "spotifyClientId",
} as const satisfies Partial<Record<SettingName, keyof Config>>;

type Deps = Pick<App, "config" | "secrets"> & { sql: Sql };

/** Stored encrypted. */
const SECRETS = ["lidarr_api_key", "lidarr_webhook_secret"] as const satisfies SettingName[];
const placeOf = (name: typeof SECRETS[number]) => `settings/${name}`;

/** The settings as they apply: a value from the environment wins over a stored one. */
export async function readSettings({ config, sql, secrets }: Deps): Promise<Settings> {
  const stored = await listSettings(sql);
  for (const name of SECRETS) {
    const sealed = stored[name];
    if (typeof sealed === "string") stored[name] = secrets.decrypt(sealed, placeOf(name));
  }
  const given = Object.entries(fromEnvironment).map(([name, field]) => [name, config[field]] as const)
    .filter(([, value]) => value !== undefined);
  return schema.parse({ ...defaults, ...stored, ...Object.fromEntries(given) });
}

/** What Lidarr has to show, and nothing else: this is read with every event. */
export async function readWebhookSecret({ sql, secrets }: Deps): Promise<string | null> {
  const sealed = await findSetting(sql, "lidarr_webhook_secret");
  return typeof sealed === "string" ? secrets.decrypt(sealed, placeOf("lidarr_webhook_secret")) : null;
}

/** The folder that is scanned; refuses to go on when none is set. */
export async function requireMusicFolder(deps: Deps): Promise<string> {
  const { music_folder_path } = await readSettings(deps);
  if (music_folder_path !== null) return music_folder_path;
  throw new Failure("unprocessable", "No music folder is set. Name it in the settings.", {
    retryable: false,
  });
}

/** The settings that people cannot change, with the environment variable that decides each. */
export function lockedSettings(config: Config): Partial<Record<SettingName, string>> {
  const locked = Object.entries(fromEnvironment).filter(([, field]) => config[field] !== undefined);
  return Object.fromEntries(locked.map(([name, field]) => [name, variableName(field)]));
}

/**
 * Stores what is new and returns the names of what changed. Throws a Failure that names the setting when it
 * is locked, or when its value cannot work here.
 */
export async function saveSettings(deps: Deps, change: SettingsChange): Promise<SettingName[]> {
  const current = await readSettings(deps);
  const names = settingNames.filter((name) => change[name] !== undefined && change[name] !== current[name]);
  const locked = lockedSettings(deps.config);
  const problems: Record<string, string> = {};
  for (const name of names) {
    const problem = locked[name]
      ? `${locked[name]} in the environment decides this.`
      : await problemWith(deps, name, change);
    if (problem) problems[name] = problem;
  }
  if (Object.keys(problems).length > 0) {
    const sentence = Object.entries(problems).map(([name, problem]) => `${name}: ${problem}`).join("; ");
    throw new Failure("invalid", sentence, { fields: problems });
  }
  const stored: SettingsChange = Object.fromEntries(names.map((name) => [name, change[name]]));
  for (const name of SECRETS) {
    const secret = stored[name];
    if (secret) stored[name] = deps.secrets.encrypt(secret, placeOf(name));
  }
  if (names.length > 0) await upsertSettings(deps.sql, stored);
  return names;
}

const settingNames = Object.keys(schema.shape) as SettingName[];

async function problemWith(
  { config }: Pick<App, "config">,
  name: SettingName,
  change: SettingsChange,
): Promise<string | undefined> {
  if (name === "music_folder_path" && change.music_folder_path) {
    return await checkMusicFolder(change.music_folder_path);
  }
  if (name === "lidarr_url" && change.lidarr_url) return problemWithUrl(change.lidarr_url, config);
}
