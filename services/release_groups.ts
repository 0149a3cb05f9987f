/** What MusicBrainz says about a release group, in the words that albums use here. */

export type AlbumType = "album" | "single" | "ep" | "compilation" | "live" | "soundtrack" | "other";
export type DatePrecision = "year" | "month" | "day";
/** A day, and how much of it is known: the rest is 1. */
export type ReleaseDate = { date: string; precision: DatePrecision };

const SECONDARY: Record<string, AlbumType> = {
  soundtrack: "soundtrack",
  live: "live",
  compilation: "compilation",
  spokenword: "other",
  interview: "other",
  audiobook: "other",
  "audio drama": "other",
  "field recording": "other",
};
const PRIMARY: Record<string, AlbumType> = {
  album: "album",
  single: "single",
  ep: "ep",
  broadcast: "other",
  other: "other",
};

/**
 * A soundtrack, a live album and a compilation are that before they are anything else; a remix album, a demo or a
 * mixtape is as long as its primary type says. Null: MusicBrainz does not know.
 */
export function albumTypeOf(primary: string | null, secondary: readonly string[]): AlbumType | null {
  const given = secondary.map((type) => type.toLowerCase());
  const told = Object.keys(SECONDARY).find((type) => given.includes(type));
  return told ? SECONDARY[told] : PRIMARY[primary?.toLowerCase() ?? ""] ?? null;
}

/** "1989", "1989-05" or "1989-05-02"; undefined for everything else, days that do not exist included. */
export function parseReleaseDate(text: string): ReleaseDate | undefined {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text) ?? [];
  if (!year || Number(year) < 1000) return undefined;
  const precision = day ? "day" : month ? "month" : "year";
  const date = `${year}-${month ?? "01"}-${day ?? "01"}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  return !isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date) ? { date, precision } : undefined;
}

const LENGTHS: Record<DatePrecision, number> = { year: 4, month: 7, day: 10 };

/**
 * The first release of what two sources tell: the earlier date, and of two that agree the more exact one.
 * Streaming services tell the date of a new edition as often as that of the first.
 */
export function firstRelease(
  a: ReleaseDate | undefined,
  b: ReleaseDate | undefined,
): ReleaseDate | undefined {
  if (!a || !b) return a ?? b;
  const length = Math.min(LENGTHS[a.precision], LENGTHS[b.precision]);
  const [headOfA, headOfB] = [a.date.slice(0, length), b.date.slice(0, length)];
  if (headOfA !== headOfB) return headOfA < headOfB ? a : b;
  return LENGTHS[a.precision] >= LENGTHS[b.precision] ? a : b;
}

// What is written in capitals; MusicBrainz writes all genres small.
const CAPITALS = /\b(idm|edm|ebm|uk|us|dj|mpb|aor|nwobhm|r&b)\b/g;
const MOST_GENRES = 10;

/** Those with votes, the most wanted first, spelt as tags of files spell them: "Post-punk", "IDM". */
export function genresByVotes(genres: readonly { name: string; count: number }[]): string[] {
  return genres.filter((genre) => genre.count > 0)
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_GENRES)
    .map(({ name }) => name.replace(CAPITALS, (word) => word.toUpperCase()))
    .map((name) => name.charAt(0).toUpperCase() + name.slice(1));
}

/** An album as its other sources describe it. */
export type KnownFacts = {
  releaseDate: string | null;
  releaseDatePrecision: DatePrecision | null;
  albumType: string | null;
  genres: string[];
};

export type GroupFacts = {
  primaryType: string | null;
  secondaryTypes: readonly string[];
  firstReleaseDate: string | null;
  genres?: readonly { name: string; count: number }[];
};

/** The album as both describe it; what MusicBrainz does not say stays as it was known. */
export function withGroupFacts<Album extends KnownFacts>(album: Album, group: GroupFacts): Album {
  const known = album.releaseDate && album.releaseDatePrecision
    ? { date: album.releaseDate, precision: album.releaseDatePrecision }
    : undefined;
  const first = firstRelease(known, parseReleaseDate(group.firstReleaseDate ?? ""));
  const genres = genresByVotes(group.genres ?? []);
  return {
    ...album,
    releaseDate: first?.date ?? album.releaseDate,
    releaseDatePrecision: first?.precision ?? album.releaseDatePrecision,
    albumType: albumTypeOf(group.primaryType, group.secondaryTypes) ?? album.albumType,
    genres: genres.length > 0 ? genres : album.genres,
  };
}
