import { creditLine, splitArtists } from "./artist_credit.ts";
import { readRows } from "./csv_rows.ts";
import {
  dateOf,
  type Entry,
  itemOf,
  localTrack,
  type NamedAlbum,
  type NamedTrack,
  nameField,
  refuse,
  releaseDateOf,
  skipped,
  spotifyId,
} from "./import_entries.ts";

/** Which column holds what. Files of different age and origin name and order them differently. */
type Columns = Partial<Record<keyof typeof HEADERS, number>>;

// Headers in lower case, letters and digits only.
const HEADERS = {
  trackUri: ["trackuri", "spotifyuri", "spotifyid", "trackid"],
  trackName: ["trackname", "track", "tracktitle", "title", "song"],
  artistUris: ["artisturis", "artisturi", "artistids"],
  artistNames: ["artistnames", "artistname", "artists", "artist"],
  albumUri: ["albumuri"],
  albumName: ["albumname", "album", "albumtitle"],
  albumArtistUris: ["albumartisturis", "albumartisturi"],
  albumArtistNames: ["albumartistnames", "albumartistname", "albumartist"],
  releaseDate: ["albumreleasedate", "releasedate"],
  discNumber: ["discnumber"],
  trackNumber: ["tracknumber"],
  durationMs: ["trackdurationms", "durationms"],
  isrc: ["isrc"],
  addedAt: ["addedat", "savedat"],
  albumType: ["albumtype"],
  totalTracks: ["albumtrackcount"],
};

export type CsvOptions = {
  name: string;
  /** What the songs of the file are; a table of albums says so itself. */
  as: "liked" | "playlist";
  playlistName: string;
  nextList: () => number;
};

/**
 * Reads a table of songs as Exportify and its like write it, or Exportify's table of saved albums. Throws
 * Failure when the columns are others or the table is broken.
 */
export async function* readExportifyCsv(
  text: AsyncIterable<string>,
  options: CsvOptions,
): AsyncGenerator<Entry[]> {
  let header: string[] | undefined;
  let columns: Columns | undefined;
  let list: number | undefined;
  let index = 0;
  for await (const rows of readRows(text, options.name)) {
    const entries: Entry[] = [];
    for (const row of rows) {
      if (!header) {
        header = row;
        columns = columnsByHeader(row);
        continue;
      }
      columns ??= columnsByAddress(row);
      if (!columns) throw wrongColumns(options.name, header);
      if (columns.trackName === undefined) entries.push(savedAlbum(row, columns));
      else if (options.as === "liked") entries.push(likedTrack(row, columns));
      else {entries.push(
          ...playlistTrack(row, columns, { list: list ??= options.nextList(), index: index++ }),
        );}
    }
    yield entries;
  }
  if (!columns) throw wrongColumns(options.name, header ?? []);
  if (options.as === "playlist" && columns.trackName !== undefined) {
    yield [{ kind: "playlist", list: list ?? options.nextList(), name: options.playlistName }];
  }
}

function columnsByHeader(row: string[]): Columns | undefined {
  const names = row.map((name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""));
  const columns: Columns = {};
  for (const [field, aliases] of Object.entries(HEADERS)) {
    const at = names.findIndex((name) => aliases.includes(name));
    if (at >= 0) columns[field as keyof typeof HEADERS] = at;
  }
  const artists = columns.artistNames ?? columns.albumArtistNames;
  const songs = columns.trackName !== undefined && columns.artistNames !== undefined;
  const albums = columns.trackName === undefined && columns.albumUri !== undefined && artists !== undefined;
  return columns.albumName !== undefined && (songs || albums) ? columns : undefined;
}

// Exportify translates its headers; the name stands to the right of each address.
function columnsByAddress(row: string[]): Columns | undefined {
  const at = (kind: string, from = 0) =>
    row.findIndex((cell, index) => index >= from && cell.startsWith(`spotify:${kind}:`));
  const [track, artist, album] = [at("track"), at("artist"), at("album")];
  if (track < 0 || artist < 0 || album < 0) return undefined;
  const albumArtist = at("artist", album);
  return {
    trackUri: track,
    trackName: track + 1,
    artistUris: artist,
    artistNames: artist + 1,
    albumUri: album,
    albumName: album + 1,
    ...(albumArtist < 0 ? {} : { albumArtistUris: albumArtist, albumArtistNames: albumArtist + 1 }),
  };
}

function likedTrack(row: string[], columns: Columns): Entry {
  const cell = cells(row, columns);
  const uri = trackUri(cell("trackUri"));
  const item = itemOf(uri);
  if (item !== "track") return skipped(item === "local_file" ? "local_file" : "episode");
  const track = trackOf(row, columns);
  if (!track) return skipped("unreadable");
  const album = albumOf(row, columns);
  if (album === "unreadable" || album === "no_album") return skipped(album);
  return { kind: "liked_track", album, track, addedAt: dateOf(cell("addedAt")) };
}

function savedAlbum(row: string[], columns: Columns): Entry {
  const album = albumOf(row, columns);
  if (album === "unreadable" || album === "no_album") return skipped("unreadable");
  return { kind: "saved_album", album, addedAt: dateOf(cells(row, columns)("addedAt")) };
}

function playlistTrack(row: string[], columns: Columns, place: { list: number; index: number }): Entry[] {
  const cell = cells(row, columns);
  const track = trackOf(row, columns);
  if (!track) return [skipped("unreadable")];
  const item = itemOf(track.uri);
  const album = albumOf(row, columns);
  if (album === "unreadable") return [skipped("unreadable")];
  const named = album === "no_album" ? undefined : album;
  const artists = splitArtists(cell("artistNames") ?? "", pieceCount(cell("artistUris")));
  const artist = nameField.safeParse(artists.join(", ")).data ?? localTrack(track.uri ?? "").artist;
  const entry: Entry = {
    kind: "playlist_track",
    ...place,
    item,
    track,
    artist,
    album: item === "track" || item === "local_file" ? named : undefined,
    addedAt: dateOf(cell("addedAt")),
  };
  if (item !== "track") return [entry, skipped(item === "local_file" ? "local_file" : "episode")];
  return named ? [entry] : [entry, skipped("no_album")];
}

function trackOf(row: string[], columns: Columns): NamedTrack | undefined {
  const cell = cells(row, columns);
  const title = nameField.safeParse(cell("trackName")).data;
  if (!title) return undefined;
  return {
    title,
    uri: trackUri(cell("trackUri")),
    trackNumber: whole(cell("trackNumber"), 1),
    discNumber: whole(cell("discNumber"), 1),
    durationMs: whole(cell("durationMs"), 0),
    isrc: cell("isrc")?.match(/^[A-Z]{2}[A-Z0-9]{3}\d{7}$/)?.[0],
  };
}

function albumOf(row: string[], columns: Columns): NamedAlbum | "no_album" | "unreadable" {
  const cell = cells(row, columns);
  const ofAlbum = Boolean(cell("albumArtistNames"));
  const addresses = pieceCount(cell(ofAlbum ? "albumArtistUris" : "artistUris"));
  const names = splitArtists(cell(ofAlbum ? "albumArtistNames" : "artistNames") ?? "", addresses);
  const title = nameField.safeParse(cell("albumName"));
  const artist = nameField.safeParse(names[0]);
  const credit = nameField.safeParse(creditLine(names));
  if (!title.success || !artist.success || !credit.success) return "unreadable";
  if (!title.data) return "no_album";
  if (!artist.data) return "unreadable";
  const type = cell("albumType")?.toLowerCase();
  return {
    artist: artist.data,
    title: title.data,
    spotifyId: spotifyId("album", cell("albumUri")),
    artistSpotifyId: spotifyId(
      "artist",
      cell(ofAlbum ? "albumArtistUris" : "artistUris")?.split(/[,;]/)[0].trim(),
    ),
    // The artists of a song are not always those of its album.
    credit: ofAlbum ? credit.data ?? undefined : undefined,
    releaseDate: releaseDateOf(cell("releaseDate")),
    albumType: type === "album" || type === "single" || type === "compilation" ? type : undefined,
    totalTracks: whole(cell("totalTracks"), 1),
  };
}

const cells = (row: string[], columns: Columns) => (field: keyof typeof HEADERS): string | undefined => {
  const at = columns[field];
  return at === undefined ? undefined : row[at]?.trim() || undefined;
};

// Older files hold the bare id.
function trackUri(cell: string | undefined): string | undefined {
  const text = nameField.safeParse(cell).data;
  const id = spotifyId("track", text) ?? text?.match(/^\w{22}$/)?.[0];
  return id ? `spotify:track:${id}` : text ?? undefined;
}

const pieceCount = (cell: string | undefined) =>
  cell?.split(/[,;]/).filter((part) => part.trim()).length ?? 0;

function whole(cell: string | undefined, least: number): number | undefined {
  const number = Number(cell ?? NaN);
  return Number.isInteger(number) && number >= least && number < 2 ** 31 ? number : undefined;
}

function wrongColumns(name: string, header: string[]): Error {
  const found = header.slice(0, 12).map((cell) => cell.trim().slice(0, 40)).filter(Boolean).join(", ").slice(
    0,
    300,
  );
  return refuse(
    "unprocessable",
    `${name} needs the columns Track Name, Album Name, Artist Name(s); found ${found || "none"}.`,
  );
}
