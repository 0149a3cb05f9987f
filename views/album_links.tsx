import type { AlbumDetail } from "../db/albums.ts";
import { bandcampAddress, type SwapInto } from "./album_actions.tsx";
import { Icon } from "./icon.tsx";
import { useLink } from "./links.tsx";

/** An address at a service that has the album. */
export type ServiceLink = {
  kind: "bandcamp_url" | "purchase_url" | "stream_url";
  url: string;
  service: string;
};

type LinksProps = { album: AlbumDetail; links: readonly ServiceLink[]; looks?: number; into: SwapInto };

/** Where to buy and to hear it, the shop that pays artists best first. Only a person ever opens these. */
export function AlbumLinks({ album, links, looks, into }: LinksProps) {
  const { musicbrainzReleaseGroupId: id } = album;
  const isKnown = links.some(({ kind }) => kind === "bandcamp_url");
  const rows: [string, ServiceLink["kind"]][] = [["Buy", "purchase_url"], ["Stream", "stream_url"]];
  return (
    <section aria-labelledby="links">
      <h2 id="links" class="text-base font-semibold">Where to find it</h2>
      <dl class="mt-2 grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-4 gap-y-1">
        <dt class="text-ink-3">Bandcamp</dt>
        <dd class="flex flex-wrap items-baseline gap-x-2">
          <Outside url={bandcampAddress(album)}>Find on Bandcamp</Outside>
          <span class="text-ink-3">{isKnown ? "its page there" : "a search, its page is not known"}</span>
        </dd>
        {rows.map(([word, wanted]) => [word, links.filter(({ kind }) => kind === wanted)] as const)
          .filter(([, found]) => found.length > 0).map(([word, found]) => (
            <>
              <dt class="text-ink-3">{word}</dt>
              <dd class="flex flex-wrap gap-x-3 gap-y-1">
                {found.map(({ url, service }) => <Outside url={url}>{service}</Outside>)}
              </dd>
            </>
          ))}
        {id && (
          <>
            <dt class="text-ink-3">Look up</dt>
            <dd>
              <Outside url={`https://musicbrainz.org/release-group/${id}`}>MusicBrainz</Outside>
            </dd>
          </>
        )}
      </dl>
      {id && !album.describedAt && <Awaited id={album.id} looks={looks} into={into} />}
    </section>
  );
}

// After one second, two, four, …: MusicBrainz answers in two or three, or is away for longer.
const MOST_LOOKS = 5;

/** Looks again for what MusicBrainz says, and draws the album anew. Its id changes, so that each look counts. */
function Awaited({ id, looks = 0, into }: { id: string; looks?: number; into: SwapInto }) {
  const link = useLink();
  const again = looks < MOST_LOOKS && {
    "hx-get": link(`/albums/${id}?looks=${looks + 1}`),
    "hx-trigger": `load delay:${2 ** looks}s`,
    ...into,
  };
  return <p id={`look-${looks}`} class="mt-2 text-ink-3" {...again}>MusicBrainz is asked for more.</p>;
}

function Outside({ url, children }: { url: string; children: string }) {
  return (
    <a
      class="link inline-flex items-center gap-1 py-0.5"
      href={url}
      target="_blank"
      rel="noopener noreferrer"
    >
      {children}
      <Icon name="external-link" class="size-3.5" />
    </a>
  );
}
