/// <reference lib="deno.worker" />
import decodeJpeg, { init as initJpegDecoder } from "@jsquash/jpeg/decode.js";
import encodeJpeg, { init as initJpegEncoder } from "@jsquash/jpeg/encode.js";
import decodePng, { init as initPngDecoder } from "@jsquash/png/decode.js";
import decodeWebp, { init as initWebpDecoder } from "@jsquash/webp/decode.js";
import { readCover } from "./audio_tags.ts";
import { coverTone, type Pixels } from "./cover_tone.ts";
import type { ImageKind } from "./image_kind.ts";
import { giveWay } from "./thread_priority.ts";

giveWay();

/** Thumbnails of a picture, or the picture inside an audio file of the music folder. */
export type CoverRequest =
  | { picture: Uint8Array<ArrayBuffer>; kind: Exclude<ImageKind, "gif"> }
  | { root: string; path: string };
export type CoverReply =
  | { small: ArrayBuffer; large: ArrayBuffer; tone: string }
  | { inside: Uint8Array<ArrayBuffer> | undefined }
  | { failure: string };

// The decoders tell the console what they find odd in a picture.
console.error = () => {};

const SMALL = 250;
const LARGE = 500;

const JPEG = {
  quality: 82,
  // Finding the last two per cent takes four times as long.
  trellis_multipass: false,
  progressive: false,
  baseline: true,
};

self.onmessage = async ({ data }: MessageEvent<CoverRequest>) => {
  const reply = (message: CoverReply) => self.postMessage(message);
  try {
    reply("picture" in data ? await makeImages(data) : { inside: await readInside(data) });
  } catch (error) {
    reply({ failure: error instanceof Error ? error.message : String(error) });
  }
};

async function readInside(
  { root, path }: { root: string; path: string },
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const real = Deno.realPathSync(`${root}/${path}`);
  const picture = real.startsWith(`${root}/`) ? await readCover(real) : undefined;
  // A copy, because the picture may be a view of the whole tag.
  return picture && new Uint8Array(picture);
}

async function makeImages({ picture, kind }: Picture): Promise<CoverReply> {
  const image = onWhite(await decode({ picture, kind }));
  const large = scaled(image, LARGE);
  const small = scaled(large, SMALL);
  await once("encoder", async () => initJpegEncoder(await wasm("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm")));
  return {
    small: await encodeJpeg(imageData(small), JPEG),
    large: await encodeJpeg(imageData(large), JPEG),
    tone: coverTone(small),
  };
}

type Picture = Extract<CoverRequest, { picture: unknown }>;

async function decode({ picture, kind }: Picture): Promise<Pixels> {
  const buffer = picture.buffer.slice(picture.byteOffset, picture.byteOffset + picture.byteLength);
  switch (kind) {
    case "jpeg":
      await once(kind, async () => initJpegDecoder(await wasm("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm")));
      return await decodeJpeg(buffer);
    case "png":
      await once(
        kind,
        async () => void await initPngDecoder(await wasm("@jsquash/png/codec/pkg/squoosh_png_bg.wasm")),
      );
      return await decodePng(buffer);
    case "webp":
      await once(kind, async () => initWebpDecoder(await wasm("@jsquash/webp/codec/dec/webp_dec.wasm")));
      return await decodeWebp(buffer);
  }
}

const ready = new Set<string>();

async function once(name: string, init: () => Promise<unknown>): Promise<void> {
  if (!ready.has(name)) await init();
  ready.add(name);
}

/** The packages would fetch their code by address; inside the executable only reading works. */
function wasm(file: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(Deno.readFileSync(new URL(import.meta.resolve(file))));
}

function onWhite(image: Pixels): Pixels {
  const { data } = image;
  for (let at = 0; at < data.length; at += 4) {
    const opacity = data[at + 3];
    if (opacity === 255) continue;
    for (let i = at; i < at + 3; i++) data[i] = 255 + (data[i] - 255) * opacity / 255;
    data[at + 3] = 255;
  }
  return image;
}

/** No side longer than `longest`; each new pixel is the average of the old ones it covers. */
function scaled(image: Pixels, longest: number): Pixels {
  const factor = longest / Math.max(image.width, image.height);
  if (factor >= 1) return image;
  const width = Math.max(1, Math.round(image.width * factor));
  const height = Math.max(1, Math.round(image.height * factor));
  const columns = spans(image.width, width);
  const rows = spans(image.height, height);
  const narrow = new Float32Array(width * image.height * 3);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < width; x++) {
      const { from, weights } = columns[x];
      let [red, green, blue] = [0, 0, 0];
      for (let i = 0, at = (y * image.width + from) * 4; i < weights.length; i++, at += 4) {
        red += image.data[at] * weights[i];
        green += image.data[at + 1] * weights[i];
        blue += image.data[at + 2] * weights[i];
      }
      const to = (y * width + x) * 3;
      narrow[to] = red;
      narrow[to + 1] = green;
      narrow[to + 2] = blue;
    }
  }
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    const { from, weights } = rows[y];
    for (let x = 0; x < width * 3; x++) {
      let value = 0;
      for (let i = 0; i < weights.length; i++) value += narrow[(from + i) * width * 3 + x] * weights[i];
      data[(y * width + Math.floor(x / 3)) * 4 + x % 3] = value;
    }
  }
  return { data, width, height };
}

type Span = { from: number; weights: number[] };

/** For each new pixel the old ones under it, those at its edges by the part that lies inside. */
function spans(before: number, after: number): Span[] {
  const step = before / after;
  return Array.from({ length: after }, (_, i) => {
    const [start, end] = [i * step, (i + 1) * step];
    const from = Math.floor(start);
    const last = Math.min(before, Math.ceil(end - 1e-9));
    const weights = Array.from({ length: last - from }, (_, j) => {
      return (Math.min(end, from + j + 1) - Math.max(start, from + j)) / step;
    });
    return { from, weights };
  });
}

function imageData({ data, width, height }: Pixels): ImageData {
  return new ImageData(data as Uint8ClampedArray<ArrayBuffer>, width, height);
}
