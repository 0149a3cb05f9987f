import type { z } from "zod";
import type { Candidate } from "./album_matching.ts";
import { type ApiClient, ApiFailure, type RequestOptions } from "./http.ts";
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

export type Asking = Pick<RequestOptions, "priority" | "signal">;

/** Hits of a search, best first by MusicBrainz' own order, which is no measure; `count`: how many there are in all. */
export type Hits<T> = { count: number; hits: T[] };

export type MusicBrainz = AlbumQuestions & {
  /** Undefined when there is none by this id. A merged group comes back with the id it has now. */
  lookupReleaseGroup(id: string, asking?: Asking): Promise<Candidate | undefined>;
  /** The group of a release, with the release itself. */
  lookupRelease(id: string, asking?: Asking): Promise<Candidate | undefined>;
  /** What addresses lead to, by address; unknown ones are left out. At most 100 addresses. */
  lookupUrls(
    urls: readonly string[],
    relations: "release-rels" | "release-group-rels" | "artist-rels" | "release-rels+release-group-rels",
    asking?: Asking,
  ): Promise<Map<string, UrlTargets>>;
  /** The groups that have any of these releases. At most 100; ids that MusicBrainz has merged find nothing. */
  findByReleases(releaseIds: readonly string[], asking?: Asking): Promise<Candidate[]>;
  /** The groups of releases with these barcodes, each with that release alone. At most 25. */
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
  function get<T>(path: string, query: RequestOptions["query"], schema: z.ZodType<T>, asking: Asking = {}) {
    return http.json(path, { ...asking, schema, query: { ...query, fmt: "json" } });
  }

  async function search<R, T>(
    path: string,
    schema: z.ZodType<R>,
    { query, limit }: { query: string; limit: number },
    asking: Asking | undefined,
    convert: (reply: R) => Hits<T>,
  ): Promise<Hits<T>> {
    return convert(await get(path, { query, limit }, schema, asking));
  }

  const musicbrainz: MusicBrainz = {
    ...createAlbumQuestions(http),

    async lookupReleaseGroup(id, asking) {
      const inc = "artist-credits aliases releases";
      const reply = await orUndefined(get(`/release-group/${id}`, { inc }, releaseGroupReply, asking));
      return reply && toCandidate(reply);
    },

    async lookupRelease(id, asking) {
      const inc = "artist-credits aliases release-groups media";
      const reply = await orUndefined(get(`/release/${id}`, { inc }, releaseReply, asking));
      return reply && toCandidateOfRelease(reply);
    },

    async lookupUrls(urls, relations, asking) {
      const resource = urls.slice(0, MOST_IDS);
      const query = { resource, inc: relations.replace("+", " ") };
      // One address is answered with itself or 404, several with those that are known, in any order.
      const one = resource.length === 1 && await orUndefined(get("/url", query, urlReply, asking));
      const found = resource.length > 1
        ? (await get("/url", query, urlReplies, asking)).urls
        : one
        ? [one]
        : [];
      return new Map(found.map((reply) => [reply.resource, targetsOf(reply)]));
    },

    findByReleases(releaseIds, asking) {
      return inBatches(releaseIds.filter(isMbid).slice(0, MOST_IDS), async (ids) => {
        const query = `reid:(${ids.join(" OR ")})`;
        return (await musicbrainz.searchReleaseGroups(query, PAGE, asking)).hits;
      });
    },

    findByBarcodes(barcodes, asking) {
      const digits = barcodes.filter((barcode) => /^\d{6,14}$/.test(barcode)).slice(0, MOST_BARCODES);
      return inBatches(digits, async (some) => {
        const query = `barcode:(${some.join(" OR ")})`;
        const { count, hits } = await musicbrainz.searchReleases(query, PAGE, asking);
        if (count <= PAGE || some.length === 1) return hits;
        // Barcodes that are used again and again fill the page: the others would be cut off.
        throw new TooMany();
      });
    },

    async *browseReleaseGroups(artistId, asking) {
      for (let offset = 0;;) {
        const query = { artist: artistId, inc: "artist-credits aliases", limit: PAGE, offset };
        const page = await get("/release-group", query, releaseGroupPage, asking);
        const groups = page["release-groups"];
        yield groups.map((group) => toCandidate(group));
        offset += groups.length;
        if (groups.length === 0 || offset >= page["release-group-count"]) return;
      }
    },

    searchReleaseGroups: (query, limit, asking) =>
      search("/release-group", releaseGroupHits, { query, limit }, asking, (reply) => ({
        count: reply.count,
        hits: reply["release-groups"].map((hit) => toCandidate(hit)),
      })),

    searchReleases: (query, limit, asking) =>
      search("/release", releaseHits, { query, limit }, asking, (reply) => ({
        count: reply.count,
        hits: reply.releases.map((hit) => toCandidateOfRelease(hit)),
      })),

    searchArtists: (query, limit, asking) =>
      search("/artist", artistHits, { query, limit }, asking, (reply) => ({
        count: reply.count,
        hits: reply.artists.map(toArtist),
      })),
  };
  return musicbrainz;
}

class TooMany extends Error {}

/** All at once; where one of them spoils the batch, in halves. */
async function inBatches<I, T>(
  items: readonly I[],
  run: (items: readonly I[]) => Promise<T[]>,
): Promise<T[]> {
  if (items.length === 0) return [];
  try {
    return await run(items);
  } catch (error) {
    const isSpoilt = error instanceof TooMany ||
      (error instanceof ApiFailure && [400, 414].includes(error.status));
    if (!isSpoilt || items.length === 1) throw error;
    const half = Math.ceil(items.length / 2);
    return [...await inBatches(items.slice(0, half), run), ...await inBatches(items.slice(half), run)];
  }
}

async function orUndefined<T>(reply: Promise<T>): Promise<T | undefined> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof ApiFailure && error.code === "not_found") return undefined;
    throw error;
  }
}
