import { randomBytes } from "node:crypto";
import { type LidarrChoices, updateLidarrState } from "../db/lidarr_state.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { ApiFailure } from "./http.ts";
import { type Lidarr, type LidarrAccess, tryLidarr } from "./lidarr.ts";
import { type NotificationReply, readRefusals } from "./lidarr_replies.ts";
import { problemWithUrl } from "./service_address.ts";
import { readSettings, saveSettings } from "./settings.ts";

export type ConnectionProblem =
  | "address"
  | "unreachable"
  | "tls"
  | "wrong_key"
  | "not_lidarr"
  | "too_old"
  | "url_base"
  | "starting";

export type ConnectionTest =
  | {
    ok: true;
    version: string;
    instanceName: string;
    responseMs: number;
    message: string;
    choices: LidarrChoices;
  }
  | { ok: false; problem: ConnectionProblem; message: string };

type Deps = Pick<App, "config" | "secrets" | "sql">;

// The first whose API has everything that is used here.
const OLDEST_MAJOR = 2;

/** Asks an address who it is and whether it takes the key. Never throws for what the other side does. */
export async function testLidarr(deps: Deps, access: LidarrAccess): Promise<ConnectionTest> {
  const problem = problemWithUrl(access.url, deps.config);
  if (problem) return { ok: false, problem: "address", message: problem };
  const lidarr = tryLidarr(deps, access);
  try {
    return await ask(lidarr, access);
  } catch (error) {
    if (error instanceof Failure) return { ok: false, ...explain(error, access) };
    throw error;
  }
}

async function ask(lidarr: Lidarr, access: LidarrAccess): Promise<ConnectionTest> {
  const begun = performance.now();
  const { appName, instanceName, version, urlBase } = await lidarr.status();
  const responseMs = Math.round(performance.now() - begun);
  const refuse = (problem: ConnectionProblem, message: string) => ({ ok: false as const, problem, message });
  if (appName !== "Lidarr") {
    const who = appName ? `This is ${appName}, not Lidarr.` : "Something answers here, but it is not Lidarr.";
    return refuse("not_lidarr", who);
  }
  if (!(Number.parseInt(version) >= OLDEST_MAJOR)) {
    return refuse("too_old", `Lidarr ${version} is too old. It has to be version ${OLDEST_MAJOR} or newer.`);
  }
  if (urlBase && !new URL(access.url).pathname.replace(/\/+$/, "").endsWith(urlBase.replace(/\/+$/, ""))) {
    const better = new URL(urlBase, access.url).href;
    return refuse("url_base", `Lidarr is served below ${urlBase}. Use ${better}.`);
  }
  const choices = await lidarr.choices();
  choices.warnings.push(...await shortcomings(lidarr));
  const short = version.split(".").slice(0, 2).join(".");
  const profiles = choices.qualityProfiles.length;
  const message = `Lidarr ${short} answers in ${responseMs} ms, key accepted, ${profiles} quality ${
    profiles === 1 ? "profile" : "profiles"
  }.`;
  return { ok: true, version, instanceName: instanceName ?? "Lidarr", responseMs, message, choices };
}

/** Only worth a warning: where Lidarr does not say, nothing is said. */
async function shortcomings(lidarr: Lidarr): Promise<string[]> {
  try {
    return await lidarr.shortcomings();
  } catch (error) {
    if (error instanceof ApiFailure) return [];
    throw error;
  }
}

function explain(failure: Failure, { url }: LidarrAccess): { problem: ConnectionProblem; message: string } {
  if (failure instanceof ApiFailure) {
    const { status, reply } = failure;
    if (status === 401 || status === 403) {
      return {
        problem: "wrong_key",
        message: `Lidarr refuses the key (${status}). It is in Lidarr under Settings, General.`,
      };
    }
    if (status === 503 && /starting up/i.test(reply)) {
      return { problem: "starting", message: "Lidarr is starting up. Try again in a minute." };
    }
    if (status === 400 && /https/i.test(reply)) {
      return { problem: "tls", message: "This port speaks https. Begin the address with https://." };
    }
    return {
      problem: "not_lidarr",
      message: `Something answers here with status ${status}, but not as Lidarr does.`,
    };
  }
  const words = wordsOf(failure);
  if (/certificate|tls|ssl|corrupt message|handshake|InvalidContentType/i.test(words)) {
    const plain = /corrupt message|InvalidContentType/i.test(words);
    const message = plain
      ? "This port does not speak https. Begin the address with http://."
      : "The TLS certificate is not accepted. Use one that this machine trusts, or http:// inside your network.";
    return { problem: "tls", message };
  }
  if (/not understood|web page|no JSON|XML/.test(failure.message)) {
    return { problem: "not_lidarr", message: "Something answers here, but it is not Lidarr." };
  }
  return {
    problem: "unreachable",
    message: `${failure.message} Is ${new URL(url).host} right, and is Lidarr running?`,
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.message} ${wordsOf(error.cause)}` : "";
}

export type WebhookState = {
  registered: boolean;
  /** Where Lidarr sends events, as Lidarr has it. */
  url: string | null;
  /** What is wrong with the registration; empty when all is well. */
  problems: string[];
};

const NAME = "Beat Collector";
const PATH = "/api/webhooks/lidarr";
const EVENTS = [
  "onGrab",
  "onReleaseImport",
  "onUpgrade",
  "onDownloadFailure",
  "onImportFailure",
  "onAlbumDelete",
  "onArtistDelete",
] as const satisfies (keyof NotificationReply)[];

/** Compares Lidarr's connection with what it should be. */
export async function checkWebhook({ lidarr }: Pick<App, "lidarr">, address?: string): Promise<WebhookState> {
  const found = ours(await lidarr.notifications());
  if (!found) return { registered: false, url: null, problems: ["Lidarr does not tell us anything yet."] };
  const url = urlOf(found);
  const problems = [
    address && url !== webhookUrl(address) && `It sends to ${url}.`,
    EVENTS.some((event) => !found[event]) && "Some events are switched off.",
  ].filter((problem) => typeof problem === "string");
  return { registered: true, url, problems };
}

/**
 * Registers the connection in Lidarr, or puts it right. `address` is where Lidarr reaches this program. Lidarr
 * sends a test event before it answers, so the secret is stored first; throws `unprocessable` with Lidarr's words.
 */
export async function registerWebhook(
  deps: Deps & Pick<App, "lidarr">,
  address: string,
): Promise<WebhookState> {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    const problem = "This is not an address of the form http://… or https://…";
    throw new Failure("invalid", problem, { fields: { lidarr_webhook_address: problem } });
  }
  const { lidarr_webhook_secret: known } = await readSettings(deps);
  const secret = known ?? randomBytes(32).toString("base64url");
  if (!known) await saveSettings(deps, { lidarr_webhook_secret: secret });
  const existing = ours(await deps.lidarr.notifications());
  try {
    const saved = await deps.lidarr.saveNotification(connection(webhookUrl(address), secret), existing?.id);
    await updateLidarrState(deps.sql, { notificationId: saved.id });
    return { registered: true, url: urlOf(saved), problems: [] };
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.status !== 400) throw error;
    const reasons = readRefusals(error.reply).map(({ errorMessage }) => errorMessage).join(" ");
    const sentence = `Lidarr cannot reach ${webhookUrl(address)}: ${reasons || "it does not say why."}`;
    throw new Failure("unprocessable", sentence, {
      fields: { lidarr_webhook_address: sentence },
      cause: error,
    });
  }
}

function ours(all: NotificationReply[]): NotificationReply | undefined {
  const webhooks = all.filter((one) => one.implementation === "Webhook");
  return webhooks.find((one) => one.name === NAME) ?? webhooks.find((one) => urlOf(one)?.endsWith(PATH));
}

function urlOf(notification: NotificationReply): string | null {
  const value = notification.fields.find((field) => field.name === "url")?.value;
  return typeof value === "string" ? value : null;
}

const webhookUrl = (address: string) => address.replace(/\/+$/, "") + PATH;

function connection(url: string, secret: string): Record<string, unknown> {
  return {
    name: NAME,
    implementation: "Webhook",
    implementationName: "Webhook",
    configContract: "WebhookSettings",
    tags: [],
    ...Object.fromEntries(EVENTS.map((event) => [event, true])),
    onArtistAdd: false,
    onRename: true,
    onTrackRetag: false,
    onHealthIssue: true,
    includeHealthWarnings: false,
    onHealthRestored: true,
    onApplicationUpdate: true,
    fields: [
      { name: "url", value: url },
      { name: "method", value: 1 },
      { name: "username", value: "lidarr" },
      { name: "password", value: secret },
      { name: "headers", value: [] },
    ],
  };
}
