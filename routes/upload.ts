import { Busboy, type BusboyFileStream } from "@fastify/busboy";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure } from "../services/errors.ts";
import { tooLarge, UPLOAD_LIMITS, type UploadedFile } from "../services/library_upload.ts";
import type { Request } from "./request.ts";

const MOST_FILES = 50;

/** What came in one form; the files are gone when the scope ends. */
export type Upload = AsyncDisposable & { files: UploadedFile[]; fields: Record<string, string> };

/**
 * Streams the files of a form to disk, never through memory. Throws Failure (field `file`): invalid for what is
 * no such form, too_large as soon as a file is.
 */
export async function receiveUpload(c: Request): Promise<Upload> {
  const contentType = c.req.header("content-type") ?? "";
  const body = c.req.raw.body;
  if (!/^multipart\/form-data\b/i.test(contentType) || !body) {
    throw new Failure("invalid", "Send the file as multipart/form-data, in the field “file”.", {
      fields: { file: "is missing" },
    });
  }
  const folder = await Deno.makeTempDir({ dir: await uploadsFolder(c.get("app").config), prefix: "upload-" });
  const upload: Upload = {
    files: [],
    fields: {},
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
  try {
    await receiveParts(body, contentType, folder, upload);
    return upload;
  } catch (error) {
    await upload[Symbol.asyncDispose]();
    if (error instanceof Failure) throw error;
    throw new Failure("invalid", "The upload broke off or is no form. Send it again.", {
      fields: { file: "arrived incomplete" },
      cause: error,
    });
  }
}

async function receiveParts(
  body: ReadableStream<Uint8Array>,
  contentType: string,
  folder: string,
  upload: Upload,
) {
  const limits = { fileSize: UPLOAD_LIMITS.packedBytes + 1, files: MOST_FILES, fields: 20, fieldSize: 1_000 };
  const form = new Busboy({ headers: { "content-type": contentType }, limits });
  const writing: Promise<void>[] = [];
  form.on("field", (name, value) => void (upload.fields[name] = value));
  form.on("file", (field, stream, filename) => {
    if (field !== "file" || !filename) return void stream.resume();
    const file = { path: `${folder}/${upload.files.length}`, filename };
    upload.files.push(file);
    const written = writeFile(stream, file);
    // The rest of a form that is refused already is not waited for.
    written.catch((error) => form.destroy(error));
    writing.push(written);
  });
  await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), form);
  await Promise.all(writing);
}

async function writeFile(stream: BusboyFileStream, { path, filename }: UploadedFile): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  const sink = new Writable({
    write(chunk: Uint8Array, _, done) {
      writeAll(file, chunk).then(() => done(), done);
    },
  });
  stream.once("limit", () => sink.destroy(tooLarge(filename)));
  await pipeline(stream, sink);
}

async function writeAll(file: Deno.FsFile, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
}

async function uploadsFolder({ dataDir }: { dataDir: string }): Promise<string> {
  const folder = `${dataDir}/uploads`;
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}
