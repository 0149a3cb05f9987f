/// <reference lib="deno.worker" />
import { type AudioTags, readTags, UnreadableAudio } from "./audio_tags.ts";
import { giveWay } from "./thread_priority.ts";

giveWay();

/** Files to read one after the other. `progress[0]` is set to the index of the one being read. */
export type TagsRequest = { root: string; paths: string[]; progress: Int32Array };
/** What became of one file: its tags, why it is no use, or nothing when it has vanished. */
export type TagsResult = { tags: AudioTags } | { unreadable: string; passing?: boolean } | { vanished: true };

self.onmessage = async ({ data: { root, paths, progress } }: MessageEvent<TagsRequest>) => {
  const results: TagsResult[] = [];
  for (const [index, path] of paths.entries()) {
    Atomics.store(progress, 0, index);
    results.push(await readOne(root, path));
  }
  self.postMessage(results);
};

async function readOne(root: string, path: string): Promise<TagsResult> {
  try {
    // A folder on the way may have become a link since the walk.
    const real = Deno.realPathSync(`${root}/${path}`);
    if (!real.startsWith(`${root}/`)) {
      return { unreadable: "The file lies outside the music folder", passing: true };
    }
    return { tags: await readTags(real) };
  } catch (error) {
    if (error instanceof UnreadableAudio) return { unreadable: error.message };
    if (error instanceof Deno.errors.NotFound || codeOf(error) === "ENOENT") return { vanished: true };
    return { unreadable: accessProblem(error), passing: true };
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** What has nothing to do with the file's content may be over at the next scan. */
function accessProblem(error: unknown): string {
  if (error instanceof Deno.errors.PermissionDenied || ["EACCES", "EPERM"].includes(String(codeOf(error)))) {
    return "No permission to read the file";
  }
  return `The file cannot be read: ${error instanceof Error ? error.message : String(error)}`.slice(0, 300);
}
