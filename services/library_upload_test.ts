import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { Failure } from "./errors.ts";
import { type Content, readAll, zipOf } from "./import_testing.ts";
import { isLikedName, playlistName } from "./upload_names.ts";

const LIBRARY = {
  tracks: [{ artist: "The Cure", album: "Disintegration", track: "Plainsong", uri: "spotify:track:t1" }],
  albums: [{ artist: "坂本龍一", album: "async", uri: "spotify:album:a1" }],
  shows: [{ name: "AntiCast", publisher: "Half Deaf", uri: "spotify:show:s1" }],
  episodes: [{ name: "One", show: "AntiCast", uri: "spotify:episode:e1" }],
  bannedTracks: [{ artist: "x", album: "y", track: "z", uri: "spotify:track:t9" }],
  artists: [{ name: "The Cure", uri: "spotify:artist:r1" }],
  other: [],
};
const PLAYLISTS = {
  playlists: [{
    name: "Зима",
    lastModifiedDate: "2023-05-01",
    description: "a &amp; b &#x2F; c&#39;s",
    numberOfFollowers: 0,
    collaborators: [],
    items: [
      {
        track: {
          trackName: "Группа крови",
          artistName: "Кино",
          albumName: "Группа крови",
          trackUri: "spotify:track:t2",
        },
        episode: null,
        audiobook: null,
        localTrack: null,
        addedDate: "2023-04-30",
      },
      {
        track: null,
        episode: { episodeName: "Pod", showName: "Show", episodeUri: "spotify:episode:e1" },
        localTrack: null,
      },
      {
        track: null,
        episode: null,
        localTrack: { uri: "spotify:local:Daft+Punk:Discovery:One%20More+Time:320" },
      },
      {
        track: { trackName: "Mine", artistName: "Me", albumName: "", trackUri: "spotify:local:Me::Mine:12" },
        episode: null,
      },
      { track: null, episode: null, audiobook: { audiobookName: "Emma" } },
      { track: null, episode: null, audiobook: null, localTrack: null },
      { track: { trackName: "Loose", artistName: "Someone", albumName: null, trackUri: null } },
    ],
  }, { name: "Empty", items: [], lastModifiedDate: "2020-01-01" }],
};
const play = (over: Record<string, unknown>) => ({
  ts: "2023-05-01T12:34:56Z",
  ms_played: 214000,
  master_metadata_track_name: "Creep",
  master_metadata_album_artist_name: "Radiohead",
  master_metadata_album_album_name: "Pablo Honey",
  spotify_track_uri: "spotify:track:t3",
  episode_name: null,
  spotify_episode_uri: null,
  ...over,
});

Deno.test("an export is read from any folder, in any language, with whatever lies beside", async () => {
  const zip = await zipOf({
    "Spotify-Kontodaten/deep/YourLibrary.json": LIBRARY,
    "Spotify-Kontodaten/Playlist1.json": PLAYLISTS,
    "Playlist2.json": { playlists: [] },
    "x/Streaming_History_Audio_2023_4.json": [
      play({}),
      play({ ts: "2023-05-02T00:00:00Z", ms_played: 29_999 }),
    ],
    "StreamingHistory_music_0.json": [{
      endTime: "2023-01-01 10:00",
      artistName: "a",
      trackName: "b",
      msPlayed: 1,
    }],
    "Userdata.json": { username: "marta" },
    "__MACOSX/._YourLibrary.json": "\0\0resource fork",
    "../../Playlist.txt": "climbs out",
    "inner.zip": await zipOf({ "YourLibrary.json": LIBRARY }),
  });
  const { entries, skipped, sources } = await readAll("my_spotify_data.zip", zip);
  deepStrictEqual(sources, ["export"]);
  deepStrictEqual(entries.map((entry) => entry.kind), [
    "liked_track",
    "saved_album",
    ...Array(7).fill("playlist_track"),
    "playlist",
    "playlist",
    "play",
  ]);
  deepStrictEqual(skipped, { episode: 3, local_file: 2, unreadable: 1, no_album: 1 });
});

Deno.test("songs, files, episodes and books of a playlist keep their place and their kind", async () => {
  const { entries } = await readAll("Playlist1.json", PLAYLISTS);
  const items = entries.flatMap((entry) => entry.kind === "playlist_track" ? [entry] : []);
  deepStrictEqual(
    items.map(({ index, item, track, artist, album }) => [index, item, track.title, artist, album?.title]),
    [
      [0, "track", "Группа крови", "Кино", "Группа крови"],
      [1, "episode", "Pod", "Show", undefined],
      [2, "local_file", "One More Time", "Daft Punk", "Discovery"],
      [3, "local_file", "Mine", "Me", undefined],
      [4, "audiobook", "Emma", undefined, undefined],
      [5, "removed", "", undefined, undefined],
      [6, "track", "Loose", "Someone", undefined],
    ],
  );
  strictEqual(items[0].addedAt?.toISOString(), "2023-04-30T00:00:00.000Z");
  const lists = entries.flatMap((entry) => entry.kind === "playlist" ? [entry] : []);
  deepStrictEqual(lists.map(({ list, name, description }) => [list, name, description]), [
    [0, "Зима", "a & b / c's"],
    [1, "Empty", undefined],
  ]);
});

Deno.test("exports without ids, with missing keys and nulls are read", async () => {
  const { entries, skipped } = await readAll("YourLibrary.json", {
    albums: [{ artist: "Zaz", album: "Zaz" }, { artist: null, album: "Nobody's" }, null, 7],
    tracks: [
      { artist: "Zaz", album: "Zaz", track: "Je veux", uri: null },
      { artist: "Zaz", album: null, track: "Loose" },
      { artist: "Me", album: "Tapes", track: "Demo", uri: "spotify:local:Me:Tapes:Demo:60" },
      { artist: "NUL", album: "a\0b", track: "c" },
      { artist: "Long", album: "x".repeat(501), track: "c" },
      { artist: ["list"], album: "x", track: "c" },
    ],
  });
  deepStrictEqual(entries, [
    { kind: "saved_album", album: { artist: "Zaz", title: "Zaz", spotifyId: undefined } },
    {
      kind: "liked_track",
      album: { artist: "Zaz", title: "Zaz" },
      track: { title: "Je veux", uri: undefined },
    },
  ]);
  deepStrictEqual(skipped, { unreadable: 6, no_album: 1, local_file: 1 });
});

Deno.test("plays count from 30 seconds on, and only those of songs", async () => {
  const { entries, skipped } = await readAll("Streaming_History_Audio_2023_4.json", [
    play({}),
    play({ ms_played: 30_000, ts: "2023-05-01T13:00:00Z" }),
    play({ ms_played: 12 }),
    play({ master_metadata_album_album_name: null }),
    play({ spotify_track_uri: null, episode_name: "Pod", spotify_episode_uri: "spotify:episode:e1" }),
    play({ ts: "yesterday" }),
    play({ ms_played: "long" }),
  ]);
  deepStrictEqual(entries.map((entry) => entry.kind === "play" && entry.msPlayed), [214_000, 30_000]);
  deepStrictEqual(skipped, { no_album: 1, episode: 1, unreadable: 2 });
});

Deno.test("a ten megabyte title costs its entry only", async () => {
  const albums = [{ artist: "A", album: "x".repeat(10_000_000) }, { artist: "B", album: "Fine" }];
  const { entries, skipped } = await readAll("YourLibrary.json", { albums });
  deepStrictEqual([entries.length, skipped], [1, { unreadable: 1 }]);
  const csv = `Track Name,Album Name,Artist Name(s)\nA,"${"x".repeat(10_000_000)}",B\nC,D,E\n`;
  const table = await readAll("liked.csv", csv);
  deepStrictEqual([table.entries.length, table.skipped], [1, { unreadable: 1 }]);
});

Deno.test("what cannot be imported is refused with a sentence that says why and where", async () => {
  const library = JSON.stringify(LIBRARY);
  const zip = await zipOf({ "YourLibrary.json": LIBRARY, "notes.txt": "hello" });
  const damaged = zip.slice();
  for (let i = 60; i < 90; i++) damaged[i] ^= 0x55;
  const cases: [string, Content, Failure["code"], RegExp][] = [
    ["a.zip", "", "invalid", /a\.zip is empty/],
    ["a.zip", zip.subarray(0, zip.length - 40).slice(), "invalid", /cut off/],
    ["a.zip", damaged, "invalid", /YourLibrary\.json in a\.zip is damaged/],
    [
      "a.zip",
      await zipOf({ "YourLibrary.json": LIBRARY }, { password: "x", zipCrypto: true }),
      "unprocessable",
      /password/,
    ],
    ["a.zip", await zipOf({ "YourLibrary.json": LIBRARY }, { password: "x" }), "unprocessable", /password/],
    [
      "p.zip",
      await zipOf({ "a/IMG_1.jpg": "x", "a/IMG_2.JPG": "y", "n.txt": "" }),
      "unprocessable",
      /This is not a Spotify export\. The ZIP holds photos, but no YourLibrary\.json\./,
    ],
    ["p.zip", await zipOf({}), "unprocessable", /holds nothing/],
    [
      "a.zip",
      await zipOf({ "YourLibrary.json": '{"albums": [\n {"artist": ]}' }),
      "invalid",
      /YourLibrary\.json in a\.zip is not valid JSON.*line 2, column 13/,
    ],
    ["YourLibrary.json", library.slice(0, 80), "invalid", /cut off/],
    ["YourLibrary.json", `${library} trailing`, "invalid", /unexpected “t” near line 1/],
    ["x.json", { friends: [], photos: [] }, "unprocessable", /found friends, photos/],
    ["x.json", "{}", "unprocessable", /found none/],
    ["x.json", "[1, 2]", "unprocessable", /not a file of a Spotify export/],
    ["x.json", [{ title: "a" }], "unprocessable", /found title/],
    ["x.json", { tracks: [{ title: "a", artist: { name: "b" } }] }, "unprocessable", /found tracks/],
    ["x.json", { playlists: [{ name: "a", tracks: [] }] }, "unprocessable", /found playlists/],
    [
      "Userdata.json",
      { username: "marta", email: "m@example.org" },
      "unprocessable",
      /found username, email/,
    ],
    [
      "StreamingHistory_music_0.json",
      [{ endTime: "2023-01-01 10:00", msPlayed: 1, artistName: "a", trackName: "b" }],
      "unprocessable",
      /names no albums.*extended streaming history/,
    ],
    ["x.json", "[".repeat(100) + "]".repeat(100), "invalid", /nested deeper than 64 levels/],
    [
      "x.json",
      `{"albums":[{"artist":"A","album":${'{"a":'.repeat(80)}1${"}".repeat(80)}}]}`,
      "invalid",
      /nested deeper/,
    ],
    [
      "x.json",
      `{"albums":[{"artist":"A","album":"${"x".repeat(34_000_000)}"}]}`,
      "invalid",
      /entry larger than 32 MB/,
    ],
    [
      "x.csv",
      "Name,Email\nMarta,m@example.org\n",
      "unprocessable",
      /needs the columns Track Name, Album Name, Artist Name\(s\); found Name, Email/,
    ],
    ["x.csv", "   \n\n", "unprocessable", /found none/],
    ["x.csv", "<!DOCTYPE html><html></html>", "unprocessable", /found <!DOCTYPE html>/],
    [
      "x.csv",
      'Track Name,Album Name,Artist Name(s)\na,b,c\n"d,e,f\n',
      "invalid",
      /cut off, or a quote.*line 3/,
    ],
    [
      "x.csv",
      new Uint8Array([0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00]),
      "invalid",
      /cannot be read as UTF-16 text/,
    ],
    [
      "x.csv",
      new Uint8Array([0x54, 0x00, 0x72, 0x00, 0x61, 0x00]),
      "invalid",
      /neither UTF-8 text nor UTF-16/,
    ],
    ["x.jpg", new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]), "invalid", /cannot be read as UTF-8 text/],
    ["x.bin", crypto.getRandomValues(new Uint8Array(5_000)), "invalid", /x\.bin/],
  ];
  for (const [filename, content, code, sentence] of cases) {
    await rejects(readAll(filename, content), (error) => {
      ok(error instanceof Failure, `${filename}: ${error}`);
      match(error.message, sentence);
      strictEqual(error.code, code, error.message);
      strictEqual(error.fields?.file, error.message);
      return true;
    });
  }
});

Deno.test("both generations of Exportify, and its table of albums, are read", async () => {
  const watsonbox =
    '"Track URI","Track Name","Artist URI(s)","Artist Name(s)","Album URI","Album Name","Album Artist URI(s)",' +
    '"Album Artist Name(s)","Album Release Date","Disc Number","Track Number","Track Duration (ms)","ISRC","Added At"\n' +
    '"spotify:track:t1","See You Again","spotify:artist:r1, spotify:artist:r2","Tyler\\, The Creator, Kali Uchis",' +
    '"spotify:album:a1","Flower Boy","spotify:artist:r1","Tyler, The Creator","2017-07","1","4","198093",' +
    '"UK4UP1300002","2020-07-19T09:24:39Z"\n';
  const { entries, sources } = await readAll("liked.csv", watsonbox);
  deepStrictEqual(sources, ["csv"]);
  deepStrictEqual(entries, [{
    kind: "liked_track",
    album: {
      artist: "Tyler, The Creator",
      title: "Flower Boy",
      spotifyId: "a1",
      artistSpotifyId: "r1",
      credit: "Tyler, The Creator",
      releaseDate: { date: "2017-07-01", precision: "month" },
      albumType: undefined,
      totalTracks: undefined,
    },
    track: {
      title: "See You Again",
      uri: "spotify:track:t1",
      trackNumber: 4,
      discNumber: 1,
      durationMs: 198093,
      isrc: "UK4UP1300002",
    },
    addedAt: new Date("2020-07-19T09:24:39Z"),
  }]);

  const net = "Track URI,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Added At\n" +
    'spotify:track:t1,"It\'s A Memory",It\'s A Memory,"Fred Falke;Elohim",2016-02-26,318786,1970-01-01T00:00:00Z\n' +
    "spotify:local:Me:Tapes:Demo:60,Demo,Tapes,Me,,60000,\n";
  const list = await readAll("road_trip (1).csv", net);
  deepStrictEqual(
    list.entries.map((entry) =>
      entry.kind === "playlist_track" ? [entry.item, entry.album?.artist, entry.artist, entry.addedAt] : entry
    ),
    [
      ["track", "Fred Falke", "Fred Falke, Elohim", undefined],
      ["local_file", "Me", "Me", undefined],
      { kind: "playlist", list: 0, name: "road trip" },
    ],
  );
  deepStrictEqual(list.skipped, { local_file: 1 });

  const albums = await readAll(
    "saved_albums.csv",
    '"Album URI","Album Name","Album Type","Album Artist URI(s)","Album Artist Name(s)","Album Release Date",' +
      '"Album Release Date Precision","Album Track Count","Saved At"\n' +
      '"spotify:album:a1","Mustt Mustt","album","spotify:artist:r1, spotify:artist:r2",' +
      '"Nusrat Fateh Ali Khan, Michael Brook","1990","year","9","2015-01-02T03:04:05Z"\n',
  );
  deepStrictEqual(albums.entries, [{
    kind: "saved_album",
    album: {
      artist: "Nusrat Fateh Ali Khan",
      title: "Mustt Mustt",
      spotifyId: "a1",
      artistSpotifyId: "r1",
      credit: "Nusrat Fateh Ali Khan & Michael Brook",
      releaseDate: { date: "1990-01-01", precision: "year" },
      albumType: "album",
      totalTracks: 9,
    },
    addedAt: new Date("2015-01-02T03:04:05Z"),
  }]);
});

Deno.test("a table is understood whatever its encoding, delimiter and language", async () => {
  const plain = "Track Name,Album Name,Artist Name(s)\r\nПачка сигарет,Звезда по имени Солнце,Кино\r\n";
  const utf16 = (text: string, little: boolean) => {
    const bytes = new Uint8Array(2 + text.length * 2);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, 0xfeff, little);
    for (let i = 0; i < text.length; i++) view.setUint16(2 + i * 2, text.charCodeAt(i), little);
    return bytes;
  };
  const german = '"Track-URI","Track-Name","Künstler-URI(s)","Künstlername(n)","Album-URI","Album-Name"\n' +
    '"spotify:track:t1","Пачка сигарет","spotify:artist:r1","Кино","spotify:album:a1","Звезда по имени Солнце"\n';
  const files: Content[] = [
    plain,
    `\ufeff${plain}`,
    utf16(plain, true),
    utf16(plain, false),
    plain.replaceAll(",", ";"),
    plain.replaceAll(",", "\t"),
    `\n${plain.replaceAll("\r\n", "\n").trimEnd()}`,
    german,
  ];
  for (const file of files) {
    const { entries } = await readAll("Liked Songs.csv", file);
    deepStrictEqual(
      entries.map((entry) =>
        entry.kind === "liked_track" && [entry.track.title, entry.album.title, entry.album.artist]
      ),
      [["Пачка сигарет", "Звезда по имени Солнце", "Кино"]],
    );
  }
  const json = await readAll("YourLibrary.json", utf16(JSON.stringify(LIBRARY), true));
  strictEqual(json.entries.length, 2);
});

Deno.test("a ZIP of Exportify's tables is read as tables", async () => {
  const table = "Track Name,Album Name,Artist Name(s)\na,b,c\n";
  const zip = await zipOf({
    "spotify_playlists/liked_songs.csv": table,
    "spotify_playlists/зима.csv": table,
  });
  const { entries, sources } = await readAll("spotify_playlists.zip", zip);
  deepStrictEqual(sources, ["csv"]);
  deepStrictEqual(entries.map((entry) => entry.kind).sort(), ["liked_track", "playlist", "playlist_track"]);
});

Deno.test("the name of a table tells liked songs from a playlist, unless said otherwise", async () => {
  const liked = [
    "liked.csv",
    "Liked Songs.csv",
    "liked_songs (2).csv",
    "Lieblingssongs.csv",
    "Titres likés.csv",
    "my_spotify_liked_songs_2024.csv",
    "お気に入りの曲.csv",
    "Beğenilen Şarkılar.csv",
    "C:\\Users\\m\\Liked.csv",
  ];
  const lists = ["road_trip.csv", "Зима.csv", "unliked.csv", "love songs.csv"];
  for (const name of liked) ok(isLikedName(name), name);
  for (const name of lists) ok(!isLikedName(name), name);
  strictEqual(playlistName("/tmp/road_trip (3).csv"), "road trip");
  const table = "Track Name,Album Name,Artist Name(s)\na,b,c\n";
  strictEqual((await readAll("liked.csv", table, { as: "playlist" })).entries[0].kind, "playlist_track");
  strictEqual((await readAll("зима.csv", table, { as: "liked" })).entries[0].kind, "liked_track");
});

const FIXTURES = new URL("../../shared/fixtures/spotify_export/", import.meta.url);
const here = await Deno.stat(FIXTURES).then(() => true, () => false);

Deno.test({
  name: `recorded exports are read${here ? "" : ": skipped, fixtures are not here"}`,
  ignore: !here,
  async fn() {
    const counts: Record<string, Record<string, number>> = {
      "diego__YourLibrary.json": { liked_track: 3, saved_album: 3 },
      "diego__Playlist1.json": { playlist: 2, playlist_track: 6 },
      "exportify__liked.csv": { liked_track: 1 },
    };
    for (const [file, expected] of Object.entries(counts)) {
      const { entries, skipped } = await readAll(
        file.split("__")[1],
        await Deno.readFile(new URL(file, FIXTURES)),
      );
      const found = Object.groupBy(entries, (entry) => entry.kind);
      const sizes = Object.entries(found).map(([kind, list]) => [kind, list.length] as const);
      deepStrictEqual(Object.fromEntries(sizes.toSorted()), expected);
      deepStrictEqual(skipped, {});
    }
  },
});
