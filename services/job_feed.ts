import { countJobs, type JobCounts, type JobRow, listenForJobs, listOpenJobs } from "../db/jobs.ts";
import type { Database } from "../db/sql.ts";
import { logger } from "./log.ts";

export type OpenJobs = {
  /** What runs, then what waits. */
  open: JobRow[];
  counts: JobCounts;
};

/** What is running right now, for everybody who looks: one subscription and two queries for all of them. */
export type JobFeed = {
  /** How many jobs run, as of half a second ago; costs nothing. */
  running(): number;
  /** What is open, at once and whenever that has changed, until the signal is aborted or the feed is closed. */
  watch(signal: AbortSignal): AsyncGenerator<OpenJobs>;
  /** Ends every watch. */
  close(): void;
};

// More often nobody can see; a scan reports as often as it likes.
const REFRESH_EVERY_MS = 500;
// A whole import may wait; the page counts the rest.
const MOST_OPEN = 50;

const log = logger("jobs");

export async function openJobFeed(sql: Database, everyMs = REFRESH_EVERY_MS): Promise<JobFeed> {
  const closing = new AbortController();
  const watchers = new Set<() => void>();
  let latest: Promise<OpenJobs> | undefined;
  let running = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let refreshedAt = -Infinity;

  function changed() {
    if (closing.signal.aborted) return;
    timer ??= setTimeout(refresh, Math.max(0, refreshedAt + everyMs - performance.now()));
  }

  async function refresh() {
    timer = undefined;
    refreshedAt = performance.now();
    latest = undefined;
    try {
      // Whoever watches asks for the list; without watchers only the navigation wants to know.
      if (watchers.size === 0) running = (await countJobs(sql)).running;
      watchers.forEach((wake) => wake());
    } catch (error) {
      log.warn("The running jobs cannot be counted", { error });
    }
  }

  /** Read once for all who watch. */
  function read(): Promise<OpenJobs> {
    latest ??= load().catch((error) => {
      latest = undefined;
      throw error;
    });
    return latest;
  }

  async function load(): Promise<OpenJobs> {
    const [open, counts] = await Promise.all([listOpenJobs(sql, MOST_OPEN), countJobs(sql)]);
    running = counts.running;
    return { open, counts };
  }

  await listenForJobs(sql, changed);
  return {
    running: () => running,
    async *watch(signal) {
      const until = AbortSignal.any([signal, closing.signal]);
      let wake = () => {};
      let isNew = true;
      const listener = () => {
        isNew = true;
        wake();
      };
      watchers.add(listener);
      until.addEventListener("abort", listener);
      try {
        while (!until.aborted) {
          isNew = false;
          yield await read();
          await new Promise<void>((resolve) => isNew || until.aborted ? resolve() : wake = resolve);
        }
      } finally {
        watchers.delete(listener);
        until.removeEventListener("abort", listener);
      }
    },
    close() {
      closing.abort();
      clearTimeout(timer);
    },
  };
}
