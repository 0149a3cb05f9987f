import { blockBudget, claimBudget, forgiveBudget, postponeBudget } from "../db/rate_budgets.ts";
import type { Database } from "../db/sql.ts";
import { setTimeout as delay } from "node:timers/promises";
import { Failure } from "./errors.ts";

export type GateOptions = {
  /** The service, as people call it. */
  name: string;
  /** Whose budget it is; all programs on one database share it. */
  key: string;
  /** Between the beginnings of two requests, by all programs together. */
  intervalMs: number;
};

export type Gate = {
  /**
   * Returns when a request may be sent, or when none is needed any more. Throws PausedFailure when the service wants
   * no requests for long.
   */
  pass(options: { isUrgent(): boolean; isNeeded(): boolean }): Promise<void>;
  /** Somebody urgent has come: other programs are to know it now, not when the next place is near. */
  hurry(): void;
  /** The service refused: nothing is sent for `waitMs`, or for a pause that grows when it names no time. */
  refuse(waitMs: number | undefined, reason: string): Promise<void>;
  /** The service answered. */
  accept(): Promise<void>;
};

// A place is taken when it is this near, so that the way to the database costs none of the time between requests.
const MOST_AHEAD_MS = 15;
// This share of an interval may be missing between two requests, so that many small delays do not add up. Of a
// second, we leave a tenth to the network anyway.
const SLACK = 0.02;
// A pause that is shorter is waited for; a longer one is told, so that a job can be put off and a person can read.
const PATIENCE_MS = { bulk: 20_000, urgent: 2_000 };
// How long it takes at most until somebody who leaves is noticed during a pause.
const LOOK_UP_MS = 500;
const PAUSES_MS = [5_000, 15_000, 60_000, 300_000];
// A service that asks for more means something else (a moment of another unit, a mistake).
const LONGEST_PAUSE_MS = 7 * 86_400_000;

/**
 * The one place where requests to a service wait for their turn. The budget stands in the database also when there is
 * a Redis: programs that disagree on which of them counts, or one that vanishes, would break the promise.
 */
export function createGate(
  { sql }: { sql: Database },
  { name, key, intervalMs }: GateOptions,
): Gate {
  const aheadMs = Math.min(MOST_AHEAD_MS, intervalMs / 2);
  const slackMs = Math.max(1, intervalMs * SLACK);
  let last = -Infinity;
  let refused = true;
  // One waits for a place at a time; the others of this program could only hinder it.
  let passing = Promise.resolve();
  let correcting = Promise.resolve();
  let wake = () => {};
  const sleep = (waitMs: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, waitMs));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  async function takePlace({ isUrgent, isNeeded }: Parameters<Gate["pass"]>[0]): Promise<void> {
    while (isNeeded()) {
      if (!isUrgent()) await sleep(last + intervalMs - aheadMs - performance.now());
      await correcting;
      const urgent = isUrgent();
      const asked = performance.now();
      const { waitMs, ...claim } = await claimBudget(sql, key, { intervalMs, aheadMs, urgent });
      // When the database said so, as far as this can be known.
      const claimed = (asked + performance.now()) / 2;
      if (claim.blocked) {
        if (waitMs > (urgent ? PATIENCE_MS.urgent : PATIENCE_MS.bulk)) {
          throw new PausedFailure(name, waitMs, claim.blockedReason);
        }
        await sleep(Math.min(waitMs + 1, LOOK_UP_MS));
      } else if (claim.granted) {
        const place = Math.max(claimed + waitMs, last + intervalMs - slackMs);
        await delay(Math.max(0, place - performance.now()));
        last = performance.now();
        // Late, since this machine or the way to the database is slow: the next place is later, too. A database
        // that fails now fails the next claim as well.
        const lateMs = last - claimed - waitMs;
        if (lateMs > slackMs) correcting = postponeBudget(sql, key, lateMs).catch(() => {});
        return;
      } else {
        // Bulk work looks a little later than a click in another program does.
        await sleep(Math.max(waitMs - aheadMs, 1) + (urgent ? 0 : 2));
      }
    }
  }
  return {
    pass(options) {
      const passed = passing.then(() => takePlace(options));
      passing = passed.catch(() => {});
      return passed;
    },
    hurry: () => wake(),
    async refuse(waitMs, reason) {
      refused = true;
      const bounded = waitMs === undefined ? undefined : Math.min(waitMs, LONGEST_PAUSE_MS);
      await blockBudget(sql, key, { waitMs: bounded, pausesMs: PAUSES_MS, reason });
    },
    async accept() {
      if (!refused) return;
      refused = false;
      await forgiveBudget(sql, key);
    },
  };
}

/** Nothing was asked: the service has said that it wants no requests for some time. */
export class PausedFailure extends Failure {
  constructor(name: string, waitMs: number, reason: string | null) {
    const seconds = Math.ceil(waitMs / 1000);
    const why = reason ? ` (${reason})` : "";
    super("unavailable", `${name} wants no requests for ${spell(seconds)}${why}.`, {
      retryAfterSeconds: seconds,
    });
  }
}

/**
 * What `Retry-After` asks for, in milliseconds: whole seconds or a date. Undefined when there is none that can be
 * read, and for 0, which MusicBrainz sends when it is overloaded and waiting is all the same needed.
 */
export function retryAfterMs(header: string | null, now = Date.now()): number | undefined {
  const text = header?.trim() ?? "";
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return wait > 0 && Number.isFinite(wait) ? wait : undefined;
}

function spell(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3600)} hours`;
}
