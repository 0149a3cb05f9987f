/** The picture formats that covers come in and browsers show. */
export type ImageKind = "jpeg" | "png" | "webp" | "gif";
export type ImageSize = { kind: ImageKind; width: number; height: number };

/** Kind and size from the first bytes, without decoding anything. Undefined: none of the four, or damaged. */
export function imageSize(bytes: Uint8Array): ImageSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = jpegSize(view) ?? pngSize(view) ?? webpSize(view) ?? gifSize(view);
  return found && found.width > 0 && found.height > 0 ? found : undefined;
}

function text(view: DataView, at: number, length: number): string {
  if (at + length > view.byteLength) return "";
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, length));
}

function jpegSize(view: DataView): ImageSize | undefined {
  if (view.byteLength < 4 || view.getUint32(0) >>> 8 !== 0xffd8ff) return undefined;
  for (let at = 2; at + 9 < view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    // Start of frame, of whatever coding; C4, C8 and CC are tables.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { kind: "jpeg", height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    const standsAlone = marker === 0xff || (marker >= 0xd0 && marker <= 0xd9);
    at += marker === 0xff ? 1 : standsAlone ? 2 : 2 + view.getUint16(at + 2);
  }
}

/** Whether a JPEG ends in the middle; decoders paint the rest grey. Other formats cannot be decoded then. */
export function isCutShort(bytes: Uint8Array): boolean {
  if (imageSize(bytes)?.kind !== "jpeg") return false;
  // A small picture inside the head has an end of its own, so only one behind the start of the scan counts.
  const scan = bytes.findLastIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xda);
  return bytes.findLastIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xd9) < scan;
}

function pngSize(view: DataView): ImageSize | undefined {
  if (text(view, 0, 8) !== "\x89PNG\r\n\x1a\n" || text(view, 12, 4) !== "IHDR" || view.byteLength < 24) {
    return undefined;
  }
  return { kind: "png", width: view.getUint32(16), height: view.getUint32(20) };
}

function webpSize(view: DataView): ImageSize | undefined {
  if (text(view, 0, 4) !== "RIFF" || text(view, 8, 4) !== "WEBP" || view.byteLength < 30) return undefined;
  switch (text(view, 12, 4)) {
    case "VP8 ":
      return {
        kind: "webp",
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { kind: "webp", width: (bits & 0x3fff) + 1, height: (bits >>> 14 & 0x3fff) + 1 };
    }
    case "VP8X": {
      const uint24 = (at: number) => view.getUint16(at, true) | view.getUint8(at + 2) << 16;
      return { kind: "webp", width: uint24(24) + 1, height: uint24(27) + 1 };
    }
  }
}

function gifSize(view: DataView): ImageSize | undefined {
  if (!/^GIF8[79]a$/.test(text(view, 0, 6)) || view.byteLength < 10) return undefined;
  return { kind: "gif", width: view.getUint16(6, true), height: view.getUint16(8, true) };
}
