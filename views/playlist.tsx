import type { ListAlbum, ListSong, ListSummary, SongFilter } from "../db/playlist_pages.ts";
import { Cover } from "./cover.tsx";
import { EmptyState } from "./failure.tsx";
import { Button, Form } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { Layout, Main } from "./layout.tsx";
import { useLink } from "./links.tsx";
import { Banner } from "./notice.tsx";
import { Mosaic } from "./playlists.tsx";
import { StateIcon, states } from "./status.tsx";
import { Name, Time } from "./text.tsx";
import { count, duration, percent, plural, trackLength } from "./words.ts";

export type PlaylistPageProps = {
  list: ListSummary;
  songs: readonly ListSong[];
  gaps: readonly { tracks: number; album: ListAlbum }[];
  show: SongFilter;
  /** Where the next page begins. */
  next?: number;
};

// As many as a glance takes in; the others are one click away.
const GAPS_SHOWN = 6;

/** A list in its order: what is there, what is missing, and which albums would bring it. */
export function PlaylistPage({ list, songs, gaps, show, next }: PlaylistPageProps) {
  const link = useLink();
  const missing = list.tracks - list.owned;
  const path = `/playlists/${list.id}`;
  const filters = [
    { show: "all", name: "All", count: list.tracks + list.others },
    { show: "owned", name: "Owned", count: list.owned },
    { show: "missing", name: "Missing", count: missing },
  ] as const;
  return (
    <Layout title={list.name} phoneTitle="Playlist" back="/playlists">
      <Main width="max-w-[1240px]">
        <ListHeader list={list} gaps={gaps} />
        <Notices list={list} />
        <WantGaps path={path} gaps={gaps} />
        <div class="mt-6 grid grid-cols-[minmax(0,1fr)] gap-8 lg:grid-cols-[minmax(0,1fr)_320px]">
          <section aria-label="Tracks">
            <nav aria-label="Filter tracks" class="mb-2 flex gap-0.5">
              {filters.map((filter) => (
                <a
                  href={link(filter.show === "all" ? path : `${path}?show=${filter.show}`)}
                  class="chip"
                  aria-current={filter.show === show ? "true" : undefined}
                >
                  {filter.name} <span class="count">{count(filter.count)}</span>
                </a>
              ))}
            </nav>
            {songs.length === 0
              ? (
                <EmptyState
                  icon={show === "missing" ? "check" : "list-music"}
                  title={show === "missing" ? "Nothing is missing" : "Nothing to show"}
                />
              )
              : <ol class="rows">{songs.map((song) => <SongRow song={song} />)}</ol>}
            {next !== undefined && (
              <a class="btn btn-plain mt-4" href={link(`${path}?show=${show}&after=${next}`)}>More tracks</a>
            )}
          </section>
          {gaps.length > 0 && <Gaps gaps={gaps} />}
        </div>
      </Main>
    </Layout>
  );
}

function ListHeader({ list, gaps }: Pick<PlaylistPageProps, "list" | "gaps">) {
  const share = percent(list.owned, list.tracks);
  const missing = list.tracks - list.owned;
  const facts = [
    plural(list.tracks, "track"),
    list.durationMs > 0 && duration(list.durationMs),
    list.others > 0 && `${count(list.others)} that are no tracks of Spotify’s`,
  ];
  return (
    <header class="flex flex-wrap items-end gap-x-8 gap-y-4">
      <span class="block w-28 shrink-0 md:w-40">
        <Mosaic tiles={list.tiles} />
      </span>
      <div class="min-w-0 flex-1 basis-52">
        <p class="text-ink-3">
          {list.door === "spotify" ? "Spotify playlist" : "Imported playlist"}
          {list.ownerName && (
            <>
              {" by "}
              <Name>{list.ownerName}</Name>
            </>
          )}
        </p>
        <h1 class="text-xl font-bold wrap-anywhere md:text-2xl">
          <Name>{list.name}</Name>
        </h1>
        {list.description && <p class="mt-1 text-ink-2 wrap-anywhere">{list.description}</p>}
        <p class="mt-1 text-ink-2 num">{facts.filter(Boolean).join(", ")}</p>
      </div>
      {list.tracks > 0 && (
        <div class="w-full md:w-72">
          <div class="flex items-baseline justify-between num">
            <b class="text-base font-semibold">{`${count(list.owned)} of ${count(list.tracks)} owned`}</b>
            <span class="font-semibold text-owned-ink">{`${share} %`}</span>
          </div>
          <span class="bar mt-2 block h-2!">
            <i style={`width:${share}%;background:var(--owned)`} />
          </span>
          <p class="mt-2 text-xs text-ink-3 num">{gapWords(missing, gaps)}</p>
        </div>
      )}
    </header>
  );
}

function gapWords(missing: number, gaps: PlaylistPageProps["gaps"]): string {
  if (missing === 0) return "Every track of it is yours.";
  const placed = Math.min(missing, gaps.reduce((sum, { tracks }) => sum + tracks, 0));
  return `${count(placed)} of the ${count(missing)} missing sit on ${plural(gaps.length, "album")}.`;
}

function Notices({ list }: Pick<PlaylistPageProps, "list">) {
  return (
    <div class="mt-4 grid gap-3 empty:hidden">
      {list.removedAt && (
        <p class="flex gap-2 text-ink-2">
          <Icon name="clock" class="mt-0.5 size-4" />
          <span>
            Left Spotify on <Time at={list.removedAt} />. What was in it is kept.
          </span>
        </p>
      )}
      {list.unreadableReason && <Banner notice={{ tone: "warning", title: list.unreadableReason }} />}
    </div>
  );
}

function WantGaps({ path, gaps }: { path: string; gaps: PlaylistPageProps["gaps"] }) {
  const wanting = gaps.filter(({ album }) => !["wanted", "downloading", "ignored"].includes(album.state))
    .slice(0, 200);
  if (wanting.length === 0) return null;
  return (
    <Form action="/albums/bulk" class="mt-5 flex justify-end">
      {wanting.map(({ album }) => <input type="hidden" name="album" value={album.id} />)}
      <input type="hidden" name="back" value={path} />
      <Button tone="primary" icon="bookmark" name="do" value="want">
        {`Want ${plural(wanting.length, "album")}`}
      </Button>
    </Form>
  );
}

function SongRow({ song }: { song: ListSong }) {
  const link = useLink();
  const { album } = song;
  return (
    <li class="flex items-center gap-3 py-2 md:gap-4">
      <span class="hidden w-8 text-right text-xs text-ink-3 num md:block">{song.position + 1}</span>
      <span class="w-10 shrink-0">
        {album
          ? <Cover album={album} bare small />
          : <span class="block aspect-square rounded-sleeve bg-sunken" />}
      </span>
      <span class="min-w-0 flex-1">
        <span class={`block truncate text-base ${song.owned ? "font-medium" : "text-ink-2"}`}>
          {song.title === "" ? <i class="text-ink-3">taken down by Spotify</i> : <Name>{song.title}</Name>}
        </span>
        {song.artistName && (
          <span class="block truncate text-ink-2">
            <Name>{song.artistName}</Name>
          </span>
        )}
      </span>
      {album
        ? (
          <a
            href={link(`/albums/${album.id}`)}
            class="hidden w-[30%] truncate text-ink-2 hover:underline md:block"
          >
            <Name>{album.title}</Name>
          </a>
        )
        : (
          <span class="hidden w-[30%] truncate text-ink-3 md:block">
            {song.albumTitle && <Name>{song.albumTitle}</Name>}
          </span>
        )}
      <span class="w-24 md:w-28">
        <SongState song={song} />
      </span>
      <span class="hidden w-10 text-right text-ink-3 num md:block">
        {song.durationMs !== null && trackLength(song.durationMs)}
      </span>
    </li>
  );
}

const otherKinds = {
  episode: "Podcast",
  audiobook: "Audiobook",
  local_file: "Your file",
  removed: "Gone",
};

function SongState({ song: { itemKind, owned, album } }: { song: ListSong }) {
  if (itemKind !== "track") return <span class="text-xs text-ink-3">{otherKinds[itemKind]}</span>;
  // A song of a partial album is there or it is not; all other states are the album's.
  const of = album?.state === "partial" || !album ? "not_owned" : album.state;
  const state = owned ? "owned" : of === "owned" ? "not_owned" : of;
  return (
    <span
      class={`inline-flex items-center gap-1.5 align-middle text-xs font-medium whitespace-nowrap ${
        states[state].ink
      }`}
    >
      <StateIcon state={state} ownedTracks={0} expectedTracks={null} />
      {states[state].label}
    </span>
  );
}

function Gaps({ gaps }: Pick<PlaylistPageProps, "gaps">) {
  const rows = gaps.map(({ tracks, album }) => <GapRow tracks={tracks} album={album} />);
  return (
    <aside aria-labelledby="gaps">
      <h2 id="gaps" class="text-base font-semibold">Albums that fill the gaps</h2>
      <ul class="rows mt-2">{rows.slice(0, GAPS_SHOWN)}</ul>
      {rows.length > GAPS_SHOWN && (
        <details class="mt-2">
          <summary class="btn btn-quiet btn-sm -ml-2.5 w-max">{`${rows.length - GAPS_SHOWN} more`}</summary>
          <ul class="rows">{rows.slice(GAPS_SHOWN, 200)}</ul>
        </details>
      )}
    </aside>
  );
}

function GapRow({ tracks, album }: { tracks: number; album: ListAlbum }) {
  const link = useLink();
  return (
    <li class="flex items-center gap-3 py-2">
      <span class="w-11 shrink-0 p-0.5">
        <Cover album={album} bare small />
      </span>
      <a href={link(`/albums/${album.id}`)} class="min-w-0 flex-1 hover:underline">
        <span class="block truncate font-semibold">
          <Name>{album.title}</Name>
        </span>
        <span class="block truncate text-ink-2">
          <Name>{album.artistCredit}</Name>
        </span>
      </a>
      <span class="text-right text-xs text-ink-2 num">{plural(tracks, "track")}</span>
    </li>
  );
}
