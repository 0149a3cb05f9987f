import type { Candidate } from "./album_matching.ts";
import {
  READING_COST,
  readTitle,
  type TitleMark,
  type TitleReading,
  type TitleReadings,
} from "./album_titles.ts";
import { TITLE, TYPING_ERROR, UNREADABLE_TITLE } from "./match_weights.ts";
import { nameKey, otherScript, sharedWords, typingErrors } from "./name_words.ts";

export type NamedAlike = { weight: number; text: string; marks: Set<TitleMark> };

/** The best any name of the candidate does: its title, its aliases, the titles of its releases. */
export function compareTitles(known: TitleReadings, candidate: Candidate): NamedAlike {
  const artists = candidate.artistCredit.flatMap(({ name, artist }) => [name, artist.name]);
  const others = new Set([...candidate.aliases, ...candidate.releases.map(({ title }) => title)]);
  others.delete(candidate.title);
  let best = compareTitle(known, readTitle(candidate.title, [...new Set(artists)]), 0);
  for (const name of others) {
    if (best.weight >= TITLE - 1) break;
    const found = compareTitle(known, readTitle(name, artists), 1);
    if (found.weight > best.weight) best = found;
  }
  return best;
}

function compareTitle(known: TitleReadings, other: TitleReadings, cost: number): NamedAlike {
  const marks = other.marks;
  const equal = cheapestEqual(known, other);
  if (equal) {
    const weight = Math.max(1, TITLE - cost - equal.cost);
    const edition = equal.without.includes(known.edition ?? "") ? known.edition : other.edition;
    const text = equal.cost === 0
      ? `Title equal: ${other.title}`
      : edition !== undefined && equal.without.includes(edition)
      ? `Edition “${edition}” of the same album: ${other.title}`
      : equal.without.length > 0
      ? `Title equal but for “${equal.without.join(", ")}”: ${other.title}`
      : `Title equal to a part of the other: ${other.title}`;
    return { weight, text, marks };
  }
  const typed = typedAlike(known, other);
  if (typed > 0) return { weight: typed - cost, text: `Title almost equal: ${other.title}`, marks };
  if (otherScript(known.title, other.title)) {
    return { weight: UNREADABLE_TITLE, text: `Title in another script: ${other.title}`, marks };
  }
  const shared = Math.max(
    ...known.readings.flatMap((mine) =>
      other.readings.map((theirs) => sharedWords(mine.words, theirs.words))
    ),
  );
  if (shared >= 0.6) return { weight: Math.round(shared * 10), text: `Title alike: ${other.title}`, marks };
  return { weight: 0, text: `Other title: ${other.title}`, marks };
}

function cheapestEqual(a: TitleReadings, b: TitleReadings): { cost: number; without: string[] } | undefined {
  let best: { cost: number; without: string[] } | undefined;
  const keys = new Map(b.readings.map((reading) => [reading.key, reading]));
  for (const mine of a.readings) {
    const theirs = keys.get(mine.key);
    // What both leave out differs, or the titles would be equal: "Hello (One Remix)", "Hello (Another Remix)".
    if (!theirs || Math.min(mine.cost, theirs.cost) >= READING_COST.bracket) continue;
    const editions = leavesOut(mine, a) && leavesOut(theirs, b) ? OTHER_EDITION : 0;
    const cost = mine.cost + theirs.cost + editions;
    if (cost < (best?.cost ?? Infinity)) {
      best = { cost, without: [...mine.without, ...theirs.without] };
    }
  }
  return best;
}

/** Both sides name an edition, and not the same one. */
const OTHER_EDITION = 18;

function leavesOut({ without }: TitleReading, { edition }: TitleReadings): boolean {
  return edition !== undefined && without.includes(edition);
}

function typedAlike(a: TitleReadings, b: TitleReadings): number {
  let best = 0;
  for (const mine of a.readings) {
    for (const theirs of b.readings) {
      const cost = mine.cost + theirs.cost;
      if (cost > READING_COST.bracket) continue;
      const errors = typingErrors(mine.words, theirs.words);
      if (errors !== undefined) best = Math.max(best, TITLE - cost - TYPING_ERROR * Math.max(1, errors));
    }
  }
  return best;
}

const PLAIN =
  /^(?:(?:the)?(?:very)?bestof|greatesthits|hits|live|singles|(?:the)?collection|anthology|gold|unplugged|demos?|ep|essentials?|untitled|selftitled|christmas|lovesongs|remixes|ballads|platinumcollection|ultimatecollection|complete.*|.*collection|.*anthology|.*hits|.*greatesthits\d*|best|ベスト)$/;

/** Titles that artists use again: their own name, "Greatest Hits", "The Best of …", "Live". */
export function saysLittle(title: TitleReadings, artists: readonly string[]): boolean {
  const most = READING_COST.edition + READING_COST.artist + READING_COST.article;
  const keys = title.readings.filter(({ cost }) => cost <= most).map(({ key }) => key);
  return keys.some((key) => PLAIN.test(key) || artists.some((name) => nameKey(name) === key));
}
