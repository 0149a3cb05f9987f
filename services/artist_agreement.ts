import { fold } from "../db/normalise.ts";
import type { CreditedArtist } from "./album_matching.ts";
import { nameKey, nameWords, otherScript, typingErrors, withoutArticle } from "./name_words.ts";

/** MusicBrainz credits collections of many performers to this artist. */
export const VARIOUS_ARTISTS = "89ad4ac3-39f7-470e-963a-56509c546377";

/** How the artists of an album stand to a credit, strongest first. */
export type Agreement =
  | "equal"
  | "alias"
  | "main"
  | "part"
  | "guest"
  | "typing"
  | "various"
  | "performers"
  | "script"
  | "none";

export type ArtistAgreement = { kind: Agreement; text: string };

/** How far the artists an album is listed under are the ones a release group is credited to, in any order. */
export function compareArtists(
  artists: readonly string[],
  credit: readonly CreditedArtist[],
): ArtistAgreement {
  const shown = creditText(credit);
  const ours = artists.join(", ");
  const various = credit.some((one) => one.artist.id === VARIOUS_ARTISTS || isVarious(one.name));
  if (various && artists.some(isVarious)) return { kind: "various", text: "Various artists on both" };
  if (various) return { kind: "performers", text: `Various artists at MusicBrainz, here ${ours}` };
  if (artists.some(isVarious)) {
    return { kind: "performers", text: `Various artists here, at MusicBrainz ${shown}` };
  }
  const names = credit.map(namesOf);
  const equal: ArtistAgreement = { kind: "equal", text: `Artist equal: ${shown}` };
  const line = nameKey(artists.join(" "));
  if (line === nameKey(shown) || line === nameKey(credit.map((one) => one.artist.name).join(" "))) {
    return equal;
  }
  for (const listed of [artists, artists.flatMap(splitNames)]) {
    const keys = listed.map(nameKey);
    const all = (level: "own" | "all") =>
      names.every((one) => keys.some((key) => one[level].has(key))) &&
      keys.every((key) => names.some((one) => one[level].has(key)));
    if (all("own")) return equal;
    if (all("all")) return { kind: "alias", text: `Artist known as ${ours} too: ${shown}` };
    const credited = names.filter((one) => keys.some((key) => one.all.has(key)));
    if (names[0]?.all.has(keys[0]) || names.length > 0 && credited.length === names.length) {
      return { kind: "main", text: `Main artist equal: ${ours}, at MusicBrainz ${shown}` };
    }
    if (credited.length > 0) {
      return { kind: "guest", text: `One of the artists equal: ${ours}, at MusicBrainz ${shown}` };
    }
  }
  const [torn, theirs] = [artists.flatMap(splitNames).map(nameKey), splitNames(shown).map(nameKey)];
  if (sameSet(torn, theirs)) return equal;
  return unequal(artists, names, ours, shown);
}

function sameSet(a: string[], b: string[]): boolean {
  return a.every((key) => b.includes(key)) && b.every((key) => a.includes(key));
}

/** The credit as MusicBrainz prints it. */
export function creditText(credit: readonly CreditedArtist[]): string {
  return credit.map((one) => one.name + one.joinphrase).join("");
}

export function isVarious(name: string): boolean {
  return VARIOUS.has(nameKey(name));
}

const VARIOUS = new Set([
  "Various Artists",
  "Various",
  "V.A.",
  "VA",
  "V/A",
  "Various Composers",
  "Various Performers",
  "Verschiedene Interpreten",
  "Verschiedene Künstler",
  "Verschiedene",
  "Diverse",
  "Diverse Artister",
  "Diverse Interpreten",
  "Diversen",
  "Diverse Artiesten",
  "Varios Artistas",
  "Varios",
  "Vários Artistas",
  "Vários",
  "Artistes Variés",
  "Artistes Divers",
  "Multi-interprètes",
  "Artisti Vari",
  "Vari",
  "Różni Wykonawcy",
  "Eri esittäjiä",
  "Blandade Artister",
  "Různí interpreti",
  "Çeşitli Sanatçılar",
  "Разные исполнители",
  "Сборник",
  "オムニバス",
  "ヴァリアス・アーティスト",
  "V.A",
  "群星",
  "合辑",
  "여러 아티스트",
].map(nameKey));

/** Names as printed and as kept by MusicBrainz, and with all it is also known by. */
type CreditNames = {
  own: Set<string>;
  all: Set<string>;
  parts: Set<string>;
  words: (readonly string[])[];
  names: string[];
};

function namesOf(one: CreditedArtist): CreditNames {
  const { name, sortName, aliases } = one.artist;
  const names = [one.name, name, ...turned(sortName)];
  const own = new Set(names.map(nameKey));
  const all = new Set([...own, ...aliases.flatMap((alias) => turned(alias).map(nameKey))]);
  const parts = new Set([...all, ...names.flatMap(partKeys)]);
  return { own, all, parts, words: names.map(wordsOf), names: [...names, ...aliases] };
}

/** "Amuro, Namie" is "Namie Amuro" as well. */
function turned(sortName: string): string[] {
  const [last, ...first] = sortName.split(/,\s+/);
  return first.length === 0 ? [sortName] : [sortName, [...first, last].join(" ")];
}

/** A name without what stands in brackets behind it, and that alone: "于文文 (Kelly)". The same for "ESPRIT 空想". */
function partKeys(name: string): string[] {
  const bracket = /^(.+?)\s*[([（【]([^()[\]（）【】]+)[)\]）】]\s*$/.exec(name);
  const pieces = bracket ? [bracket[1], bracket[2].replace(/^cv\s*[.:：]\s*/i, "")] : [];
  const latin =
    name.match(/[\p{Script=Latin}\p{N}][\p{Script=Latin}\p{N}\p{M}\s'’.&-]*/gu)?.join(" ").trim() ?? "";
  const rest = name.replace(/[\p{Script=Latin}\p{N}]/gu, "").trim();
  const mixed = /\p{L}/u.test(rest) && latin.length >= 3 ? [latin, rest] : [];
  return [...pieces, ...mixed].map(nameKey);
}

function wordsOf(name: string): readonly string[] {
  return withoutArticle(nameWords(name));
}

const BETWEEN =
  /\s*(?:,|;|、|\/|／|\||·)\s*|(?<=\S{2})\s+(?:x|y|e)\s+(?=\S{2})|\s+(?:&|＆|\+|×|and|et|und|og|och|vs\.?|with|feat\.?|ft\.?|featuring|meets|presents|pres\.?)\s+/i;

/** The single names of a credit line. "Tyler, The Creator" is torn here; whole names are compared before. */
export function splitNames(line: string): string[] {
  return line.split(BETWEEN).map((name) => name.replace(/^\((?:feat|ft)\.?\s+|\)$/g, "").trim()).filter(
    Boolean,
  );
}

function unequal(
  artists: readonly string[],
  names: CreditNames[],
  ours: string,
  shown: string,
): ArtistAgreement {
  const words = artists.map(wordsOf);
  const keys = artists.flatMap((name) => [nameKey(name), ...partKeys(name)]);
  const spellings = names.flatMap((one) => one.words);
  if (
    names.some((one) => keys.some((key) => one.parts.has(key))) ||
    words.some((mine) => spellings.some((other) => extended(mine, other) || extended(other, mine)))
  ) {
    return { kind: "part", text: `Artist named in part: ${ours}, at MusicBrainz ${shown}` };
  }
  if (words.some((mine) => spellings.some((other) => longEnough(mine, other)))) {
    return { kind: "typing", text: `Artist almost equal: ${ours}, at MusicBrainz ${shown}` };
  }
  const comparable = names.some((one) =>
    one.names.some((name) => artists.some((mine) => !otherScript(mine, name)))
  );
  return comparable
    ? { kind: "none", text: `Other artist: ${shown}` }
    : { kind: "script", text: `Artist in another script: ${ours}, at MusicBrainz ${shown}` };
}

/** "Prince" in "Prince and the Revolution": a name followed by its band. "Nomadi" in "I Nomadi". */
function extended(short: readonly string[], long: readonly string[]): boolean {
  const article = /^(?:i|gli|il|los|las|el|la|le|les|die|der|das|de|os|as)$/.test(long[0]);
  if (article && long.slice(1).join(" ") === short.join(" ")) return true;
  return short.length < long.length && closeEnough(short) && short.every((word, i) => long[i] === word) &&
    /^(?:the|his|her|and|with|feat|featuring|&|orchestra|band|trio|quartet|quintet|sextet|ensemble|group)$/
      .test(long[short.length]);
}

function closeEnough(words: readonly string[]): boolean {
  return fold(words.join("")).length >= 3;
}

function longEnough(a: readonly string[], b: readonly string[]): boolean {
  const errors = typingErrors(a, b);
  return errors !== undefined && errors > 0 && Math.min(a.join("").length, b.join("").length) >= 5 * errors;
}
