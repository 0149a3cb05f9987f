import { listApiTokens } from "../db/api_tokens.ts";
import { listSchedules } from "../db/schedules.ts";
import { listUsers } from "../db/users.ts";
import { findLidarrState } from "../db/lidarr_state.ts";
import { findWatchReport } from "../db/watch_reports.ts";
import { Failure } from "../services/errors.ts";
import { lockedSettings, readSettings } from "../services/settings.ts";
import { findConnection } from "../services/spotify_connection.ts";
import { redirectAddress } from "../services/spotify_redirect.ts";
import { AccountsSection, PasswordSection, TokensSection } from "../views/accounts.tsx";
import { LidarrSection } from "../views/lidarr_settings.tsx";
import { FolderSection, SchedulesSection, SettingsPage } from "../views/settings.tsx";
import { SpotifyAppSection, SpotifySection } from "../views/spotify.tsx";
import { redirect, render, wantsPart } from "./render.tsx";
import { masked } from "./settings_api.ts";
import { accountOf, ownAddressOf, type Request } from "./request.ts";

type Sections = Required<Parameters<typeof SettingsPage>[0]>;
type Errors = { errors?: Record<string, string> };

export async function showSettings(c: Request): Promise<Response> {
  return await render(c, { page: <SettingsPage {...await loadSections(c)} /> });
}

/**
 * Answers a form of one section; `state` is what it shows beside the stored values. htmx gets the section
 * again, a browser without it the page. With `again: false` that browser is sent to the page, so that loading
 * it once more does not post once more.
 */
export async function answerSection<Id extends keyof Sections>(
  c: Request,
  id: Id,
  state: Partial<Sections[Id]> & Errors,
  options: { again?: boolean } = {},
): Promise<Response> {
  const failed = Object.keys(state.errors ?? {}).length > 0;
  if (!failed && !options.again && !wantsPart(c)) {
    return redirect(c, `/settings#${anchors[id]}`, { tone: "done", title: "Saved." });
  }
  const stored = await loadSections(c);
  const sections: Sections = Object.assign(stored, { [id]: { ...stored[id], ...state } });
  return await render(c, {
    page: <SettingsPage {...sections} />,
    partial: <Section id={id} sections={sections} />,
    status: failed ? 400 : 200,
  });
}

/** Runs `work` and returns what is wrong, by field; "" for what concerns the whole form. */
export async function problemsOf(work: () => Promise<unknown>): Promise<Record<string, string>> {
  try {
    await work();
    return {};
  } catch (error) {
    if (error instanceof Failure && error.code !== "unavailable") {
      return error.fields ?? { "": error.message };
    }
    throw error;
  }
}

const anchors: Record<keyof Sections, string> = {
  spotify: "spotify",
  spotifyApp: "spotify-app",
  lidarr: "lidarr",
  folder: "folder",
  schedules: "schedules",
  tokens: "tokens",
  password: "password",
  accounts: "users",
};

function Section({ id, sections }: { id: keyof Sections; sections: Sections }) {
  switch (id) {
    case "spotify":
      return <SpotifySection {...sections.spotify} />;
    case "spotifyApp":
      return <SpotifyAppSection {...sections.spotifyApp} />;
    case "lidarr":
      return <LidarrSection {...sections.lidarr} />;
    case "folder":
      return <FolderSection {...sections.folder} />;
    case "schedules":
      return <SchedulesSection {...sections.schedules} />;
    case "tokens":
      return <TokensSection {...sections.tokens} />;
    case "password":
      return <PasswordSection {...sections.password} />;
    case "accounts":
      return <AccountsSection {...sections.accounts} />;
  }
}

async function loadSections(c: Request): Promise<Sections> {
  const app = c.get("app");
  const { userId, role } = accountOf(c);
  const [settings, connection, lidarr, watch, schedules, tokens, users] = await Promise.all([
    readSettings(app),
    findConnection(app, userId),
    findLidarrState(app.sql),
    findWatchReport(app.sql),
    listSchedules(app.sql),
    listApiTokens(app.sql, userId),
    role === "admin" ? listUsers(app.sql) : [],
  ]);
  const locked = lockedSettings(app.config);
  const redirectTo = redirectAddress(app, ownAddressOf(c));
  const watching = watch &&
    (watch.message ?? "Changes arrive by themselves and are read a few seconds later.");
  return {
    spotify: { connection, ready: settings.spotify_client_id !== null, redirect: redirectTo },
    spotifyApp: {
      clientId: settings.spotify_client_id ?? "",
      lockedBy: locked.spotify_client_id,
      redirect: redirectTo,
      autoSync: settings.auto_sync_enabled,
      hours: settings.sync_interval_hours,
    },
    lidarr: {
      url: settings.lidarr_url ?? "",
      maskedKey: masked(settings.lidarr_api_key) ?? "",
      lockedUrl: locked.lidarr_url,
      lockedKey: locked.lidarr_api_key,
      rootFolder: settings.lidarr_root_folder,
      qualityProfileId: settings.lidarr_quality_profile_id,
      metadataProfileId: settings.lidarr_metadata_profile_id,
      choices: lidarr.choices,
      webhookAddress: app.config.baseUrl?.href.replace(/\/+$/, "") ?? ownAddressOf(c),
      webhookSecret: settings.lidarr_webhook_secret !== null,
      registered: lidarr.notificationId !== null,
      lastEventAt: lidarr.lastEventAt,
      failure: lidarr.failure,
    },
    folder: {
      folder: settings.music_folder_path ?? "",
      lockedBy: locked.music_folder_path,
      watching,
    },
    schedules: {
      schedules: schedules.filter(hasFields).map((schedule) => ({ ...schedule, title: titleOf(schedule) })),
    },
    tokens: { tokens },
    password: {},
    accounts: { users, ownId: userId },
  };
}

/** Reading Spotify is set with the app. */
export const hasFields = ({ name }: { name: string }) => name !== "spotify_sync";

/** "library_scan" -> "Library scan" */
export function titleOf({ name }: { name: string }): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
}
