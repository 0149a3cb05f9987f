import { equal, ok } from "node:assert/strict";
import { coverTone } from "./cover_tone.ts";

type Rgb = [number, number, number];

/** Stripes of the colours, each as wide as its share of a hundred. */
function picture(...stripes: [Rgb, number][]) {
  const pixels = stripes.flatMap(([color, share]) => new Array(share * 50).fill([...color, 255]));
  return { data: Uint8ClampedArray.from(pixels.flat()), width: pixels.length, height: 1 };
}

const parts = (tone: string) => [1, 3, 5].map((at) => parseInt(tone.slice(at, at + 2), 16));

function contrast(tone: string, page: Rgb): number {
  const light = ([r, g, b]: number[]) =>
    [r, g, b].map((value) => value / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const [high, low] = [light(parts(tone)), light(page)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const black: Rgb = [5, 5, 5];
const white: Rgb = [250, 250, 250];
const red: Rgb = [200, 30, 40];
const blue: Rgb = [30, 60, 200];

Deno.test("The tone has the hue of the cover's strongest common colour", () => {
  const [r, g, b] = parts(coverTone(picture([black, 70], [red, 30])));
  ok(r > g * 1.8 && r > b * 1.8);
  const cold = parts(coverTone(picture([white, 50], [red, 10], [blue, 40])));
  ok(cold[2] > cold[0] * 1.5);
});

Deno.test("Black and white covers stay without colour", () => {
  for (const stripes of [[[black, 100]], [[white, 100]], [[black, 50], [white, 50]]] as [Rgb, number][][]) {
    const [r, g, b] = parts(coverTone(picture(...stripes)));
    ok(Math.max(r, g, b) - Math.min(r, g, b) <= 12);
  }
});

Deno.test("Every tone is told from the dark and from the light page", () => {
  const covers: Rgb[] = [black, white, red, blue, [255, 255, 0], [0, 255, 0], [90, 80, 60], [255, 0, 255], [
    20,
    0,
    40,
  ]];
  for (const color of covers) {
    const tone = coverTone(picture([color, 100]));
    equal(/^#[0-9a-f]{6}$/.test(tone), true);
    ok(contrast(tone, [13, 15, 14]) >= 3, `${color} ${tone} on dark ${contrast(tone, [13, 15, 14])}`);
    ok(
      contrast(tone, [244, 246, 245]) >= 2.5,
      `${color} ${tone} on light ${contrast(tone, [244, 246, 245])}`,
    );
  }
});
