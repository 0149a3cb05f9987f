import { crc32, deflateSync } from "node:zlib";

/** A PNG of one colour; the last pixel rows may be of another one. */
export function pngFile(
  width: number,
  height: number,
  rgba: [number, number, number, number],
): Uint8Array<ArrayBuffer> {
  const row = [0, ...Array.from({ length: width }, () => rgba).flat()];
  const rows = Uint8Array.from(Array.from({ length: height }, () => row).flat());
  const header = [...uint32(width), ...uint32(height), 8, 6, 0, 0, 0];
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", header),
    ...chunk("IDAT", deflateSync(rows)),
    ...chunk("IEND", []),
  ]);
}

function chunk(name: string, content: Iterable<number>): number[] {
  const body = [...new TextEncoder().encode(name), ...content];
  return [...uint32(body.length - 4), ...body, ...uint32(crc32(Uint8Array.from(body)))];
}

function uint32(value: number): number[] {
  return [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];
}

/** A JPEG of 800 × 600 pixels, mostly blue. */
export const jpegPath = new URL("./testdata/blue_800x600.jpg", import.meta.url);
/** A WebP of 640 × 640 pixels, all green. */
export const webpPath = new URL("./testdata/green_640x640.webp", import.meta.url);
