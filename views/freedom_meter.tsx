import type { Overview } from "../services/album_grid.ts";
import { Icon } from "./icon.tsx";
import { useLink } from "./links.tsx";
import { Shelf, type Spine } from "./shelf.tsx";
import { count, percent, plural } from "./words.ts";

type FreedomMeterProps = { overview: Pick<Overview, "stats" | "spines" | "bins" | "nextStep"> };

/** "You own 178 of 523 albums – 34 % – and 61 % of what you play." and where on the shelf they stand. */
export function FreedomMeter({ overview: { stats, spines, bins, nextStep } }: FreedomMeterProps) {
  const link = useLink();
  const { ownedAlbums, totalAlbums, plays, ownedPlays } = stats;
  const played = percent(ownedPlays, plays);
  return (
    <div id="meter">
      <section aria-label="Freedom meter" class="border-b border-hairline bg-surface">
        <div class="mx-auto max-w-[1440px] px-4 pt-4 md:px-8 md:pt-6">
          <div class="flex flex-wrap items-end justify-between gap-x-8 gap-y-1">
            <p class="text-md leading-6 font-medium tracking-tight text-ink-2 num md:text-lg">
              You own <b class="font-semibold text-ink">{`${count(ownedAlbums)} of ${count(totalAlbums)}`}</b>
              {` albums – ${percent(ownedAlbums, totalAlbums)} %`}
              {plays > 0 && (
                <>
                  {" – and "}
                  <b class="font-semibold text-owned-ink">{`${played} %`}</b>
                  {" of what you play"}
                </>
              )}.
            </p>
            {plays === 0
              ? (
                <a href={link("/import")} class="link hidden items-center gap-1 pb-0.5 md:flex">
                  Add what you play from your Spotify history
                  <Icon name="arrow-right" class="size-3.5" />
                </a>
              )
              : nextStep && (
                <a href={link("/stats")} class="link hidden items-center gap-1 pb-0.5 md:flex">
                  {`${plural(nextStep.albums, "album")} would make it ${nextStep.percent} %`}
                  <Icon name="arrow-right" class="size-3.5" />
                </a>
              )}
          </div>
          <ShelfPair spines={spines} bins={bins} heights={[46, 30]} label={shelfLabel(stats)} />
        </div>
      </section>
      {plays > 0 && <ShelfAxis spines={spines} class="mx-auto max-w-[1440px] px-4 md:px-8" />}
    </div>
  );
}

export function shelfLabel({ ownedAlbums, totalAlbums, plays }: Overview["stats"]): string {
  const order = plays > 0 ? "from most to least played" : "by artist";
  return `Your albums ${order}; ${ownedAlbums} of ${totalAlbums} are owned and shown in colour.`;
}

// How many albums fill the shelf of a wide page.
const ROOM = 200;

type Shelves = Pick<Overview, "spines" | "bins">;

/** One spine per album where there is room, wider bins on a phone. */
export function ShelfPair(
  { spines, bins, heights: [wide, narrow], label }: Shelves & { heights: [number, number]; label: string },
) {
  return (
    <>
      <div class="mt-4 max-md:hidden">
        <Shelf spines={spines.map(toSpine)} room={ROOM} height={wide} label={label} />
      </div>
      <div class="mt-3 md:hidden">
        <Shelf spines={bins.map(toSpine)} room={60} height={narrow} label={label} />
      </div>
    </>
  );
}

function toSpine({ share, tone }: Shelves["spines"][number]): Spine {
  return { share, tone: tone ?? undefined };
}

/** What the ends of a full shelf mean; where a small library ends, its last album says nothing about plays. */
export function ShelfAxis({ spines, class: look }: Pick<Shelves, "spines"> & { class: string }) {
  return spines.length < ROOM
    ? null
    : (
      <p class={`flex justify-between pt-1.5 text-2xs text-ink-3 ${look}`} aria-hidden="true">
        <span>most played</span>
        <span>never played</span>
      </p>
    );
}
