import {
  countOpenAlbums,
  deleteMatchAnswers,
  insertMatchAnswers,
  listMatchAnswers,
  listMatchWork,
  postponeMatches,
} from "../db/match_work.ts";
import type { Sql } from "../db/sql.ts";
import { storeDecision } from "./album_matches.ts";
import { decide, type Decision, type KnownAlbum } from "./album_matching.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { ApiFailure } from "./http.ts";
import { loadKnownAlbums } from "./known_albums.ts";
import { type Answer, type Stage, type StageName, STAGES, type Work } from "./match_stages.ts";
import { createTally, type Tally, type TallyCounts } from "./match_tally.ts";
import type { Asking } from "./musicbrainz.ts";

export type MatchOptions = {
  /** Only this album, for a person who waits. Without it: all that are open. */
  albumId?: string;
};

/** What a job's context offers, as far as matching needs it. */
export type MatchContext = {
  signal: AbortSignal;
  job: { checkpoint: unknown };
  commit(
    work: (
      tx: Sql,
    ) => Promise<{ processed?: number; total?: number; message?: string; checkpoint?: unknown }>,
  ): Promise<void>;
};

export type MatchResult = { summary: string } & TallyCounts;

type Deps = Pick<App, "sql" | "musicbrainz">;

// As many albums at a time as fit into little memory and still fill the requests of every stage.
const SLICE = 2000;
// A service that refuses more albums in a row than this does not mean the albums.
const MOST_REFUSALS = 3;
// Answers that lead to release groups wait for each other until they fill a request.
const FULL = 90;

/**
 * Finds the release groups of albums at MusicBrainz, stage by stage, many albums to a request. Every answer is
 * stored together with what follows from it, so that an interrupted run goes on where it was and asks nothing
 * twice. Throws `unavailable` when MusicBrainz does not answer: what is not decided by then stays as it was.
 */
export async function matchAlbums(
  deps: Deps,
  { albumId }: MatchOptions,
  context: MatchContext,
): Promise<MatchResult> {
  const total = albumId ? 1 : await countOpenAlbums(deps.sql);
  const tally = createTally(total, context.job.checkpoint);
  const asking: Asking = { priority: albumId ? "interactive" : "bulk", signal: context.signal };
  try {
    while (true) {
      const slice = await openSlice(deps, { limit: SLICE, albumId });
      if (slice.length === 0) break;
      await matchSlice(deps, slice, { asking, tally, context, refusals: 0 });
      if (albumId) break;
    }
  } catch (error) {
    throw error instanceof Failure && error.code === "unavailable" ? waiting(error, tally) : error;
  }
  return { summary: tally.summary(), ...tally.counts };
}

/** The same failure, with what it means for the albums. */
function waiting(error: Failure, tally: Tally): Failure {
  const left = tally.left();
  const albums = left === 1 ? "One album waits" : `${left.toLocaleString("en")} albums wait`;
  return new Failure(
    error.code,
    `${error.message} ${albums} for it; nothing was decided without an answer.`,
    {
      retryable: error.retryable,
      retryAfterSeconds: error.retryAfterSeconds,
      cause: error,
    },
  );
}

async function openSlice(
  { sql }: Deps,
  options: { limit: number; albumId?: string },
): Promise<Work[]> {
  const rows = await listMatchWork(sql, options);
  const ids = rows.map((row) => row.albumId);
  const [known, answers] = await Promise.all([
    loadKnownAlbums(sql, ids),
    listMatchAnswers<Answer>(sql, ids),
  ]);
  const works = rows.flatMap((row): Work[] => {
    const album = known.get(row.albumId);
    return album ? [{ ...row, known: album, answers: new Map() }] : [];
  });
  const byId = new Map(works.map((work) => [work.albumId, work]));
  for (const { albumId, stage, answer } of answers) {
    byId.get(albumId)?.answers.set(stage as StageName, answer);
  }
  return works;
}

type Run = { asking: Asking; tally: Tally; context: MatchContext; refusals: number };

/** Every album stands in the queue of its next stage until it is decided. */
async function matchSlice({ musicbrainz }: Deps, slice: Work[], run: Run): Promise<void> {
  const queues = new Map(STAGES.map((stage) => [stage, new Set<Work>()]));
  // What was answered before an interruption leads on from there.
  await settle(slice, queues, run);
  let open: Request | undefined;
  while (true) {
    // While the next request is on its way, what the one before has brought is decided and stored.
    const next = request(musicbrainz, queues, run, open !== undefined);
    if (open) {
      const matched = await settle(open.batch, queues, run, open.stage);
      for (const { work, decision } of matched) teach(slice, work, decision);
    } else if (!next) break;
    await next?.answered;
    open = next;
  }
}

type Request = { stage: Stage; batch: Work[]; answered: Promise<void> };

/** Sends the next request; when there is one `before` whose albums may join the batch, only a full one. */
function request(
  musicbrainz: Deps["musicbrainz"],
  queues: Map<Stage, Set<Work>>,
  run: Run,
  before: boolean,
): Request | undefined {
  const stage = pick(queues, run.tally);
  const queue = stage && queues.get(stage);
  if (!stage || !queue) return undefined;
  const batch = stage.take(queue);
  if (before && batch.length === queue.size) return undefined;
  for (const work of batch) queue.delete(work);
  run.tally.asks(stage.title);
  const answered = ask(musicbrainz, stage, batch, run).then((answers) => {
    for (const work of batch) work.answers.set(stage.name, answers.get(work) ?? {});
  });
  // Whoever awaits it sees the error; until then it must not count as unhandled.
  answered.catch(() => {});
  return { stage, batch, answered };
}

/**
 * The first stage that has something to do. Links are followed as soon as they fill a request, and at once while
 * nothing is matched: whoever waits sees soon that it works.
 */
function pick(queues: Map<Stage, Set<Work>>, tally: Tally): Stage | undefined {
  const busy = [...queues].filter(([, queue]) => queue.size > 0);
  const follow = busy.find(([{ name }]) => name === "release");
  if (follow && (tally.counts.matched === 0 || follow[1].size >= FULL)) return follow[0];
  return busy[0]?.[0];
}

/** A batch that MusicBrainz refuses is asked for in halves, to find the album that spoils it. */
async function ask(
  musicbrainz: Deps["musicbrainz"],
  stage: Stage,
  batch: Work[],
  run: Run,
): Promise<Map<Work, Answer>> {
  try {
    const answers = await stage.ask(musicbrainz, batch, run.asking);
    run.refusals = 0;
    return answers;
  } catch (error) {
    if (!(error instanceof ApiFailure && error.code === "unprocessable")) throw error;
    if (batch.length === 1) {
      if (++run.refusals > MOST_REFUSALS) {
        throw new Failure("unavailable", `${error.message} It refuses all that it is asked.`, {
          cause: error,
        });
      }
      return new Map([[batch[0], { refused: true }]]);
    }
    const half = Math.ceil(batch.length / 2);
    const first = await ask(musicbrainz, stage, batch.slice(0, half), run);
    return new Map([...first, ...await ask(musicbrainz, stage, batch.slice(half), run)]);
  }
}

type Ended = { work: Work; decision: Decision };

/** Decides what can be decided, stores it with the answers that led there, and queues the others; returns the matches. */
async function settle(
  works: Work[],
  queues: Map<Stage, Set<Work>>,
  run: Run,
  asked?: Stage,
): Promise<Ended[]> {
  const ended: Ended[] = [];
  const going: Work[] = [];
  for (const work of works) {
    const decision = decide(knownNow(work), candidatesOf(work));
    work.doubt = decision.reason;
    const next = decision.outcome === "matched" ? undefined : STAGES.find((stage) => isNext(stage, work));
    if (!next) ended.push({ work, decision });
    else {
      queues.get(next)?.add(work);
      going.push(work);
    }
  }
  const unsure = asked ? going : [];
  if (unsure.length > 0 || ended.length > 0) {
    await run.context.commit(async (tx) => {
      await insertMatchAnswers(
        tx,
        unsure.map((work) => ({
          albumId: work.albumId,
          stage: asked!.name,
          answer: work.answers.get(asked!.name),
        })),
      );
      await storeEnded(tx, ended, run.tally);
      return run.tally.progress();
    });
  }
  return ended.filter(({ decision }) => decision.outcome === "matched");
}

async function storeEnded(tx: Sql, ended: Ended[], tally: Tally): Promise<void> {
  const isMissed = ({ decision }: Ended) => decision.outcome === "no_match";
  const refused = ended.filter((one) =>
    isMissed(one) && [...one.work.answers.values()].some((a) => a.refused)
  );
  refused.forEach(() => tally.ends("refused"));
  const store = async ({ work, decision }: Ended) =>
    tally.ends((await storeDecision(tx, work.albumId, decision)).outcome);
  // Sent one behind the other without waiting, but for those that will be merged with one of the others.
  const groups = new Set<string>();
  const twins: Ended[] = [];
  const heard = ended.filter((one) => !refused.includes(one));
  const storing = heard.map(async (one) => {
    const group = one.decision.outcome === "matched" ? one.decision.ranked[0].candidate.id : one.work.albumId;
    if (groups.has(group)) return void twins.push(one);
    groups.add(group);
    await store(one);
  });
  // None may still be writing when the transaction is rolled back for another.
  for (const result of await Promise.allSettled(storing)) {
    if (result.status === "rejected") throw result.reason;
  }
  for (const twin of twins) await store(twin);
  await deleteMatchAnswers(tx, ended.map(({ work }) => work.albumId));
  await postponeMatches(tx, ended.filter(isMissed).map(({ work }) => work.albumId));
}

function isNext(stage: Stage, work: Work): boolean {
  if (work.answers.has(stage.name) || !stage.applies(work)) return false;
  // Finding more resolves neither a tie nor a contradiction; what tags and track counts say may.
  const isStuck = work.answers.has("text") && (work.doubt === "tie" || work.doubt === "contradiction");
  return !isStuck || stage.name === "tag" || stage.name === "editions";
}

function candidatesOf(work: Work) {
  return [...work.answers.values()].flatMap((answer) => answer.candidates ?? []);
}

/** What is known, with the ids in tags that were merged or deleted replaced by what has become of them. */
function knownNow({ known, answers }: Work): KnownAlbum {
  const followed = answers.get("tag");
  if (!followed) return known;
  const [now] = followed.candidates ?? [];
  if (known.releaseGroupIds.length > 0) {
    return { ...known, releaseGroupIds: [...now ? [now.id] : [], ...known.releaseGroupIds.slice(1)] };
  }
  const release = now?.releases[0]?.id;
  return { ...known, releaseIds: [...release ? [release] : [], ...known.releaseIds.slice(1)] };
}

/** A match tells who the artist is: it makes the artist's other albums cheap. */
function teach(slice: Work[], taught: Work, decision: Decision): void {
  const [{ candidate }] = decision.ranked;
  if (candidate.artistCredit.length !== 1) return;
  const { id } = candidate.artistCredit[0].artist;
  for (const work of slice) {
    if (work.artistId !== taught.artistId || work === taught) continue;
    const learned = work.known.learnedArtists.find((one) => one.id === id);
    if (learned) learned.albums++;
    else work.known.learnedArtists.push({ id, albums: 1 });
  }
}
