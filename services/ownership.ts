import { matchKey } from "../db/normalise.ts";

export type OwnershipStatus = "not_owned" | "partial" | "owned" | "downloading";

/** What ownership needs to know about one file of an album. Missing files are not among them. */
export type FileFacts = {
  title: string | null;
  trackNumber: number | null;
  trackTotal: number | null;
  discNumber: number | null;
  discTotal: number | null;
  durationMs: number | null;
  /** It is there, but nobody can play it: corrupt, empty, unreadable. */
  unreadable: boolean;
};

/** What is known about an album besides its files. All parts are optional. */
export type OwnershipFacts = {
  files: readonly FileFacts[];
  /** Tracks of the release it was matched to. */
  releaseTracks?: number | null;
  spotifyTracks?: number | null;
  /** Lidarr is fetching it right now. */
  downloading?: boolean;
  /** What Lidarr says it has of it, perhaps where we cannot look: files, of the tracks of its release. */
  lidarr?: { files: number; tracks: number } | null;
  /** What a person decided; it stands whatever the files say. */
  decision?: OwnershipStatus | null;
};

export type Ownership = { status: OwnershipStatus; ownedTracks: number; expectedTracks: number | null };

/**
 * The one place that decides what is owned. Expected tracks come from the release, else from Spotify, else
 * from the totals in the tags per disc, else from the highest track numbers. A gap in the numbers means
 * partial; files with nothing to compare them to are owned; files nobody can read do not count. What Lidarr
 * says counts beside them, by the tracks of the release it has chosen.
 */
export function decideOwnership(facts: OwnershipFacts): Ownership {
  const discs = groupByDisc(facts.files.filter((file) => !file.unreadable));
  const here = discs.reduce((sum, disc) => sum + disc.count, 0);
  const known = facts.releaseTracks ?? facts.spotifyTracks ?? expectedFromTags(discs);
  const elsewhere = facts.lidarr ?? { files: 0, tracks: 0 };
  const expected = known ?? (elsewhere.tracks || null);
  const owned = known === null ? here : countOwned(discs, here, known);
  const whole = elsewhere.files > 0 && elsewhere.files >= elsewhere.tracks;
  const complete = whole || (here > 0 && (known === null || owned >= known));
  const some = Math.max(owned, elsewhere.files);
  const ownedTracks = whole ? expected ?? some : Math.min(some, expected ?? some);
  const status = complete ? "owned" : facts.downloading ? "downloading" : some > 0 ? "partial" : "not_owned";
  return { status: facts.decision ?? status, ownedTracks, expectedTracks: expected };
}

type Disc = {
  number: number;
  /** Track numbers that are there. */
  numbers: Set<number>;
  /** Different tracks, numbered or not: the same song as FLAC and as MP3 counts once. */
  count: number;
  total: number;
  discTotal: number;
};

function groupByDisc(files: readonly FileFacts[]): Disc[] {
  const discs = new Map<number, Disc & { titles: Set<string> }>();
  for (const [index, file] of withPlainNumbers(files).entries()) {
    const number = file.discNumber || 1;
    const disc = discs.get(number) ??
      { number, numbers: new Set<number>(), titles: new Set<string>(), count: 0, total: 0, discTotal: 0 };
    discs.set(number, disc);
    if (file.trackNumber) disc.numbers.add(file.trackNumber);
    else disc.titles.add(file.title ? matchKey(file.title) : `#${index}`);
    disc.total = Math.max(disc.total, file.trackTotal ?? 0);
    disc.discTotal = Math.max(disc.discTotal, file.discTotal ?? 0);
    disc.count = disc.numbers.size + disc.titles.size;
  }
  return [...discs.values()].sort((a, b) => a.number - b.number);
}

/** Some tag 104 for the fourth track of disc 1. Only when every number of the album reads that way. */
function withPlainNumbers(files: readonly FileFacts[]): readonly FileFacts[] {
  const numbered = files.filter((file) => file.trackNumber);
  const coded = numbered.length > 0 && numbered.every(({ trackNumber, trackTotal, discNumber }) => {
    const disc = Math.floor(trackNumber! / 100);
    return disc >= 1 && disc <= 20 && trackNumber! % 100 > 0 && (trackTotal ?? 0) < 100 &&
      (discNumber === null || discNumber === disc);
  });
  if (!coded) return files;
  return files.map((file) =>
    file.trackNumber === null ? file : {
      ...file,
      discNumber: Math.floor(file.trackNumber / 100),
      trackNumber: file.trackNumber % 100,
    }
  );
}

function expectedFromTags(discs: readonly Disc[]): number | null {
  const last = (disc: Disc) => Math.max(disc.total, ...disc.numbers);
  const perDisc = discs.map((disc) => Math.max(0, last(disc)));
  if (perDisc.every((tracks) => tracks === 0)) return null;
  const whole = totalOfAllDiscs(discs);
  if (whole) return whole;
  const sum = perDisc.reduce((a, b) => a + b, 0);
  // Of a disc that is missing altogether only one thing is certain: it has a track.
  const discsMissing = Math.max(0, Math.max(...discs.map((disc) => disc.discTotal)) - discs.length);
  return sum + discsMissing;
}

/** Taggers that number through all discs, or write the total of the whole set on each of them. */
function totalOfAllDiscs(discs: readonly Disc[]): number | undefined {
  const total = discs[0]?.total;
  if (discs.length < 2 || !total || discs.some((disc) => disc.total !== total)) return undefined;
  const numbersContinue = discs.every((disc, i) =>
    i === 0 || Math.min(...disc.numbers) === Math.max(...discs[i - 1].numbers) + 1
  );
  const here = discs.reduce((sum, disc) => sum + disc.count, 0);
  return numbersContinue || here === total ? total : undefined;
}

/** Numbers missing below the highest one are certainly not owned, even if bonus tracks make up the count. */
function countOwned(discs: readonly Disc[], here: number, expected: number): number {
  let gaps = 0;
  let from = 1;
  for (const disc of discs) {
    if (Math.min(...disc.numbers) < from) from = 1;
    const upTo = Math.min(expected, Math.max(from - 1, ...disc.numbers));
    const numbers = [...disc.numbers].filter((number) => number <= upTo);
    const unnumbered = disc.count - disc.numbers.size;
    gaps += Math.max(0, upTo - from + 1 - numbers.length - unnumbered);
    from = upTo + 1;
  }
  return Math.max(Math.min(here, expected - gaps), Math.min(here, 1));
}

/** A track as the catalogue knows it. Number and disc may be unknown (a liked song of an export). */
export type KnownTrack = {
  title: string;
  trackNumber: number | null;
  discNumber: number;
  durationMs: number | null;
};

export type TrackRow = {
  disc: number;
  number: number | null;
  /** Null: the track is missing and nobody knows its title. */
  title: string | null;
  owned: boolean;
  durationMs: number | null;
};

/**
 * The album page's list: what the catalogue knows and what the files are, merged by disc and number, else by
 * title, and a row for every number that is missing up to the expected count.
 */
export function trackList(
  tracks: readonly KnownTrack[],
  files: readonly FileFacts[],
  expectedTracks: number | null,
): TrackRow[] {
  const rows = fileRows(files);
  for (const track of tracks) {
    const key = matchKey(track.title);
    const row = rows.find((row) =>
      row.number !== null && row.disc === track.discNumber && row.number === track.trackNumber
    ) ??
      rows.find((row) =>
        row.title !== null && matchKey(row.title) === key
      );
    if (row) fillIn(row, track);
    else rows.push(missingRow(track.discNumber, track.trackNumber, track));
  }
  rows.push(...missingNumbers(rows, files, expectedTracks));
  return rows.sort((a, b) => a.disc - b.disc || (a.number ?? Infinity) - (b.number ?? Infinity));
}

function fileRows(files: readonly FileFacts[]): TrackRow[] {
  const rows = new Map<string, TrackRow>();
  for (const [index, file] of withPlainNumbers(files).entries()) {
    if (file.unreadable) continue;
    const disc = file.discNumber || 1;
    const key = file.trackNumber
      ? `${disc}/${file.trackNumber}`
      : file.title
      ? matchKey(file.title)
      : `#${index}`;
    if (rows.has(key)) continue;
    rows.set(key, {
      disc,
      number: file.trackNumber || null,
      title: file.title,
      owned: true,
      durationMs: file.durationMs,
    });
  }
  return [...rows.values()];
}

function fillIn(row: TrackRow, track: KnownTrack): void {
  row.title ??= track.title;
  row.number ??= track.trackNumber;
  row.durationMs ??= track.durationMs;
}

function missingRow(disc: number, number: number | null, track?: KnownTrack): TrackRow {
  return { disc, number, title: track?.title ?? null, owned: false, durationMs: track?.durationMs ?? null };
}

/** Gaps below the highest number of each disc, then what the expected count still lacks at the end of the last. */
function missingNumbers(
  rows: readonly TrackRow[],
  files: readonly FileFacts[],
  expectedTracks: number | null,
): TrackRow[] {
  const missing: TrackRow[] = [];
  const discs = [...new Set(rows.map((row) => row.disc))].sort((a, b) => a - b);
  const unnumbered = rows.filter((row) => row.number === null).length;
  // Rows without a number may be any of the missing ones.
  let open = (expectedTracks ?? Infinity) - rows.length;
  const totals = totalsPerDisc(files);
  let from = 1;
  for (const disc of discs) {
    const numbers = new Set(rows.filter((row) => row.disc === disc && row.number).map((row) => row.number!));
    if (numbers.size === 0) continue;
    if (Math.min(...numbers) < from) from = 1;
    const upTo = Math.max(...numbers, unnumbered > 0 || totals.continued ? 0 : totals.ofDisc.get(disc) ?? 0);
    for (let number = from; number <= upTo && open > 0; number++) {
      if (numbers.has(number)) continue;
      missing.push(missingRow(disc, number));
      open--;
    }
    from = upTo + 1;
  }
  for (let disc = 1; disc <= totals.discs && open > 0; disc++) {
    if (discs.includes(disc)) continue;
    missing.push(missingRow(disc, null));
    open--;
  }
  const lastDisc = discs.at(-1) ?? 1;
  if (expectedTracks === null || unnumbered > 0) return missing;
  const last = [...rows, ...missing].filter((row) => row.disc === lastDisc).reduce(
    (n, row) => Math.max(n, row.number!),
    0,
  );
  for (let number = last + 1; open > 0; number++, open--) missing.push(missingRow(lastDisc, number));
  return missing;
}

type Totals = { ofDisc: Map<number, number>; discs: number; continued: boolean };

function totalsPerDisc(files: readonly FileFacts[]): Totals {
  const discs = groupByDisc(files.filter((file) => !file.unreadable));
  return {
    discs: Math.max(0, ...discs.map((disc) => disc.discTotal)),
    ofDisc: new Map(discs.map((disc) => [disc.number, disc.total])),
    continued: totalOfAllDiscs(discs) !== undefined,
  };
}
