import { listMatchCandidates, listUndecidedByPeople } from "../db/match_candidates.ts";
import { retrying } from "../db/sql.ts";
import { storeDecision } from "./album_matches.ts";
import { type Candidate, type Decision, rescore } from "./album_matching.ts";
import { type App, closeApp, openApp } from "./app.ts";
import type { Config } from "./config.ts";
import { Failure } from "./errors.ts";
import { loadKnownAlbums } from "./known_albums.ts";

export const RESCORE_USAGE = "rescore [--apply]";

const AT_ONCE = 200;

/** `beat-collector rescore`, also beside a running program: prints what would change, or changes it. */
export async function rescoreCommand(config: Config, args: string[]): Promise<void> {
  if (args.some((arg) => arg !== "--apply")) throw new Failure("invalid", `Use: ${RESCORE_USAGE}`);
  const app = await openApp(config, { join: true });
  try {
    const apply = args.includes("--apply");
    let albums = 0;
    for await (const change of rescoreMatches(app, { apply })) {
      albums++;
      console.log(lineOf(change));
    }
    console.log(closing(albums, apply));
  } finally {
    await closeApp(app);
  }
}

/** An album that is judged otherwise than before. */
export type Rejudged = {
  albumId: string;
  title: string;
  artistCredit: string;
  before: { status: string; score: number | null };
  after: { status: Decision["outcome"]; score: number | null; best: string | null };
};

/**
 * Judges all that was found once more, with the rules of this version and what is known by now, and asks nobody.
 * What a person decided is not judged. `apply` stores the new decisions; without, they are only told.
 */
export async function* rescoreMatches(
  { sql, catalogue }: Pick<App, "sql" | "catalogue">,
  { apply }: { apply: boolean },
): AsyncGenerator<Rejudged> {
  for (let after = "00000000-0000-0000-0000-000000000000";;) {
    const albums = await listUndecidedByPeople(sql, { after, limit: AT_ONCE });
    if (albums.length === 0) return;
    after = albums[albums.length - 1].id;
    const ids = albums.map(({ id }) => id);
    const [known, rows] = await Promise.all([
      loadKnownAlbums(sql, ids),
      listMatchCandidates<Candidate, unknown>(sql, ids),
    ]);
    const candidates = Map.groupBy(rows, ({ albumId }) => albumId);
    for (const { id, title, artistCredit, matchStatus, matchScore } of albums) {
      const facts = known.get(id);
      if (!facts) continue;
      const { decision, changes } = rescore(facts, candidates.get(id) ?? []);
      const [best] = decision.ranked;
      const rejudged = {
        albumId: id,
        title,
        artistCredit,
        before: { status: matchStatus, score: matchScore },
        after: {
          status: decision.outcome,
          score: best?.score ?? null,
          best: best?.candidate.title ?? null,
        },
      };
      if (apply && (changes.length > 0 || decision.outcome !== matchStatus)) {
        await retrying(sql, (tx) => storeDecision(tx, id, decision));
      }
      if (decision.outcome !== matchStatus || rejudged.after.score !== matchScore) yield rejudged;
    }
    if (apply) catalogue.changed();
  }
}

const words: Record<string, string> = {
  pending: "not looked for",
  matched: "matched",
  manual_review: "for a person",
  no_match: "nothing found",
};

function lineOf({ title, artistCredit, before, after }: Rejudged): string {
  const side = ({ status, score }: Rejudged["before"]) =>
    `${words[status]} ${score === null ? "-" : `${score} %`}`;
  return `${artistCredit}: ${title}\n  ${side(before)} -> ${side(after)}${
    after.best ? `  (${after.best})` : ""
  }`;
}

function closing(albums: number, apply: boolean): string {
  if (albums === 0) return "Nothing is judged otherwise than before.";
  const many = albums === 1 ? "1 album is" : `${albums.toLocaleString("en")} albums are`;
  return apply ? `${many} judged anew.` : `${many} judged otherwise. Nothing was changed; --apply stores it.`;
}
