import { listMatchCandidates, replaceMatchCandidates } from "../db/match_candidates.ts";
import { findAlbum } from "../db/albums.ts";
import { retrying, type Sql } from "../db/sql.ts";
import { acceptMatch, type By } from "./album_matches.ts";
import { type Candidate, decide, type RankedCandidate } from "./album_matching.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { loadKnownAlbums } from "./known_albums.ts";
import { isMbid, words } from "./musicbrainz.ts";

type Deps = Pick<App, "sql" | "catalogue" | "musicbrainz">;

// A person waits for the answer.
const NOW = { priority: "interactive" } as const;
const SEARCH_HITS = 5;

/**
 * Makes a release group the album's by a person's word. One that nobody has proposed yet is looked up at
 * MusicBrainz. Throws not_found when there is none by this id, unavailable when MusicBrainz does not answer.
 */
export async function chooseMatch(
  deps: Deps,
  albumId: string,
  releaseGroupId: string,
  by: By,
): Promise<{ albumId: string; merged: boolean; title: string }> {
  const chosen = await findProposed(deps, albumId, releaseGroupId) ??
    await scored(deps, albumId, await lookUp(deps, releaseGroupId));
  const result = await retrying(deps.sql, (tx) => acceptMatch(tx, albumId, chosen, by));
  deps.catalogue.changed();
  return { ...result, title: chosen.candidate.title };
}

/** The same for what a person names by id or address. */
export async function chooseNamed(
  deps: Deps,
  albumId: string,
  text: string,
  by: By,
): Promise<{ albumId: string; merged: boolean; title: string }> {
  const named = parseNamed(text.trim());
  if (!named) {
    const problem = "Name it by an id of MusicBrainz, or by its address at MusicBrainz, Spotify or Bandcamp.";
    throw new Failure("invalid", problem, { fields: { address: problem } });
  }
  const [found] = await findNamed(deps, named);
  const chosen = await scored(deps, albumId, found);
  const result = await retrying(deps.sql, (tx) => acceptMatch(tx, albumId, chosen, by));
  deps.catalogue.changed();
  return { ...result, title: chosen.candidate.title };
}

async function findProposed(
  { sql }: Deps,
  albumId: string,
  releaseGroupId: string,
): Promise<RankedCandidate | undefined> {
  return (await listProposed(sql, albumId)).find(({ candidate }) => candidate.id === releaseGroupId);
}

type Proposed = RankedCandidate & { refusedAt: Date | null };

/** What an album may be, best first. */
export async function listProposed(sql: Sql, albumId: string): Promise<Proposed[]> {
  return await listMatchCandidates<Candidate, RankedCandidate["evidence"][number]>(sql, [albumId]);
}

async function lookUp({ musicbrainz }: Deps, id: string): Promise<Candidate> {
  const found = await musicbrainz.lookupReleaseGroup(id, NOW) ?? await musicbrainz.lookupRelease(id, NOW);
  if (!found) {
    throw new Failure("not_found", "MusicBrainz has no album by this id.", {
      fields: { musicbrainz_release_group_id: "MusicBrainz has no album by this id." },
    });
  }
  return { ...found, foundBy: ["person"] };
}

/** The same with what speaks for and against it. */
async function scored({ sql }: Deps, albumId: string, candidate: Candidate): Promise<RankedCandidate> {
  const known = (await loadKnownAlbums(sql, [albumId])).get(albumId);
  if (!known) throw new Failure("not_found", "There is no such album.");
  return decide(known, [candidate]).ranked[0];
}

/**
 * Adds candidates that a person names: an id or address of MusicBrainz, an address of Spotify or Bandcamp that
 * MusicBrainz knows, or words to search for. What was named stands first, hits of a search by their evidence.
 * Returns how many there are to look at.
 */
export async function proposeCandidates(deps: Deps, albumId: string, text: string): Promise<number> {
  const named = parseNamed(text.trim());
  const found = named ? await findNamed(deps, named) : await search(deps, albumId, text.trim());
  if (found.length === 0) throw new Failure("not_found", "MusicBrainz knows nothing by these words.");
  const known = (await loadKnownAlbums(deps.sql, [albumId])).get(albumId);
  if (!known) throw new Failure("not_found", "There is no such album.");
  await retrying(deps.sql, async (tx) => {
    const before = await listMatchCandidates<Candidate, unknown>(tx, [albumId]);
    const { ranked } = decide(known, [...found, ...before.map(({ candidate }) => candidate)]);
    const isNamed = ({ candidate }: RankedCandidate) => named && found.some(({ id }) => id === candidate.id);
    const order = [...ranked.filter(isNamed), ...ranked.filter((one) => !isNamed(one))];
    await replaceMatchCandidates(
      tx,
      albumId,
      order.map(({ candidate, score, evidence }) => ({
        releaseGroupId: candidate.id,
        score,
        evidence,
        candidate,
      })),
    );
  });
  return found.length;
}

async function search({ sql, musicbrainz }: Deps, albumId: string, text: string): Promise<Candidate[]> {
  const album = await findAlbum(sql, albumId);
  if (!album) throw new Failure("not_found", "There is no such album.");
  const query = words(text === "" ? `${album.artistCredit} ${album.title}` : text);
  if (query === "") throw new Failure("invalid", "Write some words to search for.");
  return (await musicbrainz.searchReleaseGroups(query, SEARCH_HITS, NOW)).hits;
}

/** What a text names: an id of MusicBrainz, or an address that MusicBrainz may know. */
export type Named = { mbid: string } | { release: string } | { url: string };

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/**
 * Reads an id or an address; undefined for words. Throws `invalid` for addresses that lead to no album of
 * MusicBrainz, Spotify or Bandcamp.
 */
export function parseNamed(text: string): Named | undefined {
  if (isMbid(text.toLowerCase())) return { mbid: text.toLowerCase() };
  const spotifyUri = /^spotify:album:([A-Za-z0-9]{22})$/.exec(text)?.[1];
  if (spotifyUri) return { url: `https://open.spotify.com/album/${spotifyUri}` };
  if (/\s/.test(text)) return undefined;
  const isBare = /^[a-z0-9.-]+\.(?:org|com)\//i.test(text);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !isBare) return undefined;
  const address = URL.parse(isBare ? `https://${text}` : text);
  const named = address && /^https?:$/.test(address.protocol) && readAddress(address);
  if (named) return named;
  const problem = "This is no album's address at MusicBrainz, Spotify or Bandcamp.";
  throw new Failure("invalid", problem, { fields: { address: problem } });
}

function readAddress({ hostname, pathname }: URL): Named | undefined {
  if (/^(?:www\.|beta\.)?musicbrainz\.(?:org|eu)$/.test(hostname)) {
    const [, kind, id] = new RegExp(`^/(release-group|release)/(${UUID})(?:/|$)`, "i").exec(pathname) ?? [];
    if (id) return kind === "release" ? { release: id.toLowerCase() } : { mbid: id.toLowerCase() };
  }
  if (hostname === "open.spotify.com") {
    const id = /^\/(?:intl-[a-z-]+\/)?album\/([A-Za-z0-9]{22})\/?$/.exec(pathname)?.[1];
    if (id) return { url: `https://open.spotify.com/album/${id}` };
  }
  if (hostname.endsWith(".bandcamp.com")) {
    const slug = /^\/album\/([^/]+)\/?$/.exec(pathname)?.[1];
    if (slug) return { url: `https://${hostname}/album/${slug}` };
  }
}

async function findNamed(deps: Deps, named: Named): Promise<Candidate[]> {
  if ("mbid" in named) return [await lookUp(deps, named.mbid)];
  const { musicbrainz } = deps;
  if ("release" in named) {
    const found = await musicbrainz.lookupRelease(named.release, NOW);
    if (!found) throw new Failure("not_found", "MusicBrainz has no release by this id.");
    return [{ ...found, foundBy: ["person"] }];
  }
  const targets = (await musicbrainz.lookupUrls([named.url], "release-rels+release-group-rels", NOW)).get(
    named.url,
  );
  const groups = await Promise.all([
    ...(targets?.releaseGroupIds ?? []).map((id) => musicbrainz.lookupReleaseGroup(id, NOW)),
    ...(targets?.releaseIds ?? []).slice(0, 3).map((id) => musicbrainz.lookupRelease(id, NOW)),
  ]);
  const found = groups.filter((group) => group !== undefined);
  if (found.length === 0) throw new Failure("not_found", "MusicBrainz does not know this address.");
  return found.map((group) => ({ ...group, foundBy: ["person"] }));
}
