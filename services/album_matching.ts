import { readKnownTitle, weigh, type Weighed } from "./album_evidence.ts";

/** One artist of a credit: the name as printed on the record, and who MusicBrainz says it is. */
export type CreditedArtist = {
  name: string;
  joinphrase: string;
  /** `aliases` holds the names of all aliases, whatever their locale. */
  artist: { id: string; name: string; sortName: string; aliases: string[] };
};

/** A release of a release group, as far as the request that found it told. Unknown is null. */
export type CandidateRelease = {
  id: string;
  title: string;
  date: string | null;
  barcode: string | null;
  trackCount: number | null;
  status: string | null;
};

/** How a candidate was found. The first three are ids that name it, the others only made it turn up. */
export type FoundBy = "tag" | "spotify_link" | "barcode" | "artist" | "text" | "person";

/** A release group of MusicBrainz that an album of the library may be. */
export type Candidate = {
  id: string;
  title: string;
  disambiguation: string;
  aliases: string[];
  artistCredit: CreditedArtist[];
  primaryType: string | null;
  secondaryTypes: string[];
  /** "1997", "1997-05" or "1997-05-21"; null when MusicBrainz knows none. */
  firstReleaseDate: string | null;
  /** The releases seen so far; a search or a browse does not list all. */
  releases: CandidateRelease[];
  /** By which ways this candidate was found for this album. */
  foundBy: FoundBy[];
};

/** What we know of an album of the library, whichever door it came through. */
export type KnownAlbum = {
  title: string;
  /** As the source lists them, the main one first; one entry when only a credit line is known. */
  artists: string[];
  /** "1997", "1997-05" or "1997-05-21". */
  releaseDate: string | null;
  albumType: "album" | "single" | "ep" | "compilation" | "live" | "soundtrack" | "other" | null;
  totalTracks: number | null;
  /** The tracks known by title, perhaps only some of the album. */
  tracks: { title: string; artists: string[]; durationMs: number | null }[];
  barcodes: string[];
  /** Ids in the tags of its files, those that MusicBrainz has merged replaced by the new ones. */
  releaseGroupIds: string[];
  releaseIds: string[];
  artistIds: string[];
  /** Artists of MusicBrainz that albums matched before gave to these names, with how many albums say so. */
  learnedArtists: { id: string; albums: number }[];
};

/** One reason for (weight above 0) or against a candidate, in words for a person. */
export type Evidence = { name: EvidenceName; weight: number; text: string };

export type EvidenceName =
  | "tag"
  | "spotify_link"
  | "barcode"
  | "artist"
  | "title"
  | "edition"
  | "kind"
  | "year"
  | "tracks"
  | "release";

export type RankedCandidate = { candidate: Candidate; score: number; evidence: Evidence[] };

export type Decision = {
  outcome: "matched" | "manual_review" | "no_match";
  /** Why it is not matched. */
  reason?: "tie" | "low_confidence" | "contradiction" | "nothing_found";
  /** Best first; score 0-100 is our own, never the one MusicBrainz gives to search hits. */
  ranked: RankedCandidate[];
};

/** From here on a candidate is taken without asking, if nothing speaks against it. */
export const ACCEPT_SCORE = 80;
/** Less than this ahead of the next candidate is a tie. */
const TIE_MARGIN = 5;
/** As near as this, another album of the same name keeps one of another year from being taken. */
const NAMESAKE_MARGIN = 10;
/** Below this a candidate is not worth asking a person about. */
const PLAUSIBLE_SCORE = 40;
/** More candidates than a person reads help nobody. */
const KEPT = 12;

type Judged = RankedCandidate & { weighed: Weighed };

/**
 * Which release group an album is. Never a guess: what evidence does not settle goes to a person, with the reason.
 * The same candidate found in several ways counts once.
 */
export function decide(known: KnownAlbum, candidates: readonly Candidate[]): Decision {
  const title = readKnownTitle(known);
  const judged = onePerId(candidates).map((candidate): Judged => {
    const weighed = weigh(known, title, candidate);
    const score = Math.round(Math.max(0, Math.min(100, weighed.total)));
    return { candidate, score, evidence: weighed.evidence, weighed };
  }).sort((a, b) => b.weighed.total - a.weighed.total || (a.candidate.id < b.candidate.id ? -1 : 1));
  const plausible = judged.filter(({ score, weighed }) =>
    weighed.named || weighed.plausible && score >= PLAUSIBLE_SCORE
  );
  const ranked = judged.slice(0, KEPT).map(({ candidate, score, evidence }) => ({
    candidate,
    score,
    evidence,
  }));
  if (plausible.length === 0) return { outcome: "no_match", reason: "nothing_found", ranked };
  const reason = doubt(known, plausible);
  return reason === undefined ? { outcome: "matched", ranked } : { outcome: "manual_review", reason, ranked };
}

/** What keeps the best candidate from being taken. */
function doubt(known: KnownAlbum, [best, ...others]: readonly Judged[]): Decision["reason"] {
  const { weighed } = best;
  const otherNamed = !weighed.named && others.some((other) => other.weighed.named);
  const otherTag = known.releaseGroupIds.length > 0 &&
    !best.evidence.some((e) => e.name === "tag" && e.weight > 0);
  if (otherNamed || otherTag || weighed.contradicted) return "contradiction";
  if (best.score < ACCEPT_SCORE) return "low_confidence";
  const rivals = others.filter((other) => !other.weighed.contradicted);
  const behind = (other: Judged) => weighed.total - other.weighed.total;
  const margin = weighed.plainTitle ? NAMESAKE_MARGIN : TIE_MARGIN;
  const near = rivals.some((other) =>
    other.weighed.sameName ? behind(other) < margin : behind(other) < TIE_MARGIN
  );
  // Years apart, and another album of the same name: only a person knows which edition of which this is.
  const yearsOff = !weighed.named && Math.abs(weighed.yearsApart ?? 0) > 1 &&
    rivals.some((other) => other.weighed.sameName && behind(other) < NAMESAKE_MARGIN);
  return near || yearsOff ? "tie" : undefined;
}

function onePerId(candidates: readonly Candidate[]): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const known = found.get(candidate.id);
    found.set(candidate.id, known ? joined(known, candidate) : candidate);
  }
  return [...found.values()];
}

function joined(a: Candidate, b: Candidate): Candidate {
  const releases = new Map([...a.releases, ...b.releases].map((release) => [release.id, release]));
  return {
    ...a,
    aliases: [...new Set([...a.aliases, ...b.aliases])],
    artistCredit: a.artistCredit.length > 0 ? a.artistCredit : b.artistCredit,
    primaryType: a.primaryType ?? b.primaryType,
    secondaryTypes: [...new Set([...a.secondaryTypes, ...b.secondaryTypes])],
    firstReleaseDate: a.firstReleaseDate ?? b.firstReleaseDate,
    releases: [...releases.values()],
    foundBy: [...new Set([...a.foundBy, ...b.foundBy])],
  };
}

export type Rescored = {
  decision: Decision;
  /** Each stored candidate with its score then and now, those that changed most first. */
  changes: { candidate: Candidate; before: number; after: number }[];
};

/** Decides again over the candidates stored with an earlier decision, without asking MusicBrainz. */
export function rescore(
  known: KnownAlbum,
  stored: readonly { candidate: Candidate; score: number }[],
): Rescored {
  const decision = decide(known, stored.map(({ candidate }) => candidate));
  const after = new Map(decision.ranked.map(({ candidate, score }) => [candidate.id, score]));
  const changes = stored.map(({ candidate, score }) => ({
    candidate,
    before: score,
    after: after.get(candidate.id) ?? 0,
  })).filter(({ before, after }) => before !== after);
  changes.sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
  return { decision, changes };
}
