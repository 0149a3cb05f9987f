import type { TagsRequest, TagsResult } from "./audio_tags_worker.ts";
import type { KnownFolders, Walk } from "./folder_walk.ts";
import type { WalkReply, WalkRequest } from "./folder_walk_worker.ts";

export type { TagsResult } from "./audio_tags_worker.ts";

export type WalkInWorkerOptions = {
  known: KnownFolders;
  scope?: readonly string[];
  signal: AbortSignal;
  onProgress: (files: number) => void;
};

/** `walkMusic` beside the server's thread. Rejects with the reason when the root cannot be read. */
export async function walkInWorker(root: string, options: WalkInWorkerOptions): Promise<Walk> {
  const walk: Walk = { files: 0, folders: 0, changed: [], gone: [], problems: [] };
  const worker = new Worker(new URL("./folder_walk_worker.ts", import.meta.url), { type: "module" });
  try {
    await new Promise<void>((resolve, reject) => {
      options.signal.throwIfAborted();
      options.signal.addEventListener("abort", () => reject(options.signal.reason));
      worker.onerror = (event) => reject(workerError(event));
      worker.onmessage = ({ data }: MessageEvent<WalkReply>) => {
        if ("progress" in data) options.onProgress(data.progress);
        else if ("changed" in data) walk.changed.push(...data.changed);
        else if ("gone" in data) walk.gone.push(...data.gone);
        else if ("problems" in data) walk.problems.push(...data.problems);
        else if ("failure" in data) reject(new Error(data.failure));
        else resolve(void Object.assign(walk, data));
      };
      worker.postMessage({ root, known: options.known, scope: options.scope } satisfies WalkRequest);
    });
  } finally {
    worker.terminate();
  }
  return walk;
}

export type TagReader = Disposable & {
  /** One result per path, in their order. At most as many calls run at once as there are workers. */
  read(paths: string[]): Promise<TagsResult[]>;
};

export type TagReaderOptions = {
  workers?: number;
  /** How long one file may take before its worker is given up. */
  deadlineMs?: number;
};

/**
 * Reads tags in Workers. A file that takes longer than the deadline costs its worker, which is replaced; the
 * others of its batch are read again without it.
 */
export function openTagReader(root: string, options: TagReaderOptions = {}): TagReader {
  const { workers = 2, deadlineMs = 5000 } = options;
  const idle = Array.from({ length: workers }, () => createTagsWorker());
  const waiting: ((worker: Worker) => void)[] = [];
  const all = new Set(idle);
  const take = () =>
    new Promise<Worker>((resolve) => idle.length > 0 ? resolve(idle.pop()!) : waiting.push(resolve));
  const giveBack = (worker: Worker) => waiting.length > 0 ? waiting.shift()!(worker) : idle.push(worker);
  const replace = (worker: Worker) => {
    worker.terminate();
    all.delete(worker);
    const fresh = createTagsWorker();
    all.add(fresh);
    return fresh;
  };

  async function read(paths: string[]): Promise<TagsResult[]> {
    let worker = await take();
    const late = new Map<string, TagsResult>();
    try {
      for (;;) {
        const rest = paths.filter((path) => !late.has(path));
        const outcome = await readBatch(worker, { root, paths: rest, deadlineMs });
        if (Array.isArray(outcome)) {
          const results = new Map(rest.map((path, i) => [path, outcome[i]]));
          return paths.map((path) => late.get(path) ?? results.get(path)!);
        }
        late.set(rest[outcome.stuckAt], { unreadable: outcome.reason, passing: true });
        worker = replace(worker);
      }
    } finally {
      giveBack(worker);
    }
  }

  return {
    read,
    [Symbol.dispose]() {
      for (const worker of all) worker.terminate();
    },
  };
}

function createTagsWorker(): Worker {
  return new Worker(new URL("./audio_tags_worker.ts", import.meta.url), { type: "module" });
}

type Batch = { root: string; paths: string[]; deadlineMs: number };
type Stuck = { stuckAt: number; reason: string };

function readBatch(worker: Worker, { root, paths, deadlineMs }: Batch): Promise<TagsResult[] | Stuck> {
  if (paths.length === 0) return Promise.resolve([]);
  const progress = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  let last = -1;
  let since = performance.now();
  return new Promise((resolve, reject) => {
    const watch = setInterval(() => {
      const now = Atomics.load(progress, 0);
      if (now !== last) [last, since] = [now, performance.now()];
      // Before the first file the worker is still starting, which on a busy machine takes its time.
      else if (now >= 0 && performance.now() - since > deadlineMs) {
        settle({ stuckAt: now, reason: `Reading it took longer than ${deadlineMs / 1000} seconds` });
      }
    }, Math.min(250, deadlineMs / 4));
    const settle = (outcome: TagsResult[] | Stuck) => {
      clearInterval(watch);
      resolve(outcome);
    };
    worker.onmessage = ({ data }: MessageEvent<TagsResult[]>) => settle(data);
    worker.onerror = (event) => {
      const stuckAt = Atomics.load(progress, 0);
      const error = workerError(event);
      if (stuckAt >= 0) return settle({ stuckAt, reason: `Reading it failed: ${error.message}` });
      clearInterval(watch);
      reject(error);
    };
    worker.postMessage({ root, paths, progress } satisfies TagsRequest);
  });
}

function workerError(event: ErrorEvent): Error {
  event.preventDefault();
  return new Error(event.message, { cause: event.error });
}
