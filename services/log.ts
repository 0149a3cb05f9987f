import { configureSync, getLogger, type Logger, type LogRecord } from "@logtape/logtape";
import { type Config, maskPassword, secretsOf } from "./config.ts";

const PROGRAM = "beat-collector";

/** The log of one part of the program: `logger("http").info("Request finished", { status })`. */
export function logger(part: string): Logger {
  return getLogger([PROGRAM, part]);
}

/** Sends what is logged from now on to standard output, free of secrets. */
export function startLog(config: Config, write: (line: string) => void = writeLine): void {
  const hide = createRedaction(secretsOf(config));
  const format = config.logFormat === "json" ? formatJson : formatPretty;
  configureSync({
    reset: true,
    sinks: { output: (record) => write(format(plain(record, hide))) },
    loggers: [
      { category: PROGRAM, lowestLevel: config.logLevel, sinks: ["output"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["output"] },
    ],
  });
}

type Plain = { time: string; level: string; part: string; message: string; fields: Record<string, unknown> };

const NAME_OF_SECRET = /pass(word|wd)?$|secret|token|api_?key|authorization|cookie/i;
const HIDDEN = "[hidden]";

/** Masks secrets by their value wherever they stand, by the name of their field, and inside addresses. */
function createRedaction(secrets: string[]): (name: string, value: unknown) => unknown {
  // A secret of a few letters would hide ordinary words.
  const known = secrets.filter((secret) => secret.length >= 6).sort((a, b) => b.length - a.length);
  const hideText = (text: string) =>
    maskPassword(known.reduce((left, secret) => left.replaceAll(secret, HIDDEN), text))
      .replace(/\b(Bearer|Basic) [\w.~+/=-]+/g, `$1 ${HIDDEN}`);
  return function hide(name, value): unknown {
    if (typeof value === "string") return NAME_OF_SECRET.test(name) ? HIDDEN : hideText(value);
    if (value instanceof Date || value === null || typeof value !== "object") return value;
    if (value instanceof Error) return describeError(value, hideText);
    if (Array.isArray(value)) return value.map((entry) => hide(name, entry));
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, hide(key, entry)]));
  };
}

function describeError(error: Error, hideText: (text: string) => string): Record<string, unknown> {
  const cause = error.cause instanceof Error ? { cause: describeError(error.cause, hideText) } : {};
  return {
    name: error.name,
    message: hideText(error.message),
    stack: hideText(error.stack ?? ""),
    ...("code" in error ? { code: error.code } : {}),
    ...cause,
  };
}

function plain(record: LogRecord, hide: (name: string, value: unknown) => unknown): Plain {
  const message = hide("message", record.message.map(String).join("")) as string;
  const fields = hide("", record.properties) as Record<string, unknown>;
  const time = new Date(record.timestamp).toISOString();
  return { time, level: record.level, part: record.category.slice(1).join("."), message, fields };
}

function formatJson({ fields, ...line }: Plain): string {
  return JSON.stringify({ ...fields, ...line });
}

function formatPretty({ time, level, part, message, fields }: Plain): string {
  const texts = Object.entries(fields).filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const stack = Object.values(fields).map(stackOf).join("");
  return `${time.slice(11, 19)} ${level.padEnd(7)} ${part.padEnd(8)} ${message}${texts.join("")}${stack}`;
}

function stackOf(value: unknown): string {
  if (typeof value !== "object" || value === null || !("stack" in value)) return "";
  return `\n${value.stack}${"cause" in value ? `\ncaused by ${stackOf(value.cause).trimStart()}` : ""}`;
}

const encoder = new TextEncoder();

function writeLine(line: string): void {
  let rest = encoder.encode(`${line}\n`);
  // A pipe may take a long line in pieces.
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}
