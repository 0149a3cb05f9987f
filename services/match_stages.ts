import type { MatchWorkRow } from "../db/match_work.ts";
import { type Candidate, decide, type Decision, type FoundBy, type KnownAlbum } from "./album_matching.ts";
import { assignHits } from "./album_search.ts";
import { type Agreement, compareArtists, VARIOUS_ARTISTS } from "./artist_agreement.ts";
import {
  artistQuery,
  formQuery,
  fuzzyForms,
  isWritten,
  phrases,
  searchName,
  textQuery,
  titlePart,
} from "./match_queries.ts";
import { type Asking, isMbid, type MusicBrainz } from "./musicbrainz.ts";
import type { FoundArtist } from "./musicbrainz_replies.ts";

/** An album on its way through the stages. */
export type Work = MatchWorkRow & {
  known: KnownAlbum;
  answers: Map<StageName, Answer>;
  /** What keeps it from being matched, by what was answered so far. */
  doubt?: Decision["reason"];
};

/** What a stage says about one album. Only what is there is stored. */
export type Answer = {
  candidates?: Candidate[];
  /** Releases that lead to candidates: the next stage's business. */
  releaseIds?: string[];
  /** Who the artist may be. */
  artistIds?: string[];
  /** MusicBrainz did not take the question: it says nothing about the album. */
  refused?: true;
};

export type StageName =
  | "link"
  | "release"
  | "barcode"
  | "text"
  | "artist_link"
  | "artist"
  | "by_artist"
  | "tag"
  | "editions"
  | "browse"
  | "fuzzy";

export type Stage = {
  name: StageName;
  /** What is being done, for people. */
  title: string;
  applies(work: Work): boolean;
  /** How many albums of the queue go into one request. */
  take(queue: Iterable<Work>): Work[];
  /** Sends as many requests as it takes, one as a rule. */
  ask(musicbrainz: MusicBrainz, batch: Work[], asking: Asking): Promise<Map<Work, Answer>>;
};

const MOST_LINKS = 100;
const MOST_BARCODES = 25;
const MOST_TEXTS = 12;
// Servers take addresses of 8 kB; a Japanese title alone may take one.
const MOST_QUERY_BYTES = 7000;
const MOST_ARTISTS = 12;
const MOST_TIES = 4;
const MOST_HITS = 100;
// An artist with more release groups than this is not read to the end: orchestras, composers.
const MOST_PAGES = 5;
const MOST_KEPT = 6;

const firstUpTo = (most: number) => (queue: Iterable<Work>) => {
  const batch: Work[] = [];
  for (const work of queue) {
    if (batch.push(work) === most) break;
  }
  return batch;
};

/** As many albums as together have at most `most` ids; at least one album. */
const whoseIdsAre = (most: number, idsOf: (work: Work) => string[]) => (queue: Iterable<Work>) => {
  const batch: Work[] = [];
  let ids = 0;
  for (const work of queue) {
    ids += Math.min(most, idsOf(work).length);
    if (batch.length > 0 && ids > most) break;
    batch.push(work);
  }
  return batch;
};

/** As many queries as fit into the address of a request; at least one. */
const queriesOf = (queryOf: (work: Work) => string) => (queue: Iterable<Work>) => {
  const batch: Work[] = [];
  let length = 0;
  for (const work of queue) {
    length += encodeURIComponent(queryOf(work)).length;
    if (batch.length > 0 && length > MOST_QUERY_BYTES) break;
    if (batch.push(work) === MOST_TEXTS) break;
  }
  return batch;
};

const spotifyUrl = (kind: "album" | "artist", id: string) => `https://open.spotify.com/${kind}/${id}`;

function linkedReleases(work: Work): string[] {
  return work.answers.get("link")?.releaseIds ?? [];
}

/** What is to be turned into release groups: the releases that links and tags name, and the groups of tags. */
function namedIds(work: Work): string[] {
  const { releaseIds, releaseGroupIds } = work.known;
  return [...new Set([...linkedReleases(work), ...releaseIds, ...releaseGroupIds])];
}

const release: Stage = {
  name: "release",
  title: "Reading what Spotify links and tags lead to",
  applies: (work) => namedIds(work).length > 0 && (work.spotifyIds.length === 0 || work.answers.has("link")),
  take: whoseIdsAre(MOST_HITS, namedIds),
  async ask(musicbrainz, batch, asking) {
    const groups = new Set(batch.flatMap(({ known }) => known.releaseGroupIds));
    const ids = [...new Set(batch.flatMap(namedIds))].filter(isMbid).slice(0, MOST_HITS);
    const releases = ids.filter((id) => !groups.has(id));
    const query = [
      releases.length > 0 ? `reid:(${releases.join(" OR ")})` : "",
      groups.size > 0 ? `rgid:(${[...groups].join(" OR ")})` : "",
    ].filter((part) => part !== "").join(" OR ");
    const { hits } = await musicbrainz.searchReleaseGroups(query, MOST_HITS, asking);
    return new Map(batch.map((work) => [work, { candidates: hits.flatMap((hit) => named(work, hit)) }]));
  },
};

/** The candidate when the album's links or tags name it, and which of them. */
function named(work: Work, hit: Candidate): Candidate[] {
  const { known } = work;
  const releases = hit.releases.map((one) => one.id);
  const byTag = known.releaseGroupIds.includes(hit.id) ||
    known.releaseIds.some((id) => releases.includes(id));
  const byLink = linkedReleases(work).some((id) => releases.includes(id));
  const foundBy: FoundBy[] = [...byTag ? ["tag"] as const : [], ...byLink ? ["spotify_link"] as const : []];
  return foundBy.length === 0 ? [] : [{ ...hit, foundBy }];
}

const link: Stage = {
  name: "link",
  title: "Looking up Spotify links",
  applies: (work) => work.spotifyIds.length > 0,
  take: whoseIdsAre(MOST_LINKS, (work) => work.spotifyIds),
  async ask(musicbrainz, batch, asking) {
    const urls = batch.flatMap((work) => work.spotifyIds.map((id) => spotifyUrl("album", id)));
    const found = await musicbrainz.lookupUrls(urls, "release-rels", asking);
    return new Map(batch.map((work) => {
      const targets = work.spotifyIds.flatMap((id) => found.get(spotifyUrl("album", id))?.releaseIds ?? []);
      return [work, { releaseIds: [...new Set(targets)] }];
    }));
  },
};

const digitsOf = (barcode: string) => barcode.replace(/\D/g, "").replace(/^0+/, "");

const barcode: Stage = {
  name: "barcode",
  title: "Looking up barcodes",
  applies: (work) => work.barcodes.some((code) => /^\d{6,14}$/.test(code)),
  take: whoseIdsAre(MOST_BARCODES, (work) => work.barcodes),
  async ask(musicbrainz, batch, asking) {
    const codes = batch.flatMap((work) => work.barcodes).slice(0, MOST_BARCODES);
    const hits = await musicbrainz.findByBarcodes(codes, asking);
    return new Map(batch.map((work) => {
      const own = work.barcodes.map(digitsOf);
      const candidates = hits.filter((hit) =>
        hit.releases.some((one) => one.barcode && own.includes(digitsOf(one.barcode)))
      );
      return [work, { candidates: candidates.map((hit) => ({ ...hit, foundBy: ["barcode"] })) }];
    }));
  },
};

const text: Stage = {
  name: "text",
  title: "Searching by artist and title",
  applies: (work) => phrases(work).length > 0 && isWritten(work.artistName),
  take: queriesOf(textQuery),
  ask: (musicbrainz, batch, asking) => searchTogether(musicbrainz, batch, textQuery, asking),
};

/** One search for several albums. When there are more hits than a page holds, each half is searched alone. */
async function searchTogether(
  musicbrainz: MusicBrainz,
  batch: Work[],
  queryOf: (work: Work) => string,
  asking: Asking,
): Promise<Map<Work, Answer>> {
  const query = batch.map(queryOf).join(" OR ");
  const { count, hits } = await musicbrainz.searchReleaseGroups(query, MOST_HITS, asking);
  if (count > MOST_HITS && batch.length > 1) {
    const half = Math.ceil(batch.length / 2);
    const halves = [batch.slice(0, half), batch.slice(half)];
    const answers = [];
    for (const part of halves) answers.push(await searchTogether(musicbrainz, part, queryOf, asking));
    return new Map(answers.flatMap((answer) => [...answer]));
  }
  return new Map(batch.map((work) => [work, { candidates: likely(work, hits, "text") }]));
}

/** The hits that may be this album; those of other albums in the same request are not. */
function likely({ known }: Work, hits: Candidate[], foundBy: FoundBy): Candidate[] {
  const [own] = assignHits([known], hits.map((hit) => ({ ...hit, foundBy: [foundBy] })));
  return decide(known, own).ranked.slice(0, MOST_KEPT).map(({ candidate }) => candidate);
}

/** Who the artist is, as far as anything has said it. */
export function artistIdsOf(work: Work): string[] {
  const { known, answers, artistMusicbrainzId } = work;
  const asked = [answers.get("artist_link"), answers.get("artist")].flatMap((one) => one?.artistIds ?? []);
  const learned = known.learnedArtists.toSorted((a, b) => b.albums - a.albums).map(({ id }) => id);
  const all = [...artistMusicbrainzId ? [artistMusicbrainzId] : [], ...asked, ...known.artistIds, ...learned];
  return [...new Set(all)].filter((id) => isMbid(id) && id !== VARIOUS_ARTISTS).slice(0, 3);
}

/** All albums of as many artists as fit. */
const ofArtists = (most: number) => (queue: Iterable<Work>) => {
  const artists = new Set<string>();
  const batch: Work[] = [];
  for (const work of queue) {
    if (!artists.has(work.artistId) && artists.size === most) continue;
    artists.add(work.artistId);
    batch.push(work);
  }
  return batch;
};

const artistLink: Stage = {
  name: "artist_link",
  title: "Looking up the artists' Spotify links",
  applies: (work) => work.artistSpotifyId !== null && artistIdsOf(work).length === 0,
  take: ofArtists(MOST_LINKS),
  async ask(musicbrainz, batch, asking) {
    const urlOf = (work: Work) => spotifyUrl("artist", work.artistSpotifyId ?? "");
    const found = await musicbrainz.lookupUrls([...new Set(batch.map(urlOf))], "artist-rels", asking);
    return new Map(batch.map((work) => [work, { artistIds: found.get(urlOf(work))?.artistIds ?? [] }]));
  },
};

const artist: Stage = {
  name: "artist",
  title: "Searching for artists",
  applies: (work) => isWritten(work.artistName) && artistIdsOf(work).length === 0,
  take: ofArtists(MOST_ARTISTS),
  async ask(musicbrainz, batch, asking) {
    const names = [...new Set(batch.map(searchName))];
    const { hits } = await musicbrainz.searchArtists(names.map(artistQuery).join(" OR "), MOST_HITS, asking);
    return new Map(batch.map((work) => [work, { artistIds: namesakes(work, hits) }]));
  },
};

const SAME_ARTIST: readonly Agreement[] = ["equal", "alias", "main"];

function namesakes({ artistName }: Work, hits: FoundArtist[]): string[] {
  return hits.filter((hit) => {
    const { kind } = compareArtists([artistName], [{ name: hit.name, joinphrase: "", artist: hit }]);
    return SAME_ARTIST.includes(kind);
  }).map(({ id }) => id).slice(0, 3);
}

function byArtistQuery(work: Work): string {
  return `(arid:(${artistIdsOf(work).join(" OR ")}) AND ${titlePart(work)})`;
}

const byArtist: Stage = {
  name: "by_artist",
  title: "Searching among the artists' release groups",
  applies: (work) => phrases(work).length > 0 && artistIdsOf(work).length > 0,
  take: queriesOf(byArtistQuery),
  ask: (musicbrainz, batch, asking) => searchTogether(musicbrainz, batch, byArtistQuery, asking),
};

/** Ids in tags that no search finds were merged away: looking one up leads to what it has become. */
const tag: Stage = {
  name: "tag",
  title: "Following ids in tags",
  applies: ({ known, answers }) =>
    known.releaseGroupIds.length + known.releaseIds.length > 0 &&
    !answers.get("release")?.candidates?.some((one) => one.foundBy.includes("tag")),
  take: firstUpTo(1),
  async ask(musicbrainz, batch, asking) {
    const [work] = batch;
    const [groupId] = work.known.releaseGroupIds;
    const found = groupId
      ? await musicbrainz.lookupReleaseGroup(groupId, asking)
      : await musicbrainz.lookupRelease(work.known.releaseIds[0], asking);
    return new Map([[work, { candidates: found ? [{ ...found, foundBy: ["tag"] }] : [] }]]);
  },
};

/** How many tracks the releases of equal candidates have: a search for groups does not tell. */
const editions: Stage = {
  name: "editions",
  title: "Counting the tracks of equal candidates",
  applies: ({ known, doubt }) => doubt === "tie" && known.totalTracks !== null,
  take: firstUpTo(MOST_TIES),
  async ask(musicbrainz, batch, asking) {
    const rivals = new Map(batch.map((work) => [work, rivalsOf(work)]));
    const ids = [...new Set([...rivals.values()].flat())];
    const { hits } = await musicbrainz.searchReleases(`rgid:(${ids.join(" OR ")})`, MOST_HITS, asking);
    return new Map(batch.map((work) => {
      const own = hits.filter((hit) => rivals.get(work)?.includes(hit.id));
      return [work, { candidates: own }];
    }));
  },
};

function rivalsOf({ known, answers }: Work): string[] {
  const found = [...answers.values()].flatMap((answer) => answer.candidates ?? []);
  return decide(known, found).ranked.slice(0, 3).map(({ candidate }) => candidate.id);
}

const browse: Stage = {
  name: "browse",
  title: "Reading what artists have made",
  applies: (work) => artistIdsOf(work).length > 0,
  take: ofArtists(1),
  async ask(musicbrainz, batch, asking) {
    const groups: Candidate[] = [];
    for (const id of new Set(batch.flatMap(artistIdsOf).slice(0, 2))) {
      let pages = 0;
      for await (const page of musicbrainz.browseReleaseGroups(id, asking)) {
        groups.push(...page);
        if (++pages === MOST_PAGES) break;
      }
    }
    return new Map(batch.map((work) => [work, { candidates: likely(work, groups, "artist") }]));
  },
};

const fuzzy: Stage = {
  name: "fuzzy",
  title: "Searching for similar names",
  applies: (work) => !work.answers.has("browse") && fuzzyForms(work).length > 0,
  take: firstUpTo(1),
  async ask(musicbrainz, batch, asking) {
    const [work] = batch;
    const query = fuzzyForms(work).map(formQuery).join(" OR ");
    const { hits } = await musicbrainz.searchReleaseGroups(query, MOST_HITS, asking);
    return new Map([[work, { candidates: likely(work, hits, "text") }]]);
  },
};

/** From what settles most albums with one request to what settles one. */
export const STAGES: readonly Stage[] = [
  link,
  release,
  barcode,
  text,
  artistLink,
  artist,
  byArtist,
  tag,
  editions,
  browse,
  fuzzy,
];
