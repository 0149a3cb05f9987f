import type { ListSummary, RemovedThing, Tile } from "../db/playlist_pages.ts";
import type { SpotifyConnection } from "../services/spotify_connection.ts";
import { EmptyState } from "./failure.tsx";
import { Button, Form, LinkButton } from "./form.tsx";
import { Heading, Layout, Main } from "./layout.tsx";
import { useLink, usePage } from "./links.tsx";
import { Banner } from "./notice.tsx";
import { noticesOf } from "./spotify.tsx";
import { Name, Time } from "./text.tsx";
import { count, percent, plural } from "./words.ts";

type PlaylistsPageProps = {
  lists: readonly ListSummary[];
  connection: SpotifyConnection;
  /** Things that have left Spotify. */
  removed: number;
};

/** Every list with the share of its songs that is owned. */
export function PlaylistsPage({ lists, connection, removed }: PlaylistsPageProps) {
  const { now } = usePage();
  return (
    <Layout title="Playlists">
      <Main width="max-w-[1180px]">
        <div class="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
          <div>
            <Heading title="Playlists" />
            <p class="mt-0.5 text-ink-2 max-md:mt-0">
              How much of each list is yours, and which albums would complete it.
            </p>
          </div>
          <div class="flex flex-wrap items-center gap-2">
            {removed > 0 && (
              <LinkButton path="/removed" tone="quiet">{`${count(removed)} left Spotify`}</LinkButton>
            )}
            {connection.state === "connected" && (
              <Form action="/settings/spotify/sync">
                <Button icon="rotate-cw">Read now</Button>
              </Form>
            )}
          </div>
        </div>
        <div class="mt-4 grid gap-3">
          {noticesOf(connection, now).map((notice) => (
            <Banner notice={{ ...notice, link: { label: "Settings", path: "/settings#spotify" } }} />
          ))}
        </div>
        {lists.length === 0
          ? <NoLists connection={connection} />
          : <ul class="panel rows mt-4">{lists.map((list) => <ListRow list={list} />)}</ul>}
      </Main>
    </Layout>
  );
}

function NoLists({ connection }: Pick<PlaylistsPageProps, "connection">) {
  if (connection.state === "connected") {
    return (
      <EmptyState
        icon="list-music"
        title="No playlists yet"
        text="They come last when Spotify is read: after saved albums and liked songs."
      >
        <LinkButton path="/activity">Activity</LinkButton>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="list-music"
      title="No playlists yet"
      text="Connect Spotify, or import its data or a CSV: every list in it is shown here."
    >
      <LinkButton path="/settings#spotify" tone="primary">Connect Spotify</LinkButton>
      <LinkButton path="/import">Import</LinkButton>
    </EmptyState>
  );
}

function ListRow({ list }: { list: ListSummary }) {
  const link = useLink();
  const share = percent(list.owned, list.tracks);
  const isEmpty = list.unreadableReason !== null && list.tracks === 0;
  return (
    <li class="flex items-center gap-4 px-4 py-3 md:px-5">
      <span class={`block w-14 shrink-0 ${isEmpty ? "opacity-40 grayscale" : ""}`}>
        <Mosaic tiles={list.tiles} />
      </span>
      <span class="min-w-0 flex-1">
        <a
          href={link(`/playlists/${list.id}`)}
          class="block truncate text-base font-semibold hover:underline max-md:py-1"
        >
          <Name>{list.name}</Name>
        </a>
        {!isEmpty && (
          <span class="block truncate text-ink-2 num">
            {isWaiting(list)
              ? "Its tracks are read next"
              : `${count(list.owned)} of ${plural(list.tracks, "track")} owned`}
          </span>
        )}
        {list.unreadableReason && <span class="block text-ink-2">{list.unreadableReason}</span>}
      </span>
      {!isEmpty && (
        <>
          <span class="hidden w-52 items-center gap-3 md:flex">
            <span class="bar h-1.5! flex-1">
              <i style={`width:${share}%;background:var(--owned)`} />
            </span>
            <span class="w-11 text-right font-semibold num">{`${share} %`}</span>
          </span>
          <span class="hidden w-44 text-xs text-ink-3 lg:block">
            <Origin list={list} />
          </span>
          <span class="font-semibold num md:hidden" aria-hidden="true">{`${share} %`}</span>
        </>
      )}
    </li>
  );
}

/** Listed by Spotify, but nobody has asked yet what is in it. */
function isWaiting({ door, id, readAt, unreadableReason }: ListSummary): boolean {
  return door === "spotify" && id !== "liked" && readAt === null && unreadableReason === null;
}

function Origin({ list }: { list: ListSummary }) {
  if (list.id === "liked") return <>{`rolls up to ${plural(list.albums, "album")}`}</>;
  if (list.door !== "spotify") return <>{list.door === "csv" ? "from a CSV" : "from your Spotify data"}</>;
  return list.readAt
    ? (
      <>
        read <Time at={list.readAt} />
      </>
    )
    : <>not read yet</>;
}

/** Four covers, or as many as there are. */
export function Mosaic({ tiles }: { tiles: readonly Tile[] }) {
  const link = useLink();
  const four = Array.from({ length: 4 }, (_, n) => tiles[n]?.coverHash ?? null);
  return (
    <span class="grid aspect-square grid-cols-2 overflow-hidden rounded-sleeve bg-raised" aria-hidden="true">
      {four.map((hash, n) => (
        hash
          ? <img src={link(`/covers/${hash}`)} alt="" width="80" height="80" loading="lazy" class="w-full" />
          : <span class={n % 3 === 0 ? "bg-raised" : "bg-sunken"} />
      ))}
    </span>
  );
}

const kinds = { album: "Saved album", song: "Liked song", playlist: "Playlist" };

/** What Spotify no longer lists. Nothing of it was deleted here. */
export function RemovedPage({ things }: { things: readonly RemovedThing[] }) {
  const link = useLink();
  return (
    <Layout title="Left Spotify" back="/playlists">
      <Main width="max-w-[1180px]">
        <Heading title="Left Spotify" />
        <p class="mt-0.5 text-ink-2">
          Taken out by you or by Spotify since it was read first. Kept here and marked; what comes back loses
          the mark.
        </p>
        {things.length === 0
          ? (
            <EmptyState
              icon="check"
              title="Nothing has left"
              text="Everything that was read is still there."
            />
          )
          : (
            <ul class="panel rows mt-4">
              {things.map(({ kind, id, title, artistName, removedAt }) => (
                <li class="flex items-center gap-4 px-4 py-3 md:px-5">
                  <span class="w-24 shrink-0 text-xs text-ink-3 max-md:hidden">{kinds[kind]}</span>
                  <span class="min-w-0 flex-1">
                    <a
                      class="block truncate text-base font-semibold hover:underline max-md:py-1"
                      href={link(kind === "playlist" ? `/playlists/${id}` : `/albums/${id}`)}
                    >
                      <Name>{title}</Name>
                    </a>
                    {artistName && (
                      <span class="block truncate text-ink-2">
                        <Name>{artistName}</Name>
                      </span>
                    )}
                  </span>
                  <span class="text-xs text-ink-3">
                    left Spotify on <Time at={removedAt} />
                  </span>
                </li>
              ))}
            </ul>
          )}
      </Main>
    </Layout>
  );
}
