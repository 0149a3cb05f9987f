type TrackRingProps = {
  owned: number;
  total: number;
  size?: number;
  /** Of the 24 units the ring is wide. */
  stroke?: number;
  on?: string;
  off?: string;
};

/** One segment per track, filled when owned; above 24 tracks one arc, because segments would blur. */
export function TrackRing(
  { owned, total, size = 14, stroke = 4, on = "var(--owned)", off = "var(--shelf-gap)" }: TrackRingProps,
) {
  const radius = 12 - stroke / 2;
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke-width={stroke}
      class="shrink-0"
      aria-hidden="true"
    >
      {total <= 1
        ? <circle cx="12" cy="12" r={radius} stroke={owned > 0 ? on : off} />
        : total > 24
        ? <Arc owned={owned} total={total} radius={radius} on={on} off={off} />
        : (
          <>
            {owned < total && <path d={segments(owned, total, total, radius)} stroke={off} />}
            {owned > 0 && <path d={segments(0, Math.min(owned, total), total, radius)} stroke={on} />}
          </>
        )}
    </svg>
  );
}

function Arc(
  { owned, total, radius, on, off }:
    & Record<"owned" | "total" | "radius", number>
    & Record<"on" | "off", string>,
) {
  const around = 2 * Math.PI * radius;
  return (
    <>
      <circle cx="12" cy="12" r={radius} stroke={off} />
      <circle
        cx="12"
        cy="12"
        r={radius}
        stroke={on}
        stroke-dasharray={`${(around * Math.min(1, owned / total)).toFixed(2)} ${around.toFixed(2)}`}
        transform="rotate(-90 12 12)"
      />
    </>
  );
}

/** The segments from..to of a ring of `total`, clockwise from the top, as one path. */
function segments(from: number, to: number, total: number, radius: number): string {
  const gap = Math.min(0.2, 1.5 / total);
  const point = (turn: number) => {
    const angle = turn * 2 * Math.PI - Math.PI / 2;
    return `${(12 + radius * Math.cos(angle)).toFixed(2)} ${(12 + radius * Math.sin(angle)).toFixed(2)}`;
  };
  let path = "";
  for (let i = from; i < to; i++) {
    path += `M${point((i + gap / 2) / total)}A${radius} ${radius} 0 0 1 ${point((i + 1 - gap / 2) / total)}`;
  }
  return path;
}
