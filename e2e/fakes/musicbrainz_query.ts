/** Reads Lucene's query language as Solr's edismax does for MusicBrainz: default operator OR. */

export type Query =
  | { kind: "term"; field?: string; text: string; fuzzy?: number; boost: number }
  | { kind: "phrase"; field?: string; text: string; slop: number; boost: number }
  | { kind: "range"; field?: string; from: string; to: string; boost: number }
  | { kind: "group"; clauses: Clause[]; boost: number };
export type Clause = { occur: "must" | "should" | "not"; query: Query };

type Token =
  | { kind: "(" | ")" | "AND" | "OR" | "NOT" | "+" | "-" }
  | { kind: "field"; name: string }
  | { kind: "word" | "quoted"; text: string }
  | { kind: "range"; from: string; to: string }
  | { kind: "^" | "~"; value?: number };

/** What a query that cannot be read is taken for: its words, without any meaning of their own. */
export function plainText(text: string): Query {
  const clauses = text.split(/\s+/).filter(Boolean).map((word): Clause => ({
    occur: "should",
    query: { kind: "term", text: word, boost: 1 },
  }));
  return { kind: "group", clauses, boost: 1 };
}

/** Unbalanced syntax and fields that do not exist are not refused: they are read again as plain text. */
export function parseQuery(text: string, fields: ReadonlySet<string>): Query {
  try {
    const tokens = tokenise(text, fields);
    const query = parseClauses(tokens, undefined);
    if (tokens.length > 0) throw new SyntaxError("unbalanced");
    return query;
  } catch (error) {
    if (error instanceof SyntaxError) return plainText(text);
    throw error;
  }
}

const WORD = /^(?:\\.|[^\s()"\[\]{}^~:\\])+/u;

function tokenise(text: string, fields: ReadonlySet<string>): Token[] {
  const tokens: Token[] = [];
  let rest = text;
  const take = (pattern: RegExp) => {
    const found = rest.match(pattern);
    if (found) rest = rest.slice(found[0].length);
    return found;
  };
  while (rest.trim() !== "") {
    take(/^\s+/);
    let found: RegExpMatchArray | null;
    if ((found = take(/^(AND|OR|NOT)(?=[\s(]|$)/))) tokens.push({ kind: found[1] as "AND" });
    else if (take(/^&&/)) tokens.push({ kind: "AND" });
    else if (take(/^\|\|/)) tokens.push({ kind: "OR" });
    else if ((found = take(/^[()]/))) tokens.push({ kind: found[0] as "(" });
    else if ((found = take(/^"((?:\\.|[^"\\])*)"/s))) {
      tokens.push({ kind: "quoted", text: found[1].replace(/\\(.)/gs, "$1") });
    } else if ((found = take(/^[\[{]\s*(\S+)\s+TO\s+(\S+?)\s*[\]}]/))) {
      tokens.push({ kind: "range", from: found[1], to: found[2] });
    } else if ((found = take(/^\^(\d+(?:\.\d+)?)/))) tokens.push({ kind: "^", value: Number(found[1]) });
    else if ((found = take(/^~(\d+(?:\.\d+)?)?/))) {
      tokens.push({ kind: "~", value: found[1] === undefined ? undefined : Number(found[1]) });
    } else if ((found = take(/^[+]/))) tokens.push({ kind: "+" });
    else if ((found = take(/^[-!]/))) tokens.push({ kind: "-" });
    else if ((found = take(/^([a-z_]+):(?=\S)/)) && fields.has(found[1])) {
      tokens.push({ kind: "field", name: found[1] });
    } else if (found) tokens.push({ kind: "word", text: found[1] });
    else if ((found = take(WORD))) {
      tokens.push({ kind: "word", text: found[0].replace(/\\(.)/gsu, "$1") });
    } else throw new SyntaxError(`unexpected ${rest[0]}`);
  }
  return tokens;
}

/** As Lucene's classic parser: AND makes both neighbours necessary, OR changes nothing. */
function parseClauses(tokens: Token[], field: string | undefined): Query {
  const clauses: Clause[] = [];
  let joint: "AND" | "OR" | undefined;
  while (tokens.length > 0 && tokens[0].kind !== ")") {
    const { kind } = tokens[0];
    if (kind === "AND" || kind === "OR") {
      if (clauses.length === 0) throw new SyntaxError(`${kind} at the beginning`);
      joint = kind;
      tokens.shift();
      continue;
    }
    let occur: Clause["occur"] = "should";
    if (kind === "+" || kind === "-" || kind === "NOT") {
      occur = kind === "+" ? "must" : "not";
      tokens.shift();
    }
    const query = parseOne(tokens, field);
    if (joint === "AND") {
      const previous = clauses[clauses.length - 1];
      if (previous.occur === "should") previous.occur = "must";
      if (occur === "should") occur = "must";
    }
    clauses.push({ occur, query });
    joint = undefined;
  }
  if (joint) throw new SyntaxError(`${joint} at the end`);
  return { kind: "group", clauses, boost: 1 };
}

function parseOne(tokens: Token[], field: string | undefined): Query {
  const token = tokens.shift();
  switch (token?.kind) {
    case "field":
      return parseOne(tokens, token.name);
    case "(": {
      const group = parseClauses(tokens, field);
      if (tokens.shift()?.kind !== ")") throw new SyntaxError("a parenthesis is not closed");
      return suffixed(tokens, group);
    }
    case "quoted":
      return suffixed(tokens, { kind: "phrase", field, text: token.text, slop: 0, boost: 1 });
    case "word":
      return suffixed(tokens, { kind: "term", field, text: token.text, boost: 1 });
    case "range":
      return suffixed(tokens, { kind: "range", field, from: token.from, to: token.to, boost: 1 });
    default:
      throw new SyntaxError(`unexpected ${token?.kind ?? "end"}`);
  }
}

function suffixed(tokens: Token[], query: Query): Query {
  for (let next = tokens[0]; next?.kind === "^" || next?.kind === "~"; next = tokens[0]) {
    tokens.shift();
    if (next.kind === "^") query.boost = next.value ?? 1;
    else if (query.kind === "phrase") query.slop = next.value ?? 2;
    else if (query.kind === "term") query.fuzzy = Math.min(2, Math.ceil(next.value ?? 2));
  }
  return query;
}
