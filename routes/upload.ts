import { Busboy, type BusboyFileStream } from "@fastify/busboy";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure } from "../services/errors.ts";
import { refuse } from "../services/import_entries.ts";
import { tooLarge, UPLOAD_LIMITS, type UploadedFile } from "../services/library_upload.ts";
import { openUploadFolder } from "../services/upload_folder.ts";
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
  const folder = await openUploadFolder(c.get("app").config);
  const upload: Upload = { files: [], fields: {}, [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
  try {
    await receiveParts(body, contentType, folder.path, upload);
    return upload;
  } catch (error) {
    await folder[Symbol.asyncDispose]();
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
  const limits = { files: MOST_FILES, fields: 20, fieldSize: 1_000 };
  const form = new Busboy({ headers: { "content-type": contentType }, limits });
  const writing: Promise<void>[] = [];
  const received = { bytes: 0 };
  form.on("field", (name, value) => void (upload.fields[name] = value));
  form.on("file", (field, stream, filename) => {
    if (field !== "file" || !filename) return void stream.resume();
    const file = { path: `${folder}/${upload.files.length}`, filename };
    upload.files.push(file);
    const written = writeFile(stream, file, received);
    // The rest of a form that is refused already is not waited for.
    written.catch((error) => form.destroy(error));
    writing.push(written);
  });
  form.once("filesLimit", () => {
    form.destroy(refuse("too_large", `Send no more than ${MOST_FILES} files at once.`));
  });
  await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), form);
  await Promise.all(writing);
}

/** All files of a form together are as large as one may be. */
async function writeFile(
  stream: BusboyFileStream,
  { path, filename }: UploadedFile,
  received: { bytes: number },
): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  const sink = new Writable({
    write(chunk: Uint8Array, _, done) {
      received.bytes += chunk.length;
      if (received.bytes > UPLOAD_LIMITS.packedBytes) done(tooLarge(filename));
      else writeAll(file, chunk).then(() => done(), done);
    },
  });
  await pipeline(stream, sink);
}

async function writeAll(file: Deno.FsFile, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
}
