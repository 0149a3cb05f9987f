import { deepEqual, equal } from "node:assert/strict";
import { imageSize } from "./image_kind.ts";
import { jpegPath, pngFile, webpPath } from "./picture_testing.ts";

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const webp = (kind: string, ...rest: number[]) =>
  Uint8Array.from([...bytes(`RIFF\0\0\0\0WEBP${kind}`), 10, 0, 0, 0, ...rest, ...new Array(20).fill(0)]);

Deno.test("Kind and size of a picture are read from its first bytes", () => {
  deepEqual(imageSize(Deno.readFileSync(jpegPath)), { kind: "jpeg", width: 800, height: 600 });
  deepEqual(imageSize(Deno.readFileSync(webpPath)), { kind: "webp", width: 640, height: 640 });
  deepEqual(imageSize(pngFile(30, 20, [0, 0, 0, 255])), { kind: "png", width: 30, height: 20 });
  deepEqual(imageSize(bytes("GIF89a\x0a\x01\x14\0")), { kind: "gif", width: 266, height: 20 });
  deepEqual(imageSize(webp("VP8X", 0, 0, 0, 0, 0xff, 3, 0, 0xff, 1, 0)), {
    kind: "webp",
    width: 1024,
    height: 512,
  });
  deepEqual(imageSize(webp("VP8L", 0x2f, 0xff, 0xc3, 0x7f, 0)), { kind: "webp", width: 1024, height: 512 });
});

Deno.test("What is none of the four or cut off has no size", () => {
  const jpeg = Deno.readFileSync(jpegPath);
  const nothing = [
    bytes(""),
    bytes("<svg xmlns=''/>"),
    bytes("%PDF-1.7"),
    bytes("BM".padEnd(60, "\0")),
    jpeg.subarray(0, 30),
  ];
  for (const picture of nothing) equal(imageSize(picture), undefined);
  equal(imageSize(bytes("GIF89a\0\0\0\0")), undefined);
});

Deno.test("A JPEG whose segments lead nowhere is given up", () => {
  equal(imageSize(Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, ...new Array(100).fill(0xff)])), undefined);
});
