import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { insertAlbum, type TestAlbum } from "../db/testing.ts";
import { type FakeMusicBrainz, startMusicBrainz } from "../e2e/fakes/musicbrainz.ts";
import { type FakeCatalogue, mbid } from "../e2e/fakes/musicbrainz_catalogue.ts";
import { demoCatalogue } from "../e2e/fakes/musicbrainz_demo.ts";
import { Failure } from "./errors.ts";
import { matchAlbums, type MatchContext } from "./musicbrainz_matching.ts";
import { type TestApp, testApp } from "./testing.ts";

/** The program before a MusicBrainz with the demo catalogue, or another. */
async function library(catalogue: FakeCatalogue = demoCatalogue()) {
  const fake = startMusicBrainz(catalogue);
  const app = await testApp({ MUSICBRAINZ_URL: fake.url, MUSICBRAINZ_INTERVAL_MS: "0" });
  return {
    fake,
    app,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await fake[Symbol.asyncDispose]();
    },
  };
}

/** A job's context; `dieAfter`: the commit after which the process is gone. */
function context(app: TestApp, dieAfter = Infinity): MatchContext {
  let commits = 0;
  return {
    signal: new AbortController().signal,
    job: { checkpoint: undefined },
    async commit(work) {
      if (commits++ === dieAfter) throw new Error("killed");
      await app.sql.begin((tx) => work(tx));
    },
  };
}

async function statusOf(app: TestApp, id: string) {
  const [row] = await app.sql<{ status: string; reason: string | null; group: string | null }[]>`
    select match_status as status, match_reason as reason, musicbrainz_release_group_id as group
    from albums where id = ${id}`;
  return { ...row };
}

const pathsOf = (fake: FakeMusicBrainz) =>
  fake.requests.map(({ path }) => decodeURIComponent(path.replaceAll("+", " ")));

const cure = mbid("artist", "The Cure", "");
const disintegration = mbid("release-group", cure, "Disintegration", "1989-05-02");
const spotifyId = "0000000000000000000001";

Deno.test("a Spotify link leads to its release group in two requests", async () => {
  await using house = await library();
  const { app, fake } = house;
  const { id } = await insertAlbum(app.sql, { title: "Disintegration (Deluxe Edition)", spotifyId });
  const result = await matchAlbums(app, {}, context(app));
  deepStrictEqual([result.matched, result.summary], [1, "1 matched"]);
  deepStrictEqual(await statusOf(app, id), { status: "matched", reason: null, group: disintegration });
  strictEqual(fake.requests.length, 2);
});

Deno.test("albums of any script are found together in one search, and nobody else's of the same name", async () => {
  await using house = await library();
  const { app, fake } = house;
  const albums = [["The Cure", "Disintegration"], ["Boards of Canada", "Music Has The Right To Children"], [
    "Кино",
    "Группа крови",
  ], ["坂本龍一", "async"]];
  for (const [artist, title] of albums) await insertAlbum(app.sql, { artist, title });
  strictEqual((await matchAlbums(app, {}, context(app))).matched, 4);
  strictEqual(fake.requests.length, 1);
});

Deno.test("an artist known by another name is found by that name", async () => {
  await using house = await library();
  const { app, fake } = house;
  const { id } = await insertAlbum(app.sql, { artist: "Ryuichi Sakamoto", title: "async" });
  await matchAlbums(app, {}, context(app));
  strictEqual((await statusOf(app, id)).status, "matched", pathsOf(fake).join("\n"));
});

Deno.test("albums of one artist and title are told apart by their tracks", async () => {
  const weezer = { id: mbid("artist", "Weezer"), name: "Weezer" };
  const group = (colour: string, tracks: number) => ({
    id: mbid("release-group", colour),
    title: "The Kitchen Tapes",
    disambiguation: `${colour} album`,
    credit: [{ artistId: weezer.id }],
    primaryType: "Album" as const,
    releases: [{ id: mbid("release", colour), trackCounts: [tracks] }],
  });
  await using house = await library({
    artists: [weezer],
    releaseGroups: [group("Blue", 10), group("Teal", 22)],
  });
  const { app, fake } = house;
  const { id } = await insertAlbum(app.sql, {
    artist: "Weezer",
    title: "The Kitchen Tapes",
    totalTracks: 22,
  });
  await matchAlbums(app, {}, context(app));
  deepStrictEqual((await statusOf(app, id)).group, mbid("release-group", "Teal"), pathsOf(fake).join("\n"));
  const unsure = await insertAlbum(app.sql, { artist: "Weezer", title: "The Kitchen Tapes" });
  await matchAlbums(app, {}, context(app));
  deepStrictEqual((await statusOf(app, unsure.id)).reason, "tie");
});

Deno.test("what is nowhere is looked for again in a week; until then nothing is asked", async () => {
  await using house = await library();
  const { app, fake } = house;
  const { id } = await insertAlbum(app.sql, { artist: "Home Band", title: "First Tape" });
  strictEqual((await matchAlbums(app, {}, context(app))).notFound, 1);
  deepStrictEqual((await statusOf(app, id)).reason, "nothing_found");
  const [{ days, attempts }] = await app.sql<{ days: number; attempts: number }[]>`
    select round(extract(epoch from next_match_at - now()) / 86400)::integer as days, match_attempts as attempts
    from albums where id = ${id}`;
  deepStrictEqual([days, attempts], [7, 1]);
  const asked = fake.requests.length;
  strictEqual((await matchAlbums(app, {}, context(app))).total, 0);
  strictEqual(fake.requests.length, asked);
  await app.sql`update albums set next_match_at = now()`;
  await matchAlbums(app, {}, context(app));
  ok(fake.requests.length > asked);
});

Deno.test("a person's decision is never touched, whoever asks", async () => {
  await using house = await library();
  const { app, fake } = house;
  const { id } = await insertAlbum(app.sql);
  await app.sql`update albums set match_locked = true where id = ${id}`;
  await matchAlbums(app, {}, context(app));
  await matchAlbums(app, { albumId: id }, context(app));
  strictEqual(fake.requests.length, 0);
});

Deno.test("a run that dies anywhere goes on where it was and asks nothing twice", async () => {
  for (let dieAfter = 0; dieAfter < 6; dieAfter++) {
    await using house = await library();
    const { app, fake } = house;
    const albums: TestAlbum[] = [{ spotifyId }, { artist: "Ryuichi Sakamoto", title: "async" }, {
      artist: "Home Band",
      title: "First Tape",
    }, { artist: "Burial", title: "Untrue" }];
    for (const album of albums) await insertAlbum(app.sql, album);
    await matchAlbums(app, {}, context(app, dieAfter)).catch((error) => match(error.message, /killed/));
    const stored = fake.requests.length - 1;
    await matchAlbums(app, {}, context(app));
    const paths = pathsOf(fake);
    const twice = paths.filter((path, i) => i > stored && paths.indexOf(path) < stored);
    deepStrictEqual(twice, [], `killed after ${dieAfter} commits`);
    const [{ open }] = await app
      .sql`select count(*)::integer as open from albums where match_status = 'pending'`;
    strictEqual(open, 0);
  }
});

Deno.test("a service in trouble leaves albums as they are, and says so", async () => {
  const troubles = [
    "html",
    "cut off",
    "nulls",
    "missing fields",
    "xml",
    "solr error",
    "bad gateway",
  ] as const;
  for (const kind of troubles) {
    await using house = await library();
    const { app, fake } = house;
    for (const title of ["Disintegration", "Entreat", "Pornography", "Wish", "Faith"]) {
      await insertAlbum(app.sql, { title });
    }
    fake.trouble = { kind };
    await rejects(
      matchAlbums(app, {}, context(app)),
      (error: unknown) =>
        error instanceof Failure && error.code === "unavailable" &&
        /^MusicBrainz .*\d albums wait/.test(error.message),
      kind,
    );
    const [{ pending }] = await app.sql`
      select count(*)::integer as pending from albums where match_status = 'pending' and next_match_at is null`;
    ok(pending >= 2, kind);
    const [{ decided }] = await app
      .sql`select count(*)::integer as decided from albums where match_status <> 'pending'`;
    strictEqual(decided, 0, kind);
  }
});

Deno.test("an id in a tag that MusicBrainz has merged leads to what it is now", async () => {
  const catalogue = demoCatalogue();
  const former = mbid("former");
  catalogue.releaseGroups.find(({ id }) => id === disintegration)!.formerIds = [former];
  await using house = await library(catalogue);
  const { app } = house;
  const { id } = await insertAlbum(app.sql, { title: "Desintegration", artist: "Cure" });
  await app.sql`
    insert into local_files (path, folder, size, mtime_ns, album_id, title, musicbrainz_release_group_id)
    values ('a/1.flac', 'a', 1, 1, ${id}, 'Plainsong', ${former})`;
  await matchAlbums(app, {}, context(app));
  deepStrictEqual(await statusOf(app, id), { status: "matched", reason: null, group: disintegration });
});
