/** Where an album can be bought and heard, by the relations of its releases. */

const LINK_KINDS = ["bandcamp_url", "purchase_url", "stream_url"] as const;
export type LinkKind = typeof LINK_KINDS[number];
export type AlbumLink = { kind: LinkKind; url: string };
/** A release and the addresses that MusicBrainz relates to it. */
export type LinkedRelease = {
  status: string | null;
  links: readonly { type: string; url: string; ended: boolean }[];
};

// The kinds of relations in the order in which they are worth following.
const RELATIONS: Record<string, LinkKind> = {
  "purchase for download": "purchase_url",
  "download for free": "purchase_url",
  "free streaming": "stream_url",
  "streaming": "stream_url",
  "streaming page": "stream_url",
  "purchase for mail-order": "purchase_url",
};
const MOST_OF_A_KIND = 6;

/** One address per service, of official releases before others, none that is known to be dead. */
export function albumLinks(releases: readonly LinkedRelease[]): AlbumLink[] {
  const types = Object.keys(RELATIONS);
  const offered = releases.flatMap(({ status, links }) =>
    links.filter(({ type, ended }) => types.includes(type) && !ended).flatMap(({ type, url }) => {
      const address = webAddress(url);
      if (!address) return [];
      const isBandcamp = isBandcampHost(address.hostname);
      const kind = isBandcamp ? "bandcamp_url" : RELATIONS[type];
      // The page of an artist is better than none, the page of the album better than that.
      const isPage = !isBandcamp || /^\/(album|track)\//.test(address.pathname);
      return [{
        kind,
        url: address.href,
        rank: [!isPage, status !== "Official", types.indexOf(type)].map(Number),
      }];
    })
  );
  offered.sort((a, b) => compare(a.rank, b.rank) || (a.url < b.url ? -1 : 1));
  const chosen = new Map<string, AlbumLink>();
  const counts = new Map<LinkKind, number>();
  for (const { kind, url } of offered) {
    const service = isBandcampHost(new URL(url).hostname) ? kind : `${kind} ${serviceName(url)}`;
    const count = counts.get(kind) ?? 0;
    if (chosen.has(service) || count === MOST_OF_A_KIND) continue;
    counts.set(kind, count + 1);
    chosen.set(service, { kind, url });
  }
  return [...chosen.values()];
}

/** Whether an external id is an address to follow. */
export function isLinkKind(kind: string): kind is LinkKind {
  return LINK_KINDS.some((known) => known === kind);
}

function compare(a: number[], b: number[]): number {
  return a.map((value, i) => value - b[i]).find((difference) => difference !== 0) ?? 0;
}

/** As it is stored: https at Bandcamp, without what only counts visitors there. */
function webAddress(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.username || text.length > 500) return undefined;
  url.hash = "";
  if (isBandcampHost(url.hostname)) {
    url.protocol = "https:";
    url.search = "";
    url.pathname = url.pathname.replace(/\/+$/, "");
  }
  return url;
}

function isBandcampHost(host: string): boolean {
  return host === "bandcamp.com" || host.endsWith(".bandcamp.com");
}

// By the name in front of the country: amazon.de and amazon.co.uk are one service.
const SERVICES: Record<string, string> = {
  "open.spotify": "Spotify",
  "music.apple": "Apple Music",
  "itunes.apple": "iTunes",
  "deezer": "Deezer",
  "tidal": "Tidal",
  "listen.tidal": "Tidal",
  "store.tidal": "Tidal",
  "qobuz": "Qobuz",
  "open.qobuz": "Qobuz",
  "music.youtube": "YouTube Music",
  "youtube": "YouTube",
  "amazon": "Amazon",
  "music.amazon": "Amazon Music",
  "soundcloud": "SoundCloud",
  "beatport": "Beatport",
  "junodownload": "Juno Download",
  "hdtracks": "HDtracks",
  "7digital": "7digital",
  "boomkat": "Boomkat",
  "archive": "Internet Archive",
  "mora": "mora",
  "ototoy": "OTOTOY",
  "discogs": "Discogs",
  "musicbrainz": "MusicBrainz",
};

/** "Qobuz"; the host of a service that has no name here. */
export function serviceName(url: string): string {
  const host = new URL(url).hostname.replace(/^(www|m)\./, "");
  const name = host.replace(/(\.(com|co|org|net))?\.[a-z]{2,4}$/, "");
  return SERVICES[name] ?? host;
}
