import type { Database } from "../db/sql.ts";

/** What many requests ask for and few changes alter (counts, the shelf), kept until the catalogue changes. */
export type Catalogue = {
  /**
   * The value of `load`, at most once per change and second. While a job changes albums again and again a
   * value may lag a little behind; after `changed()` it never does.
   */
  read<T>(key: string, load: () => Promise<T>): Promise<T>;
  /** The caller has just changed albums, or a job has ended: the next page must show it. */
  changed(): void;
  close(): Promise<void>;
};

type Entry = {
  value?: unknown;
  loadedAt: number;
  /** The count of changes, and of changes that must show, when loading began. */
  version: number;
  barrier: number;
  loading?: { promise: Promise<unknown>; barrier: number };
};

// A scan commits many times a second; counting after each commit would keep a core busy.
const REFRESH_EVERY_MS = 1_000;
// Younger than this, an outdated value is shown while the new one is counted; older, the reader waits.
const SHOW_OUTDATED_MS = 10_000;
const MOST_ENTRIES = 500;

/** Listens for changes of albums; every process on one database hears all of them. */
export async function openCatalogue(sql: Database, now = () => performance.now()): Promise<Catalogue> {
  const entries = new Map<string, Entry>();
  let version = 0;
  let barrier = 0;
  const outdate = () => void version++;
  // Also called when the connection was lost and is back: changes may have been missed.
  const subscription = await sql.listen("catalogue", outdate, outdate);

  function load<T>(key: string, entry: Entry, loader: () => Promise<T>): Promise<T> {
    const begun = { version, barrier };
    const promise = loader().then((value) => {
      Object.assign(entry, { value, loadedAt: now(), ...begun });
      return value;
    }).finally(() => {
      if (entry.loading?.promise === promise) entry.loading = undefined;
    });
    entry.loading = { promise, barrier };
    entries.delete(key);
    entries.set(key, entry);
    const oldest = entries.keys().next().value;
    if (entries.size > MOST_ENTRIES && oldest !== undefined) entries.delete(oldest);
    return promise;
  }

  return {
    read<T>(key: string, loader: () => Promise<T>): Promise<T> {
      const entry = entries.get(key) ?? { loadedAt: -Infinity, version: -1, barrier: -1 };
      const age = now() - entry.loadedAt;
      const showable = entry.barrier === barrier && age < SHOW_OUTDATED_MS;
      if (entry.barrier === barrier && entry.version === version) return Promise.resolve(entry.value as T);
      if (showable && (age < REFRESH_EVERY_MS || entry.loading)) return Promise.resolve(entry.value as T);
      if (entry.loading?.barrier === barrier) return entry.loading.promise as Promise<T>;
      const fresh = load(key, entry, loader);
      if (!showable) return fresh;
      // Nobody waits for this one; should it fail, the next reader tries again and sees why.
      fresh.catch(() => {});
      return Promise.resolve(entry.value as T);
    },
    changed() {
      version++;
      barrier++;
    },
    close: () => subscription.unlisten(),
  };
}
