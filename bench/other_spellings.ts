import type { Candidate, KnownAlbum } from "../services/album_matching.ts";
import { marksIn } from "../services/album_titles.ts";
import { isVarious, splitNames } from "../services/artist_agreement.ts";
import { isOwnSpelling, type LabelledRow } from "./labelled_rows.ts";
import { draw, trackCountOf } from "./made_up.ts";

type Spelling = { kind: string; title: (title: string) => string; years?: number };

// How streaming services and people write what MusicBrainz writes plainly.
const SPELLINGS: Spelling[] = [
  { kind: "same", title: (title) => title },
  { kind: "same", title: (title) => title },
  { kind: "typography", title: plainSigns },
  { kind: "typography", title: (title) => plainSigns(title).toLowerCase() },
  { kind: "typography", title: (title) => plainSigns(title).toUpperCase() },
  { kind: "edition", title: (title) => `${plainSigns(title)} (Deluxe Edition)` },
  { kind: "edition", title: (title) => `${title} (Deluxe)` },
  { kind: "edition", title: (title) => `${plainSigns(title)} (Expanded Edition)` },
  { kind: "remaster", title: (title) => `${title} (Remastered)`, years: 14 },
  { kind: "remaster", title: (title) => `${plainSigns(title)} - 2011 Remaster`, years: 0 },
  { kind: "remaster", title: (title) => `${title} (25th Anniversary Edition)`, years: 25 },
  { kind: "reissue", title: plainSigns, years: 17 },
  { kind: "year", title: plainSigns, years: 1 },
  { kind: "year", title: (title) => title, years: -1 },
  { kind: "guests", title: (title) => `${title} (feat. Somebody Else)` },
  { kind: "typing", title: typingError },
];

/** A row as the library would have it that saved the album elsewhere than at MusicBrainz. */
export function asElsewhere(row: LabelledRow, group: Candidate): { known: KnownAlbum; kind: string } {
  const own = isOwnSpelling(row);
  const spelling = own ? SPELLINGS[draw(SPELLINGS.length, "spelling", row.title, group.id)] : SPELLINGS[0];
  const kind = own ? spelling.kind : row.file.replace(".csv", "");
  // Spotify tells type, tracks and date; a play list or an export only the names, perhaps the year.
  const source = draw(8, "source", row.artist, row.title);
  const types = { Single: "single", EP: "single" } as const;
  const type = types[group.primaryType as keyof typeof types] ?? "album";
  const form = own && type === "single" && !/\b(?:ep|single)\b/i.test(row.title)
    ? group.primaryType === "EP" ? " - EP" : " - Single"
    : "";
  const year = row.year === "" ? group.firstReleaseDate : row.year;
  const bonus = spelling.kind === "edition" ? 1 + draw(5, "bonus", group.id) : 0;
  return {
    kind,
    known: {
      title: `${spelling.title(row.title)}${form}`,
      artists: artistsElsewhere(row.artist, own),
      releaseDate: source <= 1 || year === null
        ? null
        : String(Number(year.slice(0, 4)) + (spelling.years ?? 0)),
      albumType: source >= 3 ? marksIn(row.title).has("soundtrack") ? "compilation" : type : null,
      totalTracks: source >= 3 ? trackCountOf(group) + bonus : null,
      tracks: [],
      barcodes: [],
      releaseGroupIds: [],
      releaseIds: [],
      artistIds: [],
      learnedArtists: [],
    },
  };
}

function artistsElsewhere(artist: string, own: boolean): string[] {
  if (isVarious(artist)) return ["Various Artists"];
  const names = splitNames(artist);
  const way = draw(6, "artist", artist);
  if (names.length > 1 && way < 3) return way === 0 ? names.toReversed() : names;
  if (own && way === 3) return [artist.replace(/^The /, "")];
  if (own && way === 4) return [plainSigns(artist).replace(" & ", " and ")];
  return [artist];
}

function plainSigns(text: string): string {
  return text.normalize("NFKC").replace(/[’‘]/g, "'").replace(/[“”]/g, '"').replace(/[‐‑–—]/g, "-")
    .replace(/[〜～]/g, "~").replace("…", "...").replace(/, Volume (?=\d)/, " Vol. ");
}

/** Two letters in the middle of the longest word change places. */
function typingError(title: string): string {
  const longest = title.split(" ").toSorted((a, b) => b.length - a.length)[0];
  if (longest.length < 6) return title;
  const at = Math.floor(longest.length / 2);
  const typed = longest.slice(0, at - 1) + longest[at] + longest[at - 1] + longest.slice(at + 1);
  return title.replace(longest, typed);
}
