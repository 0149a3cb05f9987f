import type { Album } from "../db/albums.ts";
import { Cover } from "./cover.tsx";
import { Icon } from "./icon.tsx";
import { useLink } from "./links.tsx";
import { StateIcon, states, stateText, Status } from "./status.tsx";
import { Name } from "./text.tsx";

export type AlbumItemProps = {
  album: Album;
  /** On the select page: the box is always shown. */
  selecting?: boolean;
  checked?: boolean;
  eager?: boolean;
  /** Without a box, where nothing can be done to several. */
  plain?: boolean;
};

/** What a screen reader says for the one link of a card: the words in sight, in the same order, with commas. */
export function albumLabel(album: Album): string {
  return [album.title, album.artistCredit, stateText(album), album.releaseYear].filter(Boolean).join(", ");
}

export function AlbumCard({ album, selecting, checked, eager, plain }: AlbumItemProps) {
  const link = useLink();
  return (
    <li id={`${plain ? "plain" : "album"}-${album.id}`} data-item class="group/card relative min-w-0">
      <a href={link(`/albums/${album.id}`)} class="block rounded-sm" aria-label={albumLabel(album)}>
        <span class="relative block">
          <Cover album={album} eager={eager} />
          {album.state === "wanted" && (
            <span class="absolute -top-px right-2 z-1 text-ink [&_path]:fill-current">
              <Icon name="bookmark" class="size-6" />
            </span>
          )}
        </span>
        <span
          class={`mt-3 block truncate text-base font-semibold ${
            album.state === "ignored" ? "text-ink-3 line-through decoration-1" : "text-ink"
          }`}
        >
          <Name>{album.title}</Name>
        </span>{" "}
        <span class="block truncate text-sm text-ink-2">
          <Name>{album.artistCredit}</Name>
        </span>{" "}
        <span class="mt-1.5 flex items-center justify-between gap-2">
          <Status album={album} /> <span class="text-xs text-ink-3 num">{album.releaseYear}</span>
        </span>
      </a>
      {!plain && <SelectAlbum album={album} selecting={selecting} checked={checked} />}
    </li>
  );
}

/** A box on the cover, 44 px large for fingers, drawn so that it is seen on any picture. */
function SelectAlbum({ album, selecting, checked }: AlbumItemProps) {
  return (
    <label
      class={`absolute top-0 left-0 z-2 grid size-11 place-items-center ${
        selecting
          ? ""
          : "opacity-0 group-hover/card:opacity-100 group-has-checked/results:opacity-100 focus-within:opacity-100 pointer-coarse:hidden pointer-coarse:group-has-checked/results:grid"
      }`}
    >
      <input type="checkbox" name="album" value={album.id} checked={checked} class="check on-cover" />
      <span class="sr-only">Select {album.title}</span>
    </label>
  );
}

/** The wall: covers only, every state but owned marked. Words appear for whoever points at it. */
export function AlbumTile({ album, selecting, checked, eager }: AlbumItemProps) {
  const link = useLink();
  const words = album.state === "partial" ? stateText(album) : "";
  return (
    <li id={`tile-${album.id}`} data-item class="group/card relative">
      <a href={link(`/albums/${album.id}`)} class="group/tile block" aria-label={albumLabel(album)}>
        <Cover album={album} eager={eager} />
        {album.state !== "owned" && (
          <span
            class={`absolute bottom-1.5 left-1.5 z-2 flex h-6 items-center gap-1 rounded-full bg-canvas px-1.5 text-2xs font-semibold shadow-1 num ${
              states[album.state].ink
            }`}
          >
            <StateIcon {...album} />
            {words}
          </span>
        )}
        <span class="absolute inset-x-0 bottom-0 z-3 hidden bg-canvas/90 p-2 group-hover/tile:block group-focus-visible/tile:block">
          <span class="block truncate font-semibold">
            <Name>{album.title}</Name>
          </span>
          <span class="block truncate text-xs text-ink-2">
            <Name>{album.artistCredit}</Name>
          </span>
        </span>
      </a>
      <SelectAlbum album={album} selecting={selecting} checked={checked} />
    </li>
  );
}
