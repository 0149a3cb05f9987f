import {
  configure,
  ERR_CENTRAL_DIRECTORY_NOT_FOUND,
  ERR_EOCDR_LOCATOR_ZIP64_NOT_FOUND,
  ERR_EOCDR_NOT_FOUND,
  type FileEntry,
  Reader,
  ZipReader,
} from "@zip.js/zip.js/index-native.js";
import { Failure } from "./errors.ts";
import { refuse } from "./import_entries.ts";

export type ArchiveFile = {
  /** The path inside the archive; used for messages only. */
  path: string;
  baseName: string;
  /** Unpacks piece by piece. Throws Failure when it is damaged, locked or larger than allowed. */
  unpack(): AsyncGenerator<Uint8Array>;
};

export const ZIP_LIMITS = { unpackedBytes: 2 * 1024 ** 3, entries: 10_000 };

// 10,000 entries with names of 1,000 bytes; a longer table of contents is an attack.
const LARGEST_READ = 16 * 1024 * 1024;

// Its workers would be files of their own inside the compiled program; Deno unpacks natively anyway.
configure({ useWebWorkers: false, chunkSize: 128 * 1024 });

/** Random access to an open file: only what is asked for is in memory. */
class FileReader extends Reader<Deno.FsFile> {
  constructor(private readonly file: Deno.FsFile, private readonly name: string) {
    super(file);
  }

  override async init(): Promise<void> {
    await super.init?.();
    this.size = (await this.file.stat()).size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    if (length > LARGEST_READ) throw tooManyEntries(this.name);
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - index)));
    await this.file.seek(index, Deno.SeekMode.Start);
    for (let filled = 0; filled < bytes.length;) {
      const count = await this.file.read(bytes.subarray(filled));
      if (count === null) return bytes.subarray(0, filled);
      filled += count;
    }
    return bytes;
  }
}

/** The files of a ZIP (not its folders), within the limits. Throws Failure when it cannot be read. */
export async function openArchive(
  file: Deno.FsFile,
  name: string,
  limits = ZIP_LIMITS,
): Promise<ArchiveFile[]> {
  // Paths are never used, so one that climbs out is no reason to refuse the rest.
  const zip = new ZipReader(new FileReader(file, name), { filenameValidation: "tolerant" });
  const budget = { left: limits.unpackedBytes };
  const files: ArchiveFile[] = [];
  let entries = 0;
  let declaredBytes = 0;
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      if (++entries > limits.entries) throw tooManyEntries(name, limits.entries);
      // What the table of contents claims settles the obvious cases; what comes out is measured all the same.
      declaredBytes += entry.uncompressedSize;
      if (declaredBytes > limits.unpackedBytes) throw tooLarge(name, limits.unpackedBytes);
      if (entry.directory) continue;
      const baseName = entry.filename.split(/[/\\]/).at(-1) ?? "";
      const unpack = () => unpackEntry(entry, { name, budget, limit: limits.unpackedBytes });
      files.push({ path: entry.filename, baseName, unpack });
    }
  } catch (error) {
    throw error instanceof Failure ? error : unreadableArchive(name, error);
  }
  return files;
}

async function* unpackEntry(
  entry: FileEntry,
  { name, budget, limit }: { name: string; budget: { left: number }; limit: number },
): AsyncGenerator<Uint8Array> {
  const where = `${entry.filename.slice(0, 200)} in ${name}`;
  if (entry.encrypted) {
    throw refuse(
      "unprocessable",
      `${name} is protected with a password. Unpack it and send the files in it.`,
    );
  }
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const written = entry.getData(writable, { checkSignature: true })
    .then(() => undefined, (error: unknown) => ({ error }));
  let failed: unknown;
  try {
    for await (const chunk of readable) {
      budget.left -= chunk.length;
      if (budget.left < 0) throw tooLarge(name, limit);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    failed = error;
  }
  const outcome = await written;
  if (outcome || failed) throw refuse("invalid", `${where} is damaged.`, outcome?.error ?? failed);
}

function unreadableArchive(name: string, error: unknown): Failure {
  const cutOff = error instanceof Error && [
    ERR_EOCDR_NOT_FOUND,
    ERR_EOCDR_LOCATOR_ZIP64_NOT_FOUND,
    ERR_CENTRAL_DIRECTORY_NOT_FOUND,
  ].includes(error.message);
  const sentence = cutOff
    ? `${name} is cut off: the table of contents at the end of the ZIP is missing. Download it again.`
    : `${name} is a damaged ZIP. Download it again.`;
  return refuse("invalid", sentence, error);
}

function tooManyEntries(name: string, limit = ZIP_LIMITS.entries): Failure {
  return refuse("too_large", `${name} holds more than ${limit.toLocaleString("en")} files.`);
}

function tooLarge(name: string, limit: number): Failure {
  const size = limit >= 1024 ** 3 ? `${limit / 1024 ** 3} GB` : `${Math.round(limit / 1024 ** 2)} MB`;
  return refuse("too_large", `${name} unpacks to more than ${size}.`);
}
