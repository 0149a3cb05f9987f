import type { ComponentChildren } from "preact";
import type { AlbumGrid, Overview } from "../services/album_grid.ts";
import { AlbumCard, AlbumTile } from "./album_card.tsx";
import { type AlbumQuery, albumsPath, hiddenParameters, narrowing } from "./album_query.ts";
import { AlbumRow, AlbumTable } from "./album_table.tsx";
import { AlbumTools, PhoneDensity } from "./album_tools.tsx";
import { BulkBar } from "./bulk_bar.tsx";
import { EmptyState } from "./failure.tsx";
import { Button, Form, LinkButton } from "./form.tsx";
import { FreedomMeter } from "./freedom_meter.tsx";
import { JumpBar } from "./jump_bar.tsx";
import { Layout, Main } from "./layout.tsx";
import { useLink } from "./links.tsx";
import { Partial } from "./partial.tsx";
import { plural } from "./words.ts";

/** One page of albums under a query. */
export type AlbumList = Omit<AlbumGrid, "next"> & {
  query: AlbumQuery;
  /** Where the next page begins, as it stands in an address. */
  next?: string;
  facets: Overview["facets"];
  /** The year the first album was added, for the jump bar. */
  addedSince?: number;
};

/** The home page: how far the move has come, and the albums. */
export function AlbumsPage({ list, overview }: { list: AlbumList; overview: Overview }) {
  return (
    <Layout title="Albums" actions={<PhoneDensity query={list.query} />}>
      {overview.stats.totalAlbums > 0 && <FreedomMeter overview={overview} />}
      <Main class="pt-3! md:pt-4!">
        <h1 class="sr-only">Albums</h1>
        {(overview.stats.totalAlbums > 0 || list.counts.all > 0) && <AlbumTools {...list} />}
        <AlbumResults list={list} />
      </Main>
    </Layout>
  );
}

/** The answer when only the list was asked for: the list, and what depends on it above. */
export function AlbumsUpdate({ list }: { list: AlbumList }) {
  return (
    <>
      <AlbumResults list={list} />
      <Partial target="#tools">
        <AlbumTools {...list} />
      </Partial>
      <Partial target="#phone-density">
        <PhoneDensity query={list.query} />
      </Partial>
    </>
  );
}

export function AlbumResults({ list }: { list: AlbumList }) {
  const { query, albums, nearest, total, facets, addedSince } = list;
  const isLong = list.next !== undefined || query.after !== undefined || query.from !== undefined;
  if (albums.length === 0) {
    return (
      <div id="results" class="mt-5 scroll-mt-16 md:mt-6">
        <NoAlbums list={list} />
        {nearest.length > 0 && (
          <AlbumView query={query}>{nearest.map((album) => <Item album={album} query={query} />)}</AlbumView>
        )}
      </div>
    );
  }
  return (
    <div id="results" class="mt-5 scroll-mt-16 md:mt-6">
      {(query.after || query.from) && <ToStart query={query} />}
      <Form
        action="/albums/bulk"
        hx-target="#results"
        hx-swap="outerHTML show:none"
        class="group/results flex gap-6"
        autocomplete="off"
      >
        {hiddenParameters(query, []).map(([name, value]) => (
          <input
            type="hidden"
            name={name}
            value={value}
          />
        ))}
        <div class="min-w-0 flex-1">
          <AlbumView query={query}>
            <AlbumItems list={list} />
          </AlbumView>
        </div>
        {isLong && <JumpBarFor query={query} decades={facets.decades} addedSince={addedSince} />}
        <BulkBar query={query} total={total} />
      </Form>
    </div>
  );
}

function JumpBarFor(
  { query, decades, addedSince }: {
    query: AlbumQuery;
    decades: Overview["facets"]["decades"];
    addedSince?: number;
  },
) {
  return (
    <div
      class="contents"
      hx-boost:inherited="true"
      hx-target:inherited="#results"
      hx-swap:inherited="outerHTML show:top"
    >
      <JumpBar query={query} decades={decades.map(({ value }) => Number(value))} addedSince={addedSince} />
    </div>
  );
}

/** The list in the density asked for. Links in it open the drawer. */
function AlbumView({ query, children }: { query: AlbumQuery; children: ComponentChildren }) {
  if (query.view === "table") return <AlbumTable query={query}>{children}</AlbumTable>;
  const columns = query.view === "wall"
    ? "grid-cols-3 gap-2 sm:grid-cols-6 md:grid-cols-8 md:gap-2.5 xl:grid-cols-10"
    : "grid-cols-2 gap-x-4 gap-y-6 sm:grid-cols-4 md:grid-cols-5 md:gap-x-6 md:gap-y-8 lg:grid-cols-6 xl:grid-cols-7";
  return (
    <ul
      class={`grid ${columns}`}
      hx-boost:inherited="true"
      hx-target:inherited="#drawer"
      hx-swap:inherited="innerHTML show:none"
    >
      {children}
    </ul>
  );
}

function Item(
  { album, query, eager }: { album: AlbumGrid["albums"][number]; query: AlbumQuery; eager?: boolean },
) {
  const View = query.view === "table" ? AlbumRow : query.view === "wall" ? AlbumTile : AlbumCard;
  return (
    <View
      album={album}
      selecting={query.select !== undefined}
      checked={query.select === "all"}
      eager={eager}
    />
  );
}

// Two rows of the widest grid are visible at once; the rest waits until it is scrolled to.
const EAGER = 14;

/** The albums of one page and the way to the next: what replaces the pager when it comes into view. */
export function AlbumItems({ list: { query, albums, next } }: { list: AlbumList }) {
  return (
    <>
      {albums.map((album, i) => <Item album={album} query={query} eager={i < EAGER && !query.after} />)}
      {next && <Pager query={query} next={next} shown={albums.length} />}
    </>
  );
}

function Pager({ query, next, shown }: { query: AlbumQuery; next: string; shown: number }) {
  const link = useLink();
  const address = link(albumsPath(query, { after: next }));
  const attributes = {
    id: "pager",
    "hx-get": address,
    "hx-target": "this",
    "hx-trigger": "revealed",
    "hx-swap": "outerHTML",
    "hx-replace-url": "true",
  };
  const more = <a class="btn btn-plain" href={address} hx-boost="false">{`Next ${plural(shown, "album")}`}
  </a>;
  return query.view === "table"
    ? (
      <tr {...attributes}>
        <td colSpan={10} class="py-6! text-center">{more}</td>
      </tr>
    )
    : (
      <li {...attributes} class="group/pager col-span-full">
        <div class="mt-4 flex justify-center group-aria-busy/pager:hidden">{more}</div>
        <Skeletons />
      </li>
    );
}

function Skeletons() {
  return (
    <ul
      class="hidden grid-cols-2 gap-4 group-aria-busy/pager:grid sm:grid-cols-4 md:grid-cols-5 md:gap-6 lg:grid-cols-6 xl:grid-cols-7"
      aria-label="Loading the next albums"
    >
      {[1, 2, 3, 4, 5, 6, 7].map(() => (
        <li>
          <span class="skeleton block aspect-square" />
          <span class="skeleton mt-3 block h-3.5 w-4/5" />
          <span class="skeleton mt-2 block h-3 w-1/2" />
        </li>
      ))}
    </ul>
  );
}

function ToStart({ query }: { query: AlbumQuery }) {
  return (
    <p
      class="mb-4"
      hx-boost:inherited="true"
      hx-target:inherited="#results"
      hx-swap:inherited="outerHTML show:none"
    >
      <LinkButton path={albumsPath(query)} tone="quiet" small icon="arrow-left">From the start</LinkButton>
    </p>
  );
}

function NoAlbums({ list: { query, counts, nearest } }: { list: AlbumList }) {
  const link = useLink();
  const isFiltered = query.state !== undefined || narrowing.some((name) => query[name] !== undefined);
  const reset = { state: undefined, ...Object.fromEntries(narrowing.map((name) => [name, undefined])) };
  if (!query.search && !isFiltered) return <EmptyShelf />;
  if (nearest.length > 0) {
    return (
      <p class="mb-6 text-center text-base text-ink-2" role="status">
        Nothing is called <b class="font-semibold text-ink">{`“${query.search}”`}</b>. These come closest.
      </p>
    );
  }
  return (
    <EmptyState
      icon="filter-x"
      title="No album fits"
      text={query.search
        ? `“${query.search}” and the filters leave nothing.`
        : "These filters leave nothing together."}
    >
      {query.state && counts.all > 0 && (
        <a href={link(albumsPath(query, { state: undefined }))} class="btn btn-plain">
          {`Any status, show ${counts.all}`}
        </a>
      )}
      {query.search && (
        <a href={link(albumsPath(query, { search: undefined }))} class="btn btn-plain">Drop the search</a>
      )}
      {isFiltered && <a href={link(albumsPath(query, reset))} class="btn btn-quiet">Reset all</a>}
    </EmptyState>
  );
}

function EmptyShelf() {
  return (
    <EmptyState
      picture={
        <span class="flex gap-2">
          {[1, 2, 3].map(() => <span class="size-10 rounded-sleeve border-2 border-dashed border-control" />)}
        </span>
      }
      title="Your shelf is empty"
      text="Bring your albums from Spotify, or start from the files you already have."
    >
      <LinkButton path="/import" tone="primary">Import</LinkButton>
      <Form action="/activity/scan">
        <Button tone="quiet">Scan my files</Button>
      </Form>
    </EmptyState>
  );
}
