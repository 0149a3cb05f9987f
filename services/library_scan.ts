import {
  countLocalFiles,
  listIdentities,
  listKnownFolders,
  listUnusableFiles,
  markFilesMissing,
  moveFiles,
  replaceScanProblems,
  type ScannedFile,
  unsettleForNewTracks,
  upsertScannedFiles,
} from "../db/local_files.ts";
import { resetCoverSearches } from "../db/covers.ts";
import { transaction } from "../db/sql.ts";
import { completeFromPath } from "./album_groups.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import type { Walk, WalkedFile } from "./folder_walk.ts";
import { openTagReader, type TagsResult, walkInWorker } from "./scan_workers.ts";
import { settleAlbums, type SettledAlbums } from "./settle_albums.ts";

export type ScanOptions = {
  /** The music folder. */
  root: string;
  /** Only these folders of it, relative, and what is below them. */
  folders?: readonly string[];
  /** A person has confirmed that the files are really gone. */
  acceptLosses?: boolean;
};

/** What a job's context offers, as far as a scan needs it. */
export type ScanContext = {
  signal: AbortSignal;
  progress(update: { processed?: number; total?: number; message?: string }): Promise<void>;
};

export type ScanResult = {
  summary: string;
  /** Files that are there now, in the folders scanned. */
  files: number;
  /** Opened because they were new or different. */
  read: number;
  gone: number;
  moved: number;
  problems: number;
  /** Some of what is in the music folder and of no use, with the reasons; the database has them all. */
  unusable: { path: string; reason: string }[];
  filesPerSecond: number | null;
} & SettledAlbums;

type Deps = Pick<App, "sql" | "catalogue">;

const BATCH = 400;
const MOST_WORKERS = 2;
// A result is read whole with its job.
const RESULT_UNUSABLE = 50;
// Losing this many files, and this share of all, is more often a disk that is not mounted than a decision.
const LOSS_FILES = 50;
const LOSS_SHARE = 0.2;

/**
 * Brings files, albums and ownership up to date with the music folder, which is only ever read. Unchanged files
 * are not opened. Throws a Failure (conflict, not to be retried) before anything is changed when too many files
 * would be lost. May be interrupted anywhere: the next scan goes on with what is left.
 */
export async function scanLibrary(
  deps: Deps,
  options: ScanOptions,
  context: ScanContext,
): Promise<ScanResult> {
  const { sql } = deps;
  const scope = options.folders ? outermost(options.folders) : null;
  const known = await listKnownFolders(sql, scope);
  const root = await findRoot(options, known.length > 0);
  const walk = root === undefined
    ? { files: 0, folders: 0, changed: [], gone: namesOf(known), problems: [] }
    : await walkInWorker(root, {
      known: new Map(known.map(({ folder, files }) => [folder, files])),
      scope: scope ?? undefined,
      signal: context.signal,
      onProgress: (files) =>
        void report(context, { message: `Looking through the folder: ${count(files, "file")}` }),
    });
  const moves = await findMoves(deps, walk);
  const gone = walk.gone.length - moves.length;
  if (!options.acceptLosses) await guardAgainstLoss(deps, gone, walk.files === 0 && scope === null);
  await transaction(sql, async (tx) => {
    if (moves.length > 0) await moveFiles(tx, moves);
    if (gone > 0) await markFilesMissing(tx, walk.gone);
    await replaceScanProblems(tx, scope, walk.problems);
    if (scope) await resetCoverSearches(tx, scope);
    else await unsettleForNewTracks(tx);
  });
  const { unreadable, perSecond } = root === undefined || walk.changed.length === 0
    ? { unreadable: 0, perSecond: null }
    : await readChanged(deps, root, walk.changed, context);
  const albums = await settleAlbums(deps, context);
  const result = {
    files: walk.files,
    read: walk.changed.length,
    gone,
    moved: moves.length,
    problems: walk.problems.length + unreadable,
    unusable: (await listUnusableFiles(sql, RESULT_UNUSABLE)).map(({ path, reason }) => ({ path, reason })),
    filesPerSecond: perSecond,
    ...albums,
  };
  return { summary: summaryOf(result), ...result };
}

/** Progress that nobody waits for; a run that has to end finds out at its next step. */
function report(context: ScanContext, update: Parameters<ScanContext["progress"]>[0]): void {
  context.progress(update).catch(() => {});
}

function outermost(folders: readonly string[]): string[] | null {
  const plain = [...new Set(folders.map((folder) => folder.replace(/^\/+|\/+$/g, "")))];
  if (plain.includes("")) return null;
  return plain.filter((folder) => !plain.some((other) => folder.startsWith(`${other}/`)));
}

function namesOf(known: { folder: string; files: string }[]): string[] {
  return known.flatMap(({ folder, files }) =>
    files.split("//").map((file) => file.slice(0, file.indexOf("/"))).map((name) =>
      folder ? `${folder}/${name}` : name
    )
  );
}

/**
 * The real path of the music folder; undefined when it is gone and that is accepted. Only what a person can settle
 * by confirming is a conflict.
 */
async function findRoot({ root, acceptLosses }: ScanOptions, hadFiles: boolean): Promise<string | undefined> {
  try {
    const real = await Deno.realPath(root);
    const entries = Deno.readDir(real);
    for await (const _ of entries) return real;
    if (!hadFiles || acceptLosses) return real;
    throw new Failure("conflict", `The music folder ${root} is empty. ${NOTHING_CHANGED}`, {
      retryable: false,
    });
  } catch (error) {
    if (error instanceof Failure) throw error;
    const options = { retryable: false, cause: error };
    const missing = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
    if (!missing) throw new Failure("unprocessable", `The music folder ${root} cannot be read.`, options);
    if (!hadFiles) throw new Failure("unprocessable", `The music folder ${root} is not there.`, options);
    if (acceptLosses) return undefined;
    throw new Failure("conflict", `The music folder ${root} is not there. ${NOTHING_CHANGED}`, options);
  }
}

const NOTHING_CHANGED =
  "Nothing was changed: the disk may not be mounted. If the files are really gone, confirm it.";

type Move = { id: string; path: string; folder: string };

/** Files that are gone here and, with the same inode, size and time, new there. They keep their album. */
async function findMoves({ sql }: Deps, walk: Walk): Promise<Move[]> {
  if (walk.gone.length === 0 || walk.changed.length === 0) return [];
  const keyOf = (file: { inode: number | null; size: number; mtimeMs: number }) =>
    `${file.inode}/${file.size}/${file.mtimeMs}`;
  const appeared = new Map(walk.changed.filter((file) => file.inode).map((file) => [keyOf(file), file]));
  return (await listIdentities(sql, walk.gone)).flatMap((file) => {
    const target = appeared.get(keyOf(file));
    appeared.delete(keyOf(file));
    return target ? [{ id: file.id, path: target.path, folder: target.folder }] : [];
  });
}

async function guardAgainstLoss({ sql }: Deps, gone: number, nothingLeft: boolean): Promise<void> {
  if (gone === 0) return;
  const total = await countLocalFiles(sql);
  if (!nothingLeft && (gone < LOSS_FILES || gone <= total * LOSS_SHARE)) return;
  throw new Failure(
    "conflict",
    `${gone.toLocaleString("en")} of ${
      total.toLocaleString("en")
    } files are no longer there. ${NOTHING_CHANGED}`,
    { retryable: false },
  );
}

/** Reading and storing overlap: while one batch is written, the next is read. */
async function readChanged(
  { sql }: Deps,
  root: string,
  changed: WalkedFile[],
  context: ScanContext,
): Promise<{ unreadable: number; perSecond: number }> {
  // Starting a worker costs as much as reading a hundred files.
  const workers = Math.min(MOST_WORKERS, Math.ceil(changed.length / 100));
  using reader = openTagReader(root, { workers });
  const startedAt = performance.now();
  const perSecond = (files: number) => Math.round(files * 1000 / Math.max(1, performance.now() - startedAt));
  let writing: Promise<void> = Promise.resolve();
  let unreadable = 0;
  for (let at = 0; at < changed.length; at += BATCH) {
    context.signal.throwIfAborted();
    const batch = changed.slice(at, at + BATCH);
    const halves = Array.from({ length: workers }, (_, i) => batch.filter((_, j) => j % workers === i));
    const results = await Promise.all(halves.map((half) => reader.read(half.map((file) => file.path))));
    await writing;
    const rows = halves.flatMap((half, i) => half.map((file, j) => toRow(file, results[i][j])));
    unreadable += rows.filter((row) => row?.unreadable).length;
    writing = store(sql, batch, rows);
    // Whoever awaits it sees the error; until then it must not count as unhandled.
    writing.catch(() => {});
    const processed = at + batch.length;
    const message = `${perSecond(processed).toLocaleString("en")} files a second`;
    await context.progress({ processed, total: changed.length, message });
  }
  await writing;
  return { unreadable, perSecond: perSecond(changed.length) };
}

async function store(
  sql: Deps["sql"],
  batch: WalkedFile[],
  rows: (ScannedFile | undefined)[],
): Promise<void> {
  const there = rows.filter((row) => row !== undefined);
  if (there.length > 0) await upsertScannedFiles(sql, there);
  if (there.length === batch.length) return;
  const read = new Set(there.map((row) => row.path));
  await markFilesMissing(sql, batch.map((file) => file.path).filter((path) => !read.has(path)));
}

const NO_TAGS = {
  container: null,
  codec: null,
  lossless: null,
  sampleRate: null,
  bitsPerSample: null,
  bitrate: null,
  durationMs: null,
  hasCover: false,
  title: null,
  artist: null,
  album: null,
  albumArtist: null,
  trackNumber: null,
  trackTotal: null,
  discNumber: null,
  discTotal: null,
  year: null,
  genres: [],
  compilation: null,
  barcode: null,
  isrc: null,
  musicbrainzReleaseGroupId: null,
  musicbrainzReleaseId: null,
  musicbrainzRecordingId: null,
  musicbrainzTrackId: null,
  musicbrainzAlbumArtistIds: [],
};

/** Undefined: it has vanished since the walk. */
function toRow(file: WalkedFile, result: TagsResult): ScannedFile | undefined {
  if ("vanished" in result) return undefined;
  if ("tags" in result) return completeFromPath({ ...file, unreadable: null, ...result.tags });
  return { ...file, ...NO_TAGS, mtimeMs: result.passing ? 0 : file.mtimeMs, unreadable: result.unreadable };
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

function summaryOf(result: Omit<ScanResult, "summary">): string {
  const parts = [
    count(result.files, "file"),
    `${result.read.toLocaleString("en")} changed`,
    result.gone > 0 ? `${result.gone.toLocaleString("en")} gone` : "",
    result.newAlbums > 0 ? count(result.newAlbums, "new album") : "",
    result.completedAlbums > 0 ? `${count(result.completedAlbums, "album")} completed` : "",
    result.problems > 0 ? `${result.problems.toLocaleString("en")} not usable` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}
