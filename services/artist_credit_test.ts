import { deepStrictEqual } from "node:assert/strict";
import { creditLine, splitArtists } from "./artist_credit.ts";

Deno.test("a cell of artists is taken apart, but not inside a name", () => {
  const cases: [string, number, string[]][] = [
    ["Tyler, The Creator", 1, ["Tyler, The Creator"]],
    ["Tyler\\, The Creator, Frank Ocean", 2, ["Tyler, The Creator", "Frank Ocean"]],
    ["Tyler, The Creator, Frank Ocean", 2, ["Tyler, The Creator", "Frank Ocean"]],
    ["Tyler, The Creator;Frank Ocean", 2, ["Tyler, The Creator", "Frank Ocean"]],
    ["Big Boi,Killer Mike", 2, ["Big Boi", "Killer Mike"]],
    ["Big Boi, Killer Mike", 0, ["Big Boi", "Killer Mike"]],
    ["Fred Falke;Elohim;Oliver", 0, ["Fred Falke", "Elohim", "Oliver"]],
    ["Tyler, The Creator", 0, ["Tyler, The Creator"]],
    ["Earth, Wind & Fire", 0, ["Earth, Wind & Fire"]],
    ["Rick Rubin, Simon & Garfunkel", 0, ["Rick Rubin", "Simon & Garfunkel"]],
    ["The Weeknd, Daft Punk", 0, ["The Weeknd", "Daft Punk"]],
    ["坂本龍一", 0, ["坂本龍一"]],
    ["", 0, []],
  ];
  for (const [cell, addresses, names] of cases) deepStrictEqual(splitArtists(cell, addresses), names, cell);
});

Deno.test("a credit reads as it is printed", () => {
  deepStrictEqual([[], ["A"], ["A", "B"], ["A", "B", "C"]].map(creditLine), ["", "A", "A & B", "A, B & C"]);
});
