import { readExportifyCsv } from "./exportify_csv.ts";
import { type Entry, refuse } from "./import_entries.ts";
import { readSpotifyJson } from "./spotify_json.ts";
import { decodeText } from "./text_stream.ts";
import { describeFiles, isLikedName, playlistName } from "./upload_names.ts";
import { type ArchiveFile, openArchive, ZIP_LIMITS } from "./zip_archive.ts";

/** A file as it was sent: where it lies now, and what its sender calls it. */
export type UploadedFile = { path: string; filename: string };

export type UploadOptions = {
  /** What the songs of a CSV are; otherwise its name tells. */
  as?: "liked" | "playlist";
};

export const UPLOAD_LIMITS = { packedBytes: 200 * 1024 * 1024, ...ZIP_LIMITS };

/** The door a file belongs to, told by its content and never by its name. */
export type UploadSource = "export" | "csv";

/**
 * Reads what people can drop: the ZIP of an account export, single files of it, or Exportify CSV. Yields
 * entries in batches; throws Failure that says what is wrong with which file.
 */
export async function* readUpload(
  upload: UploadedFile,
  options: UploadOptions & { nextList: () => number; onSource: (source: UploadSource) => void },
): AsyncGenerator<Entry[]> {
  using file = await Deno.open(upload.path);
  const name = upload.filename.split(/[/\\]/).at(-1)?.slice(0, 200) || "The file";
  const { size } = await file.stat();
  if (size === 0) throw refuse("invalid", `${name} is empty.`);
  if (size > UPLOAD_LIMITS.packedBytes) throw tooLarge(name);
  const kind = await sniff(file);
  const reading = { ...options, name };
  if (kind === "zip") return yield* readArchive(await openArchive(file, name), reading);
  options.onSource(kind === "json" ? "export" : "csv");
  await file.seek(0, Deno.SeekMode.Start);
  const text = decodeText(chunksOf(file), name);
  if (kind === "json") yield* readSpotifyJson(text, reading);
  else yield* readCsv(text, reading);
}

type Reading = Parameters<typeof readUpload>[1] & { name: string };

// Base names of the files that count, at any depth and in any language's folder, in the order of reading.
const EXPORT_FILES = [
  /^YourLibrary\d*\.json$/i,
  /^Playlist\d*\.json$/i,
  /^(?:Streaming_History_Audio_.*|endsong_\d+)\.json$/i,
];

async function* readArchive(files: ArchiveFile[], reading: Reading): AsyncGenerator<Entry[]> {
  const found = EXPORT_FILES.flatMap((pattern) =>
    inOrder(files.filter((file) => pattern.test(file.baseName)))
  );
  for (const file of found) {
    reading.onSource("export");
    const name = `${file.path.slice(0, 200)} in ${reading.name}`;
    const text = decodeText(file.unpack(), name);
    yield* readSpotifyJson(text, { ...reading, name, knownByName: true });
  }
  if (found.length > 0) return;
  // Exportify packs all lists into one ZIP.
  const tables = inOrder(files.filter((file) => /^[^.].*\.csv$/i.test(file.baseName)));
  if (tables.length === 0) throw noExport(files);
  for (const file of tables) {
    reading.onSource("csv");
    const name = `${file.path.slice(0, 200)} in ${reading.name}`;
    yield* readCsv(decodeText(file.unpack(), name), { ...reading, name, baseName: file.baseName });
  }
}

const inOrder = (files: ArchiveFile[]) =>
  files.toSorted((a, b) => a.baseName.localeCompare(b.baseName, "en", { numeric: true }));

function readCsv(
  text: AsyncIterable<string>,
  reading: Reading & { baseName?: string },
): AsyncGenerator<Entry[]> {
  const fileName = reading.baseName ?? reading.name;
  return readExportifyCsv(text, {
    ...reading,
    as: reading.as ?? (isLikedName(fileName) ? "liked" : "playlist"),
    playlistName: playlistName(fileName),
  });
}

async function sniff(file: Deno.FsFile): Promise<"zip" | "json" | "csv"> {
  const head = new Uint8Array(1024);
  const length = await file.read(head) ?? 0;
  const bytes = head.subarray(0, length);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && [0x03, 0x05, 0x07].includes(bytes[2])) return "zip";
  const wide = bytes[0] === 0xff || bytes[0] === 0xfe;
  const text = new TextDecoder(!wide ? "utf-8" : bytes[0] === 0xff ? "utf-16le" : "utf-16be").decode(bytes);
  return /^\s*[{[]/.test(text) ? "json" : "csv";
}

async function* chunksOf(file: Deno.FsFile): AsyncGenerator<Uint8Array> {
  for (;;) {
    const chunk = new Uint8Array(64 * 1024);
    const length = await file.read(chunk);
    if (length === null) return;
    yield chunk.subarray(0, length);
  }
}

function noExport(files: ArchiveFile[]): Error {
  return refuse(
    "unprocessable",
    `This is not a Spotify export. The ZIP holds ${describeFiles(files)}, but no YourLibrary.json.`,
  );
}

export function tooLarge(name: string): Error {
  return refuse("too_large", `${name} is larger than 200 MB, which no Spotify export is.`);
}
