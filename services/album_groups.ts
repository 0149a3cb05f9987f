import type { LocalFile } from "../db/local_files.ts";
import { albumKey, artistKey, matchKey } from "../db/normalise.ts";
import { decideOwnership, type FileFacts } from "./ownership.ts";
import { type FolderReading, readFileName, readFolder } from "./folder_names.ts";

export const VARIOUS_ARTISTS = "Various Artists";
// Names are indexed, and an index entry has room for about 2,700 bytes.
const NAME_LENGTH = 200;

/** Files that are one album on disk, and what they agree on. */
export type AlbumGroup = {
  files: LocalFile[];
  /** The folder that holds it all: the parent of its disc folders. */
  folder: string;
  artist: string;
  title: string;
  year: number | null;
  compilation: boolean;
  genres: string[];
  releaseGroupId: string | null;
  releaseId: string | null;
  barcode: string | null;
  /** Catalogue keys it may stand under, the surest first. */
  keys: string[];
  /** Normalised track titles. */
  titles: Set<string>;
  tracks: number;
  /** As far as its own numbers tell, nothing is missing. */
  complete: boolean;
};

/**
 * The folder that stands for an album: the parent for "CD1", and for "Album CD1" the name without the disc, so
 * that discs meet. Folders of one shelf are grouped together, then parted by what their files say.
 */
export function shelfOf(folder: string): string {
  const parts = folder.split("/");
  const [reading] = readFolder(folder);
  if (reading?.disc === undefined) return folder;
  const [above] = readFolder(parts.slice(0, -1).join("/"));
  // Without its disc the folder reads like its parent: "Album/CD1", "Album/Album CD1".
  if (above && matchKey(above.album) === matchKey(reading.album)) return parts.slice(0, -1).join("/");
  return [...parts.slice(0, -1), `${matchKey(reading.album)}\t`].join("/");
}

/** What the path says where the tags are silent: title, number and disc. Album and artist stay the tags' own. */
export function completeFromPath<F extends NamedFile>(file: F): F {
  const [reading] = readFolder(file.folder);
  const names = {
    artist: file.artist ?? file.albumArtist ?? reading?.artist,
    album: file.album ?? reading?.album,
  };
  if (file.title !== null && file.trackNumber !== null && file.discNumber !== null) return file;
  const name = readFileName(file.path.slice(file.path.lastIndexOf("/") + 1), names);
  return {
    ...file,
    title: file.title ?? name.title,
    trackNumber: file.trackNumber ?? name.number ?? null,
    discNumber: file.discNumber ?? discInTitle(file.album) ?? reading?.disc ??
      (file.trackNumber === null || file.trackNumber === name.number ? name.disc : undefined) ?? null,
  };
}

export type NamedFile = Pick<
  LocalFile,
  "path" | "folder" | "title" | "artist" | "album" | "albumArtist" | "trackNumber" | "discNumber"
>;

const DISC_IN_TITLE = /[\s,:-]*[([]?\s*\b(?:cd|dis[ck])\s*(\d{1,2})\b(?:\s+of\s+\d+)?[)\]]?\s*$/i;

function discInTitle(album: string | null): number | undefined {
  const match = DISC_IN_TITLE.exec(album ?? "");
  return match && match.index > 0 ? Number(match[1]) || undefined : undefined;
}

function withoutDisc(album: string): string {
  const match = DISC_IN_TITLE.exec(album);
  return match && match.index > 0 ? album.slice(0, match.index) : album;
}

/**
 * Parts the files of one shelf into albums. Files that do not name their album (untagged, unreadable) join the
 * shelf's only album; beside several they stay a group of their own.
 */
export function groupAlbums(shelf: readonly LocalFile[]): AlbumGroup[] {
  const parts = new Map<string, LocalFile[]>();
  for (const file of shelf) {
    const { musicbrainzReleaseGroupId, musicbrainzReleaseId, albumArtist, album } = file;
    const key = [musicbrainzReleaseGroupId ?? musicbrainzReleaseId, albumArtist, album].join("\t");
    parts.set(key, [...parts.get(key) ?? [], file]);
  }
  const named = [...parts.values()].filter(([file]) =>
    file.album !== null || file.musicbrainzReleaseId !== null
  );
  const nameless = [...parts.values()].filter((part) => !named.includes(part)).flat();
  const groups = joinParts(named);
  if (nameless.length > 0 && groups.length === 1) groups[0].push(...nameless);
  else if (nameless.length > 0) groups.push(nameless);
  return groups.map(describeGroup);
}

/** Puts together what differs only in what is left out: ids on some files, the album artist on others. */
function joinParts(parts: LocalFile[][]): LocalFile[][] {
  const joined: LocalFile[][] = [];
  // Parts that say more come first, so that the others find the one they belong to.
  for (const part of parts.sort((a, b) => saidBy(b[0]) - saidBy(a[0]))) {
    const fitting = joined.filter((other) => isSameAlbum(other[0], part[0]));
    if (fitting.length === 1) fitting[0].push(...part);
    else joined.push(part);
  }
  return joined;
}

function saidBy({ musicbrainzReleaseGroupId, musicbrainzReleaseId, albumArtist }: LocalFile): number {
  return (musicbrainzReleaseGroupId ? 4 : 0) + (musicbrainzReleaseId ? 2 : 0) + (albumArtist ? 1 : 0);
}

function isSameAlbum(a: LocalFile, b: LocalFile): boolean {
  const differ = (x: string | null, y: string | null) => x !== null && y !== null && x !== y;
  if (differ(a.musicbrainzReleaseGroupId, b.musicbrainzReleaseGroupId)) return false;
  const sameGroup = a.musicbrainzReleaseGroupId !== null && b.musicbrainzReleaseGroupId !== null;
  if (sameGroup) return true;
  if (differ(a.musicbrainzReleaseId, b.musicbrainzReleaseId)) return false;
  const artist = (file: LocalFile) => file.albumArtist && artistKey(file.albumArtist);
  const title = (file: LocalFile) => file.album && matchKey(withoutDisc(file.album));
  return title(a) === title(b) && !differ(artist(a), artist(b));
}

function describeGroup(files: LocalFile[]): AlbumGroup {
  const readings = readFolder(files[0].folder);
  const album = mostCommon(files.map((file) => file.album && withoutDisc(file.album)));
  const artist = artistOf(files);
  const title = album ?? readings[0]?.album ?? "Unknown album";
  const name = artist ?? readings[0]?.artist ?? "Unknown artist";
  const complete = files.map(completeFromPath);
  const own = decideOwnership({ files: complete.map(factsOf) });
  return {
    files,
    folder: commonFolder(files),
    artist: name.slice(0, NAME_LENGTH),
    title: title.slice(0, NAME_LENGTH),
    year: mostCommon(files.map((file) => file.year)) ?? readings[0]?.year ?? null,
    compilation: files.some((file) => file.compilation) && artistKey(name) === artistKey(VARIOUS_ARTISTS),
    genres: [...new Set(files.flatMap((file) => file.genres))].slice(0, 5),
    releaseGroupId: agreedBy(0.8, files.map((file) => file.musicbrainzReleaseGroupId)),
    releaseId: agreedBy(0.8, files.map((file) => file.musicbrainzReleaseId)),
    barcode: agreedBy(0.8, files.map((file) => file.barcode)),
    keys: catalogueKeys(files, name, title, album === null ? readings : readings.slice(0, 1)),
    titles: new Set(
      complete.map((file) => matchKey(file.title!)).filter((key) => !/^(?:track )?\d*$/.test(key)),
    ),
    tracks: own.ownedTracks,
    complete: own.status === "owned" && own.expectedTracks !== null,
  };
}

export function factsOf(
  file:
    & Pick<LocalFile, "title" | "trackNumber" | "trackTotal" | "discNumber" | "discTotal" | "durationMs">
    & {
      unreadable: string | boolean | null;
    },
): FileFacts {
  const { title, trackNumber, trackTotal, discNumber, discTotal, durationMs } = file;
  return {
    title,
    trackNumber,
    trackTotal,
    discNumber,
    discTotal,
    durationMs,
    unreadable: Boolean(file.unreadable),
  };
}

/** The album artist, else the one artist of most tracks, else Various Artists. */
function artistOf(files: LocalFile[]): string | undefined {
  const albumArtist = mostCommon(files.map((file) => file.albumArtist));
  if (albumArtist) return isVarious(albumArtist) ? VARIOUS_ARTISTS : albumArtist;
  const artists = files.map((file) => file.artist).filter((artist) => artist !== null);
  if (artists.length === 0) return undefined;
  const artist = mostCommon(artists)!;
  const share = artists.filter((name) => artistKey(name) === artistKey(artist)).length / artists.length;
  // "A feat. B" on two of twelve songs makes no compilation.
  const leading = artists.filter((name) => artistKey(name).startsWith(artistKey(artist))).length /
    artists.length;
  return share >= 0.5 || leading >= 0.8 ? artist : VARIOUS_ARTISTS;
}

function isVarious(name: string): boolean {
  return /^(?:various(?: artists)?|va|v\.a\.|verschiedene(?: interpreten)?|artistes variés|varios artistas)$/i
    .test(name);
}

function catalogueKeys(
  files: LocalFile[],
  artist: string,
  title: string,
  readings: FolderReading[],
): string[] {
  const lead = artist.split(/\s*(?:;|\/|,| & | and | feat\.? | ft\.? | x )\s*/i)[0];
  const performer = mostCommon(files.map((file) => file.artist));
  const keys = [albumKey(artist, title), albumKey(lead, title)];
  if (performer && artist !== VARIOUS_ARTISTS) keys.push(albumKey(performer, title));
  for (const reading of readings) if (reading.artist) keys.push(albumKey(reading.artist, reading.album));
  return [...new Set(keys)];
}

/** The value at least this share of the files carries. */
function agreedBy(share: number, values: (string | null)[]): string | null {
  const value = mostCommon(values);
  return value !== null && values.filter((other) => other === value).length >= share * values.length
    ? value
    : null;
}

function mostCommon<T extends string | number>(values: (T | null)[]): T | null {
  const counts = new Map<T, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: T | null = null;
  for (const [value, count] of counts) if (best === null || count > counts.get(best)!) best = value;
  return best;
}

/** The folder that holds all of them. */
export function commonFolder(files: readonly { folder: string }[]): string {
  let common = files[0].folder.split("/");
  for (const { folder } of files) {
    const parts = folder.split("/");
    common = common.slice(0, common.findIndex((part, i) => part !== parts[i]) >>> 0);
  }
  return common.join("/");
}
