import { deepEqual, equal, rejects } from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { readCover, readTags } from "./audio_tags.ts";
import { flacFile, m4aFile, mp3File, opusFile, testCover } from "./audio_testing.ts";

const RELEASE = "e7050302-74e6-42e4-aba0-09efd5d431d8";
const GROUP = "e00305af-1c72-469b-9a7c-6dc665ca9adc";
const RECORDING = "f151cb94-c909-46a8-ad99-fb77391abfb8";
const TRACK = "d062f484-253c-374b-85f7-89aab45551c7";
const ARTISTS = ["3fe817fc-966e-4ece-b00a-76be43e7e73c", "984f8239-8fe1-4683-9c54-10ffb14439e9"];

async function read(file: Uint8Array, extension = "bin") {
  const path = await Deno.makeTempFile({ suffix: `.${extension}` });
  try {
    await Deno.writeFile(path, file);
    return await readTags(path);
  } finally {
    await Deno.remove(path);
  }
}

const picard = {
  title: "Sinner's Prayer",
  artist: "Beth Hart & Joe Bonamassa",
  album: "Don't Explain",
  albumArtist: "Beth Hart & Joe Bonamassa",
  trackNumber: 1,
  trackTotal: 10,
  discNumber: 1,
  discTotal: 2,
  year: 2011,
  genres: ["Blues", "Soul"],
  compilation: null,
  barcode: "804879313915",
  isrc: "NLB931100460",
  musicbrainzReleaseGroupId: GROUP,
  musicbrainzReleaseId: RELEASE,
  musicbrainzRecordingId: RECORDING,
  musicbrainzTrackId: TRACK,
  musicbrainzAlbumArtistIds: ARTISTS,
};

const vorbis = {
  TITLE: picard.title,
  ARTIST: picard.artist,
  ALBUM: picard.album,
  ALBUMARTIST: picard.albumArtist,
  TRACKNUMBER: "1",
  TOTALTRACKS: "10",
  DISCNUMBER: "1",
  TOTALDISCS: "2",
  DATE: "2011-09-27",
  GENRE: picard.genres,
  BARCODE: picard.barcode,
  ISRC: [picard.isrc, "USMH51100098"],
  MUSICBRAINZ_RELEASEGROUPID: GROUP,
  MUSICBRAINZ_ALBUMID: RELEASE,
  MUSICBRAINZ_TRACKID: RECORDING,
  MUSICBRAINZ_RELEASETRACKID: TRACK,
  MUSICBRAINZ_ALBUMARTISTID: ARTISTS,
};

const id3 = {
  TIT2: picard.title,
  TPE1: picard.artist,
  TALB: picard.album,
  TPE2: picard.albumArtist,
  TRCK: "1/10",
  TPOS: "1/2",
  TCON: "Blues;Soul",
  TSRC: [picard.isrc, "USMH51100098"],
  "TXXX:BARCODE": picard.barcode,
  "TXXX:MusicBrainz Release Group Id": GROUP,
  "TXXX:MusicBrainz Album Id": RELEASE,
  "UFID:http://musicbrainz.org": RECORDING,
  "TXXX:MusicBrainz Release Track Id": TRACK,
  "TXXX:MusicBrainz Album Artist Id": ARTISTS,
};

const mp4 = {
  "©nam": picard.title,
  "©ART": picard.artist,
  "©alb": picard.album,
  aART: picard.albumArtist,
  trkn: "1/10",
  disk: "1/2",
  "©day": "2011-09-27T07:00:00Z",
  "©gen": picard.genres,
  BARCODE: picard.barcode,
  ISRC: [picard.isrc, "USMH51100098"],
  "MusicBrainz Release Group Id": GROUP,
  "MusicBrainz Album Id": RELEASE,
  "MusicBrainz Track Id": RECORDING,
  "MusicBrainz Release Track Id": TRACK,
  "MusicBrainz Album Artist Id": ARTISTS,
};

const cover = testCover();
const tagged: [string, Uint8Array, Record<string, unknown>][] = [
  ["FLAC", flacFile(vorbis, { cover, seconds: 3 }), { codec: "FLAC", lossless: true, durationMs: 3000 }],
  ["Opus", opusFile(vorbis, { cover, seconds: 3 }), { codec: "Opus", lossless: false, durationMs: 3000 }],
  ["MP3 with ID3v2.4", mp3File({ ...id3, TDRC: "2011-09-27" }, { cover }), {
    codec: "MP3",
    bitrate: 128_000,
  }],
  ["MP3 with ID3v2.3", mp3File({ ...id3, TYER: "2011" }, { cover, version: 3 }), {
    codec: "MP3",
    sampleRate: 44_100,
  }],
  ["M4A", m4aFile(mp4, { cover, seconds: 3 }), { codec: "AAC", durationMs: 3000, sampleRate: 44_100 }],
];

for (const [format, file, sound] of tagged) {
  Deno.test(`Picard's tags are read from ${format}, whatever the extension says`, async () => {
    const { hasCover, ...tags } = await read(file, "mp3");
    deepEqual({ ...tags, ...picard }, tags);
    deepEqual({ ...tags, ...sound }, tags);
    equal(hasCover, true);
  });

  Deno.test(`The cover is read from ${format}`, async () => {
    const path = await Deno.makeTempFile();
    await Deno.writeFile(path, file);
    deepEqual(await readCover(path), cover);
    await Deno.remove(path);
  });
}

Deno.test("No cover, no claim of one", async () => {
  for (const file of [flacFile(vorbis), opusFile(vorbis), mp3File(id3), m4aFile(mp4)]) {
    equal((await read(file)).hasCover, false);
  }
});

const vorbisCases: [string, Record<string, string | string[]>, Record<string, unknown>][] = [
  ["a record's sides are discs", { TRACKNUMBER: "B2" }, { trackNumber: 2, discNumber: 2 }],
  ["a side with a single track", { TRACKNUMBER: "A" }, { trackNumber: 1, discNumber: 1 }],
  ["number and total in one field", { TRACKNUMBER: "03/12" }, { trackNumber: 3, trackTotal: 12 }],
  ["track zero is no number", { TRACKNUMBER: "0" }, { trackNumber: null }],
  ["0000 is no year", { DATE: "0000" }, { year: null }],
  ["a date without month and day", { DATE: "2004-00-00" }, { year: 2004 }],
  ["a date in words", { DATE: "Oct 3, 1995" }, { year: 1995 }],
  ["the original date when there is no other", { DATE: "0000", ORIGINALDATE: "1971-05-01" }, { year: 1971 }],
  ["a bare YEAR", { YEAR: "2000" }, { year: 2000 }],
  ["UPC instead of BARCODE", { UPC: "0 77774 62672 9" }, { barcode: "077774626729" }],
  ["EAN instead of BARCODE", { EAN: "5099902894225" }, { barcode: "5099902894225" }],
  ["an empty barcode", { BARCODE: "", UPC: "none" }, { barcode: null }],
  ["ids that are none", { MUSICBRAINZ_ALBUMID: "unknown" }, { musicbrainzReleaseId: null }],
  ["ids in capitals", { MUSICBRAINZ_ALBUMID: RELEASE.toUpperCase() }, { musicbrainzReleaseId: RELEASE }],
  ["several artists: the first", { ARTIST: ["piman", "jzig"] }, { artist: "piman" }],
  ["ALBUM ARTIST with a space", { "ALBUM ARTIST": "Queen" }, { albumArtist: "Queen" }],
  ["a compilation", { COMPILATION: "1" }, { compilation: true }],
  ["no compilation", { COMPILATION: "0" }, { compilation: false }],
  ["NUL and control signs", { TITLE: " a\0b\n" }, { title: "a b" }],
  ["an endless title", { TITLE: "x".repeat(100_000) }, { title: "x".repeat(500) }],
];

for (const [name, tags, expected] of vorbisCases) {
  Deno.test(`Tags: ${name}`, async () => {
    const found = await read(flacFile(tags));
    deepEqual({ ...found, ...expected }, found);
  });
}

Deno.test("Tags: AC/DC stays one band in ID3v2.3", async () => {
  const { artist, albumArtist } = await read(mp3File({ TPE1: "AC/DC", TPE2: "AC/DC" }, { version: 3 }));
  deepEqual([artist, albumArtist], ["AC/DC", "AC/DC"]);
});

Deno.test("Tags: APEv2 comes before ID3v2, as in players", async () => {
  const { title, album } = await read(mp3File({ TIT2: "new", TALB: "Album" }, { ape: { Title: "old" } }));
  deepEqual([title, album], ["old", "Album"]);
});

Deno.test("Tags: a name that ID3v1 cut off is not taken for the album's", async () => {
  const v1 = { title: "Plainsong", artist: "The Cure", album: "The Distant And Mechanised Glow Of Eastern" };
  const { title, artist, album } = await read(mp3File(undefined, { v1 }));
  deepEqual([title, artist, album], ["Plainsong", "The Cure", null]);
});

const unreadable: [string, Uint8Array, RegExp][] = [
  ["empty", new Uint8Array(), /empty/],
  ["a text file", new TextEncoder().encode("not music ".repeat(500)), /not an audio file|no sound/],
  ["zeroes", new Uint8Array(100_000), /not an audio file|no sound/],
  ["a truncated M4A", m4aFile(mp4).subarray(0, 700), /damaged/],
  ["a truncated FLAC header", flacFile(vorbis).subarray(0, 60), /damaged|no sound/],
  ["tags without sound", mp3File(id3, { frames: 0 }), /no sound/],
];

for (const [name, file, reason] of unreadable) {
  Deno.test(`Unreadable: ${name}`, async () => {
    await rejects(
      read(file, "mp3"),
      (error: Error) => error.name === "UnreadableAudio" && reason.test(error.message),
    );
  });
}

Deno.test("A large file of zeroes is given up long before its end", async () => {
  const path = await Deno.makeTempFile({ suffix: ".mp3" });
  await Deno.truncate(path, 500 * 1024 * 1024);
  await rejects(readTags(path), {
    name: "UnreadableAudio",
    message: /More than 64 MB would have to be read/,
  });
  await Deno.remove(path);
});

Deno.test("A link in place of the file is not followed", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.writeFile(`${dir}/a.flac`, flacFile(vorbis));
  await Deno.symlink("a.flac", `${dir}/b.flac`);
  await rejects(readTags(`${dir}/b.flac`), { code: "ELOOP" });
  await Deno.remove(dir, { recursive: true });
});

const fixtures = new URL("../../shared/fixtures/local_audio/", import.meta.url);
const here = await Deno.stat(fixtures).then(() => true, () => false);

// Where another reader's list says something else, and why ours is meant.
const KNOWN_DIFFERENCES: Record<string, string[]> = {
  // A cover frame of zero bytes.
  "empty-picture-tag.mp3": ["picture"],
  // Its second ID3 tag has the picture.
  "id3-multi-02.mp3": ["picture"],
  // ID3v2.4 with ID3v2.2 frames: the ID3v1 part is the readable one.
  "issue-979.mp3": ["albumartist"],
  // TYER in ID3v2.4, against an ID3v1 year of 1337.
  "id3v1v2-combined.mp3": ["date"],
  "pr-544-id3v24.mp3": ["date", "duration_s"],
  // Headerless VBR: only decoding would tell.
  "outofbounds.mp3": ["duration_s"],
  // Several artists: the first.
  "silence-44-s.flac": ["artist"],
  "test-id3-rename-tags.mp3": ["artist"],
};

for (const folder of here ? [...Deno.readDirSync(fixtures)].map((entry) => entry.name) : ["real files"]) {
  Deno.test({
    name: here
      ? `The tags of ${folder} are as an independent reader finds them`
      : "Real files (skipped, fixtures are not here)",
    ignore: !here,
    async fn() {
      const rows = parse(Deno.readTextFileSync(new URL(`${folder}/tags.csv`, fixtures)), { columns: true });
      for (const row of rows as Record<string, string>[]) {
        if (row.error.endsWith("Error")) continue;
        const path = new URL(`${folder}/${row.file}`, fixtures).pathname;
        const tags = await readTags(decodeURIComponent(path));
        const skip = KNOWN_DIFFERENCES[row.file] ?? [];
        for (const [column, found, expected] of comparison(tags, row)) {
          if (!skip.includes(column)) equal(found, expected, `${row.file}: ${column}`);
        }
      }
    },
  });
}

type Row = Record<string, string>;

/** Numbers without totals, because the list has only what one field says. */
function comparison(tags: Awaited<ReturnType<typeof readTags>>, row: Row): [string, unknown, unknown][] {
  const first = (text: string) => text.split(/ ; |\//)[0];
  const number = (text: string) => Number(/^\d+/.exec(text)?.[0] ?? NaN) || null;
  const plain = (text: string | null) => (text ?? "").replace(/\s*\/\s*/g, "/");
  return [
    ["title", tags.title ?? "", row.title],
    ["artist", plain(tags.artist), plain(row.artist)],
    ["albumartist", tags.albumArtist ?? "", row.albumartist],
    ["album", tags.album ?? "", row.album],
    ["date", tags.year ?? 0, Number(/\d{4}/.exec(row.date)?.[0] ?? 0)],
    ["tracknumber", tags.trackNumber, number(row.tracknumber)],
    ["discnumber", tags.discNumber, number(row.discnumber) ?? tags.discNumber],
    ["isrc", tags.isrc ?? "", first(row.isrc)],
    ["barcode", tags.barcode ?? "", row.barcode],
    ["mb_release_group_id", tags.musicbrainzReleaseGroupId ?? "", row.mb_release_group_id],
    ["mb_release_id", tags.musicbrainzReleaseId ?? "", row.mb_release_id],
    ["mb_recording_id", tags.musicbrainzRecordingId ?? "", row.mb_recording_id],
    ["mb_track_id", tags.musicbrainzTrackId ?? "", row.mb_track_id],
    [
      "mb_album_artist_id",
      tags.musicbrainzAlbumArtistIds.join(),
      row.mb_album_artist_id.replace(/ ; |\//g, ","),
    ],
    ["picture", tags.hasCover ? "yes" : "", row.picture],
    ["duration_s", closeTo(tags.durationMs, row.duration_s) || row.error !== "", true],
  ];
}

function closeTo(durationMs: number | null, seconds: string): boolean {
  return Math.abs((durationMs ?? 0) / 1000 - Number(seconds)) < 0.1;
}
