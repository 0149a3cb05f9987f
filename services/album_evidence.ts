import type { Candidate, Evidence, EvidenceName, KnownAlbum } from "./album_matching.ts";
import { type Agreement, compareArtists, isVarious } from "./artist_agreement.ts";
import { marksIn, READING_COST, readTitle, type TitleMark, type TitleReadings } from "./album_titles.ts";
import { nameKey, otherScript, sharedWords, typingErrors } from "./name_words.ts";

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

const ARTIST: Record<Agreement, number> = {
  equal: 45,
  alias: 43,
  main: 41,
  part: 36,
  various: 40,
  performers: 28,
  guest: 30,
  typing: 28,
  script: 15,
  none: 0,
};
const TITLE = 45;
/** A title in another script says nothing against an id that names the candidate. */
const UNREADABLE_TITLE = 12;
const ID = { tag: 25, spotify_link: 25, barcode: 20, together: 32 };
const TYPING_ERROR = 11;
/** The most that year and tracks bring to another artist's album, or to another of the artist's. */
const IMPLAUSIBLE = 35;
/** A contradiction costs more than year, tracks and kind together can bring. */
const CONTRADICTION = -35;

type Weighing = {
  known: KnownAlbum;
  candidate: Candidate;
  add: (name: EvidenceName, weight: number, text: string) => void;
};

/** Weighs a candidate. Pure; `title` is the known title read once for all candidates. */
export function weigh(known: KnownAlbum, title: TitleReadings, candidate: Candidate): Weighed {
  const evidence: Evidence[] = [];
  const add = (name: EvidenceName, weight: number, text: string) =>
    void evidence.push({ name, weight, text });
  const weighing = { known, candidate, add };
  const ids = weighIds(weighing);
  const artist = weighArtist(weighing);
  // The artist comes first: an equal title by somebody else is another album.
  const named = artist > 0 || ids > 0 ? compareTitles(title, candidate) : OTHER_ARTIST;
  if (named !== OTHER_ARTIST) add("title", named.weight, named.text);
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
    plainTitle: saysLittle(known, title),
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

function weighArtist({ known, candidate, add }: Weighing): number {
  const credited = candidate.artistCredit.map((one) => one.artist.id);
  if (known.artistIds.some((id) => credited.includes(id))) {
    add("artist", ARTIST.equal + 3, "Artist MBID in the tags");
    return ARTIST.equal + 3;
  }
  const { kind, text } = compareArtists(known.artists, candidate.artistCredit);
  const weight = kind === "performers" && !isCollection(known) ? ARTIST.none + 12 : ARTIST[kind];
  add("artist", weight, text);
  const learned = known.learnedArtists.find(({ id }) => credited.includes(id));
  if (learned) {
    const albums = learned.albums === 1 ? "a matched album" : `${learned.albums} matched albums`;
    add("artist", 6, `Artist MBID known from ${albums}`);
    return Math.max(weight, ARTIST.guest);
  }
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

type NamedAlike = { weight: number; text: string; marks: Set<TitleMark> };
const OTHER_ARTIST: NamedAlike = { weight: 0, text: "", marks: new Set() };

/** The best any name of the candidate does: its title, its aliases, the titles of its releases. */
function compareTitles(known: TitleReadings, candidate: Candidate): NamedAlike {
  const artists = candidate.artistCredit.flatMap(({ name, artist }) => [name, artist.name]);
  const others = new Set([...candidate.aliases, ...candidate.releases.map(({ title }) => title)]);
  others.delete(candidate.title);
  let best = compareTitle(known, readTitle(candidate.title, [...new Set(artists)]), 0);
  for (const name of others) {
    if (best.weight >= TITLE - 1) break;
    const found = compareTitle(known, readTitle(name, artists), 1);
    if (found.weight > best.weight) best = found;
  }
  return best;
}

function compareTitle(known: TitleReadings, other: TitleReadings, cost: number): NamedAlike {
  const marks = other.marks;
  const equal = cheapestEqual(known, other);
  if (equal) {
    const weight = Math.max(1, TITLE - cost - equal.cost);
    const edition = equal.without.includes(known.edition ?? "") ? known.edition : other.edition;
    const text = equal.cost === 0
      ? `Title equal: ${other.title}`
      : edition !== undefined && equal.without.includes(edition)
      ? `Edition “${edition}” of the same album: ${other.title}`
      : equal.without.length > 0
      ? `Title equal but for “${equal.without.join(", ")}”: ${other.title}`
      : `Title equal to a part of the other: ${other.title}`;
    return { weight, text, marks };
  }
  const typed = typedAlike(known, other);
  if (typed > 0) return { weight: typed - cost, text: `Title almost equal: ${other.title}`, marks };
  if (otherScript(known.title, other.title)) {
    return { weight: UNREADABLE_TITLE, text: `Title in another script: ${other.title}`, marks };
  }
  const shared = Math.max(
    ...known.readings.flatMap((mine) =>
      other.readings.map((theirs) => sharedWords(mine.words, theirs.words))
    ),
  );
  if (shared >= 0.6) return { weight: Math.round(shared * 20), text: `Title alike: ${other.title}`, marks };
  return { weight: 0, text: `Other title: ${other.title}`, marks };
}

function cheapestEqual(a: TitleReadings, b: TitleReadings): { cost: number; without: string[] } | undefined {
  let best: { cost: number; without: string[] } | undefined;
  const keys = new Map(b.readings.map((reading) => [reading.key, reading]));
  for (const mine of a.readings) {
    const theirs = keys.get(mine.key);
    const cost = theirs && mine.cost + theirs.cost;
    if (theirs && cost !== undefined && cost < (best?.cost ?? Infinity)) {
      best = { cost, without: [...mine.without, ...theirs.without] };
    }
  }
  return best;
}

function typedAlike(a: TitleReadings, b: TitleReadings): number {
  let best = 0;
  for (const mine of a.readings) {
    for (const theirs of b.readings) {
      const cost = mine.cost + theirs.cost;
      if (cost > READING_COST.bracket) continue;
      const errors = typingErrors(mine.words, theirs.words);
      if (errors !== undefined) best = Math.max(best, TITLE - cost - TYPING_ERROR * Math.max(1, errors));
    }
  }
  return best;
}

const SECONDARY: Record<string, TitleMark> = {
  Live: "live",
  Remix: "remix",
  Demo: "demo",
  Soundtrack: "soundtrack",
  Interview: "commentary",
  Spokenword: "commentary",
  Audiobook: "commentary",
};
const MARK_NAMES: Record<TitleMark, string> = {
  live: "live",
  remix: "remixes",
  instrumental: "instrumental",
  acoustic: "acoustic",
  demo: "demos",
  karaoke: "karaoke",
  tribute: "a tribute",
  commentary: "spoken",
  rerecorded: "re-recorded",
  soundtrack: "a soundtrack",
};

/** Live against studio, remixes against originals. Returns whether that rules the candidate out. */
function weighMarks(
  { known, candidate, add }: Weighing,
  title: TitleReadings,
  { marks: titleMarks, yearsApart }: { marks: Set<TitleMark>; yearsApart: number | undefined },
): boolean {
  // Many a live album does not say so in its title; then the year must not speak against it.
  const unsaid = Math.abs(yearsApart ?? 0) <= 1 ? -7 : -20;
  const ours = new Set(title.marks);
  if (known.albumType === "live" || known.albumType === "soundtrack") ours.add(known.albumType);
  const typed = new Set(candidate.secondaryTypes.flatMap((type) => SECONDARY[type] ?? []));
  let out = false;
  for (const mark of Object.keys(MARK_NAMES) as TitleMark[]) {
    const theirs = titleMarks.has(mark) || typed.has(mark);
    const name = MARK_NAMES[mark];
    if (ours.has(mark) && theirs) add("kind", typed.has(mark) ? 3 : 1, `Both ${name}`);
    else if (mark === "soundtrack") {
      if (ours.has(mark) !== theirs) {
        add("kind", -3, theirs ? "A soundtrack at MusicBrainz" : "No soundtrack at MusicBrainz");
      }
    } else if (ours.has(mark)) {
      add("kind", CONTRADICTION, `Here ${name}, not at MusicBrainz`);
      out = true;
    } else if (titleMarks.has(mark)) {
      add("kind", CONTRADICTION, `Not ${name} here, at MusicBrainz it is`);
      out = true;
    } else if (typed.has(mark)) add("kind", unsaid, `MusicBrainz says ${name}`);
  }
  const compilation = candidate.secondaryTypes.includes("Compilation");
  if (compilation && known.albumType === "compilation") add("kind", 3, "Both compilations");
  else if (compilation) add("kind", saysLittle(known, title) ? -1 : -6, "A compilation at MusicBrainz");
  return out;
}

type Form = "album" | "ep" | "single";

/** Single, EP or album. Spotify calls EPs singles, so the number of tracks decides between the two. */
function expectedForms(known: KnownAlbum, title: TitleReadings): Form[] {
  const { albumType, totalTracks } = known;
  if (title.form === "single") return ["single"];
  if (title.form === "ep" || albumType === "ep") return ["ep"];
  if (albumType === "single") {
    if (totalTracks === null) return ["single", "ep"];
    return totalTracks <= 3 ? ["single"] : totalTracks <= 6 ? ["ep", "single"] : ["ep", "single", "album"];
  }
  if (albumType !== null && albumType !== "other") {
    return totalTracks === null || totalTracks >= 7 ? ["album"] : ["album", "ep"];
  }
  if (totalTracks === null) return [];
  return totalTracks <= 2 ? ["single"] : totalTracks <= 6 ? ["ep", "single", "album"] : ["album"];
}

const FORM_NAMES: Record<Form, string> = { album: "an album", ep: "an EP", single: "a single" };
const PRIMARY: Record<string, Form> = { Album: "album", EP: "ep", Single: "single" };

/** Returns whether an album stands against a single, which only equal track counts can make good. */
function weighForm({ known, candidate, add }: Weighing, title: TitleReadings): boolean {
  const form = PRIMARY[candidate.primaryType ?? ""];
  const expected = expectedForms(known, title);
  if (form === undefined) {
    if (candidate.primaryType !== null) {
      add("kind", -4, `MusicBrainz calls it ${candidate.primaryType.toLowerCase()}`);
    }
    return false;
  }
  if (expected.length === 0) {
    // Most of what people save by title alone are albums.
    if (form !== "album") add("kind", form === "single" ? -3 : -1, `${FORM_NAMES[form]} at MusicBrainz`);
    return false;
  }
  const place = expected.indexOf(form);
  if (place >= 0) {
    add("kind", place === 0 ? 4 : 1, `Both ${FORM_NAMES[form]}`);
    return false;
  }
  const text = `Here ${FORM_NAMES[expected[0]]}, at MusicBrainz ${FORM_NAMES[form]}`;
  const close = form === "ep" || expected.includes("ep");
  add("kind", close ? -8 : CONTRADICTION + 7, text);
  return !close;
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
  else if (apart < 0 || title.edition === undefined && saysLittle(known, title)) {
    add("year", apart < 0 ? -13 : -20, `Year ${ours} vs ${theirs}`);
  } else add("year", title.edition === undefined ? -4 : 0, `Year ${ours} vs ${theirs}`);
  return apart;
}

function yearOf(date: string | null): number | undefined {
  return date !== null && /^\d{4}/.test(date) ? Number(date.slice(0, 4)) : undefined;
}

const PLAIN =
  /^(?:(?:the)?(?:very)?bestof|greatesthits|hits|live|singles|(?:the)?collection|anthology|gold|unplugged|demos?|ep|essentials?|untitled|selftitled|christmas|lovesongs|remixes|ballads|platinumcollection|ultimatecollection|complete.*|.*collection|.*anthology|.*hits|.*greatesthits\d*|best|ベスト)$/;

/** Titles that artists use again: their own name, "Greatest Hits", "The Best of …", "Live". */
function saysLittle(known: KnownAlbum, title: TitleReadings): boolean {
  const most = READING_COST.edition + READING_COST.artist + READING_COST.article;
  const keys = title.readings.filter(({ cost }) => cost <= most).map(({ key }) => key);
  return keys.some((key) => PLAIN.test(key) || known.artists.some((name) => nameKey(name) === key));
}
