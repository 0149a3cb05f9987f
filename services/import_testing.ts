import {
  BlobReader,
  BlobWriter,
  ZipWriter,
  type ZipWriterConstructorOptions,
} from "@zip.js/zip.js/index-native.js";
import type { Entry, SkipReason } from "./import_entries.ts";
import { readUpload, type UploadOptions, type UploadSource } from "./library_upload.ts";

export type Content = string | Uint8Array<ArrayBuffer> | unknown[] | Record<string, unknown>;

/** A file of its own for one test: text and bytes as they are, anything else as JSON. */
export async function tempUpload(filename: string, content: Content) {
  const path = await Deno.makeTempFile({ prefix: "upload_" });
  await Deno.writeFile(path, bytesOf(content));
  return { path, filename, [Symbol.asyncDispose]: () => Deno.remove(path) };
}

export async function zipOf(
  files: Record<string, Content>,
  options?: ZipWriterConstructorOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false, ...options });
  for (const [name, content] of Object.entries(files)) {
    await zip.add(name, new BlobReader(new Blob([bytesOf(content)])));
  }
  return new Uint8Array(await (await zip.close()).arrayBuffer());
}

/** What a reader makes of a file, the skipped entries counted. */
export async function readAll(filename: string, content: Content, options: UploadOptions = {}) {
  await using upload = await tempUpload(filename, content);
  const entries: Exclude<Entry, { kind: "skipped" }>[] = [];
  const skipped: Partial<Record<SkipReason, number>> = {};
  const sources = new Set<UploadSource>();
  let lists = 0;
  const reading = {
    ...options,
    nextList: () => lists++,
    onSource: (source: UploadSource) => sources.add(source),
  };
  for await (const batch of readUpload(upload, reading)) {
    for (const entry of batch) {
      if (entry.kind === "skipped") skipped[entry.reason] = (skipped[entry.reason] ?? 0) + 1;
      else entries.push(entry);
    }
  }
  return { entries, skipped, sources: [...sources] };
}

function bytesOf(content: Content): Uint8Array<ArrayBuffer> {
  if (content instanceof Uint8Array) return content;
  return new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content));
}
