import type { Album, AlbumState } from "../db/albums.ts";
import { Icon, type IconName } from "./icon.tsx";
import { TrackRing } from "./track_ring.tsx";

type Look = { label: string; icon: IconName; ink: string; soft: string };

/** How each state looks and is called, everywhere. */
export const states: Record<AlbumState, Look> = {
  owned: { label: "Owned", icon: "circle-check", ink: "text-owned-ink", soft: "bg-owned-soft" },
  partial: { label: "Partial", icon: "circle-dashed", ink: "text-owned-ink", soft: "bg-owned-soft" },
  downloading: {
    label: "Downloading",
    icon: "arrow-down-to-line",
    ink: "text-loading-ink",
    soft: "bg-loading-soft",
  },
  wanted: { label: "Wanted", icon: "bookmark", ink: "text-ink", soft: "bg-raised" },
  not_owned: { label: "Not owned", icon: "circle-dashed", ink: "text-absent-ink", soft: "bg-absent-soft" },
  needs_match: {
    label: "Needs match",
    icon: "circle-question-mark",
    ink: "text-warn-ink",
    soft: "bg-warn-soft",
  },
  ignored: { label: "Ignored", icon: "eye-off", ink: "text-ink-3", soft: "bg-raised" },
};

type StatusProps = Pick<Album, "state" | "ownedTracks" | "expectedTracks" | "downloadPercent">;

/** The state in words: "9 of 12" for a partial album, "64 %" for one on its way. */
export function stateText({ state, ownedTracks, expectedTracks, downloadPercent }: StatusProps): string {
  if (state === "partial" && expectedTracks) return `${ownedTracks} of ${expectedTracks}`;
  if (state === "downloading" && typeof downloadPercent === "number") return `${downloadPercent} %`;
  return states[state].label;
}

export function StateIcon({ state, ownedTracks, expectedTracks }: StatusProps) {
  return state === "partial" && expectedTracks
    ? <TrackRing owned={ownedTracks} total={expectedTracks} />
    : <Icon name={states[state].icon} class="size-3.5" />;
}

export function Status({ album }: { album: StatusProps }) {
  return (
    <span
      class={`inline-flex items-center gap-1.5 align-middle text-xs font-medium whitespace-nowrap num ${
        states[album.state].ink
      }`}
    >
      <StateIcon {...album} />
      {stateText(album)}
    </span>
  );
}

/** The same on a ground of its colour, where it stands alone. */
export function StatusBadge({ album }: { album: StatusProps }) {
  const { ink, soft } = states[album.state];
  return (
    <span
      class={`inline-flex h-6 items-center gap-1.5 rounded-full px-2 text-xs font-medium num ${ink} ${soft}`}
    >
      <StateIcon {...album} />
      {stateText(album)}
      {album.state === "partial" && album.expectedTracks ? " tracks" : ""}
    </span>
  );
}
