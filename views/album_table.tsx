import type { ComponentChildren } from "preact";
import type { Album, AlbumSort, EntrySource } from "../db/albums.ts";
import { type AlbumItemProps, albumLabel } from "./album_card.tsx";
import { type AlbumQuery, albumsPath, sortOf, sorts } from "./album_query.ts";
import { Cover } from "./cover.tsx";
import { Icon } from "./icon.tsx";
import { useLink } from "./links.tsx";
import { Status } from "./status.tsx";
import { Name } from "./text.tsx";
import { count } from "./words.ts";

/** Columns that only fit on a wide screen. */
const wide = "max-lg:hidden";

const sourceWords: Record<EntrySource, string> = {
  saved_album: "Saved album",
  liked_tracks: "Liked songs",
  playlist: "Playlist",
  export: "Spotify data",
  csv: "CSV",
  manual: "Added by hand",
};

/** "Saved album, liked songs" */
export function sourceText(sources: readonly EntrySource[]): string {
  const words = sources.map((source) => sourceWords[source]).join(", ");
  return words.slice(0, 1) +
    words.slice(1).toLowerCase().replaceAll("csv", "CSV").replaceAll("spotify", "Spotify");
}

export function AlbumTable({ query, children }: { query: AlbumQuery; children: ComponentChildren }) {
  return (
    <table class="plain">
      <thead class="max-md:sr-only">
        <tr hx-boost:inherited="true" hx-target:inherited="#results" hx-swap:inherited="outerHTML show:none">
          <th class="w-10 pl-2">
            <input
              type="checkbox"
              class="check block"
              aria-label="Select these albums"
              data-check-all="album"
            />
          </th>
          <th>
            <span class="sr-only">Cover</span>
          </th>
          <Column query={query} by="title">Title</Column>
          <Column query={query} by="artist">Artist</Column>
          <th>Status</th>
          <Column query={query} by="year">Year</Column>
          <th class={wide}>Genre</th>
          <th class={wide}>Match</th>
          <th class={wide}>Found as</th>
          <Column query={query} by="plays" class="r">Plays</Column>
        </tr>
      </thead>
      <tbody hx-boost:inherited="true" hx-target:inherited="#drawer" hx-swap:inherited="innerHTML show:none">
        {children}
      </tbody>
    </table>
  );
}

function Column(
  { query, by, class: look = "", children }: {
    query: AlbumQuery;
    by: AlbumSort;
    class?: string;
    children: string;
  },
) {
  const link = useLink();
  const sort = sortOf(query);
  const isSorted = sort.by === by;
  const natural = sorts.find((choice) => choice.by === by)?.value ?? by;
  const reversed = sort.descending ? by : `-${by}`;
  return (
    <th class={look} aria-sort={isSorted ? (sort.descending ? "descending" : "ascending") : undefined}>
      <a
        href={link(albumsPath(query, { sort: isSorted ? reversed : natural }))}
        class="inline-flex min-h-6 items-center gap-1 hover:text-ink"
      >
        {children}
        {isSorted && (
          <Icon name={sort.descending ? "arrow-down-wide-narrow" : "arrow-down-narrow-wide"} class="size-3" />
        )}
      </a>
    </th>
  );
}

export function AlbumRow({ album, checked }: AlbumItemProps) {
  const link = useLink();
  return (
    <tr id={`row-${album.id}`} data-item class="group relative hover:bg-surface">
      <td class="w-10 pl-2">
        <label class="relative z-1 -m-3 grid size-11 place-items-center">
          <input type="checkbox" name="album" value={album.id} checked={checked} class="check" />
          <span class="sr-only">Select {album.title}</span>
        </label>
      </td>
      <td class="w-14 py-1.5!">
        <span class="block w-10 p-0.5">
          <Cover album={album} small />
        </span>
      </td>
      <td class="w-[34%] max-w-0 max-md:w-full">
        <a
          href={link(`/albums/${album.id}`)}
          aria-label={albumLabel(album)}
          class="block truncate text-base font-semibold hover:underline max-md:after:absolute max-md:after:inset-0"
        >
          <Name>{album.title}</Name>
        </a>
        <span class="block truncate text-ink-2 md:hidden">
          <Name>{album.artistCredit}</Name>
        </span>
      </td>
      <td class="w-[22%] max-w-0 max-md:hidden">
        <a
          href={link(`/artists/${album.artist.id}`)}
          class="block truncate text-ink-2 hover:underline"
          hx-boost="false"
        >
          <Name>{album.artistCredit}</Name>
        </a>
      </td>
      <td>
        <Status album={album} />
      </td>
      <td class="text-ink-2 num max-md:hidden">{album.releaseYear}</td>
      <td class={`text-ink-2 ${wide}`}>{album.genres[0]}</td>
      <td class={`num ${wide} ${isWeak(album) ? "text-warn-ink" : "text-ink-2"}`}>
        {album.matchScore === null ? "–" : `${album.matchScore} %`}
      </td>
      <td class={`whitespace-nowrap text-ink-3 ${wide}`}>{sourceText(album.sources)}</td>
      <td class="r text-ink-2 num max-md:hidden">{count(album.playCount)}</td>
    </tr>
  );
}

const isWeak = ({ matchScore }: Album) => matchScore !== null && matchScore < 90;
