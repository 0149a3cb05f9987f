import { artistKey, matchKey } from "../db/normalise.ts";
import { readKnownTitle, weigh } from "./album_evidence.ts";
import type { Candidate, KnownAlbum } from "./album_matching.ts";
import { mainTitle, plainTitle } from "./album_titles.ts";
import { isVarious, splitNames } from "./artist_agreement.ts";

/** Words to search MusicBrainz for. Null where asking says nothing: any artist, or a title of signs alone. */
export type SearchForm = {
  /** `exact` and `normalised` are phrases; in `fuzzy` each word may be a letter or two off. */
  kind: "exact" | "normalised" | "fuzzy";
  artist: string | null;
  title: string | null;
};

/**
 * How to look for an album, most precise first: as it is spelled but without its edition, then in normal form
 * without subtitle, guests and "The", then word by word with room for typing errors.
 */
export function searchForms(known: KnownAlbum): SearchForm[] {
  const artist = known.artists.find((name) => !isVarious(name)) ?? null;
  const name = artist === null ? null : artistKey(splitNames(artist)[0] ?? artist);
  const title = plainTitle(known.title);
  const main = searchable(matchKey(mainTitle(title)));
  const forms: SearchForm[] = [
    { kind: "exact", artist, title: searchable(title) },
    { kind: "normalised", artist: name, title: main },
    { kind: "fuzzy", artist: name, title: main },
  ];
  // Performers of a collection stand nowhere in its credit at MusicBrainz.
  const collection = known.artists.length > 2 || known.albumType === "compilation" ||
    known.albumType === "soundtrack";
  if (artist !== null && collection) forms.push({ kind: "normalised", artist: null, title: main });
  return forms.filter((form, i) =>
    (form.artist !== null || form.title !== null) &&
    forms.findIndex((other) => other.kind === form.kind && sameWords(form, other)) === i
  );
}

/** Signs vanish in the search index; such an album is found among all of its artist's. */
function searchable(title: string): string | null {
  return /[\p{L}\p{N}]/u.test(title) ? title : null;
}

function sameWords(a: SearchForm, b: SearchForm): boolean {
  return a.artist === b.artist && a.title === b.title;
}

/** Which hits of one search over several albums may be which album, in the order of the albums. */
export function assignHits(albums: readonly KnownAlbum[], hits: readonly Candidate[]): Candidate[][] {
  return albums.map((known) => {
    const title = readKnownTitle(known);
    return hits.filter((hit) => weigh(known, title, hit).plausible);
  });
}
