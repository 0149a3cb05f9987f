import { albumKey, matchKey } from "../db/normalise.ts";
import type { AlbumGroup } from "./album_groups.ts";
import { plainTitle } from "./album_titles.ts";

/** An album of the catalogue that a group of files may belong to. */
export type Candidate = {
  id: string;
  title: string;
  artistCredit: string;
  matchKey: string;
  matchLocked: boolean;
  releaseGroupId: string | null;
  /** Release ids and barcodes it is known by. */
  externalIds: string[];
  year: number | null;
  totalTracks: number | null;
  /** Normalised titles of its tracks and of the files it already has. */
  titles: Set<string>;
};

export type Match =
  | { album: Candidate }
  /** It is new. `tie`: several albums would fit and nothing tells which, so a person has to. */
  | { album: undefined; tie: boolean };

/**
 * Which album of the catalogue the files are. Ids first, then the album the files belonged to before, then
 * artist and title with year and tracks as evidence. Never a guess: a tie makes an album of its own.
 */
export function matchGroup(group: AlbumGroup, candidates: readonly Candidate[]): Match {
  const before = linkedBefore(group, candidates);
  if (before?.matchLocked) return { album: before };
  const byId =
    candidates.find((c) => group.releaseGroupId !== null && c.releaseGroupId === group.releaseGroupId) ??
      candidates.find((c) => group.releaseId !== null && c.externalIds.includes(group.releaseId));
  if (byId) return { album: byId };
  if (before) return { album: before };
  const fitting = candidates.filter((candidate) => !contradicts(group, candidate));
  const barcode = fitting.filter((candidate) => hasBarcode(candidate, group.barcode));
  if (barcode.length === 1) return { album: barcode[0] };
  for (const key of group.keys) {
    const named = fitting.filter((candidate) => candidate.matchKey === key);
    if (named.length > 0) return choose(group, named);
  }
  return choose(
    group,
    fitting.filter((candidate) => isEdition(group, candidate) && evidence(group, candidate) > 0),
  );
}

/** The album most of the files are linked to; a link only lasts while the tags name the same album. */
function linkedBefore(group: AlbumGroup, candidates: readonly Candidate[]): Candidate | undefined {
  const votes = new Map<string, number>();
  for (const { albumId } of group.files) if (albumId) votes.set(albumId, (votes.get(albumId) ?? 0) + 1);
  const best = [...votes].sort((a, b) => b[1] - a[1])[0];
  return best && candidates.find((candidate) => candidate.id === best[0]);
}

function choose(group: AlbumGroup, candidates: Candidate[]): Match {
  if (candidates.length === 1 && isPlausible(group, candidates[0])) return { album: candidates[0] };
  if (candidates.length <= 1) return { album: undefined, tie: false };
  const ranked = candidates.map((album) => ({ album, points: evidence(group, album) }))
    .sort((a, b) => b.points - a.points);
  return ranked[0].points > ranked[1].points ? { album: ranked[0].album } : { album: undefined, tie: true };
}

/**
 * A name alone is enough for one candidate, except where the name says least: an album named after its artist,
 * years apart, or two pressings that differ in year and length.
 */
function isPlausible(group: AlbumGroup, candidate: Candidate): boolean {
  if (evidence(group, candidate) >= 4 || !yearsDiffer(group, candidate)) return true;
  const selfTitled = matchKey(candidate.title) === matchKey(candidate.artistCredit);
  return !selfTitled &&
    !(candidate.totalTracks !== null && group.complete && candidate.totalTracks !== group.tracks);
}

function evidence(group: AlbumGroup, candidate: Candidate): number {
  const shared = sharedTitles(group, candidate);
  const fewer = Math.min(group.titles.size, candidate.titles.size);
  const titles = fewer > 0 && shared / fewer >= 0.5 ? 4 : 0;
  const year = group.year !== null && candidate.year !== null && !yearsDiffer(group, candidate) ? 2 : 0;
  return titles + year + (candidate.totalTracks === group.tracks ? 1 : 0);
}

function yearsDiffer(group: AlbumGroup, candidate: Candidate): boolean {
  return group.year !== null && candidate.year !== null && Math.abs(group.year - candidate.year) > 1;
}

function sharedTitles(group: AlbumGroup, candidate: Candidate): number {
  let shared = 0;
  for (const title of group.titles) if (candidate.titles.has(title)) shared++;
  return shared;
}

/** Ids that name different records, or a full list of tracks on one side that the other side is no part of. */
function contradicts(group: AlbumGroup, candidate: Candidate): boolean {
  const { releaseGroupId } = candidate;
  if (releaseGroupId !== null && group.releaseGroupId !== null && releaseGroupId !== group.releaseGroupId) {
    return true;
  }
  const shared = sharedTitles(group, candidate);
  const listed = candidate.totalTracks !== null && candidate.titles.size >= candidate.totalTracks;
  if (listed && group.titles.size > 0) return shared / group.titles.size < 0.34;
  return group.complete && candidate.titles.size > 0 && group.titles.size > 0 &&
    shared / candidate.titles.size < 0.34;
}

function hasBarcode(candidate: Candidate, barcode: string | null): boolean {
  const plain = (value: string) => value.replace(/^0+/, "");
  return barcode !== null && candidate.externalIds.some((id) => plain(id) === plain(barcode));
}

/** The same album but for the edition in the title of one of them. */
function isEdition(group: AlbumGroup, candidate: Candidate): boolean {
  const artist = candidate.matchKey.split("\t")[0];
  const core = matchKey(plainTitle(candidate.title));
  return core === matchKey(plainTitle(group.title)) &&
    group.keys.some((key) => key.split("\t")[0] === artist);
}

/** Where to look in the catalogue for other editions of the group's album. */
export function editionKeys(group: AlbumGroup): string[] {
  const core = matchKey(plainTitle(group.title));
  return [...new Set(group.keys.map((key) => `${key.split("\t")[0]}\t${core}`))];
}

/** The key a new album is added under. */
export function groupKey(group: AlbumGroup): string {
  return albumKey(group.artist, group.title);
}
