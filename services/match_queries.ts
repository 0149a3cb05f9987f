/** How albums and artists are asked for in MusicBrainz' query language. */
import { type SearchForm, searchForms } from "./album_search.ts";
import type { KnownAlbum } from "./album_matching.ts";
import { quote, words } from "./musicbrainz.ts";

type Asked = { title: string; artistName: string; known: KnownAlbum };

// A longer title is cut to as many words: the address of a request has its limits.
const MOST_WORDS = 12;

/** The main artist's name without "The", which MusicBrainz may have or not. */
export const searchName = ({ artistName }: Asked) => artistName.replace(/^the\s+(?=\S)/i, "");
export const isWritten = (text: string) => /[\p{L}\p{N}]/u.test(text);
const shortened = (text: string) => text.split(/\s+/).slice(0, MOST_WORDS).join(" ");

/** A title of signs alone ("÷") is nothing to a search: it would find all the artist has made. */
export function phrases({ known }: Asked): string[] {
  const titles = searchForms(known).filter(({ kind }) => kind !== "fuzzy").map(({ title }) => title);
  return titles.filter((title) => title !== null).map((title) => quote(shortened(title)));
}

/** The ways a title may be filed: without its edition as the group's, with it as a release's. */
export function titlePart(work: Asked): string {
  const plain = phrases(work).flatMap((
    title,
  ) => [`releasegroup:${title}`, `alias:${title}`, `release:${title}`]);
  return `(${[...new Set([...plain, `release:${quote(shortened(work.title))}`])].join(" OR ")})`;
}

export function textQuery(work: Asked): string {
  const name = quote(searchName(work));
  return `((artistname:${name} OR creditname:${name} OR artist:${name}) AND ${titlePart(work)})`;
}

/** By name or alias, and by the words of the name that sorts it: "Sakamoto, Ryuichi" writes himself 坂本龍一. */
export function artistQuery(name: string): string {
  const sorted = words(shortened(name)).split(" ").map((word) => `sortname:${word}`).join(" AND ");
  return `artist:${quote(name)} OR alias:${quote(name)} OR (${sorted})`;
}

/** Word by word, and without the artist where a collection may be filed under none of its performers. */
export function fuzzyForms({ known }: Asked): SearchForm[] {
  return searchForms(known).filter(({ kind, artist, title }) =>
    title !== null && (kind === "fuzzy" || artist === null)
  );
}

export function formQuery({ kind, artist, title }: SearchForm): string {
  const fuzzy = (text: string) => `(${words(shortened(text), "~1")})`;
  const read = (text: string) => kind === "fuzzy" ? fuzzy(text) : quote(shortened(text));
  const by = artist === null
    ? "(secondarytype:compilation OR secondarytype:soundtrack)"
    : `(artistname:${read(artist)} OR creditname:${read(artist)})`;
  return `(${by} AND (releasegroup:${read(title ?? "")} OR release:${read(title ?? "")}))`;
}
