import { deepEqual, equal } from "node:assert/strict";
import { albumTypeOf, firstRelease, genresByVotes, parseReleaseDate } from "./release_groups.ts";

const types: [string | null, string[], string | null][] = [
  ["Album", [], "album"],
  ["EP", [], "ep"],
  ["Single", ["Remix"], "single"],
  ["Album", ["Live"], "live"],
  ["Album", ["Compilation", "Live"], "live"],
  ["Album", ["Compilation", "Soundtrack"], "soundtrack"],
  ["Album", ["Compilation"], "compilation"],
  ["Album", ["Mixtape/Street"], "album"],
  ["Album", ["Audio drama"], "other"],
  ["Other", ["Audiobook"], "other"],
  ["Broadcast", [], "other"],
  [null, ["Live"], "live"],
  [null, [], null],
  ["Something new", [], null],
];

for (const [primary, secondary, type] of types) {
  Deno.test(`${[primary, ...secondary].join(" + ")} is ${type ?? "not known"}`, () => {
    equal(albumTypeOf(primary, secondary), type);
  });
}

const dates: [string, string, string | undefined][] = [
  ["1989", "1989-05-02", "1989-05-02"],
  ["1989-05-02", "1989", "1989-05-02"],
  ["1989-05", "1989-05-02", "1989-05-02"],
  ["2011-07-04", "1973", "1973"],
  ["1973", "2011-07-04", "1973"],
  ["1989-05-02", "1989-05-01", "1989-05-01"],
  ["", "1989", "1989"],
  ["1989", "", "1989"],
  ["", "", undefined],
];

for (const [known, told, expected] of dates) {
  Deno.test(`of “${known}” and “${told}” the first release is ${expected ?? "not known"}`, () => {
    deepEqual(
      firstRelease(parseReleaseDate(known), parseReleaseDate(told)),
      expected && parseReleaseDate(expected),
    );
  });
}

Deno.test("what is no date is not known", () => {
  for (
    const text of [
      "",
      "????",
      "0000",
      "1989-13",
      "1989-02-30",
      "1989-00-00",
      "89",
      "1989-5",
      "1989-05-02T00:00",
    ]
  ) {
    equal(parseReleaseDate(text), undefined, text);
  }
  deepEqual(parseReleaseDate("2000-02-29"), { date: "2000-02-29", precision: "day" });
});

Deno.test("genres stand by their votes, those voted down left out", () => {
  deepEqual(
    genresByVotes([
      { name: "idm", count: 2 },
      { name: "contemporary r&b", count: 2 },
      { name: "post-punk", count: 9 },
      { name: "country", count: 0 },
      { name: "polka", count: -1 },
    ]),
    ["Post-punk", "Contemporary R&B", "IDM"],
  );
});
