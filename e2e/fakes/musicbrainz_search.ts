/** An inverted index with the fields of MusicBrainz' search server and its relative scores. */
import { analyse, analyseAccents, analyseBarcode, analyseWhole } from "./musicbrainz_analysis.ts";
import { parseQuery, type Query } from "./musicbrainz_query.ts";

type Analysis = "text" | "accents" | "whole" | "barcode" | "mbid" | "date";
export type Field = {
  analysis: Analysis; /** Searched without naming it, with this weight. */
  weight?: number;
};
export type Schema = Record<string, Field>;
type Posting = { doc: number; positions: number[]; length: number };
type FieldIndex = { postings: Map<string, Posting[]>; totalLength: number; docs: number };

export type SearchIndex<T> = { search(query: string): Hit<T>[] };
export type Hit<T> = { item: T; score: number };

/** An id in a query that is none: Solr refuses the whole query. */
export class BadQuery extends Error {}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ANALYSES: Record<Analysis, (value: string) => string[]> = {
  text: analyse,
  accents: analyseAccents,
  whole: analyseWhole,
  barcode: analyseBarcode,
  mbid: analyseWhole,
  date: analyseWhole,
};

export function buildIndex<T extends { id: string }>(
  schema: Schema,
  items: T[],
  valuesOf: (item: T) => Record<string, string[]>,
): SearchIndex<T> {
  const fields = new Map<string, FieldIndex>();
  for (const name of Object.keys(schema)) fields.set(name, { postings: new Map(), totalLength: 0, docs: 0 });
  for (const [doc, item] of items.entries()) {
    for (const [name, values] of Object.entries(valuesOf(item))) {
      enter(fields.get(name)!, doc, values.map(ANALYSES[schema[name].analysis]));
    }
  }
  const names = new Set(Object.keys(schema));
  return {
    search(query) {
      const found = evaluate({ schema, fields, size: items.length }, parseQuery(query, names));
      const hits = [...found ?? []].map(([doc, score]) => ({ item: items[doc], score }));
      return hits.sort((a, b) => b.score - a.score || (a.item.id < b.item.id ? -1 : 1));
    },
  };
}

function enter(field: FieldIndex, doc: number, values: string[][]) {
  const length = values.reduce((sum, tokens) => sum + tokens.length, 0);
  if (length === 0) return;
  field.docs++;
  field.totalLength += length;
  const positions = new Map<string, number[]>();
  let position = 0;
  for (const tokens of values) {
    for (const token of tokens) positions.set(token, [...positions.get(token) ?? [], position++]);
    // A phrase does not reach from one value into the next.
    position += 1;
  }
  for (const [token, at] of positions) {
    const list = field.postings.get(token) ?? [];
    list.push({ doc, positions: at, length });
    field.postings.set(token, list);
  }
}

type Context = { schema: Schema; fields: Map<string, FieldIndex>; size: number };
/** Documents and their scores; undefined when nothing is left of the query, which then asks for nothing. */
type Found = Map<number, number> | undefined;

function evaluate(context: Context, query: Query): Found {
  if (query.kind === "group") return boosted(evaluateGroup(context, query), query.boost);
  if (query.field) return boosted(evaluateField(context, query.field, query), query.boost);
  const defaults = Object.entries(context.schema).filter(([, { weight }]) => weight !== undefined);
  const found = defaults.map(([name, { weight }]) => boosted(evaluateField(context, name, query), weight!));
  return boosted(best(found), query.boost);
}

function evaluateGroup(context: Context, { clauses }: Query & { kind: "group" }): Found {
  const parts = clauses.map(({ occur, query }) => ({ occur, found: evaluate(context, query) }))
    .filter((part): part is { occur: typeof part.occur; found: Map<number, number> } =>
      part.found !== undefined
    );
  if (parts.length === 0) return undefined;
  const [must, should, not] = (["must", "should", "not"] as const).map((occur) =>
    parts.filter((part) => part.occur === occur).map((part) => part.found)
  );
  const result = new Map<number, number>();
  const rarest = must.toSorted((a, b) => a.size - b.size)[0];
  const candidates = rarest ? [rarest] : should;
  for (const [doc] of candidates.flatMap((found) => [...found])) {
    if (result.has(doc) || not.some((found) => found.has(doc))) continue;
    if (!must.every((found) => found.has(doc))) continue;
    result.set(doc, [...must, ...should].reduce((sum, found) => sum + (found.get(doc) ?? 0), 0));
  }
  return result;
}

function evaluateField(context: Context, name: string, query: Exclude<Query, { kind: "group" }>): Found {
  const field = context.fields.get(name)!;
  const { analysis } = context.schema[name];
  if (query.kind === "range") return inRange(field, query.from, query.to);
  if (analysis === "date") return inRange(field, query.text, query.text);
  if (query.kind === "term" && /[*?]/.test(query.text)) return wildcard(context, field, query.text);
  if (analysis === "mbid" && !UUID.test(query.text)) {
    throw new BadQuery(`Invalid UUID String: '${query.text}'`);
  }
  const tokens = ANALYSES[analysis](query.text);
  if (tokens.length === 0) return undefined;
  if (query.kind === "phrase" && tokens.length > 1) return phrase(context, field, tokens, query.slop);
  const words = query.kind === "term" && query.fuzzy
    ? tokens.flatMap((token) => similar(field, token, query.fuzzy!))
    : tokens;
  return sum(words.map((word) => term(context, field, word)));
}

const K1 = 1.2;
const B = 0.75;

/** BM25. */
function score(context: Context, field: FieldIndex, frequency: number, length: number, documents: number) {
  const idf = Math.log(1 + (context.size - documents + 0.5) / (documents + 0.5));
  const norm = K1 * (1 - B + B * length / (field.totalLength / Math.max(1, field.docs)));
  return idf * frequency / (frequency + norm);
}

function term(context: Context, field: FieldIndex, token: string): Map<number, number> {
  const postings = field.postings.get(token) ?? [];
  return new Map(
    postings.map(({ doc, positions, length }) => [
      doc,
      score(context, field, positions.length, length, postings.length),
    ]),
  );
}

function phrase(context: Context, field: FieldIndex, tokens: string[], slop: number): Map<number, number> {
  const lists = tokens.map((token) => new Map((field.postings.get(token) ?? []).map((p) => [p.doc, p])));
  const rarest = lists.toSorted((a, b) => a.size - b.size)[0];
  const result = new Map<number, number>();
  for (const [doc, { length }] of rarest) {
    const all = lists.map((list) => list.get(doc)?.positions);
    if (!all.every((positions) => positions !== undefined)) continue;
    const frequency = all[0].filter((start) =>
      all.every((positions, i) =>
        positions.some((at) => Math.abs(at - start - i) <= slop)
      )
    ).length;
    if (frequency === 0) continue;
    const weights = lists.map((list) => score(context, field, frequency, length, list.size));
    result.set(doc, weights.reduce((sum, weight) => sum + weight, 0));
  }
  return result;
}

function wildcard(context: Context, field: FieldIndex, pattern: string): Map<number, number> {
  const expression = new RegExp(
    `^${
      pattern.toLowerCase().replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".")
    }$`,
  );
  const words = [...field.postings.keys()].filter((word) => expression.test(word));
  return sum(words.map((word) => term(context, field, word)));
}

/** A year means all of its days. */
function inRange(field: FieldIndex, from: string, to: string): Map<number, number> {
  const found = [...field.postings].filter(([date]) =>
    (from === "*" || date >= from.slice(0, date.length)) && (to === "*" || date.slice(0, to.length) <= to)
  );
  return new Map(found.flatMap(([, postings]) => postings.map(({ doc }) => [doc, 1] as const)));
}

function similar(field: FieldIndex, token: string, edits: number): string[] {
  return [...field.postings.keys()].filter((word) => distance(word, token, edits) <= edits);
}

/** Letters to change, insert or leave out; more than `most` is only told as more. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}

function sum(parts: Map<number, number>[]): Map<number, number> {
  if (parts.length === 1) return parts[0];
  const result = new Map<number, number>();
  for (const part of parts) {
    for (const [doc, value] of part) result.set(doc, (result.get(doc) ?? 0) + value);
  }
  return result;
}

function best(parts: Found[]): Found {
  const there = parts.filter((part) => part !== undefined);
  if (there.length === 0) return undefined;
  const result = new Map<number, number>();
  for (const part of there) {
    for (const [doc, value] of part) result.set(doc, Math.max(result.get(doc) ?? 0, value));
  }
  return result;
}

function boosted(found: Found, boost: number): Found {
  if (boost === 1 || !found) return found;
  return new Map([...found].map(([doc, value]) => [doc, value * boost]));
}
