import { deleteWatchReport, upsertWatchReport, type WatchReport } from "../db/watch_reports.ts";
import type { App } from "../services/app.ts";
import { logger } from "../services/log.ts";
import { mountOf, networkMountsBelow } from "../services/mounts.ts";
import { readSettings } from "../services/settings.ts";
import { createAlarm } from "./alarm.ts";
import { enqueue } from "./queue.ts";
import type { WatchMessage } from "./watch_worker.ts";

export type WatchOptions = {
  /** How long a folder must have been left alone before it is scanned. */
  quietMs?: number;
  /** How often to see whether another folder is set, or the folder is back. */
  lookMs?: number;
  /** How often the whole folder is scanned where changes are not announced. */
  sweepMs?: number;
};

// A scan of so many folders takes as long as one of them all.
const MOST_FOLDERS = 200;

const log = logger("watch");

type Watched = {
  /** What is watched: the folder as it is set, where it really is, and which one it is. */
  what: string;
  worker?: Worker;
  report: WatchReport;
  /** Undefined: changes are announced, no sweep is needed. */
  nextSweepAt?: number;
};

/**
 * Scans the music folder at the start and whenever something in it changes. Network folders, which announce
 * nothing, and folders the system cannot watch are swept on a timer instead; the health page says so.
 */
export function startWatch(app: App, options: WatchOptions = {}): { stop(): Promise<void> } {
  const { quietMs = 5000, lookMs = 15_000, sweepMs = 15 * 60_000 } = options;
  const alarm = createAlarm();
  // When something last changed in each folder.
  const dirty = new Map<string, number>();
  let watched: Watched | undefined;
  let stopping = false;

  async function loop() {
    while (!stopping) {
      try {
        await follow();
        await scanQuietFolders();
        if (watched?.nextSweepAt !== undefined && watched.nextSweepAt <= performance.now()) {
          await enqueue(app.sql, "filesystem_scan", {});
          watched.nextSweepAt = performance.now() + sweepMs;
        }
        if (watched) await upsertWatchReport(app.sql, watched.report);
      } catch (error) {
        log.warn("The music folder cannot be watched right now", { error });
      }
      await alarm.wait(dirty.size > 0 ? Math.min(quietMs, lookMs) : lookMs);
    }
    watched?.worker?.terminate();
  }

  /** Begins anew when another folder is set, or another one stands in its place. */
  async function follow() {
    const { music_folder_path: path } = await readSettings(app);
    const root = path ? await realFolder(path) : undefined;
    const what = path ? [path, root?.path, root?.inode].join("\n") : undefined;
    if (what === watched?.what) return;
    watched?.worker?.terminate();
    watched = undefined;
    dirty.clear();
    await deleteWatchReport(app.sql);
    if (what === undefined) return;
    watched = root
      ? begin(what, root.path)
      : { what, report: degraded(`The music folder ${path} is not there.`) };
  }

  function begin(what: string, root: string): Watched {
    const begun: Watched = { what, report: { status: "ok" } };
    const silent = mountOf(root).network ? [root] : networkMountsBelow(root);
    if (silent.length > 0) {
      begun.nextSweepAt = performance.now();
      begun.report.message = sweepNotice(`${silent.join(", ")} is on a network`);
    }
    if (silent.includes(root)) return begun;
    const worker = new Worker(new URL("./watch_worker.ts", import.meta.url), { type: "module" });
    begun.worker = worker;
    worker.onmessage = ({ data }: MessageEvent<WatchMessage>) => {
      if (watched === begun) heed(begun, data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      heed(begun, { failure: event.message });
    };
    worker.postMessage(root);
    return begun;
  }

  function heed(from: Watched, message: WatchMessage) {
    const waking = dirty.size === 0;
    // Only from now on changes are told, so everything before has to be looked at.
    if ("watching" in message) dirty.set("", -Infinity);
    if ("dirty" in message) { for (const folder of message.dirty) dirty.set(folder, performance.now()); }
    if ("overflow" in message) dirty.set("", performance.now());
    if ("failure" in message) {
      log.warn("The music folder is swept instead of watched", { reason: message.failure });
      from.worker?.terminate();
      from.worker = undefined;
      from.nextSweepAt = performance.now();
      from.report = degraded(sweepNotice(reasonFor(message.failure)));
    }
    if (waking) alarm.ring();
  }

  async function scanQuietFolders() {
    const now = performance.now();
    const quiet = [...dirty].filter(([, at]) => now - at >= quietMs).map(([folder]) => folder);
    if (quiet.length === 0) return;
    const whole = quiet.includes("") || quiet.length > MOST_FOLDERS;
    const { existing } = await enqueue(app.sql, "filesystem_scan", whole ? {} : { folders: quiet.sort() });
    for (const folder of quiet) {
      // The scan that is under way may have passed the folder already, so it is asked for once more.
      if (existing) dirty.set(folder, now);
      else dirty.delete(folder);
    }
  }

  const sweepNotice = (reason: string) =>
    `${reason}; it is looked through every ${Math.round(sweepMs / 60_000)} minutes.`;

  const looping = loop();
  return {
    async stop() {
      stopping = true;
      alarm.ring();
      await looping;
      await deleteWatchReport(app.sql);
    },
  };
}

function degraded(message: string): WatchReport {
  return { status: "degraded", message };
}

function reasonFor(failure: string): string {
  return /os error 28|inotify|max_user_watches/i.test(failure)
    ? "The folder has more folders than the system may watch (fs.inotify.max_user_watches)"
    : `The folder cannot be watched (${failure})`;
}

async function realFolder(path: string): Promise<{ path: string; inode: number | null } | undefined> {
  try {
    const real = await Deno.realPath(path);
    const { isDirectory, ino } = await Deno.stat(real);
    return isDirectory ? { path: real, inode: ino } : undefined;
  } catch {
    // Not there, not readable, a broken mount: all the same until it is back.
    return undefined;
  }
}
