import { fold, matchKey } from "../db/normalise.ts";

/**
 * The words of a name for comparing it with another catalogue's spelling, on top of the library's normal form:
 * numerals and number words become digits, "Vol. II" and "Volume 2" both "2", "Pt." "part", kana are one script
 * and "and" between words goes. A name of signs alone is one word of its signs.
 */
export function nameWords(name: string): readonly string[] {
  const known = remembered.get(name);
  if (known) return known;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const words = readWords(name);
  remembered.set(name, words);
  return words;
}

// A library asks for the same names again and again, once for every candidate.
const remembered = new Map<string, readonly string[]>();
const MOST_REMEMBERED = 20_000;

function readWords(name: string): string[] {
  const apart = name.replace(/[™®©℠]/g, "").replace(/[\u2160-\u217f\u2460-\u2473]/g, " $& ");
  const text = kana(fold(apart)).replace(/(?<=\d)[.,:](?=\d)/g, " ").replace(/(?<=\s)@(?=\s)/g, "at")
    .replace(/\$(?=\p{L})|(?<=\p{L})\$/gu, "s")
    .replace(CJK_EDGE, " ")
    // Numbers stand apart before dots vanish: "Vol.2", "CD2", "Blink-182" and "Blink 182".
    .replace(/(?<=\p{L})[.]?(?=\p{Nd})|(?<=\p{Nd})(?=\p{L})/gu, " ")
    .replace(/\b(vol|pt|no|nr)\./g, "$1 ");
  const key = matchKey(text);
  if (!/[\p{L}\p{N}]/u.test(key)) return [key.replaceAll(" ", "")];
  const words = withoutVolumeWords(digits(key.split(" ")));
  return words.filter((word, i) => i === 0 || i === words.length - 1 || !CONJUNCTIONS.has(word));
}

export function withoutArticle(words: readonly string[]): readonly string[] {
  return words.length > 1 && ARTICLES.has(words[0]) ? words.slice(1) : words;
}

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const CJK_EDGE = new RegExp(
  `(?<=${CJK.source})(?=\\p{Script=Latin})|(?<=\\p{Script=Latin})(?=${CJK.source})`,
  "gu",
);
const CONJUNCTIONS = new Set(["and", "et", "y", "und", "e", "och", "og", "n"]);
const ARTICLES = new Set(["the", "a", "an"]);

/** Words closed up, so that spacing does not count; a boundary stays between numbers ("98-2" is not "982"). */
export function closedUp(words: readonly string[]): string {
  return words.join(" ").replace(/(?<!\d) | (?!\d)/g, "");
}

/** Equal for names that differ in case, accents, signs, spacing, numerals, a leading article and "and" only. */
export function nameKey(name: string): string {
  return closedUp(withoutArticle(nameWords(name)));
}

function kana(text: string): string {
  return text.replace(/[\u30a1-\u30f6]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0x60));
}

const UNITS =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    .split(" ");
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split(" ");
const VOLUME = /^(?:vol|vols|volume|volumes|no|nr|number|tome)$/;
const PART = /^(?:pts?|parts?|parte|partie|teil)$/;

function digits(words: string[]): string[] {
  const found: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    const tens = TENS.indexOf(word);
    const unit = UNITS.indexOf(words[i + 1] ?? "");
    const ordinal = ORDINALS.indexOf(word);
    if (tens >= 0 && unit > 0 && unit < 10) found.push(String(tens * 10 + 20 + unit)), i++;
    else if (tens >= 0) found.push(String(tens * 10 + 20));
    else if (UNITS.includes(word)) found.push(String(UNITS.indexOf(word)));
    else if (ordinal >= 0) found.push(String(ordinal + 1), ["st", "nd", "rd"][ordinal] ?? "th");
    else if (word === "okay") found.push("ok");
    else found.push(roman(word, words[i - 1], i === words.length - 1) ?? word.replace(/^0+(?=\d)/, ""));
  }
  return found;
}

/** A single letter is a numeral only where numbers stand: at the end or after "Vol.". */
function roman(word: string, before: string | undefined, last: boolean): string | undefined {
  const parts = /^(x{0,3})(ix|iv|v?i{0,3})$/.exec(word);
  if (!parts || word === "" || before === undefined && word.length === 1) return undefined;
  if (word.length === 1 && !last && !VOLUME.test(before ?? "") && !PART.test(before ?? "")) return undefined;
  const ones = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"].indexOf(parts[2]);
  return String(parts[1].length * 10 + ones);
}

function withoutVolumeWords(words: string[]): string[] {
  return words.flatMap((word, i) => {
    if (!/^\d/.test(words[i + 1] ?? "")) return [word];
    return VOLUME.test(word) ? [] : [PART.test(word) ? "part" : word];
  });
}

/**
 * How many letters two names differ by when that looks like a typing error: in long words only, never in a
 * number, and not where a letter is a word of its own (第一, 第二). Undefined when they are different names.
 */
export function typingErrors(a: readonly string[], b: readonly string[]): number | undefined {
  const [left, right] = [closedUp(a), closedUp(b)];
  const shortest = Math.min(left.length, right.length);
  if (numbersIn(a) !== numbersIn(b) || shortest < 5 || CJK.test(left + right)) return undefined;
  if (a.length !== b.length) return shortest >= 10 && edits(left, right) <= 1 ? 1 : undefined;
  let errors = 0;
  for (const [i, word] of a.entries()) {
    if (word === b[i]) continue;
    const length = Math.min(word.length, b[i].length);
    const allowed = length >= 7 ? 2 : Number(length >= 4);
    const found = allowed === 0 ? 1 : edits(word, b[i]);
    if (found > allowed) return undefined;
    errors += found;
  }
  return errors <= 2 ? errors : undefined;
}

function numbersIn(words: readonly string[]): string {
  return words.filter((word) => /^\d/.test(word)).join(" ");
}

/** Letters to insert, remove, replace or swap with their neighbour to get from one word to the other. */
function edits(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + Number(a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], before[j - 2] + 1);
      }
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

/** The share of words two names have in common, 0 to 1. */
export function sharedWords(a: readonly string[], b: readonly string[]): number {
  const other = new Set(b);
  const shared = a.filter((word) => other.has(word)).length;
  return 2 * shared / (a.length + b.length);
}

/** Whether the names are written in scripts that have no letter in common, so that comparing says nothing. */
export function otherScript(a: string, b: string): boolean {
  const [left, right] = [scripts(a), scripts(b)];
  return left.size > 0 && right.size > 0 && [...left].every((script) => !right.has(script));
}

function scripts(text: string): Set<string> {
  const found = new Set<string>();
  for (const [name, pattern] of SCRIPTS) if (pattern.test(text)) found.add(name);
  return found;
}

const SCRIPTS: [string, RegExp][] = [
  ["latin", /\p{Script=Latin}/u],
  // Japanese mixes its scripts, and Chinese shares one of them.
  ["east asian", /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ["hangul", /\p{Script=Hangul}/u],
  ["cyrillic", /\p{Script=Cyrillic}/u],
  ["greek", /\p{Script=Greek}/u],
  [
    "other",
    /(?![\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Cyrillic}\p{Script=Greek}ー])\p{L}/u,
  ],
];
