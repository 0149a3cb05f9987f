import { type IAudioMetadata, type ICommonTagsResult, parseFromTokenizer, selectCover } from "music-metadata";
import { AudioFile, ReadLimitError } from "./audio_file.ts";
import { discOfSide } from "./folder_names.ts";

/** The tags and the sound of one file. Absent is null; texts are trimmed and at most 500 characters long. */
export type AudioTags = {
  container: string | null;
  codec: string | null;
  lossless: boolean | null;
  sampleRate: number | null;
  bitsPerSample: number | null;
  /** Bits per second. */
  bitrate: number | null;
  /** Null when only decoding the whole file would tell. */
  durationMs: number | null;
  hasCover: boolean;
  title: string | null;
  artist: string | null;
  album: string | null;
  albumArtist: string | null;
  trackNumber: number | null;
  trackTotal: number | null;
  discNumber: number | null;
  discTotal: number | null;
  year: number | null;
  genres: string[];
  compilation: boolean | null;
  barcode: string | null;
  isrc: string | null;
  musicbrainzReleaseGroupId: string | null;
  musicbrainzReleaseId: string | null;
  musicbrainzRecordingId: string | null;
  musicbrainzTrackId: string | null;
  musicbrainzAlbumArtistIds: string[];
};

/** The file is there but no use; the message says why, for people. */
export class UnreadableAudio extends Error {
  override name = "UnreadableAudio";
}

/**
 * Reads the tags of one file. Throws UnreadableAudio for what is not music or damaged, and Deno.errors or
 * Node's system errors when the file cannot be opened.
 */
export async function readTags(path: string): Promise<AudioTags> {
  using file = new AudioFile(path);
  const { metadata, hasCover } = await parse(file, path, true);
  return { ...soundOf(metadata, file), hasCover, ...tagsOf(metadata) };
}

/** The embedded front cover, else the first picture. */
export async function readCover(path: string): Promise<Uint8Array | undefined> {
  using file = new AudioFile(path);
  const { metadata } = await parse(file, path, false);
  return selectCover(metadata.common.picture)?.data;
}

async function parse(
  file: AudioFile,
  path: string,
  skipCovers: boolean,
): Promise<{ metadata: IAudioMetadata; hasCover: boolean }> {
  if (file.fileInfo.size === 0) throw new UnreadableAudio("The file is empty");
  file.fileInfo.path = path;
  file.fileInfo.mimeType = typeOf(file);
  // In ID3 tags the parser has the cover in hand anyway. Elsewhere it asks only when it stands before one.
  const asksAtCover = skipCovers && !startsWith(file.head, "ID3") &&
    COVERS_APART.has(file.fileInfo.mimeType ?? "");
  let hasCover = false;
  const options = {
    duration: false,
    mkvUseIndex: true,
    get skipCovers() {
      hasCover ||= asksAtCover;
      return asksAtCover;
    },
  };
  const metadata = await parseFromTokenizer(file, options).catch((error) => {
    throw new UnreadableAudio(reasonOf(error), { cause: error });
  });
  if (file.endedEarly && file.fileInfo.mimeType === "audio/flac") {
    throw new UnreadableAudio("The file is damaged: it ends too early");
  }
  if (!metadata.format.codec && !metadata.format.sampleRate) {
    throw new UnreadableAudio("There is no sound in the file");
  }
  if (!metadata.format.hasAudio && metadata.format.hasVideo) {
    throw new UnreadableAudio("It is a video without sound");
  }
  return { metadata, hasCover: hasCover || (metadata.common.picture?.length ?? 0) > 0 };
}

function reasonOf(error: unknown): string {
  if (error instanceof ReadLimitError) return `No music found: ${error.message}`;
  const name = error instanceof Error ? error.name : "";
  if (name === "CouldNotDetermineFileTypeError" || name === "UnsupportedFileTypeError") {
    return "It is not an audio file";
  }
  return `The file is damaged: ${error instanceof Error ? error.message : String(error)}`.slice(0, 300);
}

const COVERS_APART = new Set(["audio/flac", "audio/ogg", "audio/mp4"]);

/** The type by magic bytes, because a wrong extension sends the parser looking for frames that never come. */
function typeOf(file: AudioFile): string | undefined {
  const { head } = file;
  if (startsWith(head, "fLaC")) return "audio/flac";
  if (startsWith(head, "ID3")) {
    return startsWith(file.at(id3Length(head), 4), "fLaC") ? "audio/flac" : "audio/mpeg";
  }
  if (startsWith(head, "OggS")) return "audio/ogg";
  if (startsWith(head.subarray(4), "ftyp")) return "audio/mp4";
  if (startsWith(head, "RIFF")) return "audio/wav";
  if (startsWith(head, "FORM")) return "audio/aiff";
  if (startsWith(head, "MAC ")) return "audio/ape";
  if (startsWith(head, "wvpk")) return "audio/wavpack";
  if (startsWith(head, "MPCK") || startsWith(head, "MP+")) return "audio/musepack";
  if (startsWith(head, "DSD ")) return "audio/dsf";
  if (startsWith(head, "FRM8")) return "audio/dsd";
  if (startsWith(head, "\x30\x26\xb2\x75")) return "audio/ms-wma";
  if (startsWith(head, "\x1a\x45\xdf\xa3")) return "audio/matroska";
  if (head[0] === 0xff && (head[1] & 0xe0) === 0xe0) return "audio/mpeg";
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}

function id3Length(head: Uint8Array): number {
  return 10 + ((head[6] & 127) << 21 | (head[7] & 127) << 14 | (head[8] & 127) << 7 | head[9] & 127);
}

function soundOf({ format }: IAudioMetadata, file: AudioFile) {
  const durationMs = format.duration
    ? format.duration * 1000
    : oggDurationMs(file, format.codec, format.sampleRate);
  return {
    container: format.container ?? null,
    codec: codecName(format.codec),
    lossless: format.lossless ?? null,
    sampleRate: integer(format.sampleRate),
    bitsPerSample: integer(format.bitsPerSample),
    bitrate: integer(format.bitrate ?? (durationMs ? file.fileInfo.size * 8000 / durationMs : undefined)),
    durationMs: integer(durationMs),
  };
}

function codecName(codec: string | undefined): string | null {
  if (codec === undefined) return null;
  if (/^MPEG.* Layer 3$/i.test(codec)) return "MP3";
  if (/^MPEG-4\/AAC|^AAC/i.test(codec)) return "AAC";
  return codec === "Vorbis I" ? "Vorbis" : codec;
}

const MAX_OGG_PAGE = 27 + 255 + 255 * 255;

/** The position of an Ogg stream's last page is its length; the parser stops long before it. */
function oggDurationMs(file: AudioFile, codec: string | undefined, sampleRate = 0): number | undefined {
  if (!startsWith(file.head, "OggS")) return undefined;
  const tail = file.at(Math.max(0, file.fileInfo.size - MAX_OGG_PAGE), MAX_OGG_PAGE);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  for (let at = tail.length - 27; at >= 0; at--) {
    if (tail[at] !== 0x4f || !startsWith(tail.subarray(at), "OggS")) continue;
    const samples = view.getBigInt64(at + 6, true);
    // -1: no packet ends on this page.
    if (samples < 0n) continue;
    if (codec !== "Opus") return sampleRate > 0 ? Number(samples) / sampleRate * 1000 : undefined;
    const preSkip = file.head[28 + 10] | file.head[28 + 11] << 8;
    return Math.max(0, Number(samples) - preSkip) / 48;
  }
}

function tagsOf(metadata: IAudioMetadata) {
  const { common } = metadata;
  const cut = cutByID3v1(metadata);
  const track = numberOf(
    common.track,
    native(metadata, "TRCK", "TRK", "TRACKNUMBER", "TRACK", "WM/TRACKNUMBER"),
  );
  const disc = numberOf(common.disk, native(metadata, "TPOS", "TPA", "DISCNUMBER", "DISC", "WM/PARTOFSET"));
  return {
    title: text(common.title),
    artist: cut(text(rejoined(metadata, common.artist, "TPE1", "TP1"))),
    album: cut(text(common.album)),
    albumArtist: text(
      rejoined(metadata, common.albumartist, "TPE2", "TP2") ??
        native(metadata, "ALBUM ARTIST", "ALBUM_ARTIST", "ALBUMARTISTS"),
    ),
    trackNumber: track.number,
    trackTotal: count(
      common.track.of ?? Number.parseInt(native(metadata, "TRACKTOTAL", "TOTALTRACKS") ?? ""),
    ),
    discNumber: disc.number ?? track.side,
    discTotal: count(common.disk.of ?? Number.parseInt(native(metadata, "DISCTOTAL", "TOTALDISCS") ?? "")),
    year: yearOf(common) ?? yearIn(native(metadata, "YEAR")),
    genres: genresOf(common),
    compilation: common.compilation ?? null,
    barcode: barcodeOf(common.barcode) ?? barcodeOf(native(metadata, "UPC", "EAN", "EAN/UPN", "MCN")),
    isrc: isrcOf(common.isrc),
    musicbrainzReleaseGroupId: mbids(common.musicbrainz_releasegroupid)[0] ?? null,
    musicbrainzReleaseId: mbids(common.musicbrainz_albumid)[0] ?? null,
    musicbrainzRecordingId: mbids(common.musicbrainz_recordingid)[0] ?? null,
    musicbrainzTrackId: mbids(common.musicbrainz_trackid)[0] ?? null,
    musicbrainzAlbumArtistIds: mbids(...(common.musicbrainz_albumartistid ?? [])),
  };
}

/** Texts that PostgreSQL takes and people can read: no NUL, no endless title. */
function text(value: unknown): string | null {
  if (typeof value !== "string") return null;
  // deno-lint-ignore no-control-regex
  const clean = value.replace(/[\u0000-\u001f\u007f]+/g, " ").trim().slice(0, 500).toWellFormed();
  return clean === "" ? null : clean;
}

/** ID3v1 has room for 30 characters: a longer name that comes from nowhere else is a stump, worse than none. */
function cutByID3v1({ native }: IAudioMetadata): (value: string | null) => string | null {
  const ends = new Set(
    native.ID3v1?.map((tag) => text(tag.value)).filter((value) => value && value.length >= 29),
  );
  const elsewhere = Object.entries(native).filter(([type]) => type !== "ID3v1").flatMap(([, tags]) => tags);
  return (value) =>
    value && ends.has(value) && !elsewhere.some((tag) => text(tag.value) === value) ? null : value;
}

/** In ID3v2.3 the parser takes "AC/DC" for two artists. */
function rejoined(
  { native }: IAudioMetadata,
  value: string | undefined,
  ...ids: string[]
): string | undefined {
  const pieces = (native["ID3v2.3"] ?? native["ID3v2.2"] ?? []).filter((tag) => ids.includes(tag.id));
  return pieces.length > 1 && pieces[0].value === value ? pieces.map((tag) => tag.value).join("/") : value;
}

/** The first of the native tags with one of these names, whatever the format puts before them. */
function native({ native }: IAudioMetadata, ...names: string[]): string | undefined {
  for (const name of names) {
    for (const tag of Object.values(native).flat()) {
      const id = tag.id.replace(/^(?:TXXX|----:com\.apple\.iTunes):/i, "").toUpperCase();
      if (id === name && (typeof tag.value === "string" || typeof tag.value === "number")) {
        return String(tag.value);
      }
    }
  }
}

/** "A1" is track 1 on side A of a record; the side stands in for the disc. */
function numberOf(
  parsed: { no: number | null },
  raw: string | undefined,
): { number: number | null; side: number | null } {
  const number = count(parsed.no) ?? count(Number.parseInt(raw ?? ""));
  if (number !== null) return { number, side: null };
  const side = /^\s*([A-H])\s*(\d{0,2})(?:\/|\s*$)/i.exec(raw ?? "");
  return side ? { number: Number(side[2] || 1), side: discOfSide(side[1]) } : { number: null, side: null };
}

function count(value: number | null | undefined): number | null {
  return value && Number.isSafeInteger(value) && value > 0 && value < 10_000 ? value : null;
}

/** Whole and within PostgreSQL's integer. */
function integer(value: number | undefined): number | null {
  return value !== undefined && value >= 0 && value < 2 ** 31 ? Math.round(value) : null;
}

/** "2004", "2004-03", "2004-00-00", "Oct 3, 1995"; "0000" is no year. */
function yearOf(common: ICommonTagsResult): number | null {
  const dates = [common.date, common.year, common.releasedate, common.originaldate, common.originalyear];
  return dates.map(yearIn).find((year) => year !== null) ?? null;
}

function yearIn(date: string | number | undefined): number | null {
  const match = /(?<!\d)[12]\d{3}(?!\d)|^[12]\d{7}$/.exec(String(date ?? ""));
  return match && Number(match[0].slice(0, 4));
}

function genresOf(common: ICommonTagsResult): string[] {
  const genres = (common.genre ?? []).flatMap((genre) => String(genre).split(/[;\0]/)).map(text);
  return [...new Set(genres.filter((genre) => genre !== null))].slice(0, 20);
}

/** UPC or EAN: 8 to 14 digits, spaces and dashes aside. */
function barcodeOf(value: string | undefined): string | null {
  const digits = String(value ?? "").replace(/[\s-]/g, "");
  return /^\d{8,14}$/.test(digits) && !/^0+$/.test(digits) ? digits : null;
}

function isrcOf(values: string[] | undefined): string | null {
  const pieces = (values ?? []).flatMap((value) => String(value).split(/[\s/;,\0]+/));
  return pieces.map((piece) => piece.replaceAll("-", "").toUpperCase())
    .find((piece) => /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.test(piece)) ?? null;
}

/** ID3v2.3 taggers join several ids with "/" or ";"; whatever is not a UUID is dropped. */
function mbids(...values: (string | undefined)[]): string[] {
  const pieces = values.flatMap((value) => String(value ?? "").toLowerCase().split(/[\s/;,\0]+/));
  return [...new Set(pieces.filter((piece) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(piece)))];
}
