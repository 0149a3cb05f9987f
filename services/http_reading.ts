import type { z } from "zod";
import { Failure } from "./errors.ts";

/** An answer's bytes; `most` is checked while they come. */
export async function readBytes(
  name: string,
  answer: Response,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new Failure("too_large", `${name} sent more than ${Math.round(most / 1e6)} MB.`);
  if (Number(answer.headers.get("content-length")) > most) {
    await answer.body?.cancel();
    throw tooLarge();
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > most) throw tooLarge();
    parts.push(part);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** What `schema` makes of the answer; whatever it is instead becomes a sentence that names the service. */
export function parse<T>(name: string, text: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(text === "" ? undefined : parseJson(name, text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue.path.join(".") || "the whole";
  throw new Failure(
    "unavailable",
    `${name} sent an answer that is not understood (${where}: ${issue.message}).`,
    {
      cause: result.error,
    },
  );
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The cause is left out: it quotes the answer.
    const start = text.trimStart();
    const what = /^<(!doctype html|html)/i.test(start)
      ? "a web page instead of data"
      : start.startsWith("<")
      ? "XML instead of JSON"
      : "data that is cut off or no JSON";
    throw new Failure("unavailable", `${name} sent ${what}.`);
  }
}

/** What an error and its causes say, without the addresses, which may hold secrets. */
export function wordsOf(error: unknown): string {
  const words: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) words.push(cause.message);
  return words.join(": ").replace(/https?:\/\/[^\s)]*/g, "…");
}

/** Deno's words for a connection that failed, in ours. */
export function trouble(words: string): string {
  if (/dns|resolve|lookup/i.test(words)) return "is not known by that name";
  if (/certificate|tls|ssl/i.test(words)) return "has a TLS certificate that is not accepted";
  if (/refused/i.test(words)) return "refused the connection";
  return "broke off the connection";
}
