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
