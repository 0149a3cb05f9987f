import { weighForm, weighMarks } from "./album_kinds.ts";
import type { Candidate, Evidence, EvidenceName, KnownAlbum } from "./album_matching.ts";
import { marksIn, READING_COST, readTitle, type TitleReadings } from "./album_titles.ts";
import { compareArtists, isVarious } from "./artist_agreement.ts";
import { ARTIST, CONTRADICTION, ID, IMPLAUSIBLE, NAMED, TITLE, UNREADABLE_TITLE } from "./match_weights.ts";
import { nameKey } from "./name_words.ts";
import { compareTitles, type NamedAlike, saysLittle } from "./title_agreement.ts";

/** Everything that speaks for and against one candidate. `total` may pass 100, so that ties stay visible. */
export type Weighed = {
  total: number;
  evidence: Evidence[];
  /** An id names this candidate: a tag, a link or a barcode. */
  named: boolean;
  /** Artist and title have something in common with the album's. */
  plausible: boolean;
  /** Something rules it out that no other evidence makes up for. */
  contradicted: boolean;
  /** Artists make several albums of such a title. */
  plainTitle: boolean;
  /** The artist agrees and the title is the same but for an edition or less. */
  sameName: boolean;
  yearsApart: number | undefined;
};

export type Weighing = {
  known: KnownAlbum;
  candidate: Candidate;
  add: (name: EvidenceName, weight: number, text: string) => void;
};

const OTHER_ARTIST: NamedAlike = { weight: 0, text: "", marks: new Set() };

/** Weighs a candidate. Pure; `title` is the known title read once for all candidates. */
export function weigh(known: KnownAlbum, title: TitleReadings, candidate: Candidate): Weighed {
  const evidence: Evidence[] = [];
  const add = (name: EvidenceName, weight: number, text: string) =>
    void evidence.push({ name, weight, text });
  const weighing = { known, candidate, add };
  const ids = weighIds(weighing);
  const artist = weighArtist(weighing, ids > 0);
  // The artist comes first: an equal title by somebody else is another album.
  const named = artist > 0 || ids > 0 ? compareTitles(title, candidate) : OTHER_ARTIST;
  // What cannot be compared says nothing against an id.
  const titleWeight = ids > 0 && named.weight === UNREADABLE_TITLE ? NAMED.title : named.weight;
  if (named !== OTHER_ARTIST) add("title", titleWeight, named.text);
  const yearsApart = weighYear(weighing, title);
  const recording = weighMarks(weighing, title, { marks: named.marks, yearsApart });
  const form = weighForm(weighing, title);
  const tracks = weighTracks(weighing, title);
  const contradicted = artist === 0 || named.weight === 0 || recording || form && !tracks;
  const plausible = artist > 0 && named.weight > UNREADABLE_TITLE ||
    artist >= ARTIST.guest && named.weight > 0;
  const total = evidence.reduce((sum, { weight }) => sum + weight, 0);
  return {
    total: ids > 0 || plausible ? total : Math.min(total, IMPLAUSIBLE),
    evidence,
    named: ids > 0,
    plausible,
    contradicted,
    plainTitle: saysLittle(title, known.artists),
    sameName: artist >= ARTIST.typing && named.weight >= TITLE - READING_COST.edition - 1,
    yearsApart,
  };
}

/** The known title with the names that may stand in it. */
export function readKnownTitle(known: KnownAlbum): TitleReadings {
  return readTitle(known.title, known.artists.filter((name) => !isVarious(name)));
}

function weighIds({ known, candidate, add }: Weighing): number {
  const release = candidate.releases.find(({ id }) => known.releaseIds.includes(id));
  const tagged = candidate.foundBy.includes("tag") || known.releaseGroupIds.includes(candidate.id) || release;
  const codes = new Set(known.barcodes.map(plainBarcode));
  const coded = candidate.foundBy.includes("barcode") ||
    candidate.releases.some(({ barcode }) => barcode && codes.has(plainBarcode(barcode)));
  const linked = candidate.foundBy.includes("spotify_link");
  let left = ID.together;
  const count = (name: "tag" | "spotify_link" | "barcode", text: string) => {
    const weight = Math.min(left, ID[name]);
    left -= weight;
    add(name, weight, text);
  };
  if (tagged) count("tag", "Its id stands in the tags of the files");
  if (linked) count("spotify_link", "Spotify link at MusicBrainz");
  if (coded) count("barcode", "Barcode equal");
  if (!tagged && known.releaseGroupIds.length > 0) {
    add("tag", CONTRADICTION, "The tags name another release group");
  }
  return ID.together - left;
}

/** Barcodes are entered with and without leading zeros. */
function plainBarcode(code: string): string {
  return code.replace(/\D/g, "").replace(/^0+/, "");
}

function weighArtist({ known, candidate, add }: Weighing, byId: boolean): number {
  const credited = candidate.artistCredit.map((one) => one.artist.id);
  if (known.artistIds.some((id) => credited.includes(id))) {
    add("artist", ARTIST.equal + 3, "Artist MBID in the tags");
    return ARTIST.equal + 3;
  }
  const { kind, text } = compareArtists(known.artists, candidate.artistCredit);
  const weight = kind === "performers" && !isCollection(known)
    ? 12
    : kind === "script" && byId
    ? NAMED.artist
    : ARTIST[kind];
  const learned = known.learnedArtists.find(({ id }) => credited.includes(id));
  if (learned) {
    const albums = learned.albums === 1 ? "a matched album" : `${learned.albums} matched albums`;
    add("artist", Math.max(weight, ARTIST.part), text);
    add("artist", 6, `Artist MBID known from ${albums}`);
    return Math.max(weight, ARTIST.part);
  }
  add("artist", weight, text);
  if (weight === 0 || kind === "various" || kind === "performers") return weight;
  if (known.artistIds.length > 0) add("artist", -12, "The tags name another artist");
  else if (known.learnedArtists.length > 0) {
    add("artist", -12, "The artist of this name in your matched albums is another one");
  }
  return weight;
}

/** Whether an album is the kind that MusicBrainz credits to various artists where others list performers. */
function isCollection(known: KnownAlbum): boolean {
  const performers = new Set(known.tracks.flatMap(({ artists }) => artists.slice(0, 1)).map(nameKey));
  return known.artists.some(isVarious) || known.artists.length >= 2 || performers.size >= 3 ||
    known.albumType === "compilation" || known.albumType === "soundtrack" ||
    marksIn(known.title).has("soundtrack");
}

/** Returns whether a release has as many tracks as the album. */
function weighTracks({ known, candidate, add }: Weighing, title: TitleReadings): boolean {
  const ours = known.totalTracks;
  const counts = candidate.releases.flatMap(({ trackCount }) => trackCount ?? []).filter((count) =>
    count > 0
  );
  if (ours === null || counts.length === 0) return false;
  if (counts.includes(ours)) {
    add("tracks", 4, `${ours} tracks on both`);
    return true;
  }
  const nearest = counts.reduce((a, b) => Math.abs(b - ours) < Math.abs(a - ours) ? b : a);
  const text = `${ours} tracks here, ${nearest} at MusicBrainz`;
  const bonus = Math.abs(nearest - ours) <= 5 || title.edition !== undefined && ours > nearest;
  const factor = Math.max(ours, nearest) / Math.min(ours, nearest);
  add(
    "tracks",
    bonus && factor < 2 ? ours > nearest ? -1 : -3 : factor < 2 ? -4 : title.edition ? -5 : -12,
    text,
  );
  return false;
}

/** Returns how many years the album is older (below 0) or younger than the candidate. */
function weighYear({ known, candidate, add }: Weighing, title: TitleReadings): number | undefined {
  const first = candidate.firstReleaseDate;
  const [ours, theirs] = [yearOf(known.releaseDate), yearOf(first)];
  if (ours === undefined) return undefined;
  const again = candidate.releases.some(({ date }) => yearOf(date) === ours);
  if (theirs === undefined) {
    if (again) add("year", 5, `A release of ${ours}`);
    return undefined;
  }
  const apart = ours - theirs;
  if (first?.length === 10 && first === known.releaseDate) {
    add("year", 11, `Released on the same day: ${first}`);
  } else if (apart === 0) add("year", 8, `Year equal: ${ours}`);
  else if (Math.abs(apart) === 1) add("year", 4, `Year ${ours} vs ${theirs}`);
  else if (again) add("year", 5, `First released ${theirs}, again in ${ours}`);
  // Reissues keep their title, but artists also make several albums of the same plain title.
  else if (apart < 0 || title.edition === undefined && saysLittle(title, known.artists)) {
    add("year", apart < 0 ? -13 : -20, `Year ${ours} vs ${theirs}`);
  } else add("year", title.edition === undefined ? -4 : 0, `Year ${ours} vs ${theirs}`);
  return apart;
}

function yearOf(date: string | null): number | undefined {
  return date !== null && /^\d{4}/.test(date) ? Number(date.slice(0, 4)) : undefined;
}
