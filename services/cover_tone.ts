/** Four bytes per pixel: red, green, blue, opacity. */
export type Pixels = { data: Uint8ClampedArray; width: number; height: number };

type Lab = { l: number; a: number; b: number };

// Between these a colour stands out from the dark and the light page alike (contrast 3 and more).
const LIGHTNESS = [0.54, 0.66];
const CHROMA = [0.07, 0.17];
// Below this a cover is black and white, and stays so.
const GREY = 0.03;

/**
 * The colour one remembers a cover by, as "#rrggbb": the commonest of its colours with more weight for strong
 * ones, then as light and as strong as it takes to be told from the page and from its neighbours on the shelf.
 */
export function coverTone({ data }: Pixels): string {
  const bins = new Map<number, Lab & { count: number; weight: number }>();
  for (let at = 0; at < data.length; at += 4 * 5) {
    const color = toLab(data[at], data[at + 1], data[at + 2]);
    const chroma = Math.hypot(color.a, color.b);
    // Twelve hues, greys apart, three steps of light: fine enough to keep a red from an orange.
    const hue = chroma < GREY ? 12 : Math.floor((Math.atan2(color.b, color.a) / Math.PI + 1) * 5.999);
    const key = hue * 3 + Math.min(2, Math.floor(color.l * 3));
    const bin = bins.get(key) ?? { l: 0, a: 0, b: 0, count: 0, weight: 0 };
    bin.l += color.l;
    bin.a += color.a;
    bin.b += color.b;
    bin.count++;
    // Nearly black and nearly white are what the colour is printed on.
    bin.weight += (0.02 + chroma) * (color.l < 0.15 || color.l > 0.96 ? 0.1 : 1);
    bins.set(key, bin);
  }
  const best = [...bins.values()].reduce((a, b) => b.weight > a.weight ? b : a);
  return toHex(readable({ l: best.l / best.count, a: best.a / best.count, b: best.b / best.count }));
}

function readable({ l, a, b }: Lab): Lab {
  const chroma = Math.hypot(a, b);
  const wanted = chroma < GREY ? chroma : clamp(chroma, CHROMA);
  const stretch = chroma === 0 ? 0 : wanted / chroma;
  return { l: clamp(l, LIGHTNESS), a: a * stretch, b: b * stretch };
}

function clamp(value: number, [low, high]: number[]): number {
  return Math.min(high, Math.max(low, value));
}

// Oklab, Björn Ottosson's reference: https://bottosson.github.io/posts/oklab/
function toLab(red: number, green: number, blue: number): Lab {
  const [r, g, b] = [linear[red], linear[green], linear[blue]];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  };
}

const linear = Float64Array.from({ length: 256 }, (_, value) => {
  const c = value / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

function toHex({ l, a, b }: Lab): string {
  const x = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const y = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const z = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels = [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ];
  return `#${channels.map((channel) => byte(channel).toString(16).padStart(2, "0")).join("")}`;
}

function byte(channel: number): number {
  const c = channel <= 0.0031308 ? 12.92 * channel : 1.055 * channel ** (1 / 2.4) - 0.055;
  return Math.round(Math.min(1, Math.max(0, c)) * 255);
}
