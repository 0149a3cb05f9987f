import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { insertAlbum, insertUser } from "../db/testing.ts";
import {
  emptyLibrary,
  household,
  library,
  libraryState,
  likedCsv,
  plan,
  planAndApply,
  playlist,
  table,
  type Upload,
} from "./library_import_testing.ts";

Deno.test("six albums called Weezer stay six, and each song finds its own once a file tells", async () => {
  const ids = ["blue", "green", "red", "white", "teal", "black"];
  const saved = library(
    ids.map((id) => [id, "Weezer"]),
    ids.map((id) => [`t_${id}`, `Song of ${id}`, "Weezer"]),
  );
  const csv = likedCsv(ids.map((id) => [`t_${id}`, `Song of ${id}`, "Weezer", "Weezer", id]));
  const states = [];
  await using house = await household();
  for (const order of [[saved, csv], [csv, saved]]) {
    await emptyLibrary(house.app.sql);
    for (const [index, upload] of order.entries()) {
      await planAndApply(house.app, house.userId, upload);
      const albums = await house.app.sql`select spotify_id from albums where in_library order by spotify_id`;
      const named = albums.flatMap((album) => album.spotifyId ?? []);
      deepStrictEqual(named, ids.toSorted());
      // Until then the songs share one album without an id: whose they are, nobody can know.
      strictEqual(albums.length, index === 0 && upload === saved ? 7 : 6);
    }
    states.push(await libraryState(house.app.sql));
  }
  deepStrictEqual(states[0], states[1]);
  for (const album of states[0].albums) {
    deepStrictEqual(album.tracks.map((track: string[]) => track[1]), [`t_${album.spotifyId}`]);
    deepStrictEqual(album.entries, [
      ["liked_tracks", "csv", 1, "marta"],
      ["liked_tracks", "export", 1, "marta"],
      ["saved_album", "export", 0, "marta"],
    ]);
  }
});

Deno.test("several doors make one library, in whatever order they are used", async () => {
  const doors: Record<string, Upload[]> = {
    "an album without an id is the one with the id of its name": [
      library([], [["t1", "My Name Is Jonas", "Weezer"], ["t2", "No One Else", "Weezer"]]),
      likedCsv([["t1", "My Name Is Jonas", "Weezer", "Weezer", "blue"]]),
      playlist("p", [["t3", "Holiday", "Weezer"]]),
    ],
    "a saved one is preferred": [
      library([["red", "Weezer"]], [["t9", "Pork and Beans", "Weezer"]]),
      likedCsv([["t1", "Holiday", "Weezer", "Weezer", "blue"], [
        "t2",
        "Hash Pipe",
        "Weezer",
        "Weezer",
        "green",
      ]]),
      playlist("p", [["t9", "Pork and Beans", "Weezer"], ["t8", "Dreamin'", "Weezer"]]),
    ],
    "nothing stands out": [
      library([], [["t9", "Pork and Beans", "Weezer"], [null, "Untold", "Weezer"]]),
      likedCsv([["t1", "Holiday", "Weezer", "Weezer", "blue"]]),
      table("other.csv", [["t2", "Hash Pipe", "Weezer", "Weezer", "green"], [
        "t9",
        "Pork and Beans",
        "Weezer",
        "Weezer",
        "red",
      ]]),
    ],
    "exports of two ages": [
      library([[null, "Weezer"], [null, "Pinkerton"]], [[null, "Holiday", "Weezer"], [
        null,
        "El Scorcho",
        "Pinkerton",
      ]]),
      library([["blue", "Weezer"]], [["t1", "Holiday", "Weezer"], ["t5", "El Scorcho", "Pinkerton"]]),
      likedCsv([["t1", "Holiday", "Weezer", "Weezer", "blue"], [
        "t5",
        "El Scorcho",
        "Pinkerton",
        "Weezer",
        "pink",
      ]]),
    ],
    "an album only listed, then saved": [
      playlist("p", [["t1", "Holiday", "Weezer"]]),
      library([["blue", "Weezer"]]),
      likedCsv([["t2", "Hash Pipe", "Weezer", "Weezer", "green"]]),
    ],
  };
  await using house = await household();
  for (const [name, uploads] of Object.entries(doors)) {
    const states = [];
    for (const order of permutations(uploads)) {
      await emptyLibrary(house.app.sql);
      for (const upload of order) await planAndApply(house.app, house.userId, upload);
      states.push(await libraryState(house.app.sql));
    }
    for (const state of states) deepStrictEqual(state, states[0], name);
  }
});

function permutations<T>(items: T[]): T[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest])
  );
}

Deno.test("one song through two doors counts once, and each door is remembered", async () => {
  await using house = await household();
  const { app, userId } = house;
  await planAndApply(
    app,
    userId,
    library([["blue", "Weezer"]], [["t1", "Holiday", "Weezer"], [null, "Jonas", "Weezer"]]),
  );
  await planAndApply(
    app,
    userId,
    likedCsv([
      ["t1", "Holiday", "Weezer", "Weezer", "blue"],
      ["t2", "Jonas", "Weezer", "Weezer", "blue"],
      ["t3", "Only in Dreams", "Weezer", "Weezer", "blue"],
    ]),
  );
  const { albums, liked } = await libraryState(app.sql);
  deepStrictEqual(albums[0].entries, [
    ["liked_tracks", "csv", 3, "marta"],
    ["liked_tracks", "export", 3, "marta"],
    ["saved_album", "export", 0, "marta"],
  ]);
  deepStrictEqual(
    liked.map((song: Record<string, unknown>) => [song.title, song.spotifyId, song.doors]),
    [["Holiday", "t1", ["csv", "export"]], ["Jonas", "t2", ["csv", "export"]], ["Only in Dreams", "t3", [
      "csv",
    ]]],
  );
});

Deno.test("an album found on disk takes the id of the only album of its name", async () => {
  await using house = await household();
  const { app, userId } = house;
  const { id } = await insertAlbum(app.sql, {
    title: "Disintegration",
    artist: "The Cure",
    ownershipStatus: "owned",
    ownedTracks: 12,
  });
  await planAndApply(
    app,
    userId,
    library([["a1", "Disintegration", "Cure"]], [["t1", "Plainsong", "Disintegration", "The Cure"]]),
  );
  const albums = await app.sql`select id, spotify_id, ownership_status from albums`;
  deepStrictEqual(albums.map((album) => ({ ...album })), [{ id, spotifyId: "a1", ownershipStatus: "owned" }]);
});

Deno.test("an album on disk is not guessed to be one of several of its name", async () => {
  await using house = await household();
  const { app, userId } = house;
  const { id } = await insertAlbum(app.sql, {
    title: "Weezer",
    artist: "Weezer",
    ownershipStatus: "owned",
    ownedTracks: 10,
  });
  await planAndApply(app, userId, library([["blue", "Weezer"], ["green", "Weezer"]]));
  const albums = await app.sql`select id, spotify_id from albums order by spotify_id nulls first`;
  deepStrictEqual(albums.map((album) => album.spotifyId), [null, "blue", "green"]);
  strictEqual(albums[0].id, id);
});

Deno.test("two people of one household share albums, each with songs of their own", async () => {
  await using house = await household();
  const { app, userId } = house;
  const { id: other } = await insertUser(app.sql, { username: "jonas", role: "member" });
  await planAndApply(app, userId, library([["blue", "Weezer"]], [["t1", "Holiday", "Weezer"]]));
  const { plan: counts } = await plan(app, other, library([["blue", "Weezer"]], [["t2", "Jonas", "Weezer"]]));
  deepStrictEqual([counts.new_albums, counts.known_albums], [0, 1]);
  await planAndApply(app, other, library([["blue", "Weezer"]], [["t2", "Jonas", "Weezer"]]));
  const { albums } = await libraryState(app.sql);
  deepStrictEqual(albums.map((album: Record<string, unknown>) => album.entries), [[
    ["liked_tracks", "export", 1, "jonas"],
    ["liked_tracks", "export", 1, "marta"],
    ["saved_album", "export", 0, "jonas"],
    ["saved_album", "export", 0, "marta"],
  ]]);
});

Deno.test("plays are counted once and find their album whichever comes first", async () => {
  const history: Upload = [
    "Streaming_History_Audio_2023_1.json",
    [
      ...["2023-01-01T10:00:00Z", "2023-01-01T11:00:00Z", "2023-01-01T11:00:00Z"].map((ts) => ["t_blue", ts]),
      ["t_unknown", "2023-01-02T10:00:00Z"],
    ].map(([track, ts]) => ({
      ts,
      ms_played: 60_000,
      master_metadata_track_name: "Holiday",
      master_metadata_album_artist_name: "Weezer",
      master_metadata_album_album_name: "Weezer",
      spotify_track_uri: `spotify:track:${track}`,
    })),
  ];
  const csv = likedCsv([["t_blue", "Holiday", "Weezer", "Weezer", "blue"], [
    "t_green",
    "Hash Pipe",
    "Weezer",
    "Weezer",
    "green",
  ]]);
  await using house = await household();
  for (const order of [[history, csv, history], [csv, history, history]]) {
    await emptyLibrary(house.app.sql);
    for (const upload of order) await planAndApply(house.app, house.userId, upload);
    const albums = await house.app.sql`select spotify_id, play_count from albums order by spotify_id`;
    deepStrictEqual(albums.map((album) => [album.spotifyId, album.playCount]), [["blue", 2], ["green", 0]]);
  }
});
