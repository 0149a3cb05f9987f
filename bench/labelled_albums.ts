import type { Candidate, CandidateRelease, KnownAlbum } from "../services/album_matching.ts";
import { marksIn, plainTitle } from "../services/album_titles.ts";
import { isVarious, splitNames } from "../services/artist_agreement.ts";
import { nameKey } from "../services/name_words.ts";
import { readHardAlbums } from "./hard_albums.ts";
import { creditOf, draw, idOf, isHeldOut, trackCountOf } from "./made_up.ts";
import { isOwnSpelling, type LabelledRow, readLabelledRows } from "./labelled_rows.ts";
import { asElsewhere } from "./other_spellings.ts";

/** An album as a library has it, and the release group it is. */
export type LabelledAlbum = {
  known: KnownAlbum;
  /** Right answers; none when MusicBrainz does not have it. */
  groupIds: string[];
  spotifyId: string | null;
  /** Which kind of difficulty it is, for the report. */
  kind: string;
  /** Half of the albums, by a hash of the artist, are left out while rules are written. */
  heldOut: boolean;
};

export type Labelled = { albums: LabelledAlbum[]; catalogue: Candidate[] };

/** The albums of our own making and, when the folder is there, those of the labelled CSV files in it. */
export async function readLabelled(folder?: string): Promise<Labelled> {
  const hard = await readHardAlbums();
  if (folder === undefined) return hard;
  const rows = await readLabelledRows(folder);
  const { groups, groupOf } = catalogueOf(rows);
  // The ids of our own are made up: an artist is either theirs or ours.
  const theirs = new Set(rows.flatMap(({ artist }) => [artist, ...splitNames(artist)]).map(nameKey));
  const ours = (names: string[]) => names.every((name) => isVarious(name) || !theirs.has(nameKey(name)));
  const catalogue = hard.catalogue.filter(({ artistCredit }) => ours(artistCredit.map(({ name }) => name)));
  const there = new Set(catalogue.map(({ id }) => id));
  const own = {
    // Neither under our name for the artist nor under MusicBrainz'.
    albums: hard.albums.filter(({ known, groupIds }) =>
      ours(known.artists) && groupIds.every((id) => there.has(id))
    ),
    catalogue,
  };
  return {
    albums: [...own.albums, ...albumsOf(rows, { groups, groupOf })],
    catalogue: [...own.catalogue, ...groups.values()],
  };
}

type Catalogue = { groups: Map<string, Candidate>; groupOf: Map<LabelledRow, string> };

/** The release groups the rows speak of, each with the releases, dates and spellings that rows give it. */
function catalogueOf(rows: LabelledRow[]): Catalogue {
  const groups = new Map<string, Candidate>();
  const groupOf = new Map<LabelledRow, string>();
  const byRelease = new Map(
    rows.flatMap((row) => row.groups[0] ? row.releases.map((id) => [id, row.groups[0]]) : []),
  );
  const byName = new Map(
    rows.flatMap((row) =>
      row.groups[0] ? [[`${nameKey(row.artist)} ${nameKey(row.title)}`, row.groups[0]]] : []
    ),
  );
  const ordered = rows.toSorted((a, b) => Number(isOwnSpelling(b)) - Number(isOwnSpelling(a)));
  for (const row of ordered) {
    const id = row.groups[0] ?? row.releases.map((release) => byRelease.get(release)).find(Boolean) ??
      byName.get(`${nameKey(row.artist)} ${nameKey(plainTitle(row.title))}`) ??
      idOf("group of", row.releases[0]);
    byName.set(`${nameKey(row.artist)} ${nameKey(plainTitle(row.title))}`, id);
    groupOf.set(row, id);
    const group = groups.get(id) ?? newGroup(id, row);
    groups.set(id, group);
    addRelease(group, row);
  }
  return { groups, groupOf };
}

function newGroup(id: string, row: LabelledRow): Candidate {
  const title = isOwnSpelling(row) ? row.title : plainTitle(row.title);
  const marks = marksIn(title);
  const primaryType = /\bEP$/i.test(row.title) || /#eps/.test(row.source)
    ? "EP"
    : /#singles|\(single\)/i.test(`${row.source} ${row.title}`)
    ? "Single"
    : "Album";
  const types = { live: "Live", remix: "Remix", soundtrack: "Soundtrack", demo: "Demo" } as const;
  return {
    id,
    title,
    disambiguation: "",
    aliases: [],
    artistCredit: creditOf(isVarious(row.artist) ? [row.artist] : creditNames(row.artist)),
    primaryType,
    secondaryTypes: Object.entries(types).flatMap(([mark, type]) =>
      marks.has(mark as keyof typeof types) ? [type] : []
    ),
    firstReleaseDate: row.year || null,
    releases: [],
    foundBy: [],
  };
}

/** One artist, unless the credit says plainly that there are several: "A & B feat. C". */
function creditNames(line: string): string[] {
  const names = splitNames(line);
  return names.length > 1 && (/feat\.|featuring/i.test(line) || draw(2, "credit", line) === 0)
    ? names
    : [line];
}

function addRelease(group: Candidate, row: LabelledRow): void {
  if (row.year !== "" && (group.firstReleaseDate === null || row.year < group.firstReleaseDate)) {
    group.firstReleaseDate = row.year;
  }
  for (const id of row.releases) {
    const release: CandidateRelease = {
      id,
      title: isOwnSpelling(row) ? row.title : group.title,
      date: row.year || null,
      barcode: row.barcode || null,
      // A search for groups does not tell; one for releases does.
      trackCount: draw(2, "counted", group.id) === 0 ? trackCountOf(group) : null,
      status: "Official",
    };
    if (!group.releases.some((known) => known.id === id)) group.releases.push(release);
  }
}

function albumsOf(rows: LabelledRow[], { groups, groupOf }: Catalogue): LabelledAlbum[] {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const id = groupOf.get(row)!;
    const once = `${row.artist}\t${row.title}\t${id}\t${row.spotifyId}`;
    if (seen.has(once)) return [];
    seen.add(once);
    const group = groups.get(id)!;
    const { known, kind } = asElsewhere(row, group);
    const groupIds = [id, ...row.groups];
    return [{ known, groupIds, spotifyId: row.spotifyId || null, kind, heldOut: isHeldOut(row.artist) }];
  });
}
