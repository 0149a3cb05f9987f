import type { Candidate, KnownAlbum } from "./album_matching.ts";

/** An album of the library of which only the given is known. */
export function knownAlbum(
  artist: string | string[],
  title: string,
  more: Partial<KnownAlbum> = {},
): KnownAlbum {
  return {
    title,
    artists: Array.isArray(artist) ? artist : [artist],
    releaseDate: null,
    albumType: null,
    totalTracks: null,
    tracks: [],
    barcodes: [],
    releaseGroupIds: [],
    releaseIds: [],
    artistIds: [],
    learnedArtists: [],
    ...more,
  };
}

type More = Partial<Candidate> & { sortName?: string; artistAliases?: string[]; tracks?: number };

/** A release group credited to the artists named; artists of one name are one artist unless `artistCredit` says. */
export function candidate(id: string, artist: string | string[], title: string, more: More = {}): Candidate {
  const { sortName, artistAliases, tracks, ...rest } = more;
  const names = Array.isArray(artist) ? artist : [artist];
  return {
    id,
    title,
    disambiguation: "",
    aliases: [],
    artistCredit: names.map((name, i) => ({
      name,
      joinphrase: i < names.length - 1 ? " & " : "",
      artist: { id: `artist ${name}`, name, sortName: sortName ?? name, aliases: artistAliases ?? [] },
    })),
    primaryType: "Album",
    secondaryTypes: [],
    firstReleaseDate: null,
    releases: tracks === undefined ? [] : [{
      id: `release of ${id}`,
      title,
      date: null,
      barcode: null,
      trackCount: tracks,
      status: "Official",
    }],
    foundBy: ["text"],
    ...rest,
  };
}
