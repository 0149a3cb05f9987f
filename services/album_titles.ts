import { fold } from "../db/normalise.ts";
import { closedUp, nameWords, otherScript, withoutArticle } from "./name_words.ts";

/** What a title says the recording is; two titles that differ in this are two albums, however alike. */
export type TitleMark =
  | "live"
  | "remix"
  | "instrumental"
  | "acoustic"
  | "demo"
  | "karaoke"
  | "tribute"
  | "commentary"
  | "rerecorded"
  | "soundtrack"
  | "collection";

/** A title with some of its parts left out; `cost` says how much that weakens it as a name of the album. */
export type TitleReading = { key: string; words: readonly string[]; cost: number; without: string[] };

export type TitleReadings = {
  title: string;
  /** Cheapest first, one for each key. */
  readings: TitleReading[];
  marks: Set<TitleMark>;
  /** "- EP", "(Single)" and the like. */
  form: "single" | "ep" | undefined;
  /** The part that names an edition: "Deluxe Edition", "2011 Remaster". */
  edition: string | undefined;
};

type Part = { text: string; cost: number; kind: "main" | "bracket" | "tail" };

/** What leaving out a part costs. From `subtitle` on the title alone is no longer enough to be sure. */
export const READING_COST = {
  form: 1,
  guests: 1,
  article: 2,
  mark: 3,
  edition: 5,
  artist: 5,
  translation: 6,
  bracket: 12,
  subtitle: 15,
};

/** All the ways a title may be given elsewhere. The artists' names may stand in it: "The Best of Focus". */
export function readTitle(title: string, artists: readonly string[]): TitleReadings {
  const parts = splitParts(fold(title).replace(/[’‘ʼ`´]/g, "'").replace(/[‐‑‒–—―−]/g, "-"));
  const edition = parts.find((part) => part.cost === READING_COST.edition)?.text;
  const form = parts.map((part) => formOf(part.text)).find((found) => found !== undefined);
  const found = new Map<string, TitleReading>();
  const add = (words: readonly string[], cost: number, without: string[]) => {
    const key = closedUp(words);
    const known = found.get(key);
    if (key !== "" && (known === undefined || known.cost > cost)) {
      found.set(key, { key, words, cost, without });
    }
  };
  for (const left of subsets(parts)) {
    const kept = parts.filter((part) => !left.includes(part)).map((part) => part.text);
    const cost = costOfLeaving(left);
    const words = nameWords(kept.join(" "));
    const without = left.map((part) => asWritten(title, part.text));
    add(words, cost, without);
    add(withoutArticle(words), cost + READING_COST.article, without);
    const named = parts.some((part) => part.cost > READING_COST.edition && !left.includes(part));
    for (const artist of artists) {
      const rest = withoutArtist(words, artist);
      // What is left of "Prince (Live)" without the artist names nothing.
      if (rest && (named || withoutArtist(nameWords(parts[0].text), artist))) {
        add(rest, cost + READING_COST.artist, without);
      }
    }
  }
  for (const { text, cost } of otherNames(parts)) add(nameWords(text), cost, []);
  return {
    title,
    readings: [...found.values()].sort((a, b) => a.cost - b.cost),
    marks: new Set(parts.flatMap((part) => [...marksIn(part.text)])),
    form,
    edition: edition && asWritten(title, edition),
  };
}

/** A part in the title's own letters. */
function asWritten(title: string, part: string): string {
  return title.split(/[()[\]{}（）【】]|\s[-–—:]\s|:\s/).map((piece) => piece.trim())
    .find((piece) => fold(piece) === part) ?? part;
}

/** A title without edition, form and guests, in its own spelling: what to search for. */
export function plainTitle(title: string): string {
  const cut = title.replace(
    /\s*[([{（【]([^()[\]{}（）【】]*)[)\]}）】]/g,
    (whole, inside: string) => costOf(fold(inside).trim(), "bracket") <= READING_COST.edition ? "" : whole,
  );
  const plain = withoutTrailing(cut.replace(
    /\s+[-–—]\s+([^-–—]+)$/,
    (whole, tail: string) => costOf(fold(tail).trim(), "tail") <= READING_COST.edition ? "" : whole,
  )).main.trim();
  return plain === "" ? title : plain;
}

/** What stands before brackets and subtitles: "Tucson" of "Tucson: A Country Rock Opera". */
export function mainTitle(title: string): string {
  const main = splitParts(title).find((piece) => piece.kind === "main")?.text ?? title;
  return /[\p{L}\p{N}]/u.test(main) ? main : title;
}

const BRACKETS = /[([{【「『〈《〔]([^()[\]{}【】「」『』〈〉《》〔〕]*)[)\]}】」』〉》〕]/;
const TAIL = /^(.*?\S)(?:\s+[-~:]+\s+|[:;]\s+|\s*[~〜]\s*)([^~〜]+)[~〜]?\s*$/s;

function splitParts(title: string): Part[] {
  const parts: Part[] = [];
  let text = title;
  for (let match; (match = BRACKETS.exec(text));) {
    parts.push(part(match[1], "bracket"));
    text = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`;
  }
  const tails: Part[] = [];
  for (let match; tails.length < 2 && (match = TAIL.exec(text));) {
    // The last tail first, so that "A: B - C" gives up C before B.
    const at = Math.max(text.lastIndexOf(" - "), match[1].length);
    const cut = at > match[1].length ? at : match[1].length;
    tails.unshift(part(text.slice(cut).replace(/^[\s:;~〜-]+|[\s~〜-]+$/g, ""), "tail"));
    text = text.slice(0, cut);
  }
  const { main, trailing } = withoutTrailing(text.trim());
  const loose = [...trailing.map((end) => part(end, "tail")), ...tails, ...parts]
    .filter((piece) => /[\p{L}\p{N}]/u.test(piece.text));
  // Signs are a name only where no words are: "÷ (Deluxe)", not the "!" of "[Love Symbol]!".
  const signs = /\p{S}/u.test(main) ||
    /\S/.test(main) && loose.every((piece) => piece.cost <= READING_COST.edition);
  const all = signs || /[\p{L}\p{N}]/u.test(main) ? [part(main, "main"), ...loose] : loose;
  if (all.length === 0) return [part(title, "main")];
  // A title that is nothing but an edition or a form keeps it: "20th Anniversary", "EP".
  if (!all.some((piece) => piece.kind === "main")) all[0] = { ...all[0], kind: "main", cost: 0 };
  return all.map((piece) =>
    piece.cost >= READING_COST.bracket && piece !== all[0] && otherScript(piece.text, all[0].text)
      ? { ...piece, cost: READING_COST.translation }
      : piece
  );
}

/** Leaving out the edition costs once, in however many parts it is told. */
function costOfLeaving(left: readonly Part[]): number {
  const costs = left.map((piece) => piece.cost);
  const editions = costs.filter((cost) => cost === READING_COST.edition).length;
  return costs.reduce((sum, cost) => sum + cost, 0) - Math.max(0, editions - 1) * READING_COST.edition;
}

function part(text: string, kind: Part["kind"]): Part {
  const plain = text.replace(/\s+/g, " ").trim();
  return { text: plain, kind, cost: kind === "main" ? 0 : costOf(plain, kind) };
}

function costOf(text: string, kind: Part["kind"]): number {
  if (formOf(text) || /^(?:the )?(?:album|lp|maxi)$/.test(text)) return READING_COST.form;
  if (/^(?:feat\b|ft\b|featuring|with |prod\b)/.test(text)) return READING_COST.guests;
  const marks = marksIn(text);
  marks.delete("collection");
  if (marks.size === 0 && isEdition(text)) return READING_COST.edition;
  if (marks.size > 0 && saysOnlyMarks(text)) return READING_COST.mark;
  return kind === "bracket" ? READING_COST.bracket : READING_COST.subtitle;
}

function formOf(text: string): "single" | "ep" | undefined {
  if (/^(?:the )?(?:e\.?p\.?|mini[- ]album)$/.test(text)) return "ep";
  return /^(?:the )?(?:(?:cd|maxi|digital|lead|double)[- ]?)?single$/.test(text) ? "single" : undefined;
}

const SURE_EDITION =
  /\b(?:deluxe|edition|expanded|remaster(?:ed|s|ing)?|re-?issued?|bonus|(?:\d+(?:st|nd|rd|th)?|-year) anniversary|edicion|edicao|edizione|ausgabe|remasteriz\w+|rimasterizzat\w+|jubil\w+)\b|(?:通常|初回|限定|豪華|生産|特別|完全|記念|再発)盤$|エディション|デラックス|リマスター|限定/;
const EDITION_WORDS = new Set(
  "deluxe dlx edition ed expanded remaster remastered remasters reissue reissued issue re release rereleased bonus track tracks disc cd lp vinyl digital download web anniversary collector collectors super special limited extended explicit clean censored uncensored edited mono stereo version mix international us uk eu usa japan japanese european american standard album original tour festival itunes spotify amazon target exclusive legacy definitive complete platinum gold box set double hd hi res bit khz audio new plus with and the of year st nd rd th dolby atmos"
    .split(" "),
);
const EDITION_NAMES =
  /\b(?:explicit|clean|mono|stereo|special|limited|extended|legacy|complete|definitive|standard|international|us|uk|japan(?:ese)?|original|album|exclusive|vinyl|digital|super|itunes|collectors?|platinum|atmos) ?|\b(?:19|20)\d\d (?:stereo |new )?(?:re-?)?mix\b/;

function isEdition(text: string): boolean {
  if (SURE_EDITION.test(text)) return true;
  const words = text.replace(/'s?\b/g, "").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return EDITION_NAMES.test(text) &&
    words.every((word) => EDITION_WORDS.has(word) || /^\d+(?:st|nd|rd|th)?$/.test(word) || word === "remix");
}

const MARKS: [TitleMark, RegExp][] = [
  ["collection", /\b(?:best of|greatest hits|anthology|singles collection)\b|ベスト/],
  [
    "live",
    /\b(?:live|unplugged|in concert|en vivo|ao vivo|en concert|en directo|dal vivo|bootleg)\b|ライ[ブヴ]|コンサート|^\d{4}[-.](?:\d\d|xx)[-.](?:\d\d|xx)\b/,
  ],
  [
    "remix",
    /\b(?:re-?mix(?:es|ed)?|rmxs?|rmx\d*|reworks?|reworked|re-?edit|sped up|slowed|nightcore|dj[- ]mix|mixes|(?:club|radio|extended|dub|vocal|house) (?:mix|edit))\b|\S (?:mix|edit)$|リミックス/,
  ],
  ["instrumental", /\binstrumentals?\b|インスト/],
  ["acoustic", /\bacoustic\b|アコースティック/],
  ["demo", /\bdemos?\b|デモ/],
  ["karaoke", /\bkaraoke\b|カラオケ|backing tracks/],
  [
    "tribute",
    /\b(?:tribute|renditions?|lullaby versions?|made famous|in the style of|as performed by)\b|トリビュート/,
  ],
  ["commentary", /\b(?:commentary|interviews?|audiobook|track by track)\b/],
  ["rerecorded", /'s version\b|\bre-?record(?:ed|ing|ings)\b/],
  [
    "soundtrack",
    /\b(?:sound ?tracks?|o\.?s\.?t|(?:original|motion picture|film) (?:\w+ )?score|music (?:from|of|for) (?:(?:and|inspired|by|the|original|netflix|disney|\w+'s) )*(?:motion picture|movie|film|series|game)|bande originale|banda sonora|colonna sonora|original (?:motion picture|television|broadway|cast|game)\b.*)\b|サウンド ?トラック|サントラ/,
  ],
];

/** A new mix of the same recording: "2019 Remix", "New Stereo Mix". */
const PLAIN_MIX =
  /\b(?:19|20)\d\d (?:stereo |new )?(?:re-?)?mix\b|\b(?:new |original |album )*(?:stereo|mono|atmos|surround|original|album) mix\b/g;

export function marksIn(text: string): Set<TitleMark> {
  const plain = fold(text).replace(PLAIN_MIX, "");
  return new Set(MARKS.filter(([, pattern]) => pattern.test(plain)).map(([mark]) => mark));
}

/** "Live", "The Remixes", "Acoustic Version": the mark is all there is. "Live at Wembley" says more. */
function saysOnlyMarks(text: string): boolean {
  const rest = MARKS.reduce((left, [, pattern]) => left.replace(new RegExp(pattern, "g"), " "), text);
  return rest.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
    .every((word) =>
      /^(?:the|version|versions|album|ep|original|tv|and|from|remaster(?:ed)?|deluxe|edition|\d+)$/.test(word)
    );
}

const TRAILING: RegExp[] = [
  /^(.+?\S)\s+(e\.?p\.?|lp)$/i,
  /^(.+?\S)\s+((?:feat|ft)\.? .+|featuring .+)$/i,
  /^(.+?\S)\s+((?:(?:super |special |limited |expanded |collectors?'?s? |\d+(?:st|nd|rd|th) |\d{4} |anniversary )+(?:deluxe |expanded )?(?:edition|version|remaster(?:ed)?))|(?:super )?deluxe(?: edition| version)?|(?:\d{4} )?remastered(?: version| edition)?)$/i,
  /^(.+?\S)[\s-]+(?:-\s*)?((?:original |tv |the )*(?:motion picture |game )?(?:sound ?track|ost)s?)-?$/i,
];

/** What ends a title without a sign before it: "Mixed Nuts EP", "Ten Deluxe", "Psycho-Pass OST". */
function withoutTrailing(text: string): { main: string; trailing: string[] } {
  const trailing: string[] = [];
  let main = text;
  for (const pattern of [...TRAILING, ...TRAILING]) {
    const match = pattern.exec(main);
    if (match) main = match[1], trailing.unshift(match[2]);
  }
  return { main, trailing };
}

/** Every choice of parts to leave out; the main one stays. */
function subsets(parts: Part[]): Part[][] {
  const loose = parts.filter((piece) => piece.kind !== "main").slice(0, 5);
  return loose.reduce<Part[][]>((all, piece) => [...all, ...all.map((left) => [...left, piece])], [[]]);
}

/** The words without the artist at their start or end, if anything is left. */
function withoutArtist(words: readonly string[], artist: string): readonly string[] | undefined {
  const name = withoutArticle(nameWords(artist));
  const all = withoutArticle(words);
  const at = (start: number) => start >= 0 && name.every((word, i) => all[start + i] === word);
  const rest = at(0)
    ? all.slice(name.length)
    : at(all.length - name.length)
    ? all.slice(0, -name.length)
    : [];
  while (/^(?:the|by|s)$/.test(rest.at(-1) ?? "")) rest.pop();
  return rest.length > 0 ? withoutArticle(rest) : undefined;
}

/** A translation in brackets, halves that may each stand for the whole, and the halves in alphabetical order. */
function otherNames(parts: Part[]): { text: string; cost: number }[] {
  const [main, ...rest] = parts;
  const names = rest.filter((piece) => piece.cost === READING_COST.translation)
    .map(({ text, cost }) => ({ text, cost }));
  const halves = main.text.split(/\s+[/|]\s+|(?<=[^\p{ASCII}])\/(?=[^\p{ASCII}])/u).filter(Boolean);
  if (halves.length < 2) return names;
  const outside = costOfLeaving(rest);
  for (const half of halves) {
    const foreign = halves.some((other) => otherScript(half, other));
    names.push({ text: half, cost: outside + (foreign ? READING_COST.translation : READING_COST.subtitle) });
  }
  return [...names, { text: halves.toSorted().join(" "), cost: outside }];
}
