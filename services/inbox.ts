import type { MatchReason } from "../db/album_matches.ts";
import { type AlbumDetail, findAlbum } from "../db/albums.ts";
import { listAlbumFiles } from "../db/album_files.ts";
import {
  countInbox,
  countSureMatches,
  findInboxReason,
  findLastMatchDecision,
  findWaiting,
  listSureMatches,
  type SureMatch,
} from "../db/inbox.ts";
import { retrying } from "../db/sql.ts";
import { acceptMatch } from "./album_matches.ts";
import type { Candidate, RankedCandidate } from "./album_matching.ts";
import type { App } from "./app.ts";
import { listProposed } from "./match_choices.ts";

export type InboxQuery = {
  reason?: MatchReason;
  /** Goes on behind this album. */
  after?: string;
  /** This one, wherever it stands. */
  at?: string;
};

/** The album that waits next, with all it takes to decide, and how many wait. */
export type Inbox = {
  counts: Partial<Record<MatchReason, number>>;
  left: number;
  /** How many reach the score from which all may be accepted at once. */
  sure: number;
  current?: Waiting;
  /** The release groups that the album after it may be: their covers can be fetched meanwhile. */
  upcoming: string[];
  /** What Undo takes back. */
  last?: { id: string; albumId: string; batch: string | null; title: string };
};

export type Waiting = {
  album: AlbumDetail;
  reason: MatchReason;
  candidates: (RankedCandidate & { refusedAt: Date | null })[];
  files: number;
};

/** From this score on the inbox offers to accept all at once. */
export const SURE_SCORE = 97;
const MOST_AT_ONCE = 500;
const COVERS_AHEAD = 4;

export async function loadInbox(
  { sql }: Pick<App, "sql">,
  query: InboxQuery,
  userId: string,
): Promise<Inbox> {
  const [counts, sure, last, current] = await Promise.all([
    countInbox(sql),
    countSureMatches(sql, SURE_SCORE),
    findLastMatchDecision(sql, userId),
    loadWaiting(sql, query),
  ]);
  const left = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { counts, left, sure, current, last, upcoming: await listUpcoming(sql, query, current) };
}

async function listUpcoming(sql: App["sql"], { reason }: InboxQuery, current?: Waiting): Promise<string[]> {
  const next = current && await findWaiting(sql, { reason, after: current.album.id });
  if (!next || next.id === current.album.id) return [];
  return (await listProposed(sql, next.id)).slice(0, COVERS_AHEAD).map(({ candidate }) => candidate.id);
}

async function loadWaiting(sql: App["sql"], { at, ...query }: InboxQuery): Promise<Waiting | undefined> {
  const reason = at && await findInboxReason(sql, at);
  const waiting = at && reason ? { id: at, reason } : await findWaiting(sql, query);
  if (!waiting) return undefined;
  const [album, candidates, files] = await Promise.all([
    findAlbum(sql, waiting.id),
    listProposed(sql, waiting.id),
    listAlbumFiles(sql, waiting.id),
  ]);
  return album && { album, reason: waiting.reason, candidates, files: files.length };
}

/** How many albums wait; read with every page, so it is kept until one changes. */
export function countWaiting({ sql, catalogue }: Pick<App, "sql" | "catalogue">): Promise<number> {
  return catalogue.read("inbox", async () => {
    return Object.values(await countInbox(sql)).reduce((sum, count) => sum + count, 0);
  });
}

export type Sure = Omit<SureMatch, "candidate"> & {
  candidate: Candidate;
  /** Nothing speaks against taking it with the others. */
  isClear: boolean;
};

/** The albums whose best candidate reaches `score`, best first. */
export async function loadSureMatches({ sql }: Pick<App, "sql">, score: number): Promise<Sure[]> {
  const rows = await listSureMatches(sql, score, MOST_AT_ONCE);
  return rows.map((row) => ({
    ...row,
    candidate: row.candidate as Candidate,
    isClear: row.reason !== "contradiction" && (row.lead === null || row.lead > 0),
  }));
}

/** Accepts the best candidate of each of these that still waits and reaches `score`. One Undo takes all back. */
export async function acceptSure(
  deps: Pick<App, "sql" | "catalogue">,
  choice: { albumIds: string[]; score: number },
  userId: string,
): Promise<{ accepted: number }> {
  const batch = crypto.randomUUID();
  const chosen = new Set(choice.albumIds);
  const sure = (await loadSureMatches(deps, choice.score)).filter(({ id }) => chosen.has(id));
  for (const { id, candidate } of sure) {
    await retrying(deps.sql, async (tx) => {
      const found = (await listProposed(tx, id)).find((one) => one.candidate.id === candidate.id);
      if (found) await acceptMatch(tx, id, found, { userId, batch });
    });
  }
  deps.catalogue.changed();
  return { accepted: sure.length };
}
