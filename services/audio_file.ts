import fs from "node:fs";
import {
  AbstractTokenizer,
  EndOfStreamError,
  type IGetToken,
  type IRandomAccessFileInfo,
  type IReadChunkOptions,
} from "strtok3";
const WINDOW_BYTES = 32 * 1024;
/** What may be read of one file: generous for covers, far from reading a mislabelled disk image. */
export const READ_LIMIT_BYTES = 64 * 1024 * 1024;

/** The file asks for more reading than any audio file needs. */
export class ReadLimitError extends Error {
  override name = "ReadLimitError";
}

/**
 * A file as music-metadata wants to read it: by position, in small steps. The steps are served from two
 * windows (the head and wherever it reads now), read synchronously, because thousands of awaited reads of four
 * bytes are what makes scans slow. What the parser skips (covers) is never read.
 */
export class AudioFile extends AbstractTokenizer {
  override fileInfo: IRandomAccessFileInfo;
  readonly #fd: number;
  /** The first bytes, for recognising what the file is. */
  readonly head: Uint8Array;
  /** Something was announced that the file is too short to hold. Some parsers keep that to themselves. */
  endedEarly = false;
  #window = new Uint8Array(0);
  #windowStart = 0;
  #bytesRead = 0;

  /**
   * Opens a regular file. A link, or a FIFO that took the file's place since it was listed, is refused instead
   * of followed or waited for.
   */
  constructor(path: string) {
    super();
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
    this.#fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stat = fs.fstatSync(this.#fd);
    this.fileInfo = { size: stat.isFile() ? stat.size : 0 };
    const head = new Uint8Array(WINDOW_BYTES);
    this.head = head.subarray(0, this.#fill(head, 0));
  }

  /** Up to `length` bytes at `position`. */
  at(position: number, length: number): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.fileInfo.size - position)));
    return bytes.subarray(0, this.#copy(bytes, position, bytes.length));
  }

  override async readToken<Value>(token: IGetToken<Value>, position?: number): Promise<Value> {
    try {
      return await super.readToken(token, position);
    } catch (error) {
      this.endedEarly ||= error instanceof EndOfStreamError;
      throw error;
    }
  }

  override readBuffer(target: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const { length, position, mayBeLess } = this.normalizeOptions(target, options);
    const copied = this.#copy(target, position, length);
    this.position = position + copied;
    return copied < length && !mayBeLess ? Promise.reject(new EndOfStreamError()) : Promise.resolve(copied);
  }

  override peekBuffer(target: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const { length, position, mayBeLess } = this.normalizeOptions(target, options);
    const copied = this.#copy(target, position, length);
    return copied < length && !mayBeLess ? Promise.reject(new EndOfStreamError()) : Promise.resolve(copied);
  }

  override supportsRandomAccess(): boolean {
    return true;
  }

  setPosition(position: number): void {
    this.position = position;
  }

  [Symbol.dispose](): void {
    fs.closeSync(this.#fd);
  }

  #copy(target: Uint8Array, position: number, length: number): number {
    if (position + length <= this.head.length) return copyFrom(this.head, position, target, length);
    if (length > WINDOW_BYTES) return this.#fill(target.subarray(0, length), position);
    if (position < this.#windowStart || position + length > this.#windowStart + this.#window.length) {
      const window = this.#window.buffer.byteLength > 0 ? this.#window.buffer : new ArrayBuffer(WINDOW_BYTES);
      this.#windowStart = position;
      this.#window = new Uint8Array(window, 0, this.#fill(new Uint8Array(window), position));
    }
    return copyFrom(
      this.#window,
      position - this.#windowStart,
      target,
      Math.min(length, this.#window.length),
    );
  }

  /** Reads until `target` is full or the file ends, which may be earlier or later than when it was opened. */
  #fill(target: Uint8Array, position: number): number {
    const wanted = Math.min(target.length, Math.max(0, this.fileInfo.size - position));
    if (this.#bytesRead + wanted > READ_LIMIT_BYTES) {
      throw new ReadLimitError(`More than ${READ_LIMIT_BYTES / 1024 / 1024} MB would have to be read`);
    }
    let filled = 0;
    while (filled < wanted) {
      const read = fs.readSync(this.#fd, target, filled, wanted - filled, position + filled);
      if (read === 0) break;
      filled += read;
    }
    this.#bytesRead += filled;
    return filled;
  }
}

function copyFrom(source: Uint8Array, start: number, target: Uint8Array, length: number): number {
  target.set(source.subarray(start, start + length));
  return length;
}
