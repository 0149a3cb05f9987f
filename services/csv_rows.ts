import { type CsvError, parse } from "csv-parse";
import { pipeline, Readable } from "node:stream";
import { refuse } from "./import_entries.ts";
import { peekText } from "./text_stream.ts";

const LARGEST_ROW = 32 * 1024 * 1024;
const ROWS_AT_ONCE = 1_000;

/** The rows of a CSV, the header among them, in batches. Throws Failure(invalid) with the line. */
export async function* readRows(text: AsyncIterable<string>, name: string): AsyncGenerator<string[][]> {
  const { head, whole } = await peekText(text, (head) => head.length > 10_000 || /\S[^\n]*\n/.test(head));
  const parser = parse({
    delimiter: delimiterOf(head.trimStart().split("\n", 1)[0]),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LARGEST_ROW,
  });
  // The failure of either end surfaces in the loop below.
  pipeline(Readable.from(whole), parser, () => {});
  let rows: string[][] = [];
  try {
    for await (const row of parser) {
      rows.push(row);
      if (rows.length < ROWS_AT_ONCE) continue;
      yield rows;
      rows = [];
    }
  } catch (error) {
    if (!isCsvError(error)) throw error;
    const what = error.code === "CSV_QUOTE_NOT_CLOSED"
      ? "it is cut off, or a quote is never closed"
      : "a row is not a row of a table";
    throw refuse("invalid", `${name} is not a valid CSV: ${what} (line ${error.lines}).`, error);
  }
  if (rows.length > 0) yield rows;
}

function isCsvError(error: unknown): error is CsvError & { lines?: number } {
  return error instanceof Error && "code" in error && String(error.code).startsWith("CSV_");
}

// Spreadsheets of some countries write semicolons.
function delimiterOf(header: string): string {
  const count = (sign: string) => header.split(sign).length;
  return [",", ";", "\t"].reduce((best, sign) => count(sign) > count(best) ? sign : best);
}
