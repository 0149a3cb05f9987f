/// <reference lib="deno.worker" />
import { type KnownFolders, type ScanProblem, type WalkedFile, walkMusic } from "./folder_walk.ts";
import { giveWay } from "./thread_priority.ts";

giveWay();

export type WalkRequest = { root: string; known: KnownFolders; scope?: readonly string[] };
/** A walk comes in pieces, so that taking one in never holds the server up. */
export type WalkReply =
  | { progress: number }
  | { changed: WalkedFile[] }
  | { gone: string[] }
  | { problems: ScanProblem[] }
  | { files: number; folders: number }
  | { failure: string };

const PIECE = 2000;

self.onmessage = ({ data: { root, known, scope } }: MessageEvent<WalkRequest>) => {
  const reply = (message: WalkReply) => self.postMessage(message);
  try {
    const walk = walkMusic(root, { known, scope, onProgress: (files) => reply({ progress: files }) });
    for (const changed of pieces(walk.changed)) reply({ changed });
    for (const gone of pieces(walk.gone)) reply({ gone });
    for (const problems of pieces(walk.problems)) reply({ problems });
    reply({ files: walk.files, folders: walk.folders });
  } catch (error) {
    reply({ failure: error instanceof Error ? error.message : String(error) });
  }
};

function* pieces<T>(items: T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += PIECE) yield items.slice(at, at + PIECE);
}
