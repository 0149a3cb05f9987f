import { type AlbumQuery, albumsPath, sortOf } from "./album_query.ts";
import { useLink, usePage } from "./links.tsx";

type Stop = { label: string; from: string; name?: string };

type JumpBarProps = {
  query: AlbumQuery;
  /** The decades there are albums of. */
  decades: readonly number[];
  /** The year the first album was added. */
  addedSince?: number;
};

/** Leads into the middle of a long list, by what it is sorted by: letters, decades, or when albums came. */
export function JumpBar({ query, decades, addedSince }: JumpBarProps) {
  const link = useLink();
  const { now } = usePage();
  const { by, descending } = sortOf(query);
  const stops = by === "title" || by === "artist"
    ? letters(descending)
    : by === "year"
    ? byDecade(decades, descending)
    : by === "added" && addedSince
    ? byTime(now, addedSince, descending)
    : [];
  if (stops.length === 0) return null;
  return (
    <nav
      aria-label="Jump to"
      class="sticky top-20 hidden h-max max-h-[calc(100dvh-6rem)] w-8 shrink-0 flex-col items-center gap-px overflow-y-auto text-2xs leading-6 font-medium text-ink-3 [scrollbar-width:none] lg:flex"
    >
      {stops.map(({ label, from, name }) => (
        <a
          href={link(albumsPath(query, { from }))}
          aria-current={from === query.from ? "true" : undefined}
          aria-label={name}
          class="w-8 rounded-sm text-center num hover:bg-raised hover:text-ink aria-[current]:bg-raised aria-[current]:font-semibold aria-[current]:text-ink"
        >
          {label}
        </a>
      ))}
    </nav>
  );
}

const following = (letter: string) => String.fromCharCode(letter.charCodeAt(0) + 1);

/** Going down, "b" begins below "c": everything that starts with a b is smaller than "c". */
function letters(descending: boolean): Stop[] {
  const latin = [..."abcdefghijklmnopqrstuvwxyz"].map((letter) => ({
    label: letter.toUpperCase(),
    from: descending ? following(letter) : letter,
  }));
  const stops = [
    { label: "#", from: descending ? "a" : "0", name: "Digits" },
    ...latin,
    { label: "…", from: descending ? "\u{10ffff}" : "{", name: "Other scripts" },
  ];
  return descending ? stops.reverse() : stops;
}

function byDecade(decades: readonly number[], descending: boolean): Stop[] {
  const stops = [...decades].sort((a, b) => a - b).map((decade) => ({
    label: `${String(decade % 100).padStart(2, "0")}s`,
    from: String(descending ? decade + 9 : decade),
    name: `${decade}s`,
  }));
  return descending ? stops.reverse() : stops;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The months of this year, then whole years. */
function byTime(now: Date, since: number, descending: boolean): Stop[] {
  const day = (year: number, month: number) => new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
  const year = now.getFullYear();
  const months = Array.from({ length: now.getMonth() + 1 }, (_, month) => ({
    label: MONTHS[month],
    from: day(year, descending ? month + 1 : month),
  }));
  const years = Array.from({ length: Math.max(0, year - since) }, (_, i) => ({
    label: String(since + i),
    from: day(since + i + (descending ? 1 : 0), 0),
  }));
  const stops = [...years, ...months];
  return descending ? stops.reverse() : stops;
}
