/** One spine, or one bin of neighbouring albums. */
export type Spine = {
  /** The cover's own colour ("#rrggbb"); without one an owned spine takes the colour of owned. */
  tone?: string;
  /** How much of it is owned, 0 to 1: what is not owned stays grey above. */
  share: number;
  /** Of the shelf's height, 0 to 1; when not given, owned ones stand a little taller. */
  height?: number;
};

type ShelfProps = {
  spines: readonly Spine[];
  /** How many spines it holds at least: a few albums stand at its beginning instead of filling it. */
  room?: number;
  /** In pixels. */
  height: number;
  /** What it says, in words and numbers; without it the shelf is decoration. */
  label?: string;
  class?: string;
};

/** Every album one spine, most played left: how much is coloured, and where. */
export function Shelf({ spines, room = 1, height, label, class: look = "" }: ShelfProps) {
  // Lines of one colour are one path: a library of 50,000 albums must not need many bytes.
  const lines = new Map<string, string>();
  const draw = (i: number, from: number, to: number, tone: string) =>
    lines.set(tone, `${lines.get(tone) ?? ""}M${i * 10} ${from}V${to}`);
  spines.forEach(({ tone = "var(--owned)", share, height: part }, i) => {
    const full = Math.round(height * (part ?? unevenness(i, share)));
    const coloured = share >= 1 ? full : Math.floor(full * share);
    if (coloured < full) draw(i, height - coloured, height - full, "var(--shelf-gap)");
    if (coloured > 0) draw(i, height, height - coloured, tone);
  });
  return (
    <svg
      class={`block w-full ${look}`}
      height={height}
      viewBox={`-3.7 0 ${Math.max(room, spines.length) * 10} ${height}`}
      preserveAspectRatio="none"
      stroke-width="7.4"
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : "true"}
    >
      {[...lines].map(([tone, path]) => <path d={path} stroke={tone} />)}
    </svg>
  );
}

/** Records in a shelf are not all of one height; the same spine always stands the same. */
function unevenness(i: number, share: number): number {
  const noise = scatter(i);
  return share > 0 ? 1 - 0.16 * noise : 0.88 - 0.2 * noise;
}

/** 0 to 1, always the same for the same number. */
function scatter(i: number): number {
  const mixed = Math.imul(Math.imul(i + 1, 2654435761) ^ (i >>> 3), 2246822507);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

/** A shelf half filled, where no library may be shown: before signing in. */
export function ExampleShelf() {
  const tones = ["#d8553a", "#e7b04a", "#7fa5a0", "#37637a", "#8fb39a", "#e8c547", "#c14953", "#e4dfd2"];
  const spines = (n: number): Spine[] =>
    Array.from({ length: n }, (_, i) => {
      const noise = ((i * 2246822507) >>> 15) % 100 / 100;
      return {
        tone: tones[(i * 5 + Math.floor(noise * 8)) % 8],
        share: noise > (i / n) * 1.5 - 0.05 ? 1 : 0,
      };
    });
  return (
    <>
      <div class="max-md:hidden">
        <Shelf spines={spines(360)} height={72} />
      </div>
      <div class="md:hidden">
        <Shelf spines={spines(110)} height={56} />
      </div>
    </>
  );
}
