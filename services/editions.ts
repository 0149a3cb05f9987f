import { matchKey } from "../db/normalise.ts";

/** A release of the album's group, as far as it helps to tell which one the album is. */
export type Edition = {
  id: string;
  status: string | null;
  date: string | null;
  barcode: string | null;
  media: readonly { format: string | null; trackCount: number }[];
  urls: readonly string[];
};

/** What is known about the edition that somebody has or saved. */
export type KnownEdition = {
  /** From the tags of its files, or from a link that led to the match. */
  releaseIds: readonly string[];
  barcodes: readonly string[];
  spotifyIds: readonly string[];
  /** As Spotify or the tags count them. */
  totalTracks: number | null;
  /** The fewest there can be, by the files. */
  leastTracks: number;
};

/**
 * The edition to take the track list from: the one that is named, else an official one with as many tracks, the
 * first of those. Undefined when none has as many: its list would call other tracks missing than the ones that are.
 */
export function bestEdition<E extends Edition>(editions: readonly E[], known: KnownEdition): E | undefined {
  const { totalTracks, leastTracks } = known;
  const named = editions.filter((edition) => isNamed(edition, known));
  const fitting = editions.filter((edition) =>
    totalTracks === null
      ? audioTracks(edition) >= Math.max(1, leastTracks)
      : audioTracks(edition) === totalTracks
  );
  const both = named.filter((edition) => fitting.includes(edition));
  const choice = [both, named, fitting].find((editions) => editions.length > 0) ?? [];
  return choice.toSorted((a, b) =>
    Number(b.status === "Official") - Number(a.status === "Official") ||
    (totalTracks === null ? audioTracks(a) - audioTracks(b) : 0) ||
    compareText(a.date || "9999", b.date || "9999") || compareText(a.id, b.id)
  )[0];
}

function isNamed(edition: Edition, { releaseIds, barcodes, spotifyIds }: KnownEdition): boolean {
  const digits = (barcode: string) => barcode.replace(/^0+/, "");
  const { id, barcode, urls } = edition;
  return releaseIds.includes(id) || (!!barcode && barcodes.map(digits).includes(digits(barcode))) ||
    spotifyIds.some((spotifyId) => urls.includes(`https://open.spotify.com/album/${spotifyId}`));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Films on a bonus disc are no tracks of the album, unless it is nothing but a film. */
export function isVideo(format: string | null): boolean {
  return /dvd|blu-ray|vhs|laserdisc|video/i.test(format ?? "") && !/audio/i.test(format ?? "");
}

export function audioMedia<M extends { format: string | null }>(media: readonly M[]): readonly M[] {
  const audio = media.filter(({ format }) => !isVideo(format));
  return audio.length > 0 ? audio : media;
}

function audioTracks({ media }: Edition): number {
  return audioMedia(media).reduce((sum, { trackCount }) => sum + trackCount, 0);
}

export type EditionTrack = {
  disc: number;
  number: number;
  title: string;
  durationMs: number | null;
  recordingId: string;
};
export type ListedTrack = {
  id: string;
  title: string;
  trackNumber: number | null;
  discNumber: number;
  musicbrainzId: string | null;
};

/**
 * For each track of an edition the one of the album that it is: by recording, by title, by title without what
 * stores add to it, and by its place. What the edition does not have is left as it is.
 */
export function pairTracks(
  tracks: readonly ListedTrack[],
  edition: readonly EditionTrack[],
): { track: EditionTrack; id: string | null }[] {
  const ids = new Map<EditionTrack, string>();
  const taken = new Set<string>();
  const rules: ((a: ListedTrack, b: EditionTrack) => boolean)[] = [
    (a, b) => a.musicbrainzId === b.recordingId,
    (a, b) => matchKey(a.title) === matchKey(b.title) && isAt(a, b),
    (a, b) => matchKey(a.title) === matchKey(b.title),
    (a, b) => plainTitle(a.title) === plainTitle(b.title) && isAt(a, b),
    (a, b) => plainTitle(a.title) === plainTitle(b.title),
    isAt,
  ];
  for (const rule of rules) {
    for (const track of edition) {
      if (ids.has(track)) continue;
      const found = tracks.find((one) => !taken.has(one.id) && rule(one, track));
      if (!found) continue;
      ids.set(track, found.id);
      taken.add(found.id);
    }
  }
  return edition.map((track) => ({ track, id: ids.get(track) ?? null }));
}

function isAt(a: ListedTrack, b: EditionTrack): boolean {
  return a.trackNumber === b.number && a.discNumber === b.disc;
}

/** "Lullaby - 2010 Remaster" and "Lullaby (feat. somebody)" are Lullaby. */
function plainTitle(title: string): string {
  const plain = title.replace(/\s+-\s+[^-]*\b(remaster(ed)?|version|mix|edit|mono|stereo)\b.*$/i, "")
    .replace(/\s*[([](feat\.?|ft\.?|with)\s[^)\]]*[)\]]/gi, "")
    .replace(/\s*[([][^)\]]*\bremaster(ed)?\b[^)\]]*[)\]]/gi, "");
  return matchKey(plain);
}
