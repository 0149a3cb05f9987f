/**
 * Text as MusicBrainz' search server reads it (its field types): equivalent signs are unified, words are cut out,
 * and everything is folded. What has no letters or digits vanishes.
 */

// A few that differ; the real list has thousands.
const TRADITIONAL = "電臺國學樂愛戀東風長門龍馬鳥魚體點無個們會來時間見說話謝豐華麗夢漢語聽";
const SIMPLIFIED = "电台国学乐爱恋东风长门龙马鸟鱼体点无个们会来时间见说话谢丰华丽梦汉语听";
const SIMPLE = new Map([...TRADITIONAL].map((letter, i) => [letter, [...SIMPLIFIED][i]]));
const LETTERS: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
};

// Signs of these scripts are words of their own; all other letters and digits stay together.
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}])+/gu;

/** The words of a title or a name. */
export function analyse(text: string): string[] {
  const unified = text.normalize("NFKC").replace(/&/g, "and").replace(/([Nn][Oo])\.\s+(\d)/g, "$1.$2");
  return (unified.match(TOKEN) ?? []).map(foldToken).filter((token) => token !== "");
}

function foldToken(token: string): string {
  const folded = token.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").normalize("NFC");
  return [...folded].map((letter) => LETTERS[letter] ?? SIMPLE.get(letter) ?? hiragana(letter)).join("");
}

function hiragana(letter: string): string {
  const code = letter.codePointAt(0)!;
  return code >= 0x30a1 && code <= 0x30f6 ? String.fromCodePoint(code - 0x60) : letter;
}

/** The same with accents kept. */
export function analyseAccents(text: string): string[] {
  return (text.normalize("NFKC").replace(/&/g, "and").match(TOKEN) ?? []).map((token) => token.toLowerCase());
}

/** The whole value, in small letters. */
export function analyseWhole(text: string): string[] {
  return text === "" ? [] : [text.toLowerCase()];
}

/** Digits without spaces and leading zeros, so that 12 and 13 digits of one number meet. */
export function analyseBarcode(text: string): string[] {
  const digits = text.replace(/\s+/g, "").replace(/^0+/, "");
  return digits === "" ? [] : [digits];
}
