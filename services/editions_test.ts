import { deepEqual, equal } from "node:assert/strict";
import { bestEdition, type Edition, type EditionTrack, type KnownEdition, pairTracks } from "./editions.ts";

function edition(id: string, tracks: number | [string, number][], more: Partial<Edition> = {}): Edition {
  const media = typeof tracks === "number"
    ? [{ format: "CD", trackCount: tracks }]
    : tracks.map(([format, trackCount]) => ({ format, trackCount }));
  return { id, status: "Official", date: "1989-05-02", barcode: null, media, urls: [], ...more };
}

const nothing: KnownEdition = {
  releaseIds: [],
  barcodes: [],
  spotifyIds: [],
  totalTracks: null,
  leastTracks: 0,
};

const cases: [string, Edition[], Partial<KnownEdition>, string | undefined][] = [
  ["the one with as many tracks", [edition("a", 10), edition("b", 12)], { totalTracks: 12 }, "b"],
  ["none, when none has as many", [edition("a", 10), edition("b", 14)], { totalTracks: 12 }, undefined],
  ["the one that tags name, whatever it counts", [edition("a", 12), edition("b", 10)], {
    totalTracks: 12,
    releaseIds: ["b"],
  }, "b"],
  ["of two that are named the one that counts as many", [edition("a", 10), edition("b", 12)], {
    totalTracks: 12,
    releaseIds: ["a", "b"],
  }, "b"],
  [
    "the one with the barcode, leading zeroes or not",
    [
      edition("a", 12),
      edition("b", 13, { barcode: "0042283935327" }),
    ],
    { barcodes: ["42283935327"], totalTracks: 12 },
    "b",
  ],
  [
    "the one that Spotify's address is linked to",
    [
      edition("a", 12),
      edition("b", 12, { urls: ["https://open.spotify.com/album/6y"] }),
    ],
    { spotifyIds: ["6y"], totalTracks: 12 },
    "b",
  ],
  [
    "an official one before an earlier bootleg",
    [
      edition("a", 12, { status: "Bootleg", date: "1988" }),
      edition("b", 12),
    ],
    { totalTracks: 12 },
    "b",
  ],
  ["the first of several", [
    edition("a", 12, { date: "1999" }),
    edition("b", 12),
    edition("c", 12, { date: "" }),
  ], {
    totalTracks: 12,
  }, "b"],
  [
    "without a count the shortest that holds all files",
    [edition("a", 8), edition("b", 18), edition("c", 12)],
    {
      leastTracks: 9,
    },
    "c",
  ],
  ["a film on a bonus disc does not count", [edition("a", [["CD", 12], ["DVD-Video", 20]])], {
    totalTracks: 12,
  }, "a"],
  ["of an album that is a film all counts", [edition("a", [["DVD-Video", 20]])], { totalTracks: 20 }, "a"],
  ["nothing of nothing", [], { totalTracks: 12 }, undefined],
];

for (const [name, editions, known, expected] of cases) {
  Deno.test(`the edition of an album: ${name}`, () => {
    equal(bestEdition(editions, { ...nothing, ...known })?.id, expected);
  });
}

const track = (number: number, title: string, recordingId = `r${number}`): EditionTrack => ({
  disc: 1,
  number,
  title,
  durationMs: 200_000,
  recordingId,
});
const listed = (
  id: string,
  title: string,
  trackNumber: number | null = null,
  musicbrainzId: string | null = null,
) => ({
  id,
  title,
  trackNumber,
  discNumber: 1,
  musicbrainzId,
});

Deno.test("tracks are told by recording, by title however stores write it, and by place", () => {
  const pairs = pairTracks(
    [
      listed("a", "Lullaby - 2010 Remaster"),
      listed("b", "PLAINSONG"),
      listed("c", "Something else", 4),
      listed("d", "Renamed", null, "r5"),
      listed("e", "Pictures of You (feat. somebody)", 9),
      listed("f", "On another edition"),
    ],
    [
      track(1, "Plainsong"),
      track(2, "Pictures of You"),
      track(3, "Lullaby"),
      track(4, "Closedown"),
      track(5, "Untitled"),
      track(6, "Homesick"),
    ],
  );
  deepEqual(pairs.map(({ track, id }) => [track.number, id]), [
    [1, "b"],
    [2, "e"],
    [3, "a"],
    [4, "c"],
    [5, "d"],
    [6, null],
  ]);
});

Deno.test("of equal titles each is taken once, its place deciding", () => {
  const pairs = pairTracks([listed("a", "Untitled", 3), listed("b", "Untitled", 1)], [
    track(1, "Untitled"),
    track(2, "Untitled"),
    track(3, "Untitled"),
  ]);
  deepEqual(pairs.map(({ id }) => id), ["b", null, "a"]);
});
