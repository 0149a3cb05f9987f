import type { Album } from "../db/albums.ts";
import type { Artist } from "../db/artists.ts";
import { AlbumCard } from "./album_card.tsx";
import { Button, Form } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { Layout, Main } from "./layout.tsx";
import { useLink } from "./links.tsx";
import { Name } from "./text.tsx";
import { TrackRing } from "./track_ring.tsx";
import { plural } from "./words.ts";

type ArtistAlbum = Album & { albumType?: string | null };

type ArtistPageProps = {
  artist: Artist;
  /** In the order they shall stand; ignored ones too. */
  albums: readonly ArtistAlbum[];
  /** Of everything that is played, in percent. */
  playShare?: number;
};

const groups: readonly { title: string; types: readonly string[] }[] = [
  { title: "Albums", types: ["album"] },
  { title: "EPs and singles", types: ["ep", "single"] },
  { title: "Live", types: ["live"] },
  { title: "Compilations", types: ["compilation"] },
  { title: "Soundtracks", types: ["soundtrack"] },
];

function groupOf({ albumType }: ArtistAlbum): string {
  return groups.find(({ types }) => types.includes(albumType ?? ""))?.title ?? "Albums";
}

export function ArtistPage({ artist, albums, playShare }: ArtistPageProps) {
  const link = useLink();
  const missing = albums.filter(({ state }) => state === "not_owned");
  const shelves = Map.groupBy(albums, groupOf);
  return (
    <Layout title={artist.name} phoneTitle="Artist" back="/albums">
      <Main>
        <nav aria-label="Breadcrumb" class="mb-4 flex items-center gap-2 text-ink-3 max-md:hidden">
          <a href={link("/albums")} class="link text-ink-2!">Albums</a>
          <Icon name="chevron-right" class="size-3.5" />
          <span>Artist</span>
        </nav>
        <header class="flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
          <div class="flex items-center gap-5">
            <span class="hidden sm:block">
              <TrackRing owned={artist.ownedAlbums} total={artist.albums} size={84} stroke={2.6} />
            </span>
            <div>
              <h1 class="text-2xl font-bold wrap-anywhere">
                <Name>{artist.name}</Name>
              </h1>
              <p class="mt-1 num">
                <b class="font-semibold">
                  {`${artist.ownedAlbums} of ${plural(artist.albums, "album")} owned`}
                </b>
                {playShare !== undefined && playShare > 0 && (
                  <span class="text-ink-3">{` · ${playShare.toFixed(1)} % of what you play`}</span>
                )}
              </p>
            </div>
          </div>
          {missing.length > 0 && (
            <Form action="/albums/bulk">
              {missing.map(({ id }) => <input type="hidden" name="album" value={id} />)}
              <input type="hidden" name="back" value={`/artists/${artist.id}`} />
              <Button tone="primary" icon="bookmark" name="do" value="want">
                {`Want the missing ${missing.length}`}
              </Button>
            </Form>
          )}
        </header>
        {groups.map(({ title }) => {
          const shelf = shelves.get(title);
          return shelf && <AlbumGroup title={title} albums={shelf} />;
        })}
        <p class="mt-8 text-ink-3">Only albums from your library are listed.</p>
      </Main>
    </Layout>
  );
}

function AlbumGroup({ title, albums }: { title: string; albums: readonly ArtistAlbum[] }) {
  const counted = albums.filter(({ state }) => state !== "ignored");
  const owned = counted.filter(({ ownershipStatus }) => ownershipStatus === "owned");
  return (
    <section class="mt-8">
      <div class="mb-4 flex items-baseline gap-2.5 border-b border-hairline pb-2">
        <h2 class="text-md font-semibold">{title}</h2>
        <span class="text-ink-3 num">{`${owned.length} of ${counted.length} owned`}</span>
      </div>
      <ul
        class="grid grid-cols-2 gap-x-4 gap-y-6 sm:grid-cols-4 md:grid-cols-5 md:gap-x-6 md:gap-y-8 lg:grid-cols-6 xl:grid-cols-7"
        hx-boost:inherited="true"
        hx-target:inherited="#drawer"
        hx-swap:inherited="innerHTML show:none"
      >
        {albums.map((album, i) => <AlbumCard album={album} eager={i < 14} plain />)}
      </ul>
    </section>
  );
}
