import type { Facet, GrowthPoint } from "../db/stats.ts";
import { type AlbumQuery, albumsPath } from "./album_query.ts";
import { useLink } from "./links.tsx";
import { Name } from "./text.tsx";
import { count, percent } from "./words.ts";

type Anchor = "start" | "middle" | "end";

function Label(
  { x, y, children, anchor = "start", ink = "var(--ink-3)", weight = 400 }: {
    x: number;
    y: number;
    children: string;
    anchor?: Anchor;
    ink?: string;
    weight?: number;
  },
) {
  return (
    <text
      x={x}
      y={y}
      text-anchor={anchor}
      fill={ink}
      font-size="11"
      font-weight={weight}
      class="num"
      aria-hidden="true"
    >
      {children}
    </text>
  );
}

/** A round number a little above the highest value, and how far apart its lines stand. */
function scale(highest: number): { top: number; step: number } {
  const rough = Math.max(1, highest) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10) * power);
  return { top: Math.max(highest * 1.07, step), step };
}

function monthName(month: string): string {
  const [year, number] = month.split("-").map(Number);
  return new Date(year, number - 1, 15).toLocaleString("en", { month: "short", year: "2-digit" });
}

/** Solid: owned. Dashed: all albums. One point a month. */
export function GrowthChart(
  { points, width, height }: { points: readonly GrowthPoint[]; width: number; height: number },
) {
  const [left, right, bottom] = [40, 48, 24];
  const last = points[points.length - 1];
  const first = points[0];
  const { top, step } = scale(last.albums);
  const x = (i: number) =>
    left + (points.length > 1 ? (i * (width - left - right)) / (points.length - 1) : 0);
  const y = (value: number) => height - bottom - (value * (height - bottom - 12)) / top;
  const line = (values: number[]) =>
    values.map((value, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const owned = line(points.map((point) => point.owned));
  const end = points.length - 1;
  const ticks = width < 500 ? [0, end] : [0, Math.round(end / 3), Math.round((2 * end) / 3), end];
  const marks = Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      class="w-full"
      role="img"
      aria-label={`Owned albums grew from ${first.owned} in ${monthName(first.month)} to ${last.owned} in ${
        monthName(last.month)
      }; the library grew from ${first.albums} to ${last.albums}.`}
    >
      {marks.map((mark) => (
        <>
          <path d={`M${left} ${y(mark)}H${width - right}`} stroke="var(--hairline)" />
          <Label x={left - 8} y={y(mark) + 4} anchor="end">{count(mark)}</Label>
        </>
      ))}
      <path d={`${owned}L${x(end)} ${y(0)}L${x(0)} ${y(0)}z`} fill="var(--owned-soft)" />
      <path
        d={line(points.map((point) => point.albums))}
        fill="none"
        stroke="var(--control)"
        stroke-width="1.5"
        stroke-dasharray="3 3"
      />
      <path d={owned} fill="none" stroke="var(--owned)" stroke-width="2" stroke-linejoin="round" />
      <circle cx={x(end)} cy={y(last.owned)} r="3.5" fill="var(--owned)" />
      <Label x={x(end) + 8} y={y(last.owned) + 4} ink="var(--ink)" weight={600}>{count(last.owned)}</Label>
      {Math.abs(y(last.albums) - y(last.owned)) > 12 && (
        <Label x={x(end) + 8} y={y(last.albums) + 4} ink="var(--ink-2)" weight={500}>
          {count(last.albums)}
        </Label>
      )}
      {[...new Set(ticks)].map((i) => (
        <Label x={x(i)} y={height - 4} anchor={i === 0 ? "start" : "middle"}>
          {monthName(points[i].month)}
        </Label>
      ))}
    </svg>
  );
}

/** A column per decade, the owned part in green; each leads to its albums. */
export function DecadeChart({ decades }: { decades: readonly Facet[] }) {
  const link = useLink();
  const [width, ground] = [400, 186];
  const gap = (width - 10) / Math.max(8, decades.length);
  const highest = Math.max(1, ...decades.map(({ albums }) => albums));
  const tall = (value: number) => (value * 166) / highest;
  return (
    <svg viewBox={`0 0 ${width} 210`} class="w-full" role="group" aria-label="Albums by decade">
      {decades.map(({ value, albums, owned }, i) => {
        const x = 10 + i * gap;
        const middle = x + gap * 0.31;
        return (
          <>
            <a
              href={link(albumsPath({}, { decade: Number(value) }))}
              aria-label={`${value}s: ${owned} of ${albums} owned`}
            >
              {/* As high as the chart: a decade of one album must be easy to hit, too. */}
              <rect x={x - 4} y="0" width={gap * 0.62 + 8} height={ground} fill="transparent" />
              <rect
                x={x}
                y={ground - tall(albums)}
                width={gap * 0.62}
                height={tall(albums)}
                rx="2"
                fill="var(--shelf-gap)"
              />
              <rect
                x={x}
                y={ground - tall(owned)}
                width={gap * 0.62}
                height={tall(owned)}
                rx="2"
                fill="var(--owned)"
              />
            </a>
            <Label x={middle} y={ground - tall(albums) - 6} anchor="middle" ink="var(--ink-2)" weight={500}>
              {count(albums)}
            </Label>
            <Label x={middle} y={204} anchor="middle">{`${value.slice(-2)}s`}</Label>
          </>
        );
      })}
    </svg>
  );
}

/** A bar per genre, the owned part in green, with both numbers beside it. */
export function GenreBars({ genres }: { genres: readonly Facet[] }) {
  const link = useLink();
  const highest = Math.max(1, ...genres.map(({ albums }) => albums));
  return (
    <ul class="grid gap-2.5 max-md:gap-0">
      {genres.map(({ value, albums, owned }) => (
        <li class="grid grid-cols-[84px_minmax(0,1fr)_72px] items-center gap-3">
          <a href={link(albumsPath({}, { genre: value }))} class="truncate hover:underline max-md:py-3">
            <Name>{value}</Name>
          </a>
          <span class="flex h-2.5" aria-hidden="true">
            <span class="rounded-l-[2px] bg-owned" style={`width:${(100 * owned) / highest}%`} />
            <span
              class="rounded-r-[2px] bg-[var(--shelf-gap)]"
              style={`width:${(100 * (albums - owned)) / highest}%`}
            />
          </span>
          <span class="text-right text-xs text-ink-2 num">
            <b class="font-semibold text-ink">{count(owned)}</b> of {count(albums)}
          </span>
        </li>
      ))}
    </ul>
  );
}

const sourceLooks: Record<string, { label: string; query: AlbumQuery }> = {
  bandcamp: { label: "Bandcamp", query: { acquisition_source: "bandcamp" } },
  cd: { label: "CD", query: { acquisition_source: "physical" } },
  vinyl: { label: "Vinyl", query: { acquisition_source: "physical" } },
  cassette: { label: "Cassette", query: { acquisition_source: "physical" } },
  physical: { label: "CD or vinyl", query: { acquisition_source: "physical" } },
  download: { label: "Download", query: { acquisition_source: "physical" } },
  lidarr: { label: "Lidarr", query: { acquisition_source: "lidarr" } },
  other: { label: "Elsewhere", query: { acquisition_source: "other" } },
  unknown: { label: "Not said yet", query: { acquisition_source: "unknown" } },
};

/** The more albums, the greener; what nobody has named is grey. */
function shade(value: string, i: number): string {
  return value === "unknown"
    ? "var(--control)"
    : `color-mix(in oklch, var(--owned) ${Math.max(18, 100 - 26 * i)}%, var(--surface))`;
}

/** Where the owned albums came from, as one bar and as numbers. */
export function SourceBar({ sources }: { sources: readonly Facet[] }) {
  const link = useLink();
  const all = sources.reduce((sum, { albums }) => sum + albums, 0);
  return (
    <>
      <div class="flex h-12 gap-0.5 overflow-hidden rounded-sm" aria-hidden="true">
        {sources.map(({ value, albums }, i) => (
          <span style={`width:${(100 * albums) / all}%;background:${shade(value, i)}`} />
        ))}
      </div>
      <ul class="rows mt-5">
        {sources.map(({ value, albums }, i) => {
          const { label, query } = sourceLooks[value] ?? { label: value, query: {} };
          return (
            <li class="flex items-center gap-2.5">
              <span class="size-2.5 rounded-[2px]" style={`background:${shade(value, i)}`} />
              <a href={link(albumsPath(query))} class="flex-1 py-2 hover:underline max-md:py-3">{label}</a>
              <span class="text-ink-2 num">{count(albums)}</span>
              <span class="w-10 text-right text-ink-3 num">{`${percent(albums, all)} %`}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

type Score = { score: number; albums: number };

/** How sure the matches are. Square roots, or the few doubtful ones would not be seen. */
export function MatchChart({ scores }: { scores: readonly Score[] }) {
  const byTens = Array.from(
    { length: 11 },
    (_, i) => scores.find(({ score }) => score === i * 10)?.albums ?? 0,
  );
  const highest = Math.sqrt(Math.max(1, ...byTens));
  const sure = byTens[9] + byTens[10];
  const doubtful = byTens.reduce((sum, albums) => sum + albums, 0) - sure;
  return (
    <svg
      viewBox="0 0 400 190"
      class="w-full"
      role="img"
      aria-label={`Match confidence: ${sure} albums at 90 percent or more, ${doubtful} below`}
    >
      {byTens.map((albums, i) => {
        const [x, tall] = [8 + i * 35.4, (Math.sqrt(albums) / highest) * 130];
        return albums > 0 && (
          <>
            <rect
              x={x}
              y={158 - tall}
              width="29"
              height={tall}
              rx="2"
              fill={`var(--${i >= 9 ? "owned" : "warn"})`}
            />
            <Label x={x + 14.5} y={152 - tall} anchor="middle" ink="var(--ink-2)" weight={500}>
              {count(albums)}
            </Label>
          </>
        );
      })}
      <path d="M8 158.5H392" stroke="var(--hairline)" />
      {[0, 3, 6, 9, 10].map((i) => <Label x={22.5 + i * 35.4} y={180} anchor="middle">{`${i * 10} %`}
      </Label>)}
    </svg>
  );
}
