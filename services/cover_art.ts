import type { App } from "./app.ts";
import { COVER_BYTES } from "./cover_files.ts";
import { Failure } from "./errors.ts";
import { type ApiClient, apiClient, ApiFailure } from "./http.ts";
import { imageSize } from "./image_kind.ts";

/** A picture of another service, and the address that sent it. */
export type OnlinePicture = { bytes: Uint8Array<ArrayBuffer>; url: string };

type Asking = { signal?: AbortSignal };

/** The Cover Art Archive, and the pictures that Spotify shows. Undefined: there is none. */
export type CoverArt = {
  findFront(of: "release" | "release-group", id: string, asking?: Asking): Promise<OnlinePicture | undefined>;
  findImage(url: string, asking?: Asking): Promise<OnlinePicture | undefined>;
};

// One picture is three requests: the archive keeps the list, its storage names a node, the node has the file.
const STORAGE = ["coverartarchive.org", "archive.org"];
const SPOTIFY = ["scdn.co", "spotifycdn.com"];
// Nobody limits these, but the storage slows down for whoever asks for much at once.
const POLITE = { concurrency: 3, limit: { intervalMs: 100 }, timeoutMs: 60_000 };

export function createCoverArt({ sql, config }: Pick<App, "sql" | "config">): CoverArt {
  const { coverArtUrl, spotifyApiUrl } = config;
  const archive = apiClient({ sql }, {
    name: "Cover Art Archive",
    baseUrl: coverArtUrl,
    guard: (url) => isOwnStorage(url, coverArtUrl) ? url : allowed(url, coverArtUrl, STORAGE),
    ...POLITE,
  });
  const spotify = apiClient({ sql }, {
    name: "Spotify’s image server",
    baseUrl: spotifyApiUrl,
    guard: (url) => allowed(url, spotifyApiUrl, SPOTIFY),
    ...POLITE,
  });
  return {
    async findFront(of, id, asking = {}) {
      const path = `/${of}/${id.toLowerCase()}/front`;
      const ready = await fetchPicture(archive, `${path}-500`, asking);
      // The archive knows a picture that nobody made in this size.
      return ready.isElsewhere ? (await fetchPicture(archive, path, asking)).picture : ready.picture;
    },
    async findImage(url, asking = {}) {
      if (!URL.canParse(url) || !isAllowed(new URL(url), spotifyApiUrl, SPOTIFY)) return undefined;
      return (await fetchPicture(spotify, url, asking)).picture;
    },
  };
}

/** The address itself, by https. A service may lead to itself, and to these domains and what belongs to them. */
function allowed(url: URL, own: string, domains: readonly string[]): URL {
  if (url.origin === new URL(own).origin) return url;
  if (isAllowed(url, own, domains)) return new URL(url.href.replace(/^http:/, "https:"));
  throw new Failure("unavailable", `${new URL(own).host} leads to a place that is not its own.`);
}

/** A mirror at home may keep list and files at two ports of one machine; nothing else there looks like its files. */
function isOwnStorage({ hostname, protocol, pathname, username }: URL, own: string): boolean {
  return hostname === new URL(own).hostname && /^https?:$/.test(protocol) && username === "" &&
    /\/mbid-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\//.test(pathname);
}

function isAllowed(
  { origin, protocol, hostname, port, username }: URL,
  own: string,
  domains: readonly string[],
) {
  if (origin === new URL(own).origin) return true;
  return /^https?:$/.test(protocol) && port === "" && username === "" &&
    domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
}

/** `isElsewhere`: the service led on to a place where the picture is not. */
async function fetchPicture(
  client: ApiClient,
  path: string,
  { signal }: Asking,
): Promise<{ picture?: OnlinePicture; isElsewhere?: boolean }> {
  try {
    const { bytes, type, url } = await client.bytes(path, {
      maxBytes: COVER_BYTES,
      headers: { accept: "image/*" },
      signal,
    });
    if (imageSize(bytes) || type.startsWith("image/")) return { picture: { bytes, url } };
    // A page where a picture should be: a proxy or an outage speaks, not the archive.
    throw new Failure("unavailable", `${client.name} sent ${type || "something"} instead of a picture.`);
  } catch (error) {
    if (error instanceof ApiFailure && isAbsence(error)) return { isElsewhere: error.redirected };
    if (error instanceof Failure && error.code === "too_large") return {};
    throw error;
  }
}

/** Not there, no front, no such id; and, of a file that is known to exist, taken down. */
function isAbsence({ status, redirected }: ApiFailure): boolean {
  return [400, 404, 410].includes(status) || (redirected && [403, 451].includes(status));
}
