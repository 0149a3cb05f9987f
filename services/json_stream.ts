import { Tokenizer, TokenParser, TokenType } from "@streamparser/json";
import { refuse } from "./import_entries.ts";

export type JsonValue = { path: (string | number)[]; value: unknown };

export type JsonStream = {
  /** The values found in each piece of the text. */
  values: AsyncGenerator<JsonValue[]>;
  /** The keys of the outermost object met so far. */
  keys: Set<string>;
};

const DEEPEST = 64;
/** In bytes; all of one entry is in memory at a time. */
const LARGEST_ENTRY = 32 * 1024 * 1024;
const MOST_KEYS = 50;

/**
 * Reads JSON without ever holding more than one selected value. `paths` selects values ("$.albums.*"); the
 * others are checked and dropped. Throws Failure(invalid) that names `name`, line and column.
 */
export function streamJson(
  text: AsyncIterable<string>,
  options: { name: string; paths: string[] },
): JsonStream {
  const keys = new Set<string>();
  return { values: parse(text, options, keys), keys };
}

async function* parse(
  text: AsyncIterable<string>,
  { name, paths }: { name: string; paths: string[] },
  keys: Set<string>,
): AsyncGenerator<JsonValue[]> {
  const encoder = new TextEncoder();
  const place = new Place();
  const tokenizer = new Tokenizer();
  const parser = new TokenParser({ paths, keepStack: false });
  const depths = entryDepths(paths);
  let found: JsonValue[] = [];
  let depth = 0;
  // A token no deeper than where selected values lie ends one entry and begins the next.
  let entryDepth = depths.get("*") ?? DEEPEST;
  let entryStart = 0;
  let lastText = "";

  parser.onValue = ({ value, key, stack }) => {
    found.push({ path: [...stack.slice(1).map((level) => level.key ?? ""), key ?? ""], value });
  };
  parser.onEnd = () => tokenizer.isEnded || tokenizer.end();
  parser.onError = (error) => {
    throw error;
  };
  tokenizer.onToken = (token) => {
    place.token = token.offset;
    if (token.token === TokenType.LEFT_BRACE || token.token === TokenType.LEFT_BRACKET) depth++;
    else if (token.token === TokenType.RIGHT_BRACE || token.token === TokenType.RIGHT_BRACKET) depth--;
    else if (token.token === TokenType.STRING) lastText = depth === 1 ? String(token.value) : "";
    else if (token.token === TokenType.COLON && depth === 1) {
      if (keys.size < MOST_KEYS) keys.add(lastText);
      entryDepth = depths.get(lastText) ?? DEEPEST;
    }
    if (depth <= entryDepth) entryStart = token.offset;
    if (depth > DEEPEST) throw new Error(`nested deeper than ${DEEPEST} levels`);
    parser.write(token);
  };

  for await (const piece of text) {
    const bytes = encoder.encode(piece);
    place.enter(bytes);
    try {
      tokenizer.write(bytes);
    } catch (error) {
      throw refuse("invalid", `${name} is not valid JSON: ${reason(error)} near ${place}.`, error);
    }
    if (place.end - entryStart > LARGEST_ENTRY) {
      throw refuse("invalid", `${name} holds an entry larger than 32 MB, near ${place}.`);
    }
    if (found.length > 0) yield found;
    found = [];
  }
  if (!parser.isEnded) throw refuse("invalid", `${name} is cut off: it ends at ${place} in the middle.`);
}

/** How deep the selected values below each outermost key lie. */
function entryDepths(paths: string[]): Map<string, number> {
  const depths = new Map<string, number>();
  for (const path of paths) {
    const [key, ...rest] = path.split(".").slice(1);
    depths.set(key, Math.max(depths.get(key) ?? 0, rest.length + 1));
  }
  return depths;
}

/** Line and column of the latest token. */
class Place {
  token = 0;
  end = 0;
  #bytes: Uint8Array = new Uint8Array();
  #start = 0;
  #line = 1;
  #lineStart = 0;

  enter(bytes: Uint8Array): void {
    this.#pass(this.#bytes.length);
    this.#start = this.end;
    this.end += bytes.length;
    this.#bytes = bytes;
  }

  #pass(length: number): void {
    for (let i = this.#bytes.indexOf(0x0a); i >= 0 && i < length; i = this.#bytes.indexOf(0x0a, i + 1)) {
      this.#line++;
      this.#lineStart = this.#start + i + 1;
    }
  }

  toString(): string {
    const at = Math.max(this.token, this.#start);
    this.#pass(at - this.#start);
    return `line ${this.#line}, column ${at - this.#lineStart + 1}`;
  }
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith("nested")) return message;
  const sign = message.match(/^Unexpected "(.)"/su)?.[1];
  if (sign !== undefined && sign > " ") return `unexpected “${sign}”`;
  const token = message.match(/^Unexpected (\w+)/)?.[1];
  return token ? `unexpected ${token.toLowerCase().replaceAll("_", " ")}` : "it breaks off";
}
