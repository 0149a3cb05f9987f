import { Buffer } from "node:buffer";
import { dirname } from "node:path";

/**
 * Files behind each other, then an index in JSON, then the lengths of both, so that an archive can be found
 * from its end. Not compressed: the finished program unpacks it in a tenth of the time, and needs no memory.
 */
type Entry = { path: string; size: number; executable: boolean };

const LENGTH_DIGITS = 12;

export function packArchive(folder: string, paths: string[]): Uint8Array {
  const entries = paths.map((path): Entry => {
    const { size, mode } = Deno.statSync(`${folder}/${path}`);
    return { path, size, executable: ((mode ?? 0) & 0o100) !== 0 };
  });
  const files = Buffer.concat(paths.map((path) => Deno.readFileSync(`${folder}/${path}`)));
  const index = Buffer.from(JSON.stringify(entries));
  const lengths = [files.length, index.length].map((length) => `${length}`.padStart(LENGTH_DIGITS, "0"));
  return Buffer.concat([files, index, Buffer.from(lengths.join(""))]);
}

/** Writes everything in the archive that ends at `end` of `source` below `folder`. */
export function unpackArchive(source: Deno.FsFile, end: number, folder: string): void {
  const indexEnd = end - 2 * LENGTH_DIGITS;
  const lengths = readText(source, indexEnd, 2 * LENGTH_DIGITS);
  const [filesLength, indexLength] = [lengths.slice(0, LENGTH_DIGITS), lengths.slice(LENGTH_DIGITS)].map(
    Number,
  );
  const entries: Entry[] = JSON.parse(readText(source, indexEnd - indexLength, indexLength));
  source.seekSync(indexEnd - indexLength - filesLength, Deno.SeekMode.Start);
  const buffer = new Uint8Array(1_000_000);
  for (const { path, size, executable } of entries) {
    const target = `${folder}/${path}`;
    Deno.mkdirSync(dirname(target), { recursive: true });
    using file = Deno.openSync(target, { write: true, createNew: true });
    copyBytes(source, file, size, buffer);
    Deno.chmodSync(target, executable ? 0o755 : 0o644);
  }
}

function copyBytes(source: Deno.FsFile, target: Deno.FsFile, size: number, buffer: Uint8Array): void {
  for (let left = size; left > 0;) {
    const count = source.readSync(buffer.subarray(0, left));
    if (count === null) throw new Error("The file ends too early");
    for (let written = 0; written < count;) written += target.writeSync(buffer.subarray(written, count));
    left -= count;
  }
}

export function readText(source: Deno.FsFile, position: number, size: number): string {
  return new TextDecoder().decode(readBytes(source, position, size));
}

export function readBytes(source: Deno.FsFile, position: number, size: number): Uint8Array<ArrayBuffer> {
  source.seekSync(position, Deno.SeekMode.Start);
  const bytes = new Uint8Array(size);
  for (let filled = 0; filled < size;) {
    const count = source.readSync(bytes.subarray(filled));
    if (count === null) throw new Error("The file ends too early");
    filled += count;
  }
  return bytes;
}
