import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type Candidate, decide, type Decision, type KnownAlbum, rescore } from "./album_matching.ts";
import { candidate, knownAlbum } from "./album_matching_testing.ts";
import { VARIOUS_ARTISTS } from "./artist_agreement.ts";

type Case = [name: string, known: KnownAlbum, candidates: Candidate[], result: string];

function outcome({ outcome, reason, ranked }: Decision): string {
  return outcome === "matched" ? ranked[0].candidate.id : reason!;
}

function check(cases: Case[]): void {
  for (const [name, known, candidates, result] of cases) {
    const decision = decide(known, candidates);
    const why = decision.ranked.slice(0, 3).map(({ candidate, score, evidence }) =>
      `${candidate.id} ${score}: ${evidence.map(({ weight, text }) => `${weight} ${text}`).join("; ")}`
    );
    strictEqual(outcome(decision), result, `${name}\n${why.join("\n")}`);
    deepStrictEqual(
      decide(known, candidates.toReversed()),
      decision,
      `${name}: the order of candidates does not matter`,
    );
  }
}

const various = {
  artistCredit: [{
    name: "Various Artists",
    joinphrase: "",
    artist: { id: VARIOUS_ARTISTS, name: "Various Artists", sortName: "Various Artists", aliases: [] },
  }],
};
const live = { secondaryTypes: ["Live"] };

Deno.test("editions, remasters and forms are the same album", () => {
  const titles = [
    "OK Computer",
    "OK Computer (Deluxe Edition)",
    "OK Computer (Collector's Edition)",
    "OK Computer - 2009 Remaster",
    "OK Computer [Remastered 2016]",
    "OK Computer: 20th Anniversary Edition",
    "OK Computer (Super Deluxe) [2017 Remaster]",
    "OK Computer Deluxe Edition",
    "OK Computer (Bonus Track Version)",
    "OK Computer (Explicit)",
    "OK Computer (2022 Mix)",
    "Ok  computer (Expanded)",
    "O.K. Computer",
  ];
  const there = [
    candidate("studio", "Radiohead", "OK Computer", { firstReleaseDate: "1997-05-21", tracks: 12 }),
    candidate("live", "Radiohead", "OK Computer (Live)", { ...live, firstReleaseDate: "1998" }),
    candidate("tribute", "Vitamin String Quartet", "OK Computer"),
    candidate("other", "Radiohead", "Kid A", { firstReleaseDate: "2000-10-02" }),
  ];
  check(titles.map((title) => [title, knownAlbum("Radiohead", title), there, "studio"]));
  const ep = candidate("ep", "Muse", "Muse", { primaryType: "EP", firstReleaseDate: "1998-05-11" });
  check(["Muse - EP", "Muse EP", "Muse (EP)"].map((title) => [title, knownAlbum("Muse", title), [ep], "ep"]));
  const single = candidate("single", "Radiohead", "Creep", { primaryType: "Single" });
  check([["single", knownAlbum("Radiohead", "Creep - Single"), [single], "single"]]);
});

Deno.test("what is recorded differently is another album", () => {
  const studio = candidate("studio", "Nirvana", "Bleach", { firstReleaseDate: "1989" });
  const there = [studio, candidate("live", "Nirvana", "Bleach", { ...live, firstReleaseDate: "2009" })];
  check([
    ["live is live", knownAlbum("Nirvana", "Bleach (Live)", { releaseDate: "2009" }), there, "live"],
    ["studio is studio", knownAlbum("Nirvana", "Bleach", { releaseDate: "1989" }), there, "studio"],
    ["live is not studio", knownAlbum("Nirvana", "Bleach (Live)"), [studio], "contradiction"],
    ["remixes are not it", knownAlbum("Nirvana", "Bleach (Remixes)"), [studio], "contradiction"],
    ["karaoke is not it", knownAlbum("Nirvana", "Bleach (Karaoke Version)"), [studio], "contradiction"],
    ["nor instrumentals", knownAlbum("Nirvana", "Bleach (Instrumentals)"), [studio], "contradiction"],
    ["nor a new recording", knownAlbum("Nirvana", "Bleach (Kurt's Version)"), [studio], "contradiction"],
  ]);
});

Deno.test("a single that shares its album's title is told by type and tracks", () => {
  const there = [
    candidate("album", "Portishead", "Glory Box", { firstReleaseDate: "1995", tracks: 11 }),
    candidate("single", "Portishead", "Glory Box", {
      primaryType: "Single",
      firstReleaseDate: "1995",
      tracks: 3,
    }),
  ];
  const listed = [1, 2, 3, 4, 5].map((n) => ({
    title: `Song ${n}`,
    artists: ["Portishead"],
    durationMs: null,
  }));
  const known = (more: Partial<KnownAlbum>) =>
    knownAlbum("Portishead", "Glory Box", { releaseDate: "1995", ...more });
  check([
    ["album", known({ albumType: "album", totalTracks: 11 }), there, "album"],
    ["single", known({ albumType: "single", totalTracks: 3 }), there, "single"],
    ["by tracks alone", known({ totalTracks: 11 }), there, "album"],
    ["by tracks on play lists", known({ tracks: listed }), there, "album"],
    ["nothing known", known({}), there, "tie"],
    [
      "album of which only the single is known",
      known({ albumType: "album", totalTracks: 11 }),
      [there[1]],
      "contradiction",
    ],
  ]);
});

Deno.test("spellings meet", () => {
  const pairs: [string | string[], string, string | string[], string][] = [
    ["Beatles", "Abbey Road", "The Beatles", "Abbey Road"],
    ["Simon and Garfunkel", "Bookends", "Simon & Garfunkel", "Bookends"],
    ["Florence + the Machine", "Lungs", "Florence and the Machine", "Lungs"],
    ["Guns N' Roses", "Use Your Illusion 1", "Guns N’ Roses", "Use Your Illusion I"],
    ["Muse", "Super-Go Volume 3", "Muse", "Super‐Go, Vol. III"],
    ["Led Zeppelin", "Led Zeppelin 4", "Led Zeppelin", "Led Zeppelin IV"],
    ["Chevelle", "Cowards, Part Two", "Chevelle", "Cowards, Pt. 2"],
    ["Three", "Three", "3", "3"],
    ["Sia", "Cheap Thrills (feat. Sean Paul)", "Sia", "Cheap Thrills"],
    [["Danger Mouse", "Black Thought"], "Cheat Codes", ["Black Thought", "Danger Mouse"], "Cheat Codes"],
    ["Black Thought & Danger Mouse", "Cheat Codes", ["Danger Mouse", "Black Thought"], "Cheat Codes"],
    ["Ed Sheeran", "÷", "Ed Sheeran", "÷"],
    ["Sigur Rós", "( )", "Sigur Rós", "()"],
    ["!!!", "Myth Takes", "!!!", "Myth Takes"],
    ["M.I.A.", "/\\/\\ /\\ Y /\\", "M.I.A.", "/\\/\\ /\\ Y /\\"],
    ["Commodores", "Commodores / Heroes", "Commodores", "Heroes / Commodores"],
    ["コバソロ", "コレクション", "コバソロ", "これくしょん"],
    ["于文文", "尚未界定", "于文文 (Kelly)", "尚未界定 (Undefined)"],
    ["air jordans", "Double Entendre", "air jordans™", "ダブル・ミーニング [Double Entendre]"],
    ["Jean Michel Jarre", "Musique pour Supermarché", "Jean‐Michel Jarre", "Musique pour supermarché"],
    ["Yellow & Co", "Rock 'n' Roll", "Yellow et Co", "Rock and Roll"],
    ["Prefuse 73", "One Word Extinguisher", "prefuse 73", "One Word Extinguisher"],
    ["Focus", "Focus: The Best Of", "Focus", "The Best of Focus"],
    ["Metallica", "72 Seasons", "Metallica", "Seventy‐Two Seasons"],
  ];
  for (const [artist, title, there, theirs] of pairs) {
    const known = knownAlbum(artist, title, { releaseDate: "2001" });
    check([[
      `${artist}: ${title}`,
      known,
      [candidate("it", there, theirs, { firstReleaseDate: "2001" })],
      "it",
    ]]);
  }
});

Deno.test("numbers tell volumes apart", () => {
  const titles = ["Vol. 1", "Vol. 2", "Vol. III", "Volume Four", "Pt. 1", "Pt. 2"];
  for (const [i, ours] of titles.entries()) {
    for (const [j, theirs] of titles.entries()) {
      const there = candidate("it", "Snow Strippers", `Night Killaz ${theirs}`, { firstReleaseDate: "2023" });
      const decision = decide(
        knownAlbum("Snow Strippers", `Night Killaz, ${ours}`, { releaseDate: "2023" }),
        [there],
      );
      strictEqual(decision.outcome === "matched", i === j, `${ours} and ${theirs}`);
    }
  }
});

Deno.test("artists are known by aliases and in other scripts", () => {
  const there = candidate("it", "安室奈美恵", "Finally", {
    sortName: "Amuro, Namie",
    firstReleaseDate: "2017-11-08",
  });
  const foreign = candidate("it", "結束バンド", "結束バンド", { firstReleaseDate: "2022-12-25" });
  check([
    ["sort name", knownAlbum("Namie Amuro", "Finally"), [there], "it"],
    ["alias", knownAlbum("Official HIGE DANdism", "Traveler"), [
      candidate("it", "Official髭男dism", "Traveler", { artistAliases: ["Official HIGE DANdism"] }),
    ], "it"],
    ["a title that is an alias", knownAlbum("David Bowie", "Blackstar", { releaseDate: "2016" }), [
      candidate("it", "David Bowie", "★", { aliases: ["Blackstar"], firstReleaseDate: "2016" }),
    ], "it"],
    ["a release in another script", knownAlbum("Ken Hirai", "Hitomi wo Tojite", { releaseDate: "2004" }), [
      candidate("it", "平井堅", "瞳をとじて", {
        sortName: "Hirai, Ken",
        firstReleaseDate: "2004",
        releases: [{
          id: "r",
          title: "Hitomi wo Tojite",
          date: null,
          barcode: null,
          trackCount: null,
          status: "Pseudo-Release",
        }],
      }),
    ], "it"],
    ["nothing to compare", knownAlbum("Kessoku Band", "Kessoku Band"), [foreign], "nothing_found"],
    [
      "nothing to compare but a link and the day",
      knownAlbum("Kessoku Band", "Kessoku Band", {
        releaseDate: "2022-12-25",
        albumType: "album",
        totalTracks: 14,
      }),
      [{ ...foreign, foundBy: ["spotify_link"] }],
      "it",
    ],
  ]);
});

Deno.test("the artist comes before the title", () => {
  const others = ["Rockabye Baby!", "Easy Star All-Stars", "Radiohalo", "On a Friday"]
    .map((artist, i) => candidate(`other ${i}`, artist, "OK Computer", { firstReleaseDate: "1997" }));
  check([[
    "equal titles by others",
    knownAlbum("Radiohead", "OK Computer", { releaseDate: "1997" }),
    others,
    "nothing_found",
  ]]);
});

Deno.test("artists of one name are told by year or by what was matched before", () => {
  const another = {
    artistCredit: [{
      name: "Sugar",
      joinphrase: "",
      artist: { id: "another", name: "Sugar", sortName: "Sugar", aliases: [] },
    }],
  };
  const there = [
    candidate("us", "Sugar", "Copper Blue", { firstReleaseDate: "1992" }),
    candidate("jp", "Sugar", "Copper Blue", { ...another, firstReleaseDate: "2005" }),
  ];
  const known = (more: Partial<KnownAlbum>) => knownAlbum("Sugar", "Copper Blue", more);
  check([
    ["nothing tells", known({}), there, "tie"],
    ["the year tells", known({ releaseDate: "1992" }), there, "us"],
    ["a year far from both", known({ releaseDate: "2012" }), there, "tie"],
    ["albums matched before tell", known({ learnedArtists: [{ id: "another", albums: 3 }] }), there, "jp"],
    ["the tags tell", known({ artistIds: ["another"] }), there, "jp"],
    [
      "another artist than the one in the library",
      known({ learnedArtists: [{ id: "another", albums: 1 }] }),
      [there[0]],
      "low_confidence",
    ],
  ]);
});

Deno.test("years may differ, but not where they are all there is", () => {
  const weezer = ["1994", "2001", "2008"].map((year) =>
    candidate(year, "Weezer", "Weezer", { firstReleaseDate: year })
  );
  const hits = candidate("hits", "Queen", "Greatest Hits", { firstReleaseDate: "1981" });
  check([
    ["off by one", knownAlbum("Can", "Tago Mago", { releaseDate: "1972" }), [
      candidate("it", "Can", "Tago Mago", { firstReleaseDate: "1971" }),
    ], "it"],
    ["a reissue", knownAlbum("Can", "Tago Mago (Remastered)", { releaseDate: "2004" }), [
      candidate("it", "Can", "Tago Mago", { firstReleaseDate: "1971" }),
    ], "it"],
    ["albums of one name", knownAlbum("Weezer", "Weezer", { releaseDate: "2008" }), weezer, "2008"],
    [
      "albums of one name, none of that year",
      knownAlbum("Weezer", "Weezer", { releaseDate: "2016" }),
      weezer,
      "low_confidence",
    ],
    ["albums of one name, no year", knownAlbum("Weezer", "Weezer"), weezer, "tie"],
    ["plain titles", knownAlbum("Queen", "Greatest Hits", { releaseDate: "1992" }), [hits], "low_confidence"],
    [
      "plain titles, right year",
      knownAlbum("Queen", "Greatest Hits", { releaseDate: "1981" }),
      [hits],
      "hits",
    ],
  ]);
});

Deno.test("various artists and soundtracks", () => {
  const ost = candidate("ost", "x", "Begin Again", {
    ...various,
    secondaryTypes: ["Soundtrack"],
    firstReleaseDate: "2014",
  });
  const title = "Begin Again (Music From and Inspired by the Original Motion Picture)";
  check([
    ["both various", knownAlbum("Various Artists", title, { releaseDate: "2014" }), [ost], "ost"],
    ["performers listed", knownAlbum(["Keira Knightley", "Adam Levine"], title, { releaseDate: "2014" }), [
      ost,
    ], "ost"],
    ["in another language", knownAlbum("Verschiedene Interpreten", "Trance Nation 99-1"), [
      candidate("it", "x", "Trance Nation 99-1", various),
    ], "it"],
    [
      "one performer's own album",
      knownAlbum("Adam Levine", "Begin Again", { releaseDate: "2014", albumType: "album" }),
      [ost],
      "low_confidence",
    ],
  ]);
});

Deno.test("subtitles and brackets need a year to agree", () => {
  const there = candidate("it", "Giant Giant Sand", "Tucson: A Country Rock Opera", {
    firstReleaseDate: "2012",
  });
  const wars = candidate("1977", "John Williams", "Star Wars", { firstReleaseDate: "1977" });
  check([
    ["year equal", knownAlbum("Giant Giant Sand", "Tucson", { releaseDate: "2012" }), [there], "it"],
    ["no year", knownAlbum("Giant Giant Sand", "Tucson"), [there], "low_confidence"],
    [
      "another film",
      knownAlbum("John Williams", "Star Wars: The Last Jedi", { releaseDate: "2017" }),
      [wars],
      "low_confidence",
    ],
  ]);
});

Deno.test("typing errors need more than the name", () => {
  const there = candidate("it", "Kesha", "Animal + Cannibal", { firstReleaseDate: "2010" });
  check([
    ["alone", knownAlbum("Kesha", "Animal + Canibal"), [there], "low_confidence"],
    ["with the year", knownAlbum("Kesha", "Animal + Canibal", { releaseDate: "2010" }), [there], "it"],
    ["in the artist", knownAlbum("Kehsa", "Animal + Cannibal", { releaseDate: "2010" }), [there], "it"],
    ["another place", knownAlbum("Kesha", "Live in Dublin", { releaseDate: "2010" }), [
      candidate("it", "Kesha", "Live in Berlin", { ...live, firstReleaseDate: "2010" }),
    ], "low_confidence"],
  ]);
});

Deno.test("ids decide, unless artist and title speak against them", () => {
  const album = candidate("album", "Burial", "Untrue", { firstReleaseDate: "2007-11-05" });
  const wrong = candidate("wrong", "Burial", "Kindred", { foundBy: ["spotify_link"], primaryType: "EP" });
  check([
    ["link", knownAlbum("Burial", "Untrue (Hyperdub 5)"), [{ ...album, foundBy: ["spotify_link"] }], "album"],
    ["barcode with zeros", knownAlbum("Burial", "Untrue", { barcodes: ["00666017171821"] }), [
      {
        ...album,
        releases: [{
          id: "r",
          title: "Untrue",
          date: null,
          barcode: "666017171821",
          trackCount: 13,
          status: null,
        }],
      },
    ], "album"],
    ["a wrong link", knownAlbum("Burial", "Untrue"), [wrong], "contradiction"],
    ["a wrong link beside the right title", knownAlbum("Burial", "Untrue"), [album, wrong], "contradiction"],
    [
      "tags that name another",
      knownAlbum("Burial", "Untrue", { releaseGroupIds: ["elsewhere"] }),
      [album],
      "contradiction",
    ],
    ["tags that name it", knownAlbum("Burial", "Untrue", { releaseGroupIds: ["album"] }), [album], "album"],
  ]);
});

Deno.test("nothing found is no match", () => {
  const decision = decide(knownAlbum("Burial", "Untrue"), []);
  deepStrictEqual(decision, { outcome: "no_match", reason: "nothing_found", ranked: [] });
});

Deno.test("stored candidates are scored again with a list of changes", () => {
  const known = knownAlbum("Burial", "Untrue", { releaseDate: "2007" });
  const it = candidate("it", "Burial", "Untrue", { firstReleaseDate: "2007" });
  const { decision, changes } = rescore(known, [{ candidate: it, score: 41 }]);
  strictEqual(decision.outcome, "matched");
  deepStrictEqual(changes.map(({ candidate, before, after }) => [candidate.id, before, after]), [[
    "it",
    41,
    98,
  ]]);
  deepStrictEqual(rescore(known, decision.ranked).changes, []);
});

Deno.test("evidence is said in words", () => {
  const there = candidate("it", "Radiohead", "OK Computer", { firstReleaseDate: "1997" });
  const known = knownAlbum("Radiohead", "OK Computer (Deluxe Edition)", {
    releaseDate: "1998",
    learnedArtists: [{ id: "artist Radiohead", albums: 3 }],
  });
  const texts = decide(known, [there]).ranked[0].evidence.map(({ text }) => text);
  for (
    const text of [
      "Artist equal: Radiohead",
      "Artist MBID known from 3 matched albums",
      "Edition “Deluxe Edition” of the same album: OK Computer",
      "Year 1998 vs 1997",
    ]
  ) ok(texts.includes(text), `${text} in ${texts.join(" | ")}`);
});
