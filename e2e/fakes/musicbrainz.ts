/**
 * A MusicBrainz that knows only the catalogue it is given: the web service with its quirks, its search server and
 * its patience. It counts who asks too fast, and can be told to misbehave. Run alone, it serves the demo catalogue:
 * `deno run -A e2e/fakes/musicbrainz.ts [port]`.
 */
import { type CatalogueIndex, type FakeCatalogue, indexCatalogue } from "./musicbrainz_catalogue.ts";
import { indexArtists, indexGroups, indexReleases } from "./musicbrainz_fields.ts";
import {
  artistJson,
  foundArtistJson,
  foundGroupJson,
  foundReleaseJson,
  groupJson,
  type Json,
  releaseJson,
  urlJson,
  type Wanted,
  xml,
} from "./musicbrainz_json.ts";
import { createLimiter, type FakeLimit } from "./musicbrainz_limit.ts";
import { BadQuery, type Hit } from "./musicbrainz_search.ts";
import { misbehave, type Trouble } from "./musicbrainz_trouble.ts";

export type FakeRequest = {
  /** Path and query as sent: "/ws/2/release-group?query=…". */
  path: string;
  /** By the monotonic clock, in ms. */
  at: number;
  userAgent: string;
  status: number;
};

export type FakeMusicBrainz = AsyncDisposable & {
  url: string;
  requests: FakeRequest[];
  /** Requests that came too early. */
  readonly violations: number;
  /** How it misbehaves from now on. */
  trouble?: Trouble;
  /** Another catalogue takes the place of the first. */
  serve(catalogue: FakeCatalogue): void;
};

export type FakeOptions = {
  port?: number;
  /** Without it nobody is too fast, as on a mirror of one's own. */
  limit?: FakeLimit;
};

class Refusal extends Error {
  constructor(readonly status: number, text: string, readonly body: Json = errorBody(text)) {
    super(text);
  }
}

type Content = { json: Json } | { redirect: string };
type Library = {
  index: CatalogueIndex;
  groups: ReturnType<typeof indexGroups>;
  releases: ReturnType<typeof indexReleases>;
  artists: ReturnType<typeof indexArtists>;
};

function openLibrary(catalogue: FakeCatalogue): Library {
  const index = indexCatalogue(catalogue);
  return { index, groups: indexGroups(index), releases: indexReleases(index), artists: indexArtists(index) };
}

export function startMusicBrainz(catalogue: FakeCatalogue, options: FakeOptions = {}): FakeMusicBrainz {
  let library = openLibrary(catalogue);
  const limiter = options.limit && createLimiter(options.limit);
  const requests: FakeRequest[] = [];
  const stopping = new AbortController();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: options.port ?? 0, onListen: () => {} },
    async (request, { remoteAddr }) => {
      const { pathname, search } = new URL(request.url);
      const userAgent = request.headers.get("user-agent") ?? "";
      const seen: FakeRequest = { path: pathname + search, at: performance.now(), userAgent, status: 0 };
      requests.push(seen);
      const response = limiter?.(remoteAddr.hostname, seen.at) ??
        await misbehave(fake.trouble, pathname, () => answer(library, request), stopping.signal);
      seen.status = response.status;
      return response;
    },
  );
  const fake: FakeMusicBrainz = {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    get violations() {
      return limiter?.violations() ?? 0;
    },
    serve(other) {
      library = openLibrary(other);
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await server.shutdown();
    },
  };
  return fake;
}

function errorBody(error: string): Json {
  return { error, help: "For usage, please see: https://musicbrainz.org/development/mmd" };
}

function answer(library: Library, request: Request): Response {
  const url = new URL(request.url);
  const format = url.searchParams.get("fmt") ??
    (request.headers.get("accept")?.includes("application/json") ? "json" : "xml");
  if (format !== "json" && format !== "xml") return new Response("", { status: 406 });
  const write = (body: Json, status: number, headers: HeadersInit = {}) =>
    format === "json"
      ? Response.json(body, { status, headers: { ...GLOBAL_ZONE, ...headers } })
      : new Response(xml(body), {
        status,
        headers: { "content-type": "application/xml; charset=utf-8", ...headers },
      });
  try {
    if (request.method !== "GET") {
      throw new Refusal(405, `${request.method} is not allowed on this endpoint.`);
    }
    const content = contentOf(library, url);
    if ("redirect" in content) {
      return write({ id: content.redirect.split("/").at(-1) }, 301, {
        location: content.redirect + url.search,
      });
    }
    return write(content.json, 200, { etag: `"${url.pathname.length}"` });
  } catch (error) {
    if (error instanceof Refusal) return write(error.body, error.status);
    if (error instanceof BadQuery) {
      return write(errorBody("Search server could not complete query: Bad request"), 400);
    }
    throw error;
  }
}

// Of all clients together: no reason to speed up.
const GLOBAL_ZONE = { "x-ratelimit-limit": "1200", "x-ratelimit-remaining": "1096" };

function contentOf(library: Library, url: URL): Content {
  const [ws, version, entity, id, ...rest] = url.pathname.split("/").slice(1).filter((part) => part !== "");
  if (ws !== "ws" || version !== "2" || rest.length > 0) throw new Refusal(404, "Not Found");
  if (entity === "url") return { json: lookUpUrls(library, url) };
  if (!isEntity(entity)) throw new Refusal(404, "Not Found");
  if (id !== undefined) return lookUp(library, entity, id, url);
  const query = url.searchParams.getAll("query");
  if (query.length > 1) throw new Refusal(400, "Must specify at most 1 query argument");
  if (query.length === 1) return { json: searchFor(library, entity, query[0], url) };
  return { json: browse(library, entity, url) };
}

const ENTITIES = ["artist", "release", "release-group"] as const;
type Entity = typeof ENTITIES[number];
const isEntity = (name: string): name is Entity => (ENTITIES as readonly string[]).includes(name);

const SHARED_INCS = [
  "aliases",
  "annotation",
  "tags",
  "genres",
  "ratings",
  "url-rels",
  "artist-rels",
  "release-group-rels",
];
const INCS: Record<Entity | "url", readonly string[]> = {
  artist: [...SHARED_INCS, "releases", "release-groups", "recordings", "works"],
  release: [
    ...SHARED_INCS,
    ...["artists", "artist-credits", "labels", "recordings", "release-groups", "media", "discids", "isrcs"],
    ...["recording-level-rels", "release-group-level-rels", "work-level-rels", "release-rels"],
  ],
  "release-group": [...SHARED_INCS, "artists", "artist-credits", "releases", "media", "discids"],
  url: ["artist-rels", "release-rels", "release-group-rels", "recording-rels", "artist-credits"],
};

function wantedOf(library: Library, entity: Entity | "url", url: URL): Wanted {
  const given = url.searchParams.getAll("inc");
  if (given.length > 1) throw new Refusal(400, "Inc arguments must be combined with a space.");
  const inc = (given[0] ?? "").split(/[ +]+/).filter((part) => part !== "");
  const wrong = inc.find((part) => !INCS[entity].includes(part));
  if (wrong) throw new Refusal(400, `${wrong} is not a valid inc parameter for the ${entity} resource.`);
  return { index: library.index, inc: new Set(inc) };
}

const MBID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function lookUp(library: Library, entity: Entity, id: string, url: URL): Content {
  if (!MBID.test(id)) throw new Refusal(400, "Invalid mbid.");
  const wanted = wantedOf(library, entity, url);
  const merged = library.index.merged.get(id);
  if (merged) return { redirect: `/ws/2/${entity}/${merged}` };
  const json = entityJson(wanted, entity, id);
  if (!json) throw new Refusal(404, "Not Found");
  return { json };
}

function entityJson(wanted: Wanted, entity: Entity, id: string): Json | undefined {
  const { artists, groups, releases } = wanted.index;
  const [artist, group, release] = [artists.get(id), groups.get(id), releases.get(id)];
  if (entity === "artist") return artist && artistJson(wanted, artist);
  if (entity === "release-group") return group && groupJson(wanted, group);
  return release && releaseJson(wanted, release);
}

const MOST_URLS = 100;

function lookUpUrls(library: Library, url: URL): Json {
  const wanted = wantedOf(library, "url", url);
  const resources = url.searchParams.getAll("resource");
  if (resources.length === 0) {
    throw new Refusal(
      400,
      "The given parameters do not match any available query type for the url resource.",
    );
  }
  const found = resources.slice(0, MOST_URLS).map((resource) => library.index.urls.get(canonical(resource)))
    .filter((known) => known !== undefined);
  if (resources.length === 1) {
    if (found.length === 0) throw new Refusal(404, "Not Found");
    return urlJson(wanted, found[0]);
  }
  const urls = [...new Set(found)].sort((a, b) => a.id < b.id ? -1 : 1).map((known) =>
    urlJson(wanted, known)
  );
  return { "url-count": urls.length, "url-offset": 0, urls };
}

/** Host in small letters, no default port; all the rest must be as stored. */
function canonical(resource: string): string {
  return URL.canParse(resource) ? new URL(resource).href : resource;
}

/** A whole number from the address; undefined when it is none. */
function numberOf(url: URL, name: string, fallback: number): number | undefined {
  const text = url.searchParams.get(name) ?? String(fallback);
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

const PAGE = 25;
const MOST = 100;

function browse(library: Library, entity: Entity, url: URL): Json {
  const wanted = wantedOf(library, entity, url);
  const [limit, offset] = [numberOf(url, "limit", PAGE), numberOf(url, "offset", 0)];
  if (limit === undefined || offset === undefined) {
    throw new Refusal(400, "The 'limit' and 'offset' parameters must be positive integers");
  }
  const all = linkedTo(library, entity, url).sort((a, b) => a.id < b.id ? -1 : 1);
  const page = all.slice(offset, offset + (Math.min(limit, MOST) || PAGE));
  const items = page.map(({ id }) => entityJson(wanted, entity, id));
  return { [`${entity}-count`]: all.length, [`${entity}-offset`]: offset, [`${entity}s`]: items };
}

function linkedTo(library: Library, entity: Entity, url: URL): { id: string }[] {
  const { index } = library;
  const linked = ["artist", "release", "release-group"].find((name) => url.searchParams.has(name));
  const asked = linked && url.searchParams.get(linked)!;
  if (asked && !MBID.test(asked)) throw new Refusal(400, "Invalid mbid.");
  const id = asked && (index.merged.get(asked) ?? asked);
  const types = url.searchParams.get("type")?.split("|");
  if (entity === "release-group" && id && linked === "artist") {
    if (!index.artists.has(id)) throw new Refusal(404, "Not Found");
    return (index.groupsOfArtist.get(id) ?? []).filter(({ primaryType, secondaryTypes }) =>
      !types ||
      [primaryType, ...secondaryTypes ?? []].some((type) => types.includes(type?.toLowerCase() ?? ""))
    );
  }
  if (entity === "release-group" && id && linked === "release") {
    return [index.releases.get(id)?.group].filter((group) => group !== undefined);
  }
  if (entity === "release" && id && linked === "release-group") {
    return [...index.groups.get(id)?.releases ?? []];
  }
  if (entity === "release" && id && linked === "artist") {
    return (index.groupsOfArtist.get(id) ?? []).flatMap((group) => group.releases);
  }
  throw new Refusal(
    400,
    `The given parameters do not match any available query type for the ${entity} resource.`,
  );
}

function searchFor(library: Library, entity: Entity, query: string, url: URL): Json {
  if (query.trim() === "") throw new Refusal(400, "You submitted a blank search query. Please try again.");
  const asked = numberOf(url, "limit", PAGE) ?? PAGE;
  // Unlike browsing: what is too much is not cut to the most that is allowed.
  const limit = asked < 1 || asked > MOST ? PAGE : asked;
  const offset = numberOf(url, "offset", 0) ?? 0;
  const { index } = library;
  const page = <T>(hits: Hit<T>[], write: (index: CatalogueIndex, item: T, score: number) => Json): Json => ({
    created: new Date().toISOString(),
    count: hits.length,
    offset,
    [`${entity}s`]: hits.slice(offset, offset + limit).map(({ item, score }) =>
      write(index, item, Math.floor(score * 100 / hits[0].score))
    ),
  });
  if (entity === "artist") return page(library.artists.search(query), foundArtistJson);
  if (entity === "release") return page(library.releases.search(query), foundReleaseJson);
  return page(library.groups.search(query), foundGroupJson);
}

if (import.meta.main) {
  const { demoCatalogue } = await import("./musicbrainz_demo.ts");
  const { url } = startMusicBrainz(demoCatalogue(), { port: Number(Deno.args[0] ?? 4010) });
  console.log(`MusicBrainz, a small one, answers on ${url}: MUSICBRAINZ_URL=${url}`);
}
