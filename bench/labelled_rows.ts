import { readRows } from "../services/csv_rows.ts";

/** One line of a labelled file: an album as people or MusicBrainz spell it, and which release group it is. */
export type LabelledRow = {
  artist: string;
  title: string;
  year: string;
  spotifyId: string;
  barcode: string;
  groups: string[];
  releases: string[];
  /** Where it comes from; names of files that MusicBrainz' own spelling comes from are in `AS_MUSICBRAINZ`. */
  file: string;
  source: string;
};

// Chosen by a machine, so no truth to measure by.
const UNVERIFIED = /UNVERIFIED/;
const AS_MUSICBRAINZ = /^(?:mb_names|mb_ws2|lidarr_metadata|picard_tags)\.csv$/;

/** Whether a row's names are MusicBrainz' own rather than how somebody typed them. */
export function isOwnSpelling(row: LabelledRow): boolean {
  return AS_MUSICBRAINZ.test(row.file);
}

/** All labelled rows in the CSV files of a folder. */
export async function readLabelledRows(folder: string): Promise<LabelledRow[]> {
  const rows: LabelledRow[] = [];
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".csv"));
  for (const file of files.filter((name) => !UNVERIFIED.test(name)).sort()) {
    for (const cells of await readCsv(`${folder}/${file}`)) {
      const list = (name: string) => (cells[name] ?? "").split("|").filter(Boolean);
      rows.push({
        artist: cells.artist,
        title: cells.title,
        year: cells.year ?? "",
        spotifyId: cells.spotify_album_id ?? "",
        barcode: cells.barcode ?? "",
        groups: list("mb_release_group_id"),
        releases: list("mb_release_id"),
        file,
        source: cells.source ?? "",
      });
    }
  }
  return rows.filter((row) =>
    row.artist !== "" && row.title !== "" && row.groups.length + row.releases.length > 0
  );
}

/** The rows of a CSV file by the names in its header. */
export async function readCsv(path: string): Promise<Record<string, string>[]> {
  const rows: string[][] = [];
  const text = (await Deno.open(path)).readable.pipeThrough(new TextDecoderStream());
  for await (const batch of readRows(text, path)) rows.push(...batch);
  const [header, ...lines] = rows;
  return lines.map((line) => Object.fromEntries(header.map((name, i) => [name, line[i] ?? ""])));
}
