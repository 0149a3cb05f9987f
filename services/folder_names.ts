import { artistKey, matchKey } from "../db/normalise.ts";

/** What a folder says about the album in it. */
export type FolderReading = { artist?: string; album: string; year?: number; disc?: number };
/** What a file name says about the track in it. */
export type NameReading = { disc?: number; number?: number; title: string };

type Found = { year?: number; disc?: number };

const YEAR = /^(?:19|20)\d\d$/;
const DISC_FOLDER = /^(?:cd|dis[ck]|vol|volume)[\s._-]*(\d{1,2})(?:$|[\s._(\[-])/i;
const DISC_SUFFIX = /[\s._-]+(?:cd|dis[ck])[\s._-]*(\d{1,2})$/i;
// Words that can only speak of the copy, and words that do so inside brackets or next to one of the first.
const FORMAT =
  "flac\\d*|mp3|m4a|aac|ogg|opus|alac|dsd\\d*|lossless|hi-?res|320|v0|\\d{2,4} ?k(?:bps|bit)?s?|kbps|kbit|\\d{2} ?bits?|\\d+(?:[.]\\d)? ?khz";
const SOURCE =
  "vorbis|wav|ape|wv|sacd|lossy|hi|res|cbr|vbr|v2|q\\d|bits?|64|96|128|160|192|224|256|16|24|44|48|88" +
  "|\\d?cds?|\\d?lps?|vinyl|web|webflac|dl|rip|[a-z]+-?rip|dvd|bluray|log|cue|tracks|tr24|of|retail|promo|explicit|album";
const FORMAT_WORD = new RegExp(`^(?:${FORMAT})$`, "i");
const COPY_WORD = new RegExp(`^(?:${FORMAT}|${SOURCE})$`, "i");
const EDITION =
  /deluxe|edition|remaster|expanded|bonus|anniversary|version|live|demo|mono|stereo|\bep\b|single/i;
// Folders that sort music but name nobody who plays it.
const SORTING_FOLDER =
  /^(?:.|_.*|music|my music|library|music library|media|audio|albums?|downloads?|completed?|flac|mp3|lossless|compilations?|soundtracks?|ost|singles|eps)$/i;

/** The disc a folder stands for when it is one disc of a set: "CD1", "Disc 2", "Disk 03 - Live". */
export function discOfFolder(name: string): number | undefined {
  const match = DISC_FOLDER.exec(name.trim());
  return match ? Number(match[1]) || undefined : undefined;
}

/**
 * Readings of a folder below the music folder, most likely first: `<Artist>/<Album>` and its usual
 * decorations, one-folder forms like "Artist - Album (2003) [FLAC]", and scene names as far as they go.
 */
export function readFolder(folder: string): FolderReading[] {
  const parts = folder.split("/").filter((part) => part !== "" && !isFormatOnly(part));
  let disc: number | undefined;
  while (parts.length > 1 && discOfFolder(parts.at(-1)!) !== undefined) disc ??= discOfFolder(parts.pop()!);
  const name = parts.pop();
  if (name === undefined) return [];
  const own = readAlbumName(name);
  // "Album/Album Disc 1": the parent is the album once more, not the artist.
  if (own.disc !== undefined && parts.length > 0 && matchKey(parts.at(-1)!) === matchKey(own.album)) {
    parts.pop();
  }
  own.disc ??= disc;
  const parent = parts.pop();
  if (parent === undefined || SORTING_FOLDER.test(parent.trim())) return [own];
  const artist = readArtist(parent);
  if (own.artist === undefined || artistKey(own.artist) === artistKey(artist)) return [{ ...own, artist }];
  const below = { ...own, artist, album: `${own.artist} - ${own.album}` };
  // A folder that says artist, title and year describes itself; what is above it is a genre or a shelf.
  return own.year !== undefined ? [own, below] : [below, own];
}

/** Folders are sorted by some as "Cure, The". */
function readArtist(name: string): string {
  const plain = name.replaceAll("_", " ").trim();
  const sorted = /^(.+), (The|A|An)$/i.exec(plain);
  return sorted ? `${sorted[2]} ${sorted[1]}` : plain;
}

/** One folder name: "2003 - Title [FLAC]", "Artist - Title (2003) [320]", "Artist-Title-CD-FLAC-2014-GROUP". */
export function readAlbumName(name: string): FolderReading {
  const scene = readSceneName(name);
  if (scene) return scene;
  const found: Found = {};
  let text = withSpaces(name).replace(/^[([{]((?:19|20)\d\d)[)\]}]\s*[-.]?\s*/, (_, year) => {
    found.year = Number(year);
    return "";
  });
  text = text.replace(/(?<=\S)\s*[([{](?:19|20)\d\d[)\]}].*$/, (tail) => editionsIn(tail, found));
  text = withoutCopyBrackets(text, found);
  const parts = text.split(/\s+[-–—]\s+/).map((part) => part.trim()).filter((part) => part !== "");
  const kept = parts.filter((part) => parts.length === 1 || !(takeYear(part, found) || isCopyPart(part)));
  if (kept.length === 0) kept.push(parts.at(-1) ?? name.trim());
  kept.push(withoutTail(kept.pop()!, found));
  const album = (kept.length > 1 ? kept.slice(1) : kept).join(" - ");
  return { artist: kept.length > 1 ? kept[0] : undefined, album: album || name.trim(), ...found };
}

/** What follows "(2003)" belongs to the copy, except a bracket that names an edition. */
function editionsIn(tail: string, found: Found): string {
  const brackets = tail.match(/[([{][^()[\]{}]*[)\]}]/g) ?? [];
  return brackets.filter((bracket) => !readBracket(bracket.slice(1, -1), found) && EDITION.test(bracket))
    .map((bracket) => ` ${bracket}`).join("");
}

function withoutCopyBrackets(text: string, found: Found): string {
  for (;;) {
    const next = text.replace(
      /\s*[([{]([^()[\]{}]*)[)\]}]/g,
      (whole, inside: string) => readBracket(inside, found) ? " " : whole,
    ).replace(/\s{2,}/g, " ");
    // Brackets inside brackets ("[FLAC (M4A) Lossless]") come off one layer at a time.
    if (next === text) return text.trim();
    text = next;
  }
}

/** Whether what stands in brackets speaks of the copy; a year or disc in it is noted. */
function readBracket(inside: string, found: Found): boolean {
  const text = inside.trim();
  const disc = /^(?:cd|dis[ck])[\s._-]*(\d{1,2})$/i.exec(text);
  if (disc) found.disc ??= Number(disc[1]);
  if (disc) return true;
  const words = wordsOf(text);
  if (!words.every((word) => YEAR.test(word) || COPY_WORD.test(word))) return false;
  for (const word of words) takeYear(word, found);
  return true;
}

function takeYear(text: string, found: Found): boolean {
  const year = text.replace(/,.*$/, "");
  if (!YEAR.test(year)) return false;
  found.year ??= Number(year);
  return true;
}

function wordsOf(text: string): string[] {
  return text.split(/[\s/,|+_()[\]{}-]+/).filter((word) => word !== "");
}

/** Whether a folder says nothing but how the copy was made: "FLAC (24bit-48kHz)". */
function isFormatOnly(text: string): boolean {
  const words = wordsOf(text);
  return words.some((word) => FORMAT_WORD.test(word) && /[a-z]/i.test(word)) &&
    words.every((word) => COPY_WORD.test(word));
}

function isCopyPart(part: string): boolean {
  return /^(?:album|hi-res|web|(?:cd|web|vinyl)-?rip)$/i.test(part) || isFormatOnly(part);
}

/** "Title FLAC", "Title CD2": what hangs on at the end without brackets. */
function withoutTail(text: string, found: Found): string {
  let title = text.trim();
  for (let tail; (tail = /^(.*\S)[\s,]+(\S+)$/.exec(title)) && FORMAT_WORD.test(tail[2]);) title = tail[1];
  const disc = DISC_SUFFIX.exec(title);
  if (!disc || disc.index === 0) return title;
  found.disc ??= Number(disc[1]);
  return title.slice(0, disc.index);
}

/** "Artist-Album-(Deluxe_Edition)-CD-FLAC-2014-GROUP": no spaces, and a year at or before the end. */
function readSceneName(name: string): FolderReading | undefined {
  if (/\s/.test(name)) return undefined;
  const parts = name.split("-").map((part) => part.replace(/[._]+/g, " ").trim()).filter((part) =>
    part !== ""
  );
  const yearAt = parts.findIndex((part, i) => i >= 2 && YEAR.test(part));
  if (yearAt < parts.length - 2 || yearAt < 0) return undefined;
  return { artist: parts[0], album: parts[1], year: Number(parts[yearAt]) };
}

function withSpaces(text: string): string {
  if (/\s/.test(text)) return text.trim();
  if (text.includes("_")) return text.replaceAll("_", " ").trim();
  return /[^.]\.[^.]+\.[^.]/.test(text) ? text.replace(/\.(?=\S)/g, " ").trim() : text.trim();
}

/**
 * A file name without the folder: "01 - Title", "1-03 Title", "104 - Title", "A1 Title", "Artist - Title". The
 * artist and album that folder or tags name are taken out where the name repeats them.
 */
export function readFileName(fileName: string, names: { artist?: string; album?: string } = {}): NameReading {
  const stem = fileName.replace(/\.[a-z0-9]{2,5}$/i, "");
  const text = /\s/.test(stem) ? stem.replace(/^(\d+)_/, "$1 - ") : stem.replaceAll("_", " ");
  const start = readNumber(text);
  const found: NameReading = { title: "", disc: start?.disc, number: start?.number };
  const parts = splitName(start?.rest ?? text, text);
  const known = new Set([names.artist, names.album].filter((name) => name !== undefined).map(matchKey));
  for (let first = true; parts.length > 1; first = false) {
    if (/^\d{1,3}$/.test(parts[0])) takeNumber(found, Number(parts[0]), first);
    else if (!known.has(matchKey(parts[0]))) break;
    parts.shift();
  }
  const late = found.number === undefined ? readNumber(parts[0] ?? "") : undefined;
  if (late && late.rest !== "") Object.assign(found, late), parts[0] = late.rest;
  // Without a folder that says who plays it, "Artist - Title" is still two things.
  if (found.number === undefined && parts.length === 2 && known.size === 0) parts.shift();
  return { disc: found.disc, number: found.number, title: parts.join(" - ").trim() || stem };
}

/** A second number right behind the first makes that one the disc: "1 - 03 - Title". */
function takeNumber(found: NameReading, number: number, first: boolean): void {
  if (found.number === undefined) found.number = number || undefined;
  else if (first && found.disc === undefined && found.number <= 20 && number > 0) {
    found.disc = found.number;
    found.number = number;
  }
}

function splitName(text: string, whole: string): string[] {
  // A hyphen inside a word is no separator, unless the name has no spaces around any: "05-burial-night bus".
  const scene = !/\s-\s/.test(whole) && /^\d+-|-\d{2,3}-/.test(whole);
  return text.split(scene ? "-" : /\s+-\s+|^-\s+/).map((part) => part.trim()).filter((part) => part !== "");
}

type Numbered = { disc?: number; number: number; rest: string };

function readNumber(text: string): Numbered | undefined {
  const discTrack = /^[([]?(\d{1,2})[-.x]([0-6]\d)(?:[)\]]|[\s._-])+/i.exec(text);
  if (discTrack && Number(discTrack[1]) > 0 && Number(discTrack[1]) <= 20 && Number(discTrack[2]) > 0) {
    return {
      disc: Number(discTrack[1]),
      number: Number(discTrack[2]),
      rest: text.slice(discTrack[0].length).trim(),
    };
  }
  const side = /^([A-H])(\d{1,2})(?:\s*[-.)]\s*|\s+)/.exec(text);
  if (side) {
    return { disc: discOfSide(side[1]), number: Number(side[2]), rest: text.slice(side[0].length).trim() };
  }
  const plain = /^[([]?(\d{1,3})(?:[)\]]\s*[-.]?|\s*[-._]|\s)\s*/.exec(text);
  const number = Number(plain?.[1]);
  if (!plain || number === 0) return undefined;
  const rest = text.slice(plain[0].length).trim();
  const coded = /^[1-9](?:0[1-9]|[1-3]\d)$/.test(plain[1]);
  return coded ? { disc: Math.floor(number / 100), number: number % 100, rest } : { number, rest };
}

/** Sides of a record count like discs: A1 is 1-1, B2 is 2-2. */
export function discOfSide(letter: string): number {
  return letter.toUpperCase().charCodeAt(0) - "A".charCodeAt(0) + 1;
}
