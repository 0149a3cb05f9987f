import type { TrackRow } from "../services/ownership.ts";
import { Icon } from "./icon.tsx";
import { Name } from "./text.tsx";
import { duration, plural, trackLength } from "./words.ts";

/** Every track of the record, the missing ones in place. */
export function TrackList({ tracks }: { tracks: readonly TrackRow[] }) {
  const discs = [...new Set(tracks.map(({ disc }) => disc))];
  const lengths = tracks.map(({ durationMs }) => durationMs);
  const known = lengths.filter((ms) => ms !== null);
  return (
    <section aria-labelledby="tracks">
      <div class="flex items-baseline justify-between pb-1">
        <h2 id="tracks" class="text-base font-semibold">Tracks</h2>
        <span class="text-xs text-ink-3 num">
          {tracks.length > 0 && plural(tracks.length, "track")}
          {known.length > 0 && known.length === lengths.length &&
            ` · ${duration(known.reduce((sum, ms) => sum + ms, 0))}`}
        </span>
      </div>
      {tracks.length === 0 && (
        <p class="text-ink-2">
          Nobody has named its tracks yet. They appear when files of it are found, or when it is matched.
        </p>
      )}
      {discs.map((disc) => (
        <>
          {discs.length > 1 && <h3 class="pt-3 pb-1 text-xs font-medium text-ink-3 num">{`Disc ${disc}`}</h3>}
          <ol class="rows">
            {tracks.filter((track) => track.disc === disc).map((track) => <TrackLine track={track} />)}
          </ol>
        </>
      ))}
    </section>
  );
}

function TrackLine({ track: { number, title, owned, durationMs } }: { track: TrackRow }) {
  return (
    <li class="flex items-center gap-3 py-[7px]">
      <span class={owned ? "text-owned" : "text-absent"}>
        <Icon name={owned ? "check" : "circle-dashed"} />
        <span class="sr-only">{owned ? "Owned" : "Missing"}</span>
      </span>
      <span class="w-5 text-right text-xs text-ink-3 num">{number}</span>
      <span class={`min-w-0 flex-1 truncate text-base ${owned ? "font-medium" : "text-ink-2"}`}>
        {title === null ? <i class="text-ink-3">title unknown</i> : <Name>{title}</Name>}
      </span>
      {durationMs !== null && <span class="w-12 text-right text-ink-3 num">{trackLength(durationMs)}</span>}
    </li>
  );
}
