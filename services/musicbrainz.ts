import type { Candidate } from "./album_matching.ts";
import { type ApiClient, ApiFailure } from "./http.ts";
import { ask, askAfter, type Asking, type Question } from "./musicbrainz_asking.ts";
import { type AlbumQuestions, createAlbumQuestions } from "./musicbrainz_details.ts";
import {
  artistHits,
  type FoundArtist,
  releaseGroupHits,
  releaseGroupPage,
  releaseGroupReply,
  releaseHits,
  releaseReply,
  targetsOf,
  toArtist,
  toCandidate,
  toCandidateOfRelease,
  urlReplies,
  urlReply,
  type UrlTargets,
} from "./musicbrainz_replies.ts";

export type { Asking };

/** Hits of a search, best first by MusicBrainz' own order, which is no measure; `count`: how many there are in all. */
export type Hits<T> = { count: number; hits: T[] };

export type MusicBrainz = AlbumQuestions & {
  /** Undefined when there is none by this id. A merged group comes back with the id it has now. */
  lookupReleaseGroup(id: string, asking?: Asking): Promise<Candidate | undefined>;
  /** The group of a release, with the release itself. */
  lookupRelease(id: string, asking?: Asking): Promise<Candidate | undefined>;
  /** What addresses lead to, by address; unknown ones are left out. A request per 100. */
  lookupUrls(
    urls: readonly string[],
    relations: "release-rels" | "release-group-rels" | "artist-rels" | "release-rels+release-group-rels",
    asking?: Asking,
  ): Promise<Map<string, UrlTargets>>;
  /** The groups that have any of these releases, 100 per request; ids that MusicBrainz has merged find nothing. */
  findByReleases(releaseIds: readonly string[], asking?: Asking): Promise<Candidate[]>;
  /** The groups of releases with these barcodes, each with that release alone. A request per 25. */
  findByBarcodes(barcodes: readonly string[], asking?: Asking): Promise<Candidate[]>;
  /** Page by page, all release groups that credit this artist. */
  browseReleaseGroups(artistId: string, asking?: Asking): AsyncGenerator<Candidate[]>;
  /** By a Lucene query; see `quote`. At most 100 hits. */
  searchReleaseGroups(query: string, limit: number, asking?: Asking): Promise<Hits<Candidate>>;
  searchReleases(query: string, limit: number, asking?: Asking): Promise<Hits<Candidate>>;
  searchArtists(query: string, limit: number, asking?: Asking): Promise<Hits<FoundArtist>>;
};

const MOST_IDS = 100;
const MOST_BARCODES = 25;
// The server cuts larger pages to this, and answers a search for more with 25.
const PAGE = 100;

const MBID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where the web service of a MusicBrainz server is, whichever of its addresses people name. */
export function webServiceUrl(url: string): string {
  return url.replace(/(\/ws(\/2)?)?\/*$/, "/ws/2");
}

/** A MusicBrainz id as MusicBrainz writes it. Whatever is not one spoils the batch it stands in. */
export function isMbid(text: string): boolean {
  return MBID.test(text);
}

/** A phrase of a Lucene query: lower case, since AND, OR and NOT are operators, and escaped. */
export function quote(text: string): string {
  return `"${text.toLowerCase().replace(/[\\"]/g, "\\$&").replace(/\s+/g, " ").trim()}"`;
}

/** The same as single words, all of which may be missing: for titles that are spelt otherwise. Fuzzy with `~`. */
export function words(text: string, mark = ""): string {
  return text.toLowerCase().replace(/[+\-&|!(){}[\]^"~*?:\\/]/g, " ").split(/\s+/).filter(Boolean)
    .map((word) => `${word}${mark}`).join(" ");
}

/**
 * MusicBrainz' web service, version 2. `http` has the base URL (".../ws/2"), the budget of one request a second and
 * the name of the program, all of which MusicBrainz insists on. Everything throws `unavailable` when MusicBrainz
 * does not answer as it should; nothing found is never told for a service that is down.
 */
export function createMusicBrainz(http: ApiClient): MusicBrainz {
  async function search<R, T>(
    path: string,
    { query, limit, schema }: { query: string; limit: number } & Pick<Question<R>, "schema">,
    asking: Asking | undefined,
    convert: (reply: R) => Hits<T>,
  ): Promise<Hits<T>> {
    return convert(await ask(http, path, { schema, query: { query, limit } }, asking));
  }

  const musicbrainz: MusicBrainz = {
    ...createAlbumQuestions(http),

    async lookupReleaseGroup(id, asking) {
      if (!isMbid(id)) return undefined;
      const query = { inc: "artist-credits aliases releases" };
      const reply = await askAfter(
        http,
        `/release-group/${id}`,
        { query, schema: releaseGroupReply },
        asking,
      );
      return reply && toCandidate(reply);
    },

    async lookupRelease(id, asking) {
      if (!isMbid(id)) return undefined;
      const query = { inc: "artist-credits aliases release-groups media" };
      const reply = await askAfter(http, `/release/${id}`, { query, schema: releaseReply }, asking);
      return reply && toCandidateOfRelease(reply);
    },

    async lookupUrls(urls, relations, asking) {
      const found = await inBatches(urls, MOST_IDS, async (resource) => {
        const query = { resource, inc: relations.replace("+", " ") };
        // One address is answered with itself or 404, several with those that are known, in any order.
        if (resource.length > 1) return (await ask(http, "/url", { query, schema: urlReplies }, asking)).urls;
        const one = await askAfter(http, "/url", { query, schema: urlReply }, asking);
        return one ? [one] : [];
      });
      return new Map(found.map((reply) => [reply.resource, targetsOf(reply)]));
    },

    findByReleases(releaseIds, asking) {
      return inBatches(releaseIds.filter(isMbid), MOST_IDS, async (ids) => {
        const query = `reid:(${ids.join(" OR ")})`;
        return (await musicbrainz.searchReleaseGroups(query, PAGE, asking)).hits;
      });
    },

    findByBarcodes(barcodes, asking) {
      const digits = barcodes.filter((barcode) => /^\d{6,14}$/.test(barcode));
      return inBatches(digits, MOST_BARCODES, async (some) => {
        const query = `barcode:(${some.join(" OR ")})`;
        const { count, hits } = await musicbrainz.searchReleases(query, PAGE, asking);
        if (count <= PAGE || some.length === 1) return hits;
        // Barcodes that are used again and again fill the page: the others would be cut off.
        throw new TooMany();
      });
    },

    async *browseReleaseGroups(artistId, asking) {
      if (!isMbid(artistId)) return;
      for (let offset = 0;;) {
        const query = { artist: artistId, inc: "artist-credits aliases", limit: PAGE, offset };
        const page = await askAfter(http, "/release-group", { query, schema: releaseGroupPage }, asking);
        if (!page) return;
        const groups = page["release-groups"];
        yield groups.map((group) => toCandidate(group));
        offset += groups.length;
        if (groups.length === 0 || offset >= page["release-group-count"]) return;
      }
    },

    searchReleaseGroups: (query, limit, asking) =>
      search("/release-group", { query, limit, schema: releaseGroupHits }, asking, (reply) => ({
        count: reply.count,
        hits: reply["release-groups"].map((hit) => toCandidate(hit)),
      })),

    searchReleases: (query, limit, asking) =>
      search("/release", { query, limit, schema: releaseHits }, asking, (reply) => ({
        count: reply.count,
        hits: reply.releases.map((hit) => toCandidateOfRelease(hit)),
      })),

    searchArtists: (query, limit, asking) =>
      search("/artist", { query, limit, schema: artistHits }, asking, (reply) => ({
        count: reply.count,
        hits: reply.artists.map(toArtist),
      })),
  };
  return musicbrainz;
}

class TooMany extends Error {}

// Seven halvings find one bad id among a hundred. A server that refuses whatever it is asked is not asked for long.
const MOST_REFUSALS = 16;

/**
 * At most `most` at once; where one of them spoils the batch, in halves. What is refused on its own as well finds
 * nothing, unless all of them are refused: then it is not their fault.
 */
async function inBatches<I, T>(
  items: readonly I[],
  most: number,
  run: (items: readonly I[]) => Promise<T[]>,
): Promise<T[]> {
  const found: T[] = [];
  const left = Array.from(
    { length: Math.ceil(items.length / most) },
    (_, i) => items.slice(i * most, (i + 1) * most),
  );
  let [answers, refusals] = [0, 0];
  let refusal: unknown;
  for (let batch = left.shift(); batch; batch = left.shift()) {
    try {
      found.push(...await run(batch));
      answers++;
    } catch (error) {
      if (!isSpoilt(error) || refusals >= MOST_REFUSALS) throw error;
      refusals++;
      refusal = error;
      const half = Math.ceil(batch.length / 2);
      if (batch.length > 1) left.unshift(batch.slice(0, half), batch.slice(half));
    }
  }
  if (refusals > 0 && answers === 0) throw refusal;
  return found;
}

function isSpoilt(error: unknown): boolean {
  return error instanceof TooMany || (error instanceof ApiFailure && [400, 414].includes(error.status));
}
