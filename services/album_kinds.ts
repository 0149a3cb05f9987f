import type { Weighing } from "./album_evidence.ts";
import type { KnownAlbum } from "./album_matching.ts";
import type { TitleMark, TitleReadings } from "./album_titles.ts";
import { CONTRADICTION } from "./match_weights.ts";
import { saysLittle } from "./title_agreement.ts";

const SECONDARY: Record<string, TitleMark> = {
  Live: "live",
  Remix: "remix",
  Demo: "demo",
  Soundtrack: "soundtrack",
  Interview: "commentary",
  Spokenword: "commentary",
  Audiobook: "commentary",
};
const MARK_NAMES: [TitleMark, string][] = [
  ["live", "live"],
  ["remix", "remixes"],
  ["instrumental", "instrumental"],
  ["acoustic", "acoustic"],
  ["demo", "demos"],
  ["karaoke", "karaoke"],
  ["tribute", "a tribute"],
  ["commentary", "spoken"],
  ["rerecorded", "re-recorded"],
  ["soundtrack", "a soundtrack"],
];

/** Live against studio, remixes against originals. Returns whether that rules the candidate out. */
export function weighMarks(
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
  for (const [mark, name] of MARK_NAMES) {
    const theirs = titleMarks.has(mark) || typed.has(mark);
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
  weighCollection({ known, candidate, add }, title, titleMarks);
  return out;
}

/** Collections have other titles, but not always: types are less sure than "The Best of". */
function weighCollection(
  { known, candidate, add }: Weighing,
  title: TitleReadings,
  titleMarks: Set<TitleMark>,
): void {
  const typed = candidate.secondaryTypes.includes("Compilation");
  const [ours, theirs] = [title.marks.has("collection"), titleMarks.has("collection")];
  if (ours !== theirs && !(typed && ours)) {
    add("kind", -12, ours ? "No collection at MusicBrainz" : "A collection at MusicBrainz");
  } else if (typed && known.albumType === "compilation") add("kind", 3, "Both compilations");
  else if (typed) {
    add("kind", ours || saysLittle(title, known.artists) ? -1 : -6, "A compilation at MusicBrainz");
  }
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
  if (totalTracks === null) return known.tracks.length >= 5 ? ["album", "ep"] : [];
  return totalTracks <= 2 ? ["single"] : totalTracks <= 6 ? ["ep", "single", "album"] : ["album"];
}

const FORM_NAMES: Record<Form, string> = { album: "an album", ep: "an EP", single: "a single" };
const PRIMARY: Record<string, Form> = { Album: "album", EP: "ep", Single: "single" };

/** Returns whether an album stands against a single, which only equal track counts can make good. */
export function weighForm({ known, candidate, add }: Weighing, title: TitleReadings): boolean {
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
