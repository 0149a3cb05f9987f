import { deepStrictEqual } from "node:assert/strict";
import { candidate, knownAlbum } from "./album_matching_testing.ts";
import { assignHits, searchForms } from "./album_search.ts";

const forms = (artist: string | string[], title: string) =>
  searchForms(knownAlbum(artist, title)).map(({ kind, artist, title }) => [kind, artist, title]);

Deno.test("an album is looked for in its own spelling, then in plainer ones", () => {
  deepStrictEqual(forms("The Cure", "Disintegration (Deluxe Edition) [2010 Remaster]"), [
    ["exact", "The Cure", "Disintegration"],
    ["normalised", "cure", "disintegration"],
    ["fuzzy", "cure", "disintegration"],
  ]);
  deepStrictEqual(forms("Björk feat. Arca", "Vulnicura: Strings - EP")[1], [
    "normalised",
    "bjork",
    "vulnicura",
  ]);
});

Deno.test("artists and titles that no search finds are left out", () => {
  deepStrictEqual(forms("Various Artists", "Trance Nation"), [
    ["exact", null, "Trance Nation"],
    ["normalised", null, "trance nation"],
    ["fuzzy", null, "trance nation"],
  ]);
  deepStrictEqual(forms("Sigur Rós", "( )")[0], ["exact", "Sigur Rós", null]);
  deepStrictEqual(forms("Various Artists", "( )"), []);
});

Deno.test("performers of a collection are also left out", () => {
  deepStrictEqual(forms(["Keira Knightley", "Adam Levine", "CeeLo Green"], "Begin Again").at(-1), [
    "normalised",
    null,
    "begin again",
  ]);
});

Deno.test("hits go to the albums they may be", () => {
  const [burial, can] = [
    knownAlbum("Burial", "Untrue"),
    knownAlbum("Can", "Tago Mago (40th Anniversary Edition)"),
  ];
  const hits = [
    candidate("1", "Can", "Tago Mago"),
    candidate("2", "Burial", "Untrue"),
    candidate("3", "Burial", "Kindred"),
    candidate("4", "Tribute Band", "Tago Mago"),
  ];
  deepStrictEqual(assignHits([burial, can], hits).map((found) => found.map(({ id }) => id)), [["2"], ["1"]]);
});
