import assert from "node:assert/strict";
import { replies, startFakeSpotify } from "../e2e/fakes/spotify.ts";
import {
  fakeAlbum,
  fakeId,
  fakeLibrary,
  fakePlaylist,
  fakeUser,
  hoursAgo,
} from "../e2e/fakes/spotify_library.ts";
import type { FakeUser } from "../e2e/fakes/spotify_library.ts";
import { insertUser } from "../db/testing.ts";
import { jobs } from "../jobs/mod.ts";
import type { JobTable } from "../jobs/run.ts";
import { runUntilEmpty } from "../jobs/worker.ts";
import { enqueue } from "../jobs/queue.ts";
import { connectAs, connectedAccount } from "./spotify_testing.ts";

type Change = Parameters<typeof startFakeSpotify>[0];

async function open(user: FakeUser, change: Change = {}) {
  const fake = startFakeSpotify({ users: [user], ...change });
  const household = await connectedAccount(fake);
  const { app, userId } = household;
  /** Asks for a reading, runs what there is to run, and returns the job and how many requests it took. */
  const sync = async (who = userId, now?: Date) => {
    const before = fake.seen.length;
    const { id } = await enqueue(app.sql, "spotify_sync", { userId: who });
    await runUntilEmpty(app, { now, jobs: { spotify_sync: jobs.spotify_sync as JobTable[string] } });
    const [job] = await app.sql`select * from jobs where id = ${id}`;
    return {
      job,
      requests: fake.seen.length - before,
      asked: fake.seen.slice(before).map(({ path }) => path),
    };
  };
  const albums = () =>
    app.sql`select a.*, r.name as artist, r.spotify_id as artist_spotify_id,
      (select json_agg(value order by value) from album_external_ids x where x.album_id = a.id and x.kind = 'barcode') as barcodes,
      (select json_agg(json_build_array(t.track_number, t.title, t.spotify_id, t.isrc) order by t.track_number, t.title)
        from tracks t where t.album_id = a.id) as tracks,
      (select json_agg(json_build_object('source', e.source, 'likes', e.liked_track_count, 'gone', e.removed_at is not null)
        order by e.source) from library_entries e where e.album_id = a.id) as entries
      from albums a join artists r on r.id = a.artist_id order by a.title`;
  const lists = () => app.sql`select * from playlists order by name`;
  const items = (name: string) =>
    app.sql`select i.*, a.title as album, t.spotify_id as song from playlist_tracks i
      join playlists p on p.id = i.playlist_id
      left join albums a on a.id = i.album_id left join tracks t on t.id = i.track_id
      where p.name = ${name} order by i.position`;
  return {
    fake,
    user,
    ...household,
    sync,
    albums,
    lists,
    items,
    async [Symbol.asyncDispose]() {
      await household[Symbol.asyncDispose]();
      await fake[Symbol.asyncDispose]();
    },
  };
}

const song = (album: ReturnType<typeof fakeAlbum>, index = 0) => ({ album, index });

Deno.test("saved albums arrive with their songs, barcode, picture and date", async () => {
  const album = fakeAlbum(1, {
    date: "1981-12",
    artists: [{ id: "a1", name: "Big Boi" }, { id: "a2", name: "Sleepy Brown" }],
  });
  await using opened = await open(
    fakeUser("marta", { albums: [{ addedAt: "2021-03-04T12:34:56Z", album }] }),
  );
  const { job } = await opened.sync();
  assert.equal(job.status, "completed");
  assert.equal(job.result.summary, "1 saved album, 0 liked songs, 0 playlists; 1 album new");
  const [stored] = await opened.albums();
  assert.equal(stored.artistCredit, "Big Boi & Sleepy Brown");
  assert.equal(stored.artistSpotifyId, "a1");
  assert.deepEqual([stored.releaseDate, stored.releaseDatePrecision], ["1981-12-01", "month"]);
  assert.deepEqual(stored.barcodes, ["00600000000001"]);
  assert.equal(stored.coverArtUrl, album.image);
  assert.equal(stored.addedAt.toISOString(), "2021-03-04T12:34:56.000Z");
  assert.deepEqual([stored.totalTracks, stored.inLibrary], [album.tracks.length, true]);
  assert.deepEqual(
    stored.tracks,
    album.tracks.map(({ name, id }, index) => [index + 1, name, id, null]),
  );
  assert.deepEqual(stored.entries, [{ source: "saved_album", likes: 0, gone: false }]);
  const asked = await opened.app.sql`select job_type from jobs where job_type <> 'spotify_sync'`;
  assert.ok(asked.some(({ jobType }) => jobType === "musicbrainz_match"));
  const events = await opened.app.sql`select kind, after from album_events`;
  assert.deepEqual(events.map(({ kind, after }) => [kind, after.door]), [["imported", "spotify"]]);
});

Deno.test("liked songs roll up to their albums; files of one's own and what Spotify cannot show do not", async () => {
  const album = fakeAlbum(1);
  const user = fakeUser("marta", {
    tracks: [
      { addedAt: hoursAgo(1), track: song(album, 0) },
      { addedAt: hoursAgo(2), track: song(album, 3) },
      { addedAt: hoursAgo(3), track: null },
      { addedAt: hoursAgo(4), track: song(fakeAlbum(9), 0), local: true },
    ],
  });
  await using opened = await open(user);
  const { job } = await opened.sync();
  assert.equal(job.status, "completed", job.errorMessage);
  const stored = await opened.albums();
  assert.deepEqual(stored.map(({ title, entries }) => [title, entries]), [
    ["Album 1", [{ source: "liked_tracks", likes: 2, gone: false }]],
  ]);
  assert.deepEqual(stored[0].tracks.map(([number]: [number]) => number), [1, 4]);
});

for (const world of ["2026", "2025"] as const) {
  Deno.test(`playlists keep their order and everything in them, in the world of ${world}`, async () => {
    const album = fakeAlbum(1);
    const list = fakePlaylist(1, {
      name: "Late drive",
      description: "a &amp; b",
      items: [
        { kind: "track", addedAt: hoursAgo(1), track: song(album, 2) },
        { kind: "removed", addedAt: null },
        { kind: "local", addedAt: hoursAgo(1), artist: "Me & I", album: "", title: "Demo 1", seconds: 61 },
        { kind: "episode", addedAt: hoursAgo(1), id: fakeId("episode", 1), name: "Talk", show: "A show" },
        ...Array.from({ length: 120 }, (_, n) => ({
          kind: "track" as const,
          addedAt: hoursAgo(n),
          track: song(fakeAlbum(n % 7), n % 5),
        })),
      ],
    });
    const foreign = fakePlaylist(2, { name: "Theirs", ownerId: "somebody", items: list.items.slice(0, 1) });
    const shared = fakePlaylist(3, {
      name: "Ours",
      ownerId: "somebody",
      collaborative: true,
      items: list.items.slice(0, 1),
    });
    await using opened = await open(fakeUser("marta", { playlists: [list, null, foreign, shared] }), {
      world,
    });
    const { job, asked } = await opened.sync();
    assert.equal(job.status, "completed", job.errorMessage);
    const items = await opened.items("Late drive");
    assert.deepEqual(items.map(({ position }) => position), list.items.map((_, n) => n));
    assert.deepEqual(
      items.slice(0, 4).map((
        { itemKind, title, artistName, album, song },
      ) => [itemKind, title, artistName, album, song]),
      [
        ["track", "Song 3 of 1", "Artist 1", "Album 1", album.tracks[2].id],
        ["removed", "", null, null, null],
        ["local_file", "Demo 1", "Me & I", null, null],
        ["episode", "Talk", "A show", null, null],
      ],
    );
    const reading = asked.filter((path) => path.startsWith("/v1/playlists/"));
    assert.equal(reading.length, world === "2026" ? 3 + 1 : 2 + 1 + 1);
    const stored = await opened.lists();
    assert.deepEqual(
      stored.map(({ name, description }) => [name, description]),
      [
        ["Late drive", "a & b"],
        ["Ours", ""],
        ["Theirs", ""],
      ].map(([name, text]) => [name, text || null]),
    );
    const theirs = stored[2];
    if (world === "2026") assert.match(theirs.unreadableReason, /only to its owner/);
    else assert.equal(theirs.unreadableReason, null);
    assert.equal(
      (await opened.albums()).every(({ inLibrary }) => !inLibrary),
      true,
      "playlists alone are on record",
    );
  });
}

Deno.test("an unchanged account costs four requests; news cost the pages they are on", async () => {
  const user = fakeLibrary("marta", { albums: 230, tracks: 170, playlists: 3, songsPerList: 60 });
  await using opened = await open(user);
  const first = await opened.sync();
  assert.equal(first.job.status, "completed", first.job.errorMessage);
  assert.equal(first.requests, 5 + 4 + 1 + 3 * 2);
  assert.equal((await opened.sync()).requests, 3);
  user.albums.unshift({ addedAt: hoursAgo(-1), album: fakeAlbum(5000) });
  const list = user.playlists[1]!;
  list.items.push({ kind: "track", addedAt: hoursAgo(-1), track: song(fakeAlbum(6000)) });
  list.snapshot = "changed";
  const { requests, job } = await opened.sync();
  assert.equal(requests, 2 + 1 + 1 + 2);
  assert.equal(job.result.new_albums, 1);
  assert.equal((await opened.items("List 1")).length, 61);
  assert.equal((await opened.sync()).requests, 3);
});

Deno.test("what is gone at Spotify is kept, marked with the day, and comes back", async () => {
  const user = fakeLibrary("marta", { albums: 60, tracks: 60, playlists: 2, songsPerList: 5 });
  await using opened = await open(user);
  await opened.sync();
  const [album] = user.albums.splice(55, 1);
  const [track] = user.tracks.splice(57, 1);
  const [list] = user.playlists.splice(1, 1);
  const { job } = await opened.sync();
  assert.equal(job.result.gone, 3);
  const gone = async () => {
    const [row] = await opened.app.sql`
      select (select count(*)::integer from library_entries where source = 'saved_album' and removed_at is not null) as albums,
        (select count(*)::integer from liked_tracks where removed_at is not null) as songs,
        (select count(*)::integer from playlists where removed_at is not null) as lists`;
    return { ...row };
  };
  assert.deepEqual(await gone(), { albums: 1, songs: 1, lists: 1 });
  const stored = (await opened.albums()).find(({ spotifyId }) => spotifyId === album.album!.id)!;
  assert.equal(stored.inLibrary, true);
  assert.equal((await opened.sync()).requests, 3, "what is gone is known by now");
  user.albums.unshift({ ...album, addedAt: hoursAgo(-2) });
  user.tracks.unshift({ ...track, addedAt: hoursAgo(-2) });
  user.playlists.push(list);
  await opened.sync();
  assert.deepEqual(await gone(), { albums: 0, songs: 0, lists: 0 });
  assert.equal((await opened.items(list!.name)).length, 5);
});

Deno.test("a list that moves while it is read marks nothing as gone", async () => {
  const user = fakeLibrary("marta", { albums: 160, tracks: 0, playlists: 0 });
  await using opened = await open(user);
  await opened.sync();
  const removed = user.albums.splice(10, 1);
  let moved = false;
  opened.fake.before = ({ path, query }) => {
    if (path !== "/v1/me/albums" || query.get("offset") !== "100" || moved) return;
    moved = true;
    user.albums.splice(0, 1);
  };
  const { job } = await opened.sync();
  assert.equal(job.result.gone, 0);
  assert.equal((await opened.sync()).job.result.gone, 2, `${removed.length} before, one meanwhile`);
});

Deno.test("an album that was taken down keeps what is known of it", async () => {
  const user = fakeLibrary("marta", { albums: 3, tracks: 0, playlists: 0 });
  await using opened = await open(user);
  await opened.sync();
  const before = await opened.albums();
  user.albums[1].album = { ...user.albums[1].album!, name: "" };
  await opened.app.sql`update spotify_sections set full_at = now() - interval '8 days'`;
  await opened.sync();
  const titles = (rows: typeof before) => rows.map(({ title, entries }) => [title, entries]);
  assert.deepEqual(titles(await opened.albums()), titles(before));
});

Deno.test("several people share one catalogue, each with an account", async () => {
  const user = fakeLibrary("marta", { albums: 5, tracks: 0, playlists: 0 });
  const yuki = fakeUser("yuki", { albums: user.albums.slice(2), tracks: [] });
  await using opened = await open(user, { users: [user, yuki] });
  const { id } = await insertUser(opened.app.sql, { username: "yuki", role: "member" });
  await connectAs(opened.app, opened.fake, id, "yuki");
  await opened.sync();
  await opened.sync(id);
  const stored = await opened.albums();
  assert.deepEqual(stored.map(({ entries }) => entries.length), [1, 1, 2, 2, 2]);
});

Deno.test("a pause is kept to, told, and reading goes on where it was", async () => {
  const user = fakeLibrary("marta", { albums: 120, tracks: 120, playlists: 1, songsPerList: 3 });
  await using opened = await open(user);
  const { fake, app } = opened;
  fake.before = ({ path, query }) => {
    if (path === "/v1/me/tracks" && query.get("offset") === "50") fake.fail(path, replies.quota(null));
  };
  const first = await opened.sync();
  assert.equal(first.job.status, "pending");
  const hours = (first.job.runAt.getTime() - Date.now()) / 3_600_000;
  assert.ok(hours > 23.9 && hours < 24.1, `${hours} hours`);
  assert.equal(
    (await opened.albums()).filter(({ inLibrary }) => inLibrary).length > 119,
    true,
    "what was read is there",
  );
  fake.before = undefined;
  const again = await opened.sync(undefined, first.job.runAt);
  assert.equal(again.requests, 0, "nobody tries meanwhile");
  await app.sql`update rate_budgets set blocked_until = now()`;
  const { job, asked } = await opened.sync(undefined, new Date(Date.now() + 3 * 86_400_000));
  assert.equal(job.status, "completed");
  assert.equal(asked.filter((path) => path === "/v1/me/albums").length, 0);
  assert.equal(asked.filter((path) => path === "/v1/me/tracks").length, 2);
});

Deno.test("a short pause is waited for, and trouble at Spotify tried again", async () => {
  const user = fakeLibrary("marta", { albums: 3, tracks: 3, playlists: 0 });
  await using opened = await open(user);
  opened.fake.fail("/v1/me/albums", replies.burst("1"));
  opened.fake.fail("/v1/me/tracks", replies.badGateway);
  const { job } = await opened.sync();
  assert.equal(job.status, "completed", job.errorMessage);
});

Deno.test("refusals are told in words, and the rest is read", async () => {
  const user = fakeLibrary("marta", { albums: 3, tracks: 3, playlists: 2, songsPerList: 2 });
  await using opened = await open(user);
  const { fake, app } = opened;
  fake.fail("/v1/me/tracks", {
    status: 403,
    body: { error: { status: 403, message: "Insufficient client scope" } },
  });
  fake.fail(`/v1/playlists/${user.playlists[0]!.id}/items`, { status: 404, body: "" });
  const { job } = await opened.sync();
  assert.equal(job.status, "completed");
  assert.match(job.result.summary, /1 playlist Spotify does not show/);
  const [section] = await app.sql`select section, trouble from spotify_sections where trouble is not null`;
  assert.equal(section.section, "tracks");
  assert.match(section.trouble, /Connect again/);
  const [first] = await opened.lists();
  assert.match(first.unreadableReason, /does not hand it out/);
  for (
    const [change, words] of [
      [() => fake.premium = false, /pays for Premium/],
      [() => (fake.premium = true, user.allowListed = false), /User Management/],
    ] as const
  ) {
    change();
    const refused = await opened.sync();
    assert.equal(refused.job.status, "failed");
    assert.match(refused.job.errorMessage, words);
    assert.equal(refused.requests, 1);
  }
  user.allowListed = true;
  fake.heal();
  assert.equal((await opened.sync()).job.status, "completed");
  const [account] = await app.sql`select trouble from spotify_accounts`;
  assert.equal(account.trouble, null);
});

Deno.test("a consent that ended meanwhile stops the reading with the reason, keeping what was read", async () => {
  const user = fakeLibrary("marta", { albums: 60, tracks: 60, playlists: 0 });
  await using opened = await open(user);
  opened.fake.before = ({ path }) => {
    if (path === "/v1/me/tracks") opened.fake.revoke("marta");
  };
  const { job } = await opened.sync();
  assert.equal(job.status, "failed");
  assert.match(job.errorMessage, /taken back.*Connect Spotify again/);
  assert.equal((await opened.albums()).length, 60);
});
