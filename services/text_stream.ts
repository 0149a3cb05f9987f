import { refuse } from "./import_entries.ts";

/**
 * The text of a file, piece by piece, without its byte order mark: UTF-8, or UTF-16 when it begins with that
 * mark. Anything else is refused as Failure(invalid); `name` is how people know the file.
 */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let position = 0;
  let head: Uint8Array = new Uint8Array();
  try {
    for await (const chunk of chunks) {
      head = position < 2 ? join(head, chunk) : chunk;
      position += chunk.length;
      if (position < 2) continue;
      decoder ??= new TextDecoder(encodingOf(head, name), { fatal: true });
      const text = decoder.decode(head, { stream: true });
      if (text !== "") yield text;
    }
    decoder ??= new TextDecoder("utf-8", { fatal: true });
    const rest = decoder.decode(position < 2 ? head : undefined);
    if (rest !== "") yield rest;
  } catch (error) {
    if (!(error instanceof TypeError) || !decoder) throw error;
    const encoding = decoder.encoding.toUpperCase().replace(/[LB]E$/, "");
    throw refuse(
      "invalid",
      `${name} cannot be read as ${encoding} text (before byte ${position + 1}).`,
      error,
    );
  }
}

/** The beginning of a text, until `enough` is content, and the whole of it to go on with. */
export async function peekText(
  text: AsyncIterable<string>,
  enough: (head: string) => boolean,
): Promise<{ head: string; whole: AsyncGenerator<string> }> {
  const iterator = text[Symbol.asyncIterator]();
  let head = "";
  let next = await iterator.next();
  while (!next.done) {
    head += next.value;
    if (enough(head)) break;
    next = await iterator.next();
  }
  async function* whole() {
    yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { head, whole: whole() };
}

function encodingOf(head: Uint8Array, name: string): string {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  if (head[0] === 0 || head[1] === 0) {
    throw refuse("invalid", `${name} is neither UTF-8 text nor UTF-16 with a byte order mark.`);
  }
  return "utf-8";
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
