/// <reference lib="deno.worker" />
/**
 * Watches the music folder in a thread of its own: putting a watch on every folder of a large library takes
 * seconds in which nothing else would run.
 */
import { basename, dirname } from "node:path";
import { isAudioName, isIgnored } from "../services/folder_walk.ts";

export type WatchMessage =
  | { watching: true }
  /** Folders, relative to the root, in which something has changed. */
  | { dirty: string[] }
  /** More has changed than the system could tell. */
  | { overflow: true }
  | { failure: string };

// Copying an album makes thousands of events; what matters is only where.
const COLLECT_MS = 250;

const PICTURE = /\.(?:jpe?g|png|webp|gif)$/i;

self.onmessage = async ({ data: root }: MessageEvent<string>) => {
  const post = (message: WatchMessage) => self.postMessage(message);
  try {
    using watcher = Deno.watchFs(root);
    post({ watching: true });
    const dirty = new Set<string>();
    for await (const event of watcher) {
      if (event.flag === "rescan") post({ overflow: true });
      if (event.kind === "access") continue;
      for (const path of event.paths) {
        const folder = dirtyFolder(root, path);
        if (folder === undefined) continue;
        if (dirty.size === 0) setTimeout(() => post({ dirty: [...take(dirty)] }), COLLECT_MS);
        dirty.add(folder);
      }
    }
    post({ failure: "The system has stopped watching the folder" });
  } catch (error) {
    post({ failure: error instanceof Error ? error.message : String(error) });
  }
};

function take(dirty: Set<string>): Set<string> {
  const taken = new Set(dirty);
  dirty.clear();
  return taken;
}

/** The folder to look through because of a change at `path`; undefined when it is none of our business. */
function dirtyFolder(root: string, path: string): string | undefined {
  if (path === root) return "";
  const inside = path.slice(root.length + 1);
  if (!path.startsWith(`${root}/`) || inside.split("/").some(isIgnored)) return undefined;
  const above = dirname(inside) === "." ? "" : dirname(inside);
  const name = basename(path);
  if (isAudioName(name) || PICTURE.test(name)) return above;
  const stat = statOf(path);
  if (stat) return stat.isDirectory ? inside : undefined;
  // Gone: with an extension it was more likely a file.
  return /\.[a-z0-9]{2,5}$/i.test(name) ? above : inside;
}

function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    // Whatever the reason, there is nothing to be seen there.
    return undefined;
  }
}
