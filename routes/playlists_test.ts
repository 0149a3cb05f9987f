import assert from "node:assert/strict";
import { startFakeSpotify } from "../e2e/fakes/spotify.ts";
import { fakeAlbum, fakePlaylist, fakeUser, hoursAgo } from "../e2e/fakes/spotify_library.ts";
import { enqueue } from "../jobs/queue.ts";
import { jobs } from "../jobs/mod.ts";
import type { JobTable } from "../jobs/run.ts";
import { runUntilEmpty } from "../jobs/worker.ts";
import { connectAs } from "../services/spotify_testing.ts";
import { signedIn, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

/** A person with one list of five songs from two albums, a podcast and a list of somebody else. */
async function open() {
  const [one, two] = [fakeAlbum(1), fakeAlbum(2)];
  const track = (album: typeof one, index: number) => ({
    kind: "track" as const,
    addedAt: hoursAgo(index),
    track: { album, index },
  });
  const list = fakePlaylist(1, {
    name: "Late drive",
    items: [
      track(one, 0),
      track(two, 0),
      { kind: "episode", addedAt: null, id: "e1", name: "Talk", show: "A show" },
      track(two, 1),
      track(one, 4),
      track(two, 2),
    ],
  });
  const theirs = fakePlaylist(2, { name: "Discover archive", ownerId: "somebody" });
  const user = fakeUser("marta", {
    albums: [{ addedAt: hoursAgo(1), album: one }],
    tracks: [{ addedAt: hoursAgo(1), track: { album: one, index: 0 } }],
    playlists: [list, theirs],
  });
  const fake = startFakeSpotify({ users: [user] });
  const app = await testApp({ ...fake.env, SPOTIFY_INTERVAL_MS: "0", SPOTIFY_CLIENT_ID: fake.clientId });
  const { userId, cookie } = await signedIn(app);
  await connectAs(app, fake, userId);
  const read = async () => {
    await enqueue(app.sql, "spotify_sync", { userId });
    await runUntilEmpty(app, { jobs: { spotify_sync: jobs.spotify_sync as JobTable[string] } });
  };
  await read();
  const server = createServer(app);
  const get = async (path: string, headers = cookie) => {
    const response = await server.request(path, { headers });
    const markup = await response.text();
    return { status: response.status, markup, text: plain(markup) };
  };
  return {
    app,
    user,
    read,
    get,
    async id(name: string): Promise<string> {
      return (await app.sql`select id from playlists where name = ${name}`)[0].id;
    },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await fake[Symbol.asyncDispose]();
    },
  };
}

const plain = (markup: string) =>
  markup.replace(/^.*<main/s, "<main").replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

Deno.test("every list shows how much of it is owned, and why one cannot be read", async () => {
  await using opened = await open();
  const { app, get } = opened;
  await app.sql`update albums set ownership_status = 'owned' where title = 'Album 1'`;
  const { text } = await get("/playlists");
  assert.match(text, /Liked songs 1 of 1 track owned 100 % rolls up to 1 album/);
  assert.match(text, /Late drive 2 of 5 tracks owned 40 % read today/);
  assert.match(text, /Discover archive Spotify shows what is in a list only to its owner/);
});

Deno.test("a list shows its songs in order, what is missing, and which albums would bring it", async () => {
  await using opened = await open();
  const { app, get, id } = opened;
  const [song] = await app.sql`select t.id, t.album_id from tracks t where t.title = 'Song 1 of 1'`;
  await app.sql`
    insert into local_files (path, folder, size, mtime_ns, album_id, track_id)
    values ('a/1.flac', 'a', 1, 1, ${song.albumId}, ${song.id})`;
  await app.sql`update albums set ownership_status = 'partial', owned_tracks = 1 where title = 'Album 1'`;
  const path = `/playlists/${await id("Late drive")}`;
  const { text, markup } = await get(path);
  assert.match(text, /1 of 5 owned 20 % 4 of the 4 missing sit on 2 albums\./);
  assert.match(text, /1 Song 1 of 1 Artist 1 Album 1 Owned 3:00 2 Song 1 of 2 Artist 2 Album 2 Not owned/);
  assert.match(text, /3 Talk A show Podcast/);
  assert.match(text, /5 Song 5 of 1 Artist 1 Album 1 Not owned/);
  assert.match(text, /Albums that fill the gaps Album 2 Artist 2 3 tracks Album 1 Artist 1 1 track/);
  assert.match(text, /Want 2 albums/);
  assert.equal([...markup.matchAll(/name="album" value/g)].length, 2);
  const missing = (await get(`${path}?show=missing`)).text;
  assert.doesNotMatch(missing, /1 Song 1 of 1 /);
  assert.match(missing, /6 Song 3 of 2/);
  assert.match((await get(`${path}?show=owned`)).text, /1 Song 1 of 1/);
  assert.match((await get(`${path}?after=4`)).text, /6 Song 3 of 2/);
  assert.equal((await get(`${path}?show=some`)).status, 400);
  assert.match((await get("/playlists/liked")).text, /1 of 1 owned/);
});

Deno.test("lists are their owner's alone", async () => {
  await using opened = await open();
  const { app, get, id } = opened;
  const { cookie } = await signedIn(app, { username: "yuki", role: "member" });
  assert.equal((await get(`/playlists/${await id("Late drive")}`, cookie)).status, 404);
  assert.equal((await get("/playlists/liked", cookie)).status, 404);
  assert.match((await get("/playlists", cookie)).text, /No playlists yet.*Connect Spotify/);
  assert.equal((await get("/playlists/no-id", cookie)).status, 400);
});

Deno.test("what left Spotify is listed with its day, and stays", async () => {
  await using opened = await open();
  const { user, read, get } = opened;
  assert.match((await get("/removed")).text, /Nothing has left/);
  user.albums = [];
  user.tracks = [];
  user.playlists.splice(0, 1);
  await read();
  assert.match((await get("/playlists")).text, /3 left Spotify/);
  const { text } = await get("/removed");
  assert.match(text, /Saved album Album 1 Artist 1 left Spotify on today/);
  assert.match(text, /Liked song Song 1 of 1 Artist 1 left Spotify on today/);
  assert.match(text, /Playlist Late drive marta left Spotify on today/);
  const list = await opened.id("Late drive");
  assert.match((await get(`/playlists/${list}`)).text, /Left Spotify on today .*What was in it is kept/);
  assert.match((await get("/albums")).text, /Album 1/);
});
