import { deepEqual, equal } from "node:assert/strict";
import type { LocalFile } from "../db/local_files.ts";
import { albumKey, matchKey } from "../db/normalise.ts";
import { groupAlbums, shelfOf } from "./album_groups.ts";
import { plainTitle } from "./album_titles.ts";
import { type Candidate, matchGroup } from "./file_matching.ts";

const RELEASE = "e7050302-74e6-42e4-aba0-09efd5d431d8";
const OTHER_RELEASE = "f151cb94-c909-46a8-ad99-fb77391abfb8";
const GROUP = "e00305af-1c72-469b-9a7c-6dc665ca9adc";
const OTHER_GROUP = "84f508a9-beae-3e97-b59e-3a8886c6e901";

function file(facts: Partial<LocalFile> = {}): LocalFile {
  return {
    id: crypto.randomUUID(),
    path: `${facts.folder ?? "A/B"}/x.flac`,
    folder: "A/B",
    mtimeMs: 0,
    unreadable: null,
    codec: null,
    lossless: null,
    durationMs: null,
    hasCover: false,
    title: null,
    artist: "Radiohead",
    album: "OK Computer",
    albumArtist: null,
    trackNumber: null,
    trackTotal: null,
    discNumber: null,
    discTotal: null,
    year: null,
    genres: [],
    compilation: null,
    barcode: null,
    isrc: null,
    musicbrainzReleaseGroupId: null,
    musicbrainzReleaseId: null,
    musicbrainzRecordingId: null,
    musicbrainzTrackId: null,
    musicbrainzAlbumArtistIds: [],
    albumId: null,
    formerAlbumId: null,
    missing: false,
    ...facts,
  };
}

const songs = (titles: string, facts: Partial<LocalFile> = {}) =>
  titles.split(" ").map((title, i) => file({ title, trackNumber: i + 1, ...facts }));
const group = (files: LocalFile[]) => groupAlbums(files)[0];

function album(id: string, facts: Partial<Candidate> & { titleKeys?: string } = {}): Candidate {
  const title = facts.title ?? "OK Computer";
  const artistCredit = facts.artistCredit ?? "Radiohead";
  return {
    id,
    title,
    artistCredit,
    matchKey: albumKey(artistCredit, title),
    matchLocked: false,
    releaseGroupId: null,
    externalIds: [],
    year: null,
    totalTracks: null,
    titles: new Set(facts.titleKeys?.split(" ").map(matchKey)),
    ...facts,
  };
}

const shelves: [string, string][] = [
  ["Radiohead/OK Computer", "Radiohead/OK Computer"],
  ["Radiohead/OK Computer/CD1", "Radiohead/OK Computer"],
  ["Radiohead/OK Computer/Disc 02 - OKNOTOK", "Radiohead/OK Computer"],
  ["Radiohead/OK Computer/OK Computer CD2", "Radiohead/OK Computer"],
  ["Radiohead/OK Computer (Disc 1)", "Radiohead/ok computer\t"],
  ["Radiohead/OK Computer CD 2", "Radiohead/ok computer\t"],
  ["", ""],
];

Deno.test("Discs stand on the shelf of their album", () => {
  for (const [folder, shelf] of shelves) equal(shelfOf(folder), shelf, folder);
});

const groupings: [string, LocalFile[], string[]][] = [
  ["one album", songs("a b c"), ["Radiohead - OK Computer"]],
  ["two albums", [file(), file({ album: "Kid A" })], ["Radiohead - OK Computer", "Radiohead - Kid A"]],
  ["spelling does not part them", [file(), file({ album: "ok computer" })], ["Radiohead - OK Computer"]],
  ["disc names in the title do not part them", [
    file({ album: "OK Computer (Disc 1)" }),
    file({ album: "OK Computer CD2" }),
  ], ["Radiohead - OK Computer"]],
  ["a file without album joins the only one", [file(), file({ album: null })], ["Radiohead - OK Computer"]],
  ["the folder names what no tag does", [file({ album: null, artist: null, folder: "Muse/Showbiz" })], [
    "Muse - Showbiz",
  ]],
  ["an album artist on some of the files", [file({ albumArtist: "Radiohead" }), file()], [
    "Radiohead - OK Computer",
  ]],
  ["ids on some of the files", [file({ musicbrainzReleaseId: RELEASE }), file()], [
    "Radiohead - OK Computer",
  ]],
  ["two editions by their ids", [
    file({ musicbrainzReleaseId: RELEASE }),
    file({ musicbrainzReleaseId: OTHER_RELEASE }),
  ], ["Radiohead - OK Computer", "Radiohead - OK Computer"]],
  ["two editions of one release group", [
    file({ musicbrainzReleaseId: RELEASE, musicbrainzReleaseGroupId: GROUP }),
    file({ musicbrainzReleaseId: OTHER_RELEASE, musicbrainzReleaseGroupId: GROUP }),
  ], ["Radiohead - OK Computer"]],
  ["one title by two album artists", [
    file({ album: "Greatest Hits", albumArtist: "Queen" }),
    file({ album: "Greatest Hits", albumArtist: "ABBA" }),
  ], ["Queen - Greatest Hits", "ABBA - Greatest Hits"]],
  ["different artists, no album artist", [
    file({ artist: "A" }),
    file({ artist: "B" }),
    file({ artist: "C" }),
  ], [
    "Various Artists - OK Computer",
  ]],
  ["guests on some songs", [file(), file(), file({ artist: "Radiohead feat. PJ Harvey" })], [
    "Radiohead - OK Computer",
  ]],
  ["VA is Various Artists", [file({ albumArtist: "VA" })], ["Various Artists - OK Computer"]],
];

for (const [name, files, expected] of groupings) {
  Deno.test(`Grouping: ${name}`, () => {
    deepEqual(groupAlbums(files).map((group) => `${group.artist} - ${group.title}`), expected);
  });
}

const matches: [string, LocalFile[], Candidate[], string][] = [
  ["nothing is known", songs("a"), [], "new"],
  ["artist and title", songs("a"), [album("1")], "1"],
  ["The, case and accents do not matter", [file({ artist: "The Cüre" })], [
    album("1", { artistCredit: "CURE", title: "OK computer" }),
  ], "1"],
  ["the first of several artists", [file({ albumArtist: "Radiohead; Thom Yorke" })], [album("1")], "1"],
  ["the release group before the name", [file({ musicbrainzReleaseGroupId: GROUP })], [
    album("1"),
    album("2", { title: "OKNOTOK", releaseGroupId: GROUP }),
  ], "2"],
  ["the release before the name", [file({ musicbrainzReleaseId: RELEASE })], [
    album("1"),
    album("2", { title: "OKNOTOK", externalIds: [RELEASE] }),
  ], "2"],
  ["another release group is another album", [file({ musicbrainzReleaseGroupId: GROUP })], [
    album("1", { releaseGroupId: OTHER_GROUP }),
  ], "new"],
  ["the barcode, whatever its zeros", [file({ barcode: "724385522925" })], [
    album("1", { title: "Something", externalIds: ["0724385522925"] }),
  ], "1"],
  [
    "the album the files had before",
    [file({ albumId: "2" })],
    [album("1"), album("2", { title: "Renamed" })],
    "2",
  ],
  ["what a person matched, against any id", [file({ albumId: "2", musicbrainzReleaseGroupId: GROUP })], [
    album("1", { releaseGroupId: GROUP }),
    album("2", { matchLocked: true, releaseGroupId: OTHER_GROUP }),
  ], "2"],
  ["two of one name, nothing tells them apart", songs("a"), [album("1"), album("2")], "tie"],
  ["two of one name, the year tells", songs("a", { year: 1997 }), [
    album("1", { year: 1997 }),
    album("2", { year: 2017 }),
  ], "1"],
  ["two of one name, the tracks tell", songs("airbag lucky"), [
    album("1", { titleKeys: "fitter electioneering" }),
    album("2", { titleKeys: "lucky airbag" }),
  ], "2"],
  ["two of one name, the number of tracks tells", songs("a b c", { trackTotal: 3 }), [
    album("1", { totalTracks: 12 }),
    album("2", { totalTracks: 3 }),
  ], "2"],
  ["a full list of other songs", songs("a b c", { trackTotal: 3 }), [
    album("1", { totalTracks: 3, titleKeys: "x y z" }),
  ], "new"],
  ["the songs somebody likes are not among these few", songs("a b", { trackTotal: 12 }), [
    album("1", { titleKeys: "x" }),
  ], "1"],
  ["the songs somebody likes are not on this whole record", songs("a b c", { trackTotal: 3 }), [
    album("1", { titleKeys: "x y" }),
  ], "new"],
  ["a reissue of another year", songs("a", { year: 2009 }), [album("1", { year: 1997 })], "1"],
  ["named after the artist, of another year", songs("a", { year: 1994, album: "Radiohead" }), [
    album("1", { title: "Radiohead", year: 2001 }),
  ], "new"],
  ["an edition of it with the same songs", songs("a b", { album: "OK Computer (Deluxe Edition)" }), [
    album("1", { titleKeys: "a b" }),
  ], "1"],
  ["the plain album for a remaster of the same year", songs("a", { year: 1997 }), [
    album("1", { title: "OK Computer - 1997 Remaster", year: 1997 }),
  ], "1"],
  [
    "an edition without any evidence",
    songs("a"),
    [album("1", { title: "OK Computer (Deluxe Edition)" })],
    "new",
  ],
  ["another album that begins the same", songs("a"), [album("1", { title: "OK Computer Live" })], "new"],
];

for (const [name, files, candidates, expected] of matches) {
  Deno.test(`Matching files: ${name}`, () => {
    const match = matchGroup(group(files), candidates);
    equal(match.album?.id ?? ("tie" in match && match.tie ? "tie" : "new"), expected);
  });
}

Deno.test("The core of a title is without its edition", () => {
  const cases: [string, string][] = [
    ["OK Computer (Deluxe Edition)", "OK Computer"],
    ["Ten - 2009 Remaster", "Ten"],
    ["Abbey Road (Super Deluxe Edition)", "Abbey Road"],
    ["Kind of Blue (50th Anniversary Edition)", "Kind of Blue"],
    ["Rumours (Remastered)", "Rumours"],
    ["Deluxe", "Deluxe"],
    ["Version 2.0", "Version 2.0"],
  ];
  for (const [title, core] of cases) equal(plainTitle(title), core);
});
