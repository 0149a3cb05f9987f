import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { listAlbumEvents } from "../db/album_events.ts";
import { findAlbum } from "../db/albums.ts";
import { listMatchCandidates } from "../db/match_candidates.ts";
import { retrying } from "../db/sql.ts";
import { insertAlbum, insertUser, testDatabase } from "../db/testing.ts";
import { undoDecision } from "./album_decisions.ts";
import { acceptMatch, lockMatched, refuseMatches, storeDecision, unlockMatch } from "./album_matches.ts";
import { matched, ranked } from "./album_matches_testing.ts";

async function setUp() {
  const db = await testDatabase();
  const { id: userId } = await insertUser(db.sql);
  const { id } = await insertAlbum(db.sql);
  const catalogue = {
    read: <T>(_: string, load: () => Promise<T>) => load(),
    changed() {},
    close: async () => {},
  };
  const read = async () => {
    const [row] = await db.sql`
      select match_status, match_reason, match_score, match_locked, musicbrainz_release_group_id as release_group
      from albums where id = ${id}`;
    return Object.values(row);
  };
  const undoLast = async () => {
    const event = (await listAlbumEvents(db.sql, id)).find((one) =>
      one.kind !== "undo" && one.undoneBy === null
    );
    await undoDecision({ sql: db.sql, catalogue }, { albumId: id, eventId: event?.id ?? "0" }, { userId });
  };
  return { db, sql: db.sql, id, by: { userId }, read, undoLast };
}

Deno.test("what is sure is matched and says why; what is not waits with its candidates", async () => {
  const { db, sql, id, read } = await setUp();
  await using _ = db;
  const [first, second] = [ranked(88), ranked(85, { title: "Disintegration (live)" })];
  const tie = { outcome: "manual_review" as const, reason: "tie" as const, ranked: [first, second] };
  deepStrictEqual(await storeDecision(sql, id, tie), { outcome: "manual_review", albumId: id });
  deepStrictEqual(await read(), ["manual_review", "tie", 88, false, null]);
  strictEqual((await findAlbum(sql, id))?.state, "needs_match");
  deepStrictEqual(
    (await listMatchCandidates(sql, [id])).map((one) => [one.releaseGroupId, one.rank, one.score]),
    [[first.candidate.id, 1, 88], [second.candidate.id, 2, 85]],
  );
  await storeDecision(sql, id, tie);
  await storeDecision(sql, id, matched(ranked(97, { id: first.candidate.id })));
  deepStrictEqual(await read(), ["matched", null, 97, false, first.candidate.id]);
  strictEqual((await listMatchCandidates(sql, [id])).length, 1);
  const history = await listAlbumEvents(sql, id);
  deepStrictEqual(history.map((line) => line.kind), ["match", "match_search"], "nothing new, no line");
  deepStrictEqual(history[0].after.because, ["Title equal"]);
});

Deno.test("a match brings type and first release, and takes them along when it goes", async () => {
  const { db, sql, id, undoLast } = await setUp();
  await using _ = db;
  await sql`update albums set release_date = '2010-05-24', release_date_precision = 'day' where id = ${id}`;
  const read = async () => {
    const album = await findAlbum(sql, id);
    return [album?.releaseDate, album?.releaseDatePrecision, album?.albumType, album?.secondaryTypes];
  };
  await storeDecision(
    sql,
    id,
    matched(ranked(97, { firstReleaseDate: "1989-05", secondaryTypes: ["Live"] })),
  );
  deepStrictEqual(await read(), ["1989-05-01", "month", "live", ["Live"]]);
  strictEqual((await findAlbum(sql, id))?.describedAt, null, "the rest is still to be asked for");
  await undoLast();
  deepStrictEqual(await read(), ["2010-05-24", "day", null, []]);
});

Deno.test("no job changes what a person decided, until it is unlocked", async () => {
  const { db, sql, id, by, read } = await setUp();
  await using _ = db;
  const chosen = ranked(61);
  await acceptMatch(sql, id, chosen, by);
  const jobs = await sql<{ jobType: string }[]>`select job_type from jobs`;
  deepStrictEqual(jobs.map((job) => job.jobType), ["cover_art_fetch"]);
  deepStrictEqual(await read(), ["matched", null, 61, true, chosen.candidate.id]);
  deepStrictEqual(await storeDecision(sql, id, matched(ranked(99))), { outcome: "locked" });
  deepStrictEqual(await storeDecision(sql, id, { outcome: "no_match", ranked: [] }), { outcome: "locked" });
  deepStrictEqual(await read(), ["matched", null, 61, true, chosen.candidate.id]);

  await refuseMatches(sql, id, by);
  deepStrictEqual(await read(), ["no_match", null, null, true, null]);
  strictEqual((await findAlbum(sql, id))?.state, "not_owned", "it does not wait in the inbox any more");
  deepStrictEqual(await storeDecision(sql, id, matched(chosen)), { outcome: "locked" });

  await unlockMatch(sql, id, by);
  deepStrictEqual(await read(), ["pending", null, null, false, null]);
  strictEqual((await storeDecision(sql, id, matched(chosen))).outcome, "matched");
  await lockMatched(sql, id, by);
  deepStrictEqual(await storeDecision(sql, id, matched(ranked(99))), { outcome: "locked" });
  await unlockMatch(sql, id, by);
  deepStrictEqual(await read(), ["matched", null, 61, false, chosen.candidate.id], "the match stays");
  await unlockMatch(sql, id, by, { forget: true });
  deepStrictEqual(await read(), ["pending", null, null, false, null]);
});

Deno.test("undo goes back step by step, and what a person took back is not matched again", async () => {
  const { db, sql, id, by, read, undoLast } = await setUp();
  await using _ = db;
  const [first, second] = [ranked(96), ranked(70)];
  await storeDecision(sql, id, matched(first, second));
  await acceptMatch(sql, id, second, by);
  await refuseMatches(sql, id, by);
  await undoLast();
  deepStrictEqual(await read(), ["matched", null, 70, true, second.candidate.id]);
  await undoLast();
  deepStrictEqual(await read(), ["matched", null, 96, false, first.candidate.id]);
  await undoLast();
  deepStrictEqual(await read(), ["pending", null, null, false, null]);
  strictEqual((await storeDecision(sql, id, matched(first, second))).outcome, "manual_review");
  deepStrictEqual(await read(), ["manual_review", "contradiction", 96, false, null]);
  const candidates = await listMatchCandidates(sql, [id]);
  deepStrictEqual(candidates.map((one) => [one.score, one.refusedAt !== null]), [[70, false], [96, true]]);
  await acceptMatch(sql, id, first, by);
  strictEqual((await read())[0], "matched", "a person may still choose it");
});

Deno.test("an older decision is not undone over a newer one", async () => {
  const { db, sql, id, by, read } = await setUp();
  await using _ = db;
  await acceptMatch(sql, id, ranked(61), by);
  const [event] = await listAlbumEvents(sql, id);
  const newer = ranked(62);
  await acceptMatch(sql, id, newer, by);
  const catalogue = {
    read: <T>(_: string, load: () => Promise<T>) => load(),
    changed() {},
    close: async () => {},
  };
  await rejects(() => undoDecision({ sql, catalogue }, { albumId: id, eventId: event.id }, by), {
    code: "conflict",
  });
  strictEqual((await read())[4], newer.candidate.id);
});

Deno.test("an album that is gone is told apart from one that is decided", async () => {
  const { db, sql, by } = await setUp();
  await using _ = db;
  const gone = crypto.randomUUID();
  deepStrictEqual(await storeDecision(sql, gone, matched(ranked(99))), { outcome: "gone" });
  await rejects(() => acceptMatch(sql, gone, ranked(99), by), { code: "not_found" });
  await rejects(() => refuseMatches(sql, gone, by), { code: "not_found" });
});

Deno.test("two programs that match two albums to one release group at once make one album", async () => {
  const { db, sql, id } = await setUp();
  await using _ = db;
  const { id: other } = await insertAlbum(sql, { title: "Disintegration (Deluxe)" });
  const { id: third } = await insertAlbum(sql, { title: "Disintegration (Remastered)" });
  const found = ranked(95);
  const all = await Promise.all(
    [id, other, third].map((album) => retrying(sql, (tx) => storeDecision(tx, album, matched(found)))),
  );
  const ids = new Set(all.map((stored) => "albumId" in stored ? stored.albumId : stored.outcome));
  const left = await sql`select id from albums`;
  strictEqual(left.length, 1);
  strictEqual(ids.has(left[0].id), true);
});
