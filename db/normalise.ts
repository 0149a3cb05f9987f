/**
 * One normal form for names, so that what people, files and services spell differently meets.
 * Source of the rules: the tags contract (folding) and the search rules of the design.
 */

// Marks that only decorate a letter. Kana voicing marks are not among them: か and が are different letters.
const MARKS =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]/g;
// Letters that NFKD leaves whole.
const LETTERS: Record<string, string> = {
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ı: "i",
  ħ: "h",
  ŋ: "n", // deno-fmt-ignore
};
const SPECIAL = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "g");

/** Lower case, without accents, compatibility forms unified; punctuation and spaces stay. */
export function fold(text: string): string {
  return text.toLowerCase().normalize("NFKD").replace(MARKS, "").normalize("NFC")
    .replace(SPECIAL, (letter) => LETTERS[letter]);
}

/**
 * The words of a name in normal form, one space between: apostrophes and dots vanish ("don't" = "dont"),
 * "&" is "and", other punctuation separates. A name of signs alone ("( )", "÷") stays as it is.
 */
export function matchKey(text: string): string {
  const folded = fold(text);
  const words = folded.replace(/&|＆/g, " and ").replace(/['’‘ʼ`´.]/g, "")
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, " ").trim();
  return words === "" ? folded.replace(/\s+/g, " ").trim() : words;
}

/** Artists are compared without a leading "The". */
export function artistKey(name: string): string {
  return matchKey(name).replace(/^the (?=.)/, "");
}

/** What identifies an album that has no id: artist and title. Editions are different albums here. */
export function albumKey(artist: string, title: string): string {
  return `${artistKey(artist)}\t${matchKey(title)}`;
}

export function sortName(name: string): string {
  return artistKey(name);
}

export function sortTitle(title: string): string {
  return matchKey(title).replace(/^(?:the|an?) (?=.)/, "");
}

/**
 * What the search looks through: every word of artist and title, and once more closed up where punctuation
 * stood inside a word, so that "acdc", "ac dc" and "AC/DC" all find AC/DC. Signs are kept at the end for terms
 * that consist of nothing else.
 */
export function searchText(artist: string, title: string): string {
  const spaced = `${matchKey(artist)} ${matchKey(title)}`;
  const folded = fold(`${artist} ${title}`);
  const closed = folded.split(/\s+/).map((word) => word.replace(/[^\p{L}\p{N}\p{M}]+/gu, "")).filter(Boolean);
  const words = new Set(spaced.split(" "));
  const extra = closed.filter((word) => !words.has(word));
  const signs = folded.split(/\s+/).filter((word) => /^[^\p{L}\p{N}]+$/u.test(word));
  return ` ${[spaced, ...extra, ...signs].join(" ")} `;
}

/** The terms of a search as typed, each to be found anywhere in `searchText`, in any order. */
export function searchTerms(input: string): string[] {
  return [
    ...new Set(
      fold(input).split(/\s+/).filter(Boolean).map((word) => {
        const letters = word.replace(/[^\p{L}\p{N}\p{M}]+/gu, "");
        return letters === "" ? word : letters;
      }),
    ),
  ];
}
