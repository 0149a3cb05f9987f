import { ok, strictEqual } from "node:assert/strict";
import { decide } from "./album_matching.ts";
import { candidate, knownAlbum } from "./album_matching_testing.ts";

/** Everything but the title is equal. */
function decideByTitle(ours: string, theirs: string) {
  const known = knownAlbum("Somebody", ours, { releaseDate: "2009", albumType: "album", totalTracks: 10 });
  return decide(known, [candidate("it", "Somebody", theirs, { firstReleaseDate: "2009", tracks: 10 })]);
}

Deno.test("alike titles of different albums are never taken for each other", () => {
  const pairs = [
    ["Live at Leeds", "Live at Hull"],
    ["1984", "1989"],
    ["Blur", "Blur: The Best Of"],
    ["Thriller", "Thriller 25"],
    ["The Wall", "The Wall: Live in Berlin"],
    ["Metropolis", "Metropolis, Pt. 2: Scenes From a Memory"],
    ["Kill Bill Vol. 1 (Original Soundtrack)", "Kill Bill Vol. 2 (Original Soundtrack)"],
    ["Love", "Lover"],
    ["みんなアニメが好きだった-青盤-", "みんなアニメが好きだった-赤盤-"],
    ["主題歌集大全第一弾", "主題歌集大全第二弾"],
    ["Lost (Red Edition)", "Lost (Blue Edition)"],
    ["Songs From the West Coast", "Songs From the East Coast"],
    ["Absolution", "Absolution Box"],
    ["Kid A", "Kid A Mnesia"],
    ["TKOL RMX1", "TKOL RMX2"],
    ["Portrait, Volume 1", "Portrait, Volume 2"],
    ["Winter Live", "Winter"],
    ["Anthology 1", "Anthology 2"],
    ["Lullabies", "Lullaby"],
    ["BEST -赤-", "BEST -青-"],
    ["Season One", "Season Two"],
    ["Side A", "Side B"],
    ["Chapter I", "Chapter II"],
    ["Disc 1", "Disc 2"],
    ["Live in Tokyo", "Live in Kyoto"],
    ["Rock in Rio (Deluxe)", "Rock in Rio IV (Deluxe)"],
    ["Hello (Tiësto Remix)", "Hello (Guetta Remix)"],
    ["Hello (Radio Edit)", "Hello"],
    ["Red", "Red (Taylor's Version)"],
    ["Home Recordings", "Home Recordings II"],
    ["Alpha / Beta", "Alpha / Gamma"],
    ["In Session", "In Sessions 2"],
  ];
  for (const [ours, theirs] of pairs) {
    for (const { outcome, ranked } of [decideByTitle(ours, theirs), decideByTitle(theirs, ours)]) {
      const why = ranked[0].evidence.map(({ weight, text }) => `${weight} ${text}`).join("; ");
      ok(outcome !== "matched", `${ours} and ${theirs}: ${why}`);
    }
  }
});

Deno.test("titles of one album meet", () => {
  const pairs = [
    ["Ágætis byrjun (A Good Beginning - 20th Anniversary Edition)", "Ágætis byrjun"],
    ["RENAISSANCE", "RENAISSANCE"],
    ["4 (Expanded Edition)", "4"],
    ["1999 (Super Deluxe Edition)", "1999"],
    ["Harvest (50th Anniversary Edition)", "Harvest"],
    ["Elvis' Golden Records", "Elvis’ Golden Records"],
    ["Disintegration (Deluxe Edition [Remastered])", "Disintegration"],
    ["good kid, m.A.A.d city (Deluxe)", "good kid, m.A.A.d city"],
    ["Make It Big", "Make It Big"],
    ['"The Spaghetti Incident?"', "“The Spaghetti Incident?”"],
    ["The Best Of Sade", "The Best of Sade"],
    [
      "The Bootleg Series, Vols. 1-3 (Rare & Unreleased) 1961-1991",
      "The Bootleg Series, Volumes 1–3 (Rare & Unreleased) 1961–1991",
    ],
    ["Illmatic XX", "Illmatic XX"],
    ["The Joshua Tree (Deluxe)", "The Joshua Tree"],
    ["Born In The U.S.A.", "Born in the U.S.A."],
    ["Automatic For The People (25th Anniversary Edition)", "Automatic for the People"],
    ["Clandestino (Edición Bloody Border)", "Clandestino"],
    ["√ (Racine Carrée)", "√"],
    ["Tha Carter III (Deluxe Edition)", "Tha Carter III"],
    ["Turn On The Bright Lights: The Tenth Anniversary Edition (Remastered)", "Turn on the Bright Lights"],
    ["Made In the Dark (Bonus Tracks Version)", "Made in the Dark"],
    ["Selling England By The Pound (New Stereo Mix)", "Selling England by the Pound"],
    ["Red (40th Anniversary Series)", "Red"],
    ["Zombie (2022 Remastered Version)", "Zombie"],
    ["Ten (Deluxe Version)", "Ten"],
    ["Love Story (Japan Version)", "Love Story"],
    ["The Album (Standard Version)", "The Album"],
    ["Debut [Explicit Content]", "Debut"],
    ["Debut (U.S. Version)", "Debut"],
    ["Debut (Remastered 2021 / Expanded Edition)", "Debut"],
    ["Debut / Expanded Edition", "Debut"],
    ["Debut (International Deluxe)", "Debut"],
    ["Debut (Mono / Remastered)", "Debut"],
    ["Debut (Original Recording Remastered)", "Debut"],
    ["Debut (Re-Release)", "Debut"],
    ["Debut (Album Version)", "Debut"],
    ["Debut (2CD)", "Debut"],
    ["Debut (Apple Music Edition)", "Debut"],
  ];
  for (const [ours, theirs] of pairs) {
    strictEqual(decideByTitle(ours, theirs).outcome, "matched", `${ours} is ${theirs}`);
  }
});
