import { Buffer } from "node:buffer";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";

/**
 * A folder in one compressed file, for the program that carries PostgreSQL inside itself: a gzip stream of an
 * index in JSON, its length before it and the files' bytes behind it.
 */
type Entry = { path: string; size: number; executable: boolean };

const LENGTH_DIGITS = 8;

export function packArchive(folder: string, paths: string[], target: string): void {
  const entries = paths.map((path): Entry => {
    const { size, mode } = Deno.statSync(`${folder}/${path}`);
    return { path, size, executable: ((mode ?? 0) & 0o100) !== 0 };
  });
  const index = Buffer.from(JSON.stringify(entries));
  const length = Buffer.from(`${index.length}`.padStart(LENGTH_DIGITS, "0"));
  const files = entries.map(({ path }) => Deno.readFileSync(`${folder}/${path}`));
  Deno.writeFileSync(target, gzipSync(Buffer.concat([length, index, ...files]), { level: 9 }));
}

/** Writes everything in the archive below `folder`; it is on disk, not only in the cache, when this returns. */
export async function unpackArchive(archive: string, folder: string): Promise<void> {
  const source = (await Deno.open(archive)).readable.pipeThrough(new DecompressionStream("gzip"));
  const bytes = new ByteReader(source);
  const entries: Entry[] = JSON.parse(await bytes.readText(Number(await bytes.readText(LENGTH_DIGITS))));
  const synced: Promise<void>[] = [];
  for (const { path, size, executable } of entries) {
    const target = `${folder}/${path}`;
    Deno.mkdirSync(dirname(target), { recursive: true });
    const file = Deno.openSync(target, { write: true, createNew: true });
    for await (const part of bytes.read(size)) writeAll(file, part);
    Deno.chmodSync(target, executable ? 0o755 : 0o644);
    synced.push(file.syncData().finally(() => file.close()));
  }
  await Promise.all(synced);
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
}

// In pieces as they arrive: unpacking 40 MB must not leave the program that much larger.
class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest = new Uint8Array();

  constructor(source: ReadableStream<Uint8Array>) {
    this.#reader = source.getReader();
  }

  async *read(size: number): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0;) {
      if (this.#rest.length === 0) await this.#fill();
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async readText(size: number): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const part of this.read(size)) text += decoder.decode(part, { stream: true });
    return text;
  }

  async #fill(): Promise<void> {
    const { value } = await this.#reader.read();
    if (!value) throw new Error("The archive ends too early");
    this.#rest = new Uint8Array(value);
  }
}
