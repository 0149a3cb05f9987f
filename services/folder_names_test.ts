import { deepEqual, equal, ok } from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { matchKey } from "../db/normalise.ts";
import { discOfFolder, readAlbumName, readFileName, readFolder } from "./folder_names.ts";

/** "artist | album | year | disc", empty where nothing is said. */
function said(reading: { artist?: string; album: string; year?: number; disc?: number } | undefined): string {
  return [reading?.artist, reading?.album, reading?.year, reading?.disc].map((part) => part ?? "").join(
    " | ",
  );
}

const folders: [string, string][] = [
  ["The Cure/Disintegration", "The Cure | Disintegration |  | "],
  ["Cure, The/Disintegration", "The Cure | Disintegration |  | "],
  ["Radiohead/1997 - OK Computer [FLAC]", "Radiohead | OK Computer | 1997 | "],
  ["Radiohead/(1997) OK Computer", "Radiohead | OK Computer | 1997 | "],
  ["Radiohead/[1997] - OK Computer", "Radiohead | OK Computer | 1997 | "],
  ["Radiohead/OK Computer (1997) [24bit-96kHz]", "Radiohead | OK Computer | 1997 | "],
  ["Radiohead/Radiohead - OK Computer (1997) [320]", "Radiohead | OK Computer | 1997 | "],
  ["Radiohead/Radiohead - 1997 - OK Computer", "Radiohead | OK Computer | 1997 | "],
  [
    "Radiohead/OK Computer (Deluxe Edition) (2017) {FLAC}",
    "Radiohead | OK Computer (Deluxe Edition) | 2017 | ",
  ],
  [
    "Radiohead/OK Computer (2017) (Deluxe Edition) [WEB]",
    "Radiohead | OK Computer (Deluxe Edition) | 2017 | ",
  ],
  ["Radiohead/OK Computer/CD1", "Radiohead | OK Computer |  | 1"],
  ["Radiohead/OK Computer/Disc 2", "Radiohead | OK Computer |  | 2"],
  ["Radiohead/OK Computer/Disk 03 - OKNOTOK", "Radiohead | OK Computer |  | 3"],
  ["Radiohead/OK Computer CD2", "Radiohead | OK Computer |  | 2"],
  ["Radiohead/OK Computer (Disc 1)", "Radiohead | OK Computer |  | 1"],
  ["Radiohead/OK Computer/OK Computer Disc 1", "Radiohead | OK Computer |  | 1"],
  ["FLAC (24bit-48kHz)/Jean Michel Jarre/Equinoxe Infinity", "Jean Michel Jarre | Equinoxe Infinity |  | "],
  ["Jean Michel Jarre/Equinoxe Infinity/FLAC (24bit-48kHz)", "Jean Michel Jarre | Equinoxe Infinity |  | "],
  ["Taylor Swift/1989", "Taylor Swift | 1989 |  | "],
  ["Death Grips/NO LOVE DEEP WEB", "Death Grips | NO LOVE DEEP WEB |  | "],
  ["Björk/Vespertine", "Björk | Vespertine |  | "],
  ["Marvin Gaye/Live - At the Palladium", "Marvin Gaye | Live - At the Palladium |  | "],
  ["Rock/Dire Straits - Alchemy (disc 1) (1984)", "Dire Straits | Alchemy | 1984 | 1"],
  ["Music/Mogwai - Young Team", "Mogwai | Young Team |  | "],
  ["Various Artists/Pulp Fiction", "Various Artists | Pulp Fiction |  | "],
  ["_Blues/Lonnie Mack", " | Lonnie Mack |  | "],
  ["Mogwai - Young Team", "Mogwai | Young Team |  | "],
  ["Young Team", " | Young Team |  | "],
  ["Vol. 1", " | Vol. 1 |  | "],
  [
    "David_Gray-The_Best_of_David_Gray-(Deluxe_Edition)-2CD-2016-MTD",
    "David Gray | The Best of David Gray | 2016 | ",
  ],
  ["New.Edition-One.Love-CD-FLAC-2017-MrFlac", "New Edition | One Love | 2017 | "],
  ["[2003]", " | [2003] | 2003 | "],
];

for (const [folder, expected] of folders) {
  Deno.test(`The folder ${folder} is read`, () => equal(said(readFolder(folder)[0]), expected));
}

Deno.test("An ambiguous folder has a second reading", () => {
  deepEqual(readFolder("Rock/Dire Straits - Alchemy (1984)").map(said), [
    "Dire Straits | Alchemy | 1984 | ",
    "Rock | Dire Straits - Alchemy | 1984 | ",
  ]);
  deepEqual(readFolder("flac").map(said), []);
});

const names: [string, { artist?: string; album?: string }, string][] = [
  ["01 - Plainsong.flac", {}, "1 Plainsong"],
  ["01. Plainsong.flac", {}, "1 Plainsong"],
  ["01 Plainsong.flac", {}, "1 Plainsong"],
  ["[01] Plainsong.flac", {}, "1 Plainsong"],
  ["1-03 Plainsong.m4a", {}, "1-3 Plainsong"],
  ["1-03. Plainsong.m4a", {}, "1-3 Plainsong"],
  ["1 - 03 - Plainsong.m4a", {}, "1-3 Plainsong"],
  ["2.11 Untitled.mp3", {}, "2-11 Untitled"],
  ["104 - Plainsong.mp3", {}, "1-4 Plainsong"],
  ["A1 Plainsong.flac", {}, "1-1 Plainsong"],
  ["B2. Lullaby.flac", {}, "2-2 Lullaby"],
  ["08. 65 doesn't understand you.mp3", {}, "8 65 doesn't understand you"],
  ["07 - 99 Problems.mp3", {}, "7 99 Problems"],
  ["99 Luftballons.mp3", {}, "99 Luftballons"],
  ["The Cure - Plainsong.mp3", { artist: "The Cure" }, " Plainsong"],
  ["The Cure - Plainsong.mp3", {}, " Plainsong"],
  ["The Cure - 01 - Plainsong.mp3", { artist: "The Cure" }, "1 Plainsong"],
  [
    "The Cure - Disintegration - 01 - Plainsong.mp3",
    { artist: "Cure", album: "Disintegration" },
    " The Cure - Disintegration - 01 - Plainsong",
  ],
  [
    "The Cure - Disintegration - 01 - Plainsong.mp3",
    { artist: "The Cure", album: "Disintegration" },
    "1 Plainsong",
  ],
  ["05-burial-night_bus.mp3", { artist: "Burial" }, "5 night bus"],
  ["Up-Tight.mp3", {}, " Up-Tight"],
  ["03 Anti-Hero.mp3", {}, "3 Anti-Hero"],
  ["Burial.mp3", { artist: "Burial" }, " Burial"],
  ["11.flac", {}, " 11"],
];

for (const [name, context, expected] of names) {
  Deno.test(`The file name ${name} is read${context.artist ? ` below ${context.artist}` : ""}`, () => {
    const { disc, number, title } = readFileName(name, context);
    equal(`${disc ? `${disc}-` : ""}${number ?? ""} ${title}`, expected);
  });
}

const fixtures = new URL("../../shared/fixtures/folder_names/", import.meta.url);
const here = await Deno.stat(fixtures).then(() => true, () => false);
const title = (text: string) => here ? text : `${text} (skipped, fixtures are not here)`;

function rows(file: string): Record<string, string>[] {
  return parse(Deno.readTextFileSync(new URL(file, fixtures)), { columns: true });
}

Deno.test({
  name: title("Folders of one disc are recognised as Jellyfin does it"),
  ignore: !here,
  fn() {
    for (const { folder, is_disc_folder } of rows("jellyfin_multidisc.csv")) {
      equal(String(discOfFolder(folder) !== undefined), is_disc_folder, folder);
    }
  },
});

Deno.test({
  name: title("A real collection's paths give artist and title"),
  ignore: !here,
  fn() {
    for (const row of rows("library_listing.csv")) {
      const parts = row.path.split("/");
      const [folder] = readFolder(parts.slice(0, -1).join("/"));
      equal(folder.artist, row.artist);
      equal(matchKey(readFileName(parts.at(-1)!, folder).title), matchKey(row.title_tag), row.path);
    }
  },
});

Deno.test({
  name: title("Release titles as they are shared: at least 14 are read, scene names included"),
  ignore: !here,
  fn() {
    const named = rows("lidarr_release_titles.csv").filter((row) =>
      row.artist && row.album && !row.is_discography
    );
    const core = (text: string) =>
      matchKey(text.replace(/\s*[[(][^)\]]*(?:deluxe|edition)[^)\]]*[\])]/i, ""));
    const read = named.filter((row) => {
      const reading = readAlbumName(row.release_title);
      return matchKey(reading.artist ?? "") === matchKey(row.artist) &&
        core(reading.album) === matchKey(row.album);
    });
    ok(read.length >= 14, `${read.length} of ${named.length}`);
  },
});
