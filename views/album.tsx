import type { ComponentChildren } from "preact";
import type { AlbumDetail } from "../db/albums.ts";
import type { TrackRow } from "../services/ownership.ts";
import { AlbumActions, type SwapInto } from "./album_actions.tsx";
import { AlbumCard, AlbumTile } from "./album_card.tsx";
import { AlbumFiles, type FileFacts } from "./album_files.tsx";
import { AlbumLinks, type ServiceLink } from "./album_links.tsx";
import { AlbumMatch, type ProposedCandidate } from "./album_match.tsx";
import { AlbumRow } from "./album_table.tsx";
import { Cover } from "./cover.tsx";
import { Icon } from "./icon.tsx";
import { Layout, Main } from "./layout.tsx";
import { type AlbumLidarr, LidarrDownloads } from "./lidarr.tsx";
import { useLink } from "./links.tsx";
import { Partial } from "./partial.tsx";
import { SourcePicker } from "./source_picker.tsx";
import { stateText, StatusBadge } from "./status.tsx";
import { KeyHint, Name } from "./text.tsx";
import { type HistoryLine, Timeline } from "./timeline.tsx";
import { TrackList } from "./track_list.tsx";
import { TrackRing } from "./track_ring.tsx";
import { plural } from "./words.ts";

/** All that is known about one album. */
export type AlbumView = {
  album: AlbumDetail;
  tracks: readonly TrackRow[];
  files: readonly FileFacts[];
  candidates: readonly ProposedCandidate[];
  history: readonly HistoryLine[];
  /** Where it can be bought and heard. */
  links: readonly ServiceLink[];
  /** How often the page has looked for what MusicBrainz is being asked. */
  looks?: number;
  /** What Lidarr does for it. */
  lidarr?: AlbumLidarr;
  /** The albums before and after it, by id. */
  previous: string | null;
  next: string | null;
};

export function AlbumPage(view: AlbumView) {
  const { album, previous, next } = view;
  const link = useLink();
  return (
    <Layout
      title={`${album.title}, ${album.artistCredit}`}
      phoneTitle="Album"
      back="/albums"
      actions={next && (
        <a href={link(`/albums/${next}`)} class="btn btn-quiet btn-icon -mr-2" aria-label="Next album">
          <Icon name="chevron-right" class="size-5" />
        </a>
      )}
    >
      <Main width="max-w-[1240px]">
        <nav aria-label="Breadcrumb" class="mb-5 flex items-center gap-2 text-ink-3 max-md:hidden">
          <a href={link("/albums")} class="link text-ink-2!">Albums</a>
          <Icon name="chevron-right" class="size-3.5" />
          <a href={link(`/artists/${album.artist.id}`)} class="link text-ink-2!">
            <Name>{album.artist.name}</Name>
          </a>
          <span class="ml-auto flex items-center gap-4">
            {previous && (
              <a
                href={link(`/albums/${previous}`)}
                class="flex items-center gap-1.5 hover:text-ink"
                data-key="k"
              >
                <KeyHint keys="k" />previous
              </a>
            )}
            {next && (
              <a href={link(`/albums/${next}`)} class="flex items-center gap-1.5 hover:text-ink" data-key="j">
                <KeyHint keys="j" />next
              </a>
            )}
          </span>
        </nav>
        <AlbumArticle {...view} />
      </Main>
    </Layout>
  );
}

const intoPage: SwapInto = { "hx-target": "#album", "hx-swap": "outerMorph" };
const intoDrawer: SwapInto = { "hx-target": "#drawer", "hx-swap": "innerMorph" };

/** The part of the page that an action on the album replaces. */
export function AlbumArticle(view: AlbumView) {
  const { album } = view;
  return (
    <article id="album" class="grid gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,1fr)_340px]">
      <div class="min-w-0">
        <header class="flex gap-4 sm:items-end sm:gap-8">
          <div class="w-32 shrink-0 sm:w-60">
            <Cover album={album} eager large />
          </div>
          <div class="min-w-0 flex-1">
            <h1 class="text-lg font-bold wrap-anywhere sm:text-xl lg:text-2xl">
              <Name>{album.title}</Name>
            </h1>
            <ArtistLine album={album} class="sm:mt-1" />
            <Facts album={album} />
            <div class="mt-4 max-sm:hidden">
              <OwnedTracks album={album} />
            </div>
          </div>
        </header>
        <div class="mt-4 sm:hidden">
          <OwnedTracks album={album} />
        </div>
        <div class="mt-6">
          <AlbumActions album={album} lidarr={view.lidarr} into={intoPage} />
        </div>
        <div class="mt-8">
          <TrackList tracks={view.tracks} />
        </div>
      </div>
      <aside class="grid h-max gap-3 [&>*]:p-4 md:[&>*]:p-5">
        {sections(view, intoPage).map((section) => <div class="panel">{section}</div>)}
      </aside>
    </article>
  );
}

/** The same album over the grid, filled into the layout's dialog. */
export function AlbumDrawer(view: AlbumView) {
  const { album, previous, next } = view;
  const link = useLink();
  return (
    <div class="flex h-full flex-col">
      <div class="flex items-center gap-1 border-b border-hairline px-3 py-2">
        <form method="dialog">
          <button type="submit" class="btn btn-quiet btn-icon" aria-label="Close (Esc)">
            <Icon name="x" />
          </button>
        </form>
        <span class="ml-auto flex items-center gap-1">
          {previous && <Neighbour id={previous} keys="k">Previous</Neighbour>}
          {next && <Neighbour id={next} keys="j">Next</Neighbour>}
          <a href={link(`/albums/${album.id}`)} class="btn btn-quiet btn-icon" aria-label="Open as page">
            <Icon name="maximize-2" />
          </a>
        </span>
      </div>
      <section
        class="flex-1 overflow-y-auto px-4 py-5 md:px-7 md:py-6"
        tabIndex={0}
        aria-labelledby="drawer-title"
      >
        <header class="flex gap-4 md:gap-6">
          <div class="w-32 shrink-0 md:w-44">
            <Cover album={album} eager large />
          </div>
          <div class="min-w-0 flex-1 md:self-end">
            <h2 id="drawer-title" class="text-lg font-bold wrap-anywhere md:text-xl">
              <Name>{album.title}</Name>
            </h2>
            <ArtistLine album={album} />
            <Facts album={album} />
            <div class="mt-3 max-md:hidden">
              <OwnedTracks album={album} />
            </div>
          </div>
        </header>
        <div class="mt-4 md:hidden">
          <OwnedTracks album={album} />
        </div>
        <div class="mt-5">
          <AlbumActions album={album} lidarr={view.lidarr} into={intoDrawer} />
        </div>
        <div class="mt-5 grid gap-5 [&>*]:border-t [&>*]:border-hairline [&>*]:pt-5">
          <TrackList tracks={view.tracks} />
          {sections(view, intoDrawer)}
        </div>
      </section>
    </div>
  );
}

/** An album that was changed in the drawer, as whatever list is behind shows it; the others find no place. */
export function ChangedAlbum({ album }: { album: AlbumDetail }) {
  return (
    <>
      <Partial target={`#album-${album.id}`}>
        <AlbumCard album={album} />
      </Partial>
      <Partial target={`#plain-${album.id}`}>
        <AlbumCard album={album} plain />
      </Partial>
      <Partial target={`#tile-${album.id}`}>
        <AlbumTile album={album} />
      </Partial>
      <Partial target={`#row-${album.id}`}>
        <AlbumRow album={album} />
      </Partial>
    </>
  );
}

function Neighbour({ id, keys, children }: { id: string; keys: string; children: string }) {
  const link = useLink();
  const address = link(`/albums/${id}`);
  return (
    <a
      href={address}
      class="btn btn-quiet btn-sm"
      data-key={keys}
      hx-get={address}
      hx-target="#drawer"
      hx-replace-url="true"
    >
      <KeyHint keys={keys} />
      {children}
    </a>
  );
}

function ArtistLine({ album, class: look = "" }: { album: AlbumDetail; class?: string }) {
  const link = useLink();
  return (
    <p class={`text-md ${look}`}>
      <a href={link(`/artists/${album.artist.id}`)} class="font-medium hover:underline">
        <Name>{album.artistCredit}</Name>
      </a>
    </p>
  );
}

const typeNames: Record<string, string> = {
  album: "Album",
  single: "Single",
  ep: "EP",
  compilation: "Compilation",
  live: "Live",
  soundtrack: "Soundtrack",
};

function Facts({ album }: { album: AlbumDetail }) {
  const type = typeNames[album.albumType ?? ""];
  return (
    <p class="mt-1.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-2 sm:mt-2">
      {type && <span>{[type, ...furtherTypes(album)].join(", ")}</span>}
      {type && album.releaseYear && <span class="text-ink-3" aria-hidden="true">·</span>}
      {album.releaseYear && <span class="num">{album.releaseYear}</span>}
      {album.genres.slice(0, 5).map((genre) => <span class="tag">{genre}</span>)}
    </p>
  );
}

/** "Album, Remix": what the type does not say already. */
function furtherTypes({ albumType, secondaryTypes }: AlbumDetail): string[] {
  return secondaryTypes.filter((type) => type.toLowerCase() !== albumType);
}

/** How much of it is there, as ring and number, and how often it was played. */
function OwnedTracks({ album }: { album: AlbumDetail }) {
  const { ownedTracks, expectedTracks, ownershipStatus, playCount } = album;
  const total = expectedTracks ?? album.totalTracks;
  const owned = ownershipStatus === "owned" && total ? total : ownedTracks;
  return (
    <div class="flex items-center gap-3">
      {total !== null && <TrackRing owned={owned} total={total} size={44} stroke={3.6} />}
      <span>
        <b class="flex flex-wrap items-center gap-x-2 text-base font-semibold num">
          {ownershipStatus === "partial" && total
            ? `${ownedTracks} of ${total} tracks owned`
            : total
            ? plural(total, "track")
            : stateText(album)}
          {total !== null && album.state !== "partial" && <StatusBadge album={album} />}
        </b>
        <span class="text-ink-2">
          {playCount > 0 ? `played ${plural(playCount, "time")}` : "not played yet, as far as is known"}
        </span>
      </span>
    </div>
  );
}

function sections(view: AlbumView, into: SwapInto): ComponentChildren[] {
  const { album, files, candidates, history, links } = view;
  return [
    <AlbumMatch album={album} candidates={candidates} into={into} />,
    <AlbumLinks album={album} links={links} looks={view.looks} into={into} />,
    <SourcePicker album={album} into={into} />,
    view.lidarr && view.lidarr.downloads.length > 0 && (
      <LidarrDownloads albumId={album.id} lidarr={view.lidarr} />
    ),
    files.length > 0 && <AlbumFiles files={files} />,
    history.length > 0 && <Timeline albumId={album.id} lines={history} into={into} />,
  ].filter(Boolean);
}
