import type { Album } from "../db/albums.ts";
import { useLink } from "./links.tsx";
import { percent } from "./words.ts";

type CoverProps = {
  album:
    & Pick<
      Album,
      "state" | "ownershipStatus" | "ownedTracks" | "expectedTracks" | "coverHash" | "artistCredit"
    >
    & Pick<Album, "downloadPercent">;
  /** Without the frame that marks downloads and open questions. */
  bare?: boolean;
  /** Too small for the bar of a download. */
  small?: boolean;
  /** Shown at once, not when scrolled to. */
  eager?: boolean;
  /** On the album's own page: from a picture of 500 pixels instead of 250. */
  large?: boolean;
};

/** How much of the album is there, in percent: so far up the cover has its colours. */
export function ownedShare(album: CoverProps["album"]): number {
  switch (album.ownershipStatus) {
    case "owned":
      return 100;
    case "partial":
      return percent(album.ownedTracks, album.expectedTracks ?? 0);
    case "downloading":
      return album.downloadPercent ?? 0;
    case "not_owned":
      return 0;
  }
}

function initials(artist: string): string {
  return artist.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
}

/** A cover is grey until the album is there and gains colour from below by the share that is. */
export function Cover({ album, bare, small, eager, large }: CoverProps) {
  const state = album.state === "needs_match" ? "review" : album.state;
  const share = ownedShare(album);
  const developing = share > 0 && share < 100;
  const image = (
    <span class="cover" data-state={state} style={developing ? `--own:${share}%` : undefined}>
      {album.coverHash ? <Layers hash={album.coverHash} share={share} eager={eager} large={large} /> : (
        <>
          {share > 0 && <span class="absolute inset-x-0 bottom-0 bg-owned-soft" style={`height:${share}%`} />}
          <span
            class="absolute inset-0 grid place-items-center text-xl font-semibold text-ink-2 before:content-[attr(data-initials)]"
            data-initials={initials(album.artistCredit)}
          />
        </>
      )}
      {state === "downloading" && !small && (
        <span class="absolute inset-x-0 bottom-0 z-1 h-1.5 bg-scrim">
          <span class="block h-full bg-loading" style={`width:${share}%`} />
        </span>
      )}
    </span>
  );
  return bare ? image : <span class="frame block" data-state={state}>{image}</span>;
}

type LayersProps = Pick<CoverProps, "eager" | "large"> & { hash: string; share: number };

/**
 * The same picture twice: grey below, coloured above as far as the share reaches. The box is there before the
 * picture is, so nothing moves when it comes; fine screens get the larger one.
 */
function Layers({ hash, share, eager, large }: LayersProps) {
  const link = useLink();
  const larger = link(`/covers/${hash}-500`);
  const side = large ? 500 : 250;
  const picture = {
    src: large ? larger : link(`/covers/${hash}`),
    srcSet: large ? undefined : `${larger} 2x`,
    alt: "",
    width: side,
    height: side,
    loading: eager ? "eager" : "lazy",
    decoding: "async",
  } as const;
  return (
    <>
      {share < 100 && <img class="grey" {...picture} />}
      {share > 0 && <img class="colour" {...picture} />}
    </>
  );
}
