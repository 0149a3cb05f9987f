import type { CoverReply, CoverRequest } from "./cover_images_worker.ts";
import type { ImageKind } from "./image_kind.ts";

export type CoverImages = { small: Uint8Array; large: Uint8Array; tone: string };

/** One picture at a time; whoever else calls waits. */
export type CoverMaker = Disposable & {
  /** Thumbnails of a picture. Throws when it is damaged or takes too long. */
  make(picture: Uint8Array<ArrayBuffer>, kind: Exclude<ImageKind, "gif">): Promise<CoverImages>;
  /** The picture inside an audio file; throws like `make`. */
  readInside(root: string, path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
};

/** Works in a Worker of its own, which is given up when a picture takes longer than the deadline. */
export function openCoverMaker(options: { deadlineMs?: number } = {}): CoverMaker {
  const { deadlineMs = 20_000 } = options;
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const close = () => {
    worker?.terminate();
    worker = undefined;
  };

  function ask(request: CoverRequest): Promise<CoverReply> {
    const reply = last.then(() => askNow(request));
    last = reply.catch(() => {});
    return reply;
  }

  async function askNow(request: CoverRequest): Promise<CoverReply> {
    worker ??= new Worker(new URL("./cover_images_worker.ts", import.meta.url), { type: "module" });
    try {
      const reply = await answer(worker, request, deadlineMs);
      // What a large picture took is only given back with the worker.
      if ("picture" in request && request.picture.length > 2_000_000) close();
      return reply;
    } catch (error) {
      close();
      throw error;
    }
  }

  return {
    async make(picture, kind) {
      const reply = await ask({ picture, kind });
      if (!("tone" in reply)) throw new Error("failure" in reply ? reply.failure : "There is no picture");
      return { ...reply, small: new Uint8Array(reply.small), large: new Uint8Array(reply.large) };
    },
    async readInside(root, path) {
      const reply = await ask({ root, path });
      if ("inside" in reply) return reply.inside;
      throw new Error("failure" in reply ? reply.failure : "There is no picture");
    },
    [Symbol.dispose]: close,
  };
}

function answer(worker: Worker, request: CoverRequest, deadlineMs: number): Promise<CoverReply> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("Decoding the picture takes too long")), deadlineMs);
    worker.onmessage = ({ data }: MessageEvent<CoverReply>) => {
      clearTimeout(late);
      resolve(data);
    };
    worker.onerror = (event) => {
      clearTimeout(late);
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(request);
  });
}
