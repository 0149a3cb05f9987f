import type PQueue from "p-queue";
import type { z } from "zod";
import type { Database } from "../db/sql.ts";
import { createCircuitBreaker, noBreaker } from "./circuit_breaker.ts";
import { Failure, type FailureCode } from "./errors.ts";
import { parse, readBytes, trouble, wordsOf } from "./http_reading.ts";
import { logger } from "./log.ts";
import { createGate, PausedFailure, retryAfterMs } from "./request_gate.ts";
import { countRequest } from "./traffic.ts";
import { version } from "./version.ts";

export type Priority = "interactive" | "bulk";

export type QueryValue = string | number | boolean | undefined | readonly (string | number)[];

export type RequestOptions = {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Arrays repeat their name; undefined is left out. */
  query?: Record<string, QueryValue>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as a form. */
  form?: URLSearchParams;
  headers?: Record<string, string>;
  /** `interactive`: a person waits. It is sent before all bulk work. Default: `bulk`. */
  priority?: Priority;
  signal?: AbortSignal;
  timeoutMs?: number;
};

export type ApiClient = {
  readonly name: string;
  /** The answer, as `schema` says. Throws ApiFailure for every other answer, Failure when there is none. */
  json<T>(path: string, options: RequestOptions & { schema: z.ZodType<T> }): Promise<T>;
  /** The answer's bytes, at most `maxBytes`, and where they came from. */
  bytes(path: string, options: RequestOptions & { maxBytes: number }): Promise<Bytes>;
  /** The answer as it comes, for what is too large to be held. Whoever asks reads it to its end or cancels it. */
  stream(path: string, options?: RequestOptions): Promise<ReadableStream<Uint8Array>>;
};

export type Bytes = { bytes: Uint8Array<ArrayBuffer>; type: string; url: string };

export type ApiOptions = {
  /** As people call the service. */
  name: string;
  /** Origin and base path; a function where a person may change it. Throws Failure when there is none. */
  baseUrl: string | (() => string | Promise<string>);
  /** Of every request that goes to the base URL's origin; never of one that was redirected elsewhere. */
  headers?: () => Record<string, string> | Promise<Record<string, string>>;
  /** A budget of requests that all programs on one database share; `key` defaults to the name. */
  limit?: { intervalMs: number; key?: string };
  /** Requests at once. Default: 1. */
  concurrency?: number;
  timeoutMs?: number;
  /** How long it is left alone at most when it does not answer. Default: five minutes. */
  longestPauseMs?: number;
  /** An address that is only tried: nothing is remembered about it. */
  isTrial?: boolean;
  /**
   * Throws where a request, also a redirected one, must not go; may send it to a better address instead. Default:
   * redirects stay on their host.
   */
  guard?: (url: URL, from: URL) => URL | void | Promise<void>;
  /** How long to wait after a 429 that does not say; undefined: a pause that grows. */
  pauseMs?: (failure: ApiFailure) => number | undefined;
};

export type HttpDeps = { sql: Database };

/** An answer that is not what was asked for. `reply` is its beginning, for programs: it is never shown or logged. */
export class ApiFailure extends Failure {
  constructor(
    sentence: string,
    readonly status: number,
    readonly reply: string,
    options: {
      code: FailureCode;
      retryAfterSeconds?: number;
      retryable: boolean;
      headers: Headers;
      redirected: boolean;
    },
  ) {
    super(options.code, sentence, options);
    this.headers = options.headers;
    this.redirected = options.redirected;
  }
  readonly headers: Headers;
  /** It was said by the place that the service had led to. */
  readonly redirected: boolean;
}

export const USER_AGENT = `BeatCollector/${version} ( https://github.com/beat-collector/beat-collector )`;

const log = logger("http");

const TIMEOUT_MS = 20_000;
const MOST_REDIRECTS = 5;
const MOST_JSON_BYTES = 16_000_000;
const MOST_REPLY_CHARACTERS = 2_000;
// How often one request is sent when the service only asks for patience.
const TRIES = 4;

/**
 * One outside service: every request waits in one queue, first who a person waits for, then passes the budget that
 * all programs share. Answers are parsed before they leave. What goes wrong becomes a sentence that names the
 * service; addresses, headers and bodies, which may hold secrets, are in none.
 */
export function apiClient(deps: HttpDeps, options: ApiOptions): ApiClient {
  const { name, limit } = options;
  // Loaded with the first request: no page waits for it. Who is in a hurry does not wait for slow answers to others.
  let lanes: Promise<{ common: PQueue; urgent: PQueue }> | undefined;
  const openLanes = async () => {
    const { default: PQueue } = await import("p-queue");
    const common = new PQueue({ concurrency: options.concurrency ?? 1 });
    return { common, urgent: new PQueue({ concurrency: 1 }) };
  };
  const { longestPauseMs } = options;
  const breaker = options.isTrial ? noBreaker : createCircuitBreaker(deps, { name, longestPauseMs });
  const gate = limit && createGate(deps, { name, key: limit.key ?? name, intervalMs: limit.intervalMs });

  // Who sends is decided when a request may be sent, not before: a person who comes last goes first.
  const line: Waiting[] = [];
  const isUrgent = () => line.some((one) => one.urgent);
  const takeNext = (): Waiting | undefined =>
    line.splice(Math.max(0, line.findIndex((one) => one.urgent)), 1)[0];

  async function turn(isNeeded: () => boolean): Promise<void> {
    if (!isNeeded()) return;
    try {
      breaker.enter();
      await gate?.pass({ isUrgent, isNeeded });
    } catch (error) {
      breaker.left();
      if (isNeeded()) takeNext()?.reject(error);
      return;
    }
    const one = isNeeded() ? takeNext() : undefined;
    if (!one) return breaker.left();
    try {
      await one.send();
      await Promise.all([breaker.succeeded(), gate?.accept()]);
    } catch (error) {
      if (!await isToBeSentAgain(error, one.tries).catch(one.reject)) return one.reject(error);
      line.unshift({ ...one, tries: one.tries + 1 });
      await turn(isNeeded);
    }
  }

  /** Sends in turn; `read` has the answer while others still wait for it. */
  async function request<T>(
    path: string,
    asked: RequestOptions,
    read: (answer: Response, url: URL) => Promise<T>,
    isOpenEnded = false,
  ): Promise<T> {
    asked.signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const urgent = asked.priority === "interactive";
    // Where a redirect leads to the service itself, that is one more request to it.
    const pass = () => gate?.pass({ isUrgent: () => urgent, isNeeded: () => !asked.signal?.aborted });
    const one: Waiting = {
      urgent,
      tries: 1,
      send: async () => resolve(await send(options, path, asked, { isOpenEnded, read, pass })),
      reject,
    };
    const leave = () => {
      const place = line.findIndex(({ send }) => send === one.send);
      if (place >= 0) line.splice(place, 1);
      reject(asked.signal?.reason);
    };
    asked.signal?.addEventListener("abort", leave, { once: true });
    line.push(one);
    try {
      const open = await (lanes ??= openLanes());
      open.common.add(() => turn(() => line.length > 0));
      if (urgent) {
        open.urgent.add(() => turn(isUrgent));
        gate?.hurry();
      }
      return await promise;
    } finally {
      asked.signal?.removeEventListener("abort", leave);
    }
  }

  /** Writes down what an error says about the service. */
  async function isToBeSentAgain(error: unknown, tries: number): Promise<boolean> {
    if (!(error instanceof Failure) || error instanceof PausedFailure) breaker.left();
    else if (error instanceof ApiFailure && isRefusal(error)) {
      await breaker.succeeded();
      const waitMs = retryAfterMs(error.headers.get("retry-after")) ?? options.pauseMs?.(error);
      log.warning("A service asks for a pause", { service: name, status: error.status, waitMs });
      await gate?.refuse(waitMs, `it answered ${error.status}`);
      return gate !== undefined && tries < TRIES;
    } else if (error.code === "unavailable") await breaker.failed(error.message);
    else await breaker.succeeded();
    return false;
  }

  return {
    name,
    json: (path, asked) =>
      request(path, asked, async (answer) => {
        const bytes = await readBytes(name, answer, MOST_JSON_BYTES);
        return parse(name, new TextDecoder().decode(bytes), asked.schema);
      }),
    bytes: (path, asked) =>
      request(path, asked, async (answer, url) => ({
        bytes: await readBytes(name, answer, asked.maxBytes),
        type: answer.headers.get("content-type")?.split(";")[0].trim().toLowerCase() ?? "",
        url: url.href,
      })),
    stream: (path, asked = {}) =>
      request(path, asked, (answer) => Promise.resolve(answer.body ?? new Blob([]).stream()), true),
  };
}

type Waiting = { urgent: boolean; tries: number; send(): Promise<void>; reject(error: unknown): void };

/** Follows redirects by hand, so that each place is looked at and headers go to the service only. */
async function send<T>(
  options: ApiOptions,
  path: string,
  asked: RequestOptions,
  { isOpenEnded, read, pass }: {
    isOpenEnded: boolean;
    read: (answer: Response, url: URL) => Promise<T>;
    pass: () => Promise<unknown> | undefined;
  },
): Promise<T> {
  const { name } = options;
  const base = typeof options.baseUrl === "string" ? options.baseUrl : await options.baseUrl();
  const first = addressOf(base, path, asked.query);
  const method = asked.method ?? "GET";
  const body = asked.form ?? (asked.body === undefined ? undefined : JSON.stringify(asked.body));
  const own: Record<string, string> = { ...await options.headers?.(), ...asked.headers };
  if (asked.body !== undefined) own["content-type"] = "application/json";
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), asked.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS);
  const signal = asked.signal ? AbortSignal.any([asked.signal, timeout.signal]) : timeout.signal;
  try {
    let url = first;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      url = await (options.guard ?? staysOnHost(name))(url, first) ?? url;
      const isHome = url.origin === new URL(base).origin;
      if (isHome && hop > 0) await pass();
      const headers = { "user-agent": USER_AGENT, accept: "application/json", ...(isHome ? own : {}) };
      const answer = await counted(
        name,
        () => fetch(url, { method, body, headers, redirect: "manual", signal }),
      );
      const target = answer.headers.get("location");
      if (method === "GET" && target && answer.status >= 300 && answer.status < 400) {
        await answer.body?.cancel();
        if (!URL.canParse(target, url)) break;
        url = new URL(target, url);
        continue;
      }
      if (!answer.ok) throw await refusalOf(name, answer, hop > 0);
      if (isOpenEnded) clearTimeout(timer);
      return await read(answer, url);
    }
    throw new Failure("unavailable", `${name} redirects without end.`);
  } catch (error) {
    asked.signal?.throwIfAborted();
    if (error instanceof Failure) throw error;
    const words = wordsOf(error);
    const what = timeout.signal.aborted ? "took too long to answer" : trouble(words);
    throw new Failure("unavailable", `${name} ${what}.`, { cause: new Error(words) });
  } finally {
    clearTimeout(timer);
  }
}

async function counted(service: string, ask: () => Promise<Response>): Promise<Response> {
  const began = performance.now();
  let answer = "none";
  try {
    const response = await ask();
    answer = String(response.status);
    return response;
  } finally {
    countRequest({ service, answer, seconds: (performance.now() - began) / 1000 });
  }
}

/** Where a path of the service is; an address stays one (a picture elsewhere). */
function addressOf(base: string, path: string, query: RequestOptions["query"] = {}): URL {
  const url = URL.canParse(path) ? new URL(path) : new URL(`${base.replace(/\/+$/, "")}${path}`);
  for (const [key, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) url.searchParams.append(key, String(one));
    }
  }
  return url;
}

function staysOnHost(name: string): (url: URL, from: URL) => void {
  return (url, from) => {
    const isSafer = from.protocol === "http:" && url.protocol === "https:";
    if (url.hostname === from.hostname && (url.protocol === from.protocol || isSafer)) return;
    throw new Failure(
      "unavailable",
      `${name} redirects to another place (${url.host}), which is not followed.`,
      { retryable: false },
    );
  };
}

async function refusalOf(name: string, answer: Response, redirected: boolean): Promise<ApiFailure> {
  const reply = new TextDecoder().decode(await readBytes(name, answer, MOST_JSON_BYTES))
    .slice(0, MOST_REPLY_CHARACTERS);
  const { status, headers } = answer;
  const later = status >= 500 || [408, 425, 429].includes(status);
  const waitMs = retryAfterMs(headers.get("retry-after"));
  return new ApiFailure(`${name} answered with status ${status}.`, status, reply, {
    code: later ? "unavailable" : [404, 410].includes(status) ? "not_found" : "unprocessable",
    retryable: later,
    retryAfterSeconds: waitMs === undefined ? undefined : Math.ceil(waitMs / 1000),
    headers,
    redirected,
  });
}

/** "Not now", as against "I am broken": it says when to come back, even when it does not know. */
function isRefusal({ status, headers }: ApiFailure): boolean {
  const isLimited = headers.has("retry-after") || headers.has("x-ratelimit-limit");
  return status === 429 || (status === 503 && isLimited);
}
