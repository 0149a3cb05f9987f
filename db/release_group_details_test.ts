import { deepEqual, equal } from "node:assert/strict";
import { findAlbum } from "./albums.ts";
import {
  findDescribedAlbum,
  listUndescribedAlbums,
  updateDetails,
  updateFacts,
} from "./release_group_details.ts";
import { insertAlbum, insertTrack, testDatabase } from "./testing.ts";
import { placeTracks } from "./tracks.ts";

const GROUP = "11af85e2-c272-4c59-a902-47f75141dc97";
const OTHER = "22af85e2-c272-4c59-a902-47f75141dc97";
const RECORDING = "33af85e2-c272-4c59-a902-47f75141dc97";

const facts = {
  primaryType: "Album",
  secondaryTypes: ["Live"],
  releaseDate: "1973-03-01",
  releaseDatePrecision: "day",
  albumType: "live",
  genres: ["Progressive rock"],
} as const;
const details = {
  links: [{ kind: "bandcamp_url", url: "https://band.bandcamp.com/album/it" }],
  releaseId: null,
  releaseTracks: 10,
};

async function describedAlbum(sql: Awaited<ReturnType<typeof testDatabase>>["sql"]) {
  const { id } = await insertAlbum(sql, { releaseDate: "2011-09-26", genres: ["Rock"] });
  await sql`update albums set musicbrainz_release_group_id = ${GROUP}, match_status = 'matched',
    release_date_precision = 'day' where id = ${id}`;
  const album = await findDescribedAlbum(sql, id);
  equal(await updateFacts(sql, album!, { ...facts, genres: [...facts.genres] }), true);
  await updateDetails(sql, id, details);
  return { id, album: album! };
}

Deno.test("what MusicBrainz says stands on the album, and goes with the match", async () => {
  await using db = await testDatabase();
  const { id } = await describedAlbum(db.sql);
  const { id: liked } = await insertTrack(db.sql, { albumId: id, title: "Time", spotifyId: "s" });
  const place = { disc: 1, durationMs: 1, recordingId: RECORDING };
  await placeTracks(db.sql, id, [
    { ...place, id: liked, number: 4, title: "Time" },
    { ...place, id: null, number: 5, title: "The Great Gig in the Sky" },
  ]);
  const described = await findAlbum(db.sql, id);
  deepEqual(
    [described?.releaseDate, described?.albumType, described?.genres, described?.secondaryTypes],
    ["1973-03-01", "live", ["Progressive rock"], ["Live"]],
  );
  equal(described?.externalIds[0].value, "https://band.bandcamp.com/album/it");

  await db.sql`update albums set musicbrainz_release_group_id = ${OTHER} where id = ${id}`;
  const again = await findAlbum(db.sql, id);
  deepEqual(
    [again?.releaseDate, again?.releaseDatePrecision, again?.albumType, again?.genres, again?.externalIds],
    ["2011-09-26", "day", null, ["Rock"], []],
  );
  equal(again?.describedAt, null);
  const tracks = await db.sql`select title from tracks where album_id = ${id}`;
  deepEqual(tracks.map(({ title }) => title), ["Time"]);
});

Deno.test("a second look starts from what the other sources said, and takes back dead links", async () => {
  await using db = await testDatabase();
  const { id } = await describedAlbum(db.sql);
  const again = await findDescribedAlbum(db.sql, id);
  deepEqual([again?.releaseDate, again?.genres, again?.albumType], ["2011-09-26", ["Rock"], null]);
  const link = { kind: "stream_url", url: "https://www.deezer.com/album/1" };
  await db.sql`insert into album_external_ids (album_id, kind, value) values (${id}, 'barcode', '123')`;
  await updateDetails(db.sql, id, { ...details, links: [link] });
  const { externalIds } = (await findAlbum(db.sql, id))!;
  deepEqual(externalIds, [{ kind: "barcode", value: "123" }, { kind: link.kind, value: link.url }]);
});

Deno.test("an answer about a match that is not there any more is not written", async () => {
  await using db = await testDatabase();
  const { id, album } = await describedAlbum(db.sql);
  await db.sql`update albums set musicbrainz_release_group_id = null where id = ${id}`;
  equal(await updateFacts(db.sql, album, { ...facts, genres: [] }), false);
  equal((await findAlbum(db.sql, id))?.releaseDate, "2011-09-26");
  equal(await findDescribedAlbum(db.sql, id), undefined);
});

Deno.test("partly owned albums are asked about first, ignored and unmatched ones never", async () => {
  await using db = await testDatabase();
  const add = async (title: string, album: Parameters<typeof insertAlbum>[1], matched = true) => {
    const { id } = await insertAlbum(db.sql, { title, ...album });
    if (matched) {
      await db.sql`update albums set musicbrainz_release_group_id = gen_random_uuid() where id = ${id}`;
    }
    return id;
  };
  const owned = await add("owned", { ownershipStatus: "owned", ownedTracks: 3 });
  const partial = await add("partial", { ownershipStatus: "partial", ownedTracks: 2 });
  const plain = await add("plain", {});
  const wanted = await add("wanted", { wantedAt: new Date() });
  await add("ignored", { ignoredAt: new Date() });
  await add("unmatched", {}, false);
  await add("list only", { inLibrary: false });
  deepEqual((await listUndescribedAlbums(db.sql, 9)).map(({ id }) => id), [partial, wanted, owned, plain]);
});
