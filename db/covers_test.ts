import { deepEqual, equal } from "node:assert/strict";
import {
  countCoverSearches,
  dropArchiveCover,
  listCoverSearches,
  updateCover,
  upsertCoverLookup,
} from "./covers.ts";
import { insertAlbum, testDatabase } from "./testing.ts";

const GROUP = "11af85e2-c272-4c59-a902-47f75141dc97";
const OTHER = "22af85e2-c272-4c59-a902-47f75141dc97";
const cover = { hash: "0123456789abcdef", tone: null };

async function library() {
  const db = await testDatabase();
  const { id } = await insertAlbum(db.sql);
  await db.sql`update albums set musicbrainz_release_group_id = ${GROUP} where id = ${id}`;
  return {
    sql: db.sql,
    id,
    isDue: async () => await countCoverSearches(db.sql, {}) === 1,
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

Deno.test("a cover that was found is not asked for again until the match changes", async () => {
  await using one = await library();
  const { sql, id, isDue } = one;
  equal(await isDue(), true);
  await updateCover(sql, id, { ...cover, source: "release_group" });
  await upsertCoverLookup(sql, id, { releaseGroupId: GROUP, imageUrl: null, misses: 0, nextAt: null });
  equal(await isDue(), false);
  // Spotify's addresses change now and then; that says nothing about the archive's picture.
  await sql`update albums set cover_art_url = 'https://i.scdn.co/image/1'`;
  equal(await isDue(), false);
  await sql`update albums set musicbrainz_release_group_id = ${OTHER}`;
  equal(await isDue(), true);
  await sql`update albums set musicbrainz_release_group_id = null, cover_art_url = null`;
  equal(await isDue(), true);
  await dropArchiveCover(sql, id);
  equal(await isDue(), false);
});

Deno.test("a miss is due again when its time has come, or when there is something new to ask", async () => {
  await using one = await library();
  const { sql, id, isDue } = one;
  const lookup = { releaseGroupId: GROUP, imageUrl: null, misses: 1 };
  await upsertCoverLookup(sql, id, { ...lookup, nextAt: new Date(Date.now() + 1000_000) });
  equal(await isDue(), false);
  await upsertCoverLookup(sql, id, { ...lookup, nextAt: new Date(Date.now() - 1000) });
  const [search] = await listCoverSearches(sql, { limit: 9 });
  deepEqual([search.releaseGroupId, search.misses, search.imageUrl], [GROUP, 1, null]);
  equal(await countCoverSearches(sql, { except: [id] }), 0);
  await upsertCoverLookup(sql, id, { ...lookup, nextAt: new Date(Date.now() + 1000_000) });
  await sql`update albums set cover_art_url = 'https://i.scdn.co/image/1'`;
  equal(await isDue(), true);
  equal((await listCoverSearches(sql, { limit: 9 }))[0].misses, 0);
});

Deno.test("a picture beside the files is never replaced from outside", async () => {
  await using one = await library();
  const { sql, id, isDue } = one;
  await updateCover(sql, id, { ...cover, source: "local" });
  equal(await isDue(), false);
  equal(await countCoverSearches(sql, { albumIds: [id] }), 0);
});

Deno.test("an album that nobody has matched is asked about only when Spotify has a picture", async () => {
  await using one = await library();
  const { sql, isDue } = one;
  await sql`update albums set musicbrainz_release_group_id = null`;
  equal(await isDue(), false);
  await sql`update albums set cover_art_url = 'https://i.scdn.co/image/1'`;
  equal(await isDue(), true);
});
