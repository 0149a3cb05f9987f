/**
 * `deno task bench match_rules [FOLDER]`: how well the matching rules do over labelled albums, offline, beside the
 * rule "take the first hit with a score of 80 or more". Rules are written on one half of the albums; the other half
 * shows what they are worth. With `-v` the wrong ones are listed, with `-r` those left to a person.
 */
import { type Candidate, decide, type Decision } from "../services/album_matching.ts";
import { withTraps } from "./catalogue_traps.ts";
import { type LabelledAlbum, readLabelled } from "./labelled_albums.ts";
import { searchIn } from "./offline_search.ts";

type Judged = { album: LabelledAlbum; decision: Decision; naive: Candidate | undefined };

const folder = Deno.args.find((arg) => !arg.startsWith("-"));
const { albums, catalogue } = withTraps(await readLabelled(folder));
const search = searchIn(catalogue);
const started = performance.now();
const judged = albums.map((album): Judged => {
  const hits = search(`${album.known.artists.join(" ")} ${album.known.title}`, 60);
  return { album, decision: decide(album.known, hits), naive: hits[0] };
});
const perAlbum = (performance.now() - started) / albums.length;

console.log(
  `${albums.length} albums, ${catalogue.length} release groups, ${perAlbum.toFixed(1)} ms per album`,
);
for (
  const [name, some] of [
    ["written on", judged.filter(({ album }) => !album.heldOut)],
    ["held out", judged.filter(({ album }) => album.heldOut)],
  ] as const
) report(name, some);
const kinds = [...new Set(albums.map(({ kind }) => kind))];
console.table(
  Object.fromEntries(kinds.map((kind) => [kind, figures(judged.filter(({ album }) => album.kind === kind))])),
);
for (const one of judged) {
  const { outcome } = one.decision;
  if (
    Deno.args.includes("-v") && outcome === "matched" && !isRight(one.album, one.decision.ranked[0].candidate)
  ) show(one);
  if (Deno.args.includes("-r") && outcome !== "matched" && one.album.groupIds.length > 0) show(one);
}

function report(name: string, some: readonly Judged[]): void {
  const { accepted, wrong, precision } = figures(some);
  const naiveWrong = some.filter(({ album, naive }) => naive && !isRight(album, naive)).length;
  console.log(
    `${name}: ${some.length} albums, accepted ${accepted}, precision ${precision}, wrong ${wrong}; ` +
      `first hit: wrong ${naiveWrong}, precision ${percent(some.length - naiveWrong, some.length)}`,
  );
}

function figures(some: readonly Judged[]) {
  const matched = some.filter(({ decision }) => decision.outcome === "matched");
  const right = matched.filter(({ album, decision }) => isRight(album, decision.ranked[0].candidate)).length;
  const count = (reason: string) => some.filter(({ decision }) => decision.reason === reason).length;
  return {
    albums: some.length,
    accepted: percent(matched.length, some.filter(({ album }) => album.groupIds.length > 0).length),
    precision: percent(right, matched.length),
    wrong: matched.length - right,
    ties: count("tie"),
    doubts: count("low_confidence"),
    contradictions: count("contradiction"),
    nothing: count("nothing_found"),
  };
}

function isRight(album: LabelledAlbum, candidate: Candidate): boolean {
  return album.groupIds.includes(candidate.id);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : `${(100 * part / whole).toFixed(2)} %`;
}

function show({ album, decision }: Judged): void {
  const { artists, title, releaseDate, albumType, totalTracks } = album.known;
  console.log(
    `\n${decision.reason ?? "WRONG"} [${album.kind}] ${
      artists.join("; ")
    } | ${title} | ${releaseDate} ${albumType} ${totalTracks}`,
  );
  const right = decision.ranked.filter(({ candidate }) => isRight(album, candidate));
  for (const { candidate, score, evidence } of new Set([...decision.ranked.slice(0, 2), ...right])) {
    const { title, firstReleaseDate, primaryType, secondaryTypes, artistCredit } = candidate;
    const kind = [primaryType, ...secondaryTypes].join("+");
    console.log(
      `  ${isRight(album, candidate) ? "*" : " "} ${score} ${
        artistCredit[0].name
      } | ${title} | ${firstReleaseDate} ${kind}`,
    );
    console.log(`      ${evidence.map(({ weight, text }) => `${weight} ${text}`).join("; ")}`);
  }
}
