import { deepEqual, equal } from "node:assert/strict";
import {
  decideOwnership,
  type FileFacts,
  type KnownTrack,
  type OwnershipFacts,
  trackList,
} from "./ownership.ts";

type Numbers = { of?: number; disc?: number; discs?: number };

function file(
  trackNumber: number | null,
  options: Numbers & { title?: string; unreadable?: boolean } = {},
): FileFacts {
  return {
    title: options.title ?? null,
    trackNumber,
    trackTotal: options.of ?? null,
    discNumber: options.disc ?? null,
    discTotal: options.discs ?? null,
    durationMs: 180_000,
    unreadable: options.unreadable ?? false,
  };
}

const files = (numbers: number[], options: Numbers = {}) => numbers.map((number) => file(number, options));
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const cases: [string, OwnershipFacts, string][] = [
  ["no files", { files: [] }, "not_owned 0/null"],
  ["no files, total known", { files: [], spotifyTracks: 12 }, "not_owned 0/12"],
  ["all of Spotify's tracks", { files: files(range(1, 12)), spotifyTracks: 12 }, "owned 12/12"],
  ["nine of twelve", { files: files(range(1, 9)), spotifyTracks: 12 }, "partial 9/12"],
  ["the release counts before Spotify", {
    files: files(range(1, 10)),
    releaseTracks: 10,
    spotifyTracks: 12,
  }, "owned 10/10"],
  ["totals from the tags", { files: files(range(1, 9), { of: 12 }) }, "partial 9/12"],
  ["totals from the tags, complete", { files: files(range(1, 12), { of: 12 }) }, "owned 12/12"],
  ["highest number, no gap", { files: files([1, 2, 3]) }, "owned 3/3"],
  ["highest number, a gap", { files: files([1, 2, 4]) }, "partial 3/4"],
  ["a single late track", { files: files([7]) }, "partial 1/7"],
  [
    "no numbers, nothing known",
    { files: [file(null, { title: "A" }), file(null, { title: "B" })] },
    "owned 2/null",
  ],
  ["no numbers, total known", { files: [file(null, { title: "A" })], spotifyTracks: 10 }, "partial 1/10"],
  ["totals per disc", {
    files: [...files(range(1, 9), { of: 9, disc: 1 }), ...files(range(1, 11), { of: 11, disc: 2 })],
  }, "owned 20/20"],
  ["a disc is incomplete", {
    files: [...files(range(1, 9), { of: 9, disc: 1 }), ...files(range(1, 5), { of: 11, disc: 2 })],
  }, "partial 14/20"],
  [
    "a disc is missing altogether",
    { files: files(range(1, 9), { of: 9, disc: 1, discs: 2 }) },
    "partial 9/10",
  ],
  ["numbers go on over the discs", {
    files: [...files(range(1, 12), { of: 24, disc: 1 }), ...files(range(13, 24), { of: 24, disc: 2 })],
  }, "owned 24/24"],
  ["numbers go on over the discs, without totals", {
    files: [...files(range(1, 12), { disc: 1 }), ...files(range(13, 24), { disc: 2 })],
    spotifyTracks: 24,
  }, "owned 24/24"],
  ["every disc carries the total of the set", {
    files: [...files(range(1, 12), { of: 24, disc: 1 }), ...files(range(1, 12), { of: 24, disc: 2 })],
  }, "owned 24/24"],
  [
    "bonus tracks do not fill a gap",
    { files: files([...range(1, 11), 13, 14]), spotifyTracks: 12 },
    "partial 11/12",
  ],
  ["a deluxe edition of a standard album", { files: files(range(1, 15)), spotifyTracks: 12 }, "owned 12/12"],
  ["a gap on one of two discs", {
    files: [...files([1, 2, 3, 5], { disc: 1 }), ...files(range(1, 6), { disc: 2 })],
    spotifyTracks: 10,
  }, "partial 9/10"],
  ["a hidden track 99", { files: files([...range(1, 12), 99]), spotifyTracks: 12 }, "owned 12/12"],
  ["disc and track in one number", { files: files([101, 102, 103, 201, 202]) }, "owned 5/5"],
  ["disc and track in one number, with a gap", { files: files([101, 103]) }, "partial 2/3"],
  [
    "an audio book of more than a hundred tracks",
    { files: files(range(1, 140), { of: 140 }) },
    "owned 140/140",
  ],
  ["the same tracks twice, as FLAC and MP3", {
    files: [...files(range(1, 6)), ...files(range(1, 6))],
    spotifyTracks: 12,
  }, "partial 6/12"],
  ["unreadable files do not count", {
    files: [...files(range(1, 11)), file(12, { unreadable: true })],
    spotifyTracks: 12,
  }, "partial 11/12"],
  ["only unreadable files", { files: [file(1, { unreadable: true })], spotifyTracks: 12 }, "not_owned 0/12"],
  ["only unreadable files, nothing known", { files: [file(1, { unreadable: true })] }, "not_owned 0/null"],
  ["Lidarr is at it", { files: [], spotifyTracks: 12, downloading: true }, "downloading 0/12"],
  ["Lidarr is at it, half is there", {
    files: files(range(1, 6)),
    spotifyTracks: 12,
    downloading: true,
  }, "downloading 6/12"],
  [
    "Lidarr is at it, all is there",
    { files: files(range(1, 12)), spotifyTracks: 12, downloading: true },
    "owned 12/12",
  ],
  ["a person said owned", { files: [], spotifyTracks: 12, decision: "owned" }, "owned 0/12"],
  ["a person said not owned", {
    files: files(range(1, 12)),
    spotifyTracks: 12,
    decision: "not_owned",
  }, "not_owned 12/12"],
];

for (const [name, facts, expected] of cases) {
  Deno.test(`Ownership: ${name}`, () => {
    const { status, ownedTracks, expectedTracks } = decideOwnership(facts);
    equal(`${status} ${ownedTracks}/${expectedTracks}`, expected);
  });
}

const known = (title: string, trackNumber: number | null, discNumber = 1): KnownTrack => ({
  title,
  trackNumber,
  discNumber,
  durationMs: null,
});
const shown = (tracks: KnownTrack[], files: FileFacts[], expected: number | null) =>
  trackList(tracks, files, expected).map((row) =>
    `${row.disc}-${row.number ?? "?"} ${row.title ?? "?"}${row.owned ? "" : " missing"}`
  );

Deno.test("The track list names what is missing when the catalogue knows it", () => {
  const tracks = [known("Plainsong", 1), known("Pictures of You", 2), known("Closedown", 3)];
  deepEqual(shown(tracks, [file(1, { title: "Plainsong" }), file(3)], 3), [
    "1-1 Plainsong",
    "1-2 Pictures of You missing",
    "1-3 Closedown",
  ]);
});

Deno.test("The track list shows missing numbers without a title", () => {
  deepEqual(shown([], [file(1, { title: "One" }), file(3, { title: "Three" })], 4), [
    "1-1 One",
    "1-2 ? missing",
    "1-3 Three",
    "1-4 ? missing",
  ]);
});

Deno.test("A liked song without a number meets its file by title", () => {
  deepEqual(shown([known("Lullaby", null)], [file(5, { title: "LULLABY" })], null).slice(-1), [
    "1-5 LULLABY",
  ]);
  deepEqual(shown([known("Lovesong", null)], [], null), ["1-? Lovesong missing"]);
});

Deno.test("The track list counts each disc by its own total", () => {
  const there = [...files([1, 3], { disc: 1, of: 3 }), ...files([1], { disc: 2, of: 2 })];
  deepEqual(shown([], there, 5), ["1-1 ?", "1-2 ? missing", "1-3 ?", "2-1 ?", "2-2 ? missing"]);
});

Deno.test("A missing disc is one line of its own", () => {
  deepEqual(shown([], files([1, 2], { of: 2, disc: 1, discs: 2 }), 3), ["1-1 ?", "1-2 ?", "2-? ? missing"]);
});

Deno.test("The track list of an album without files is what is expected of it", () => {
  deepEqual(shown([], [], 2), ["1-1 ? missing", "1-2 ? missing"]);
});
