import { existsSync } from "node:fs";
import { join } from "node:path";
import { readBytes, readText, unpackArchive } from "./postgres_archive.ts";

/**
 * How the finished program carries PostgreSQL. A compiled program is Deno's runtime and then what was compiled,
 * all of which is read into memory at every start. So the archive is put between the two, where it takes no
 * memory; only if another Deno lays programs out differently is it among what was compiled, under this name.
 */
export const INCLUDED_ARCHIVE = "postgres_runtime.archive";

const COMPILED_PART_BEGINS = "d3n0l4nd";

/** Puts the archive into a compiled program, unless that is laid out in a way we do not know. */
export function carryArchive(program: string, archive: Uint8Array): boolean {
  using file = Deno.openSync(program);
  const { size, mode } = file.statSync();
  const start = compiledPart(file, size);
  if (start === undefined) return false;
  const partial = `${program}.part`;
  const parts = [readBytes(file, 0, start), archive, readBytes(file, start, size - start)];
  for (const part of parts) Deno.writeFileSync(partial, part, { append: true, mode: mode ?? undefined });
  Deno.renameSync(partial, program);
  return true;
}

export function unpackCarried(folder: string, program = Deno.execPath()): void {
  const included = join(import.meta.dirname ?? "", INCLUDED_ARCHIVE);
  using file = Deno.openSync(existsSync(included) ? included : program);
  const { size } = file.statSync();
  unpackArchive(file, compiledPart(file, size) ?? size, folder);
}

// Its length is the last thing in the file.
function compiledPart(file: Deno.FsFile, size: number): number | undefined {
  const length = new DataView(readBytes(file, size - 8, 8).buffer).getBigUint64(0, true);
  const start = size - Number(length);
  if (start < 0 || start > size - COMPILED_PART_BEGINS.length) return undefined;
  return readText(file, start, COMPILED_PART_BEGINS.length) === COMPILED_PART_BEGINS ? start : undefined;
}
