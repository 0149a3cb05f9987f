import { z } from "zod";

const counts = z.object({
  total: z.number(),
  matched: z.number(),
  review: z.number(),
  notFound: z.number(),
  /** Put off: MusicBrainz did not take the question, or a person was faster. */
  skipped: z.number(),
});

export type TallyCounts = z.infer<typeof counts>;
export type Ending = "matched" | "manual_review" | "no_match" | "refused" | "locked" | "gone";

/** What a run has come to, over all its interruptions, and how long the rest will take. */
export type Tally = {
  counts: TallyCounts;
  asks(title: string): void;
  ends(ending: Ending): void;
  left(): number;
  progress(): { processed: number; total: number; message: string; checkpoint: TallyCounts };
  summary(): string;
};

// Before as many, a rate is a guess.
const ENOUGH_FOR_A_RATE = 20;

export function createTally(open: number, checkpoint: unknown): Tally {
  const before = counts.safeParse(checkpoint).data;
  const tally: TallyCounts = before ?? { total: 0, matched: 0, review: 0, notFound: 0, skipped: 0 };
  const ended = () => tally.matched + tally.review + tally.notFound + tally.skipped;
  const endedBefore = ended();
  tally.total = endedBefore + open;
  const begun = performance.now();
  let doing = "Looking at what is open";
  return {
    counts: tally,
    asks(title) {
      doing = title;
    },
    ends(ending) {
      if (ending === "matched") tally.matched++;
      else if (ending === "manual_review") tally.review++;
      else if (ending === "no_match") tally.notFound++;
      else tally.skipped++;
    },
    left: () => Math.max(0, tally.total - ended()),
    progress() {
      const minutes = (performance.now() - begun) / 60_000;
      const here = ended() - endedBefore;
      const perMinute = here >= ENOUGH_FOR_A_RATE ? Math.round(here / minutes) : undefined;
      const left = tally.total - ended();
      const rate = perMinute
        ? ` · ${perMinute.toLocaleString("en")} albums a minute, ${spell(left / perMinute)} left`
        : "";
      return {
        processed: ended(),
        total: tally.total,
        message: `${doing} · ${outcome(tally)}${rate}`,
        checkpoint: { ...tally },
      };
    },
    summary: () => tally.total === 0 ? "Nothing to look for" : capitalised(outcome(tally)),
  };
}

function outcome({ matched, review, notFound, skipped }: TallyCounts): string {
  const parts = [
    `${matched.toLocaleString("en")} matched`,
    review > 0 ? `${review.toLocaleString("en")} to decide` : "",
    notFound > 0 ? `${notFound.toLocaleString("en")} not found` : "",
    skipped > 0 ? `${skipped.toLocaleString("en")} put off` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function spell(minutes: number): string {
  if (minutes < 1.5) return "about a minute";
  return minutes < 90 ? `about ${Math.round(minutes)} minutes` : `about ${Math.round(minutes / 60)} hours`;
}
