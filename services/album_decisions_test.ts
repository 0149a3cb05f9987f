import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { listAlbumEvents } from "../db/album_events.ts";
import { type AlbumDetail, findAlbum } from "../db/albums.ts";
import { insertAlbum, insertUser, type TestDatabase, testDatabase } from "../db/testing.ts";
import { decideAlbums, undoDecision } from "./album_decisions.ts";

async function setUp() {
  const db = await testDatabase();
  const user = await insertUser(db.sql);
  const catalogue = {
    read: <T>(_: string, load: () => Promise<T>) => load(),
    changed() {},
    close: async () => {},
  };
  return { db, deps: { sql: db.sql, catalogue }, by: { userId: user.id } };
}

async function read(db: TestDatabase, id: string): Promise<AlbumDetail> {
  const album = await findAlbum(db.sql, id);
  if (!album) throw new Error("the album is gone");
  return album;
}

Deno.test("marking owned locks the decision and clears the wish; undo brings both back", async () => {
  const { db, deps, by } = await setUp();
  await using _ = db;
  const { id } = await insertAlbum(db.sql);
  await decideAlbums(deps, [id], { wanted: true }, by);
  strictEqual((await read(db, id)).state, "wanted");
  await decideAlbums(deps, [id], { ownership: "owned" }, by);
  const owned = await read(db, id);
  deepStrictEqual([owned.state, owned.ownershipLocked, owned.wantedAt], ["owned", true, null]);

  const [event] = await listAlbumEvents(db.sql, id);
  await undoDecision(deps, { albumId: id, eventId: event.id }, by);
  const back = await read(db, id);
  deepStrictEqual([back.state, back.ownershipLocked], ["wanted", false]);
  const history = await listAlbumEvents(db.sql, id);
  deepStrictEqual(history.map((entry) => entry.kind), ["undo", "ownership", "wanted"]);
  strictEqual(history[1].undoneBy, history[0].id);
  await rejects(() => undoDecision(deps, { albumId: id, eventId: event.id }, by), { code: "conflict" });
});

Deno.test("one click on many albums is one undo", async () => {
  const { db, deps, by } = await setUp();
  await using _ = db;
  const albums = await Promise.all(
    ["a", "b", "c"].map((title) => insertAlbum(db.sql, { title, artist: title })),
  );
  const owned = await insertAlbum(db.sql, { title: "d", ownershipStatus: "owned" });
  const ids = [...albums.map((album) => album.id), owned.id, crypto.randomUUID()];
  const { changed, batch } = await decideAlbums(deps, ids, { wanted: true }, by);
  strictEqual(changed, 3, "the owned one and the unknown one are passed over");
  deepStrictEqual(await undoDecision(deps, { batch }, by), { undone: 3 });
  for (const { id } of albums) strictEqual((await read(db, id)).wantedAt, null);
});

Deno.test("an older change is not undone over a newer one of the same field", async () => {
  const { db, deps, by } = await setUp();
  await using _ = db;
  const { id } = await insertAlbum(db.sql);
  await decideAlbums(deps, [id], { source: "physical", medium: "vinyl" }, by);
  const [first] = await listAlbumEvents(db.sql, id);
  await decideAlbums(deps, [id], { source: "bandcamp" }, by);
  await rejects(() => undoDecision(deps, { albumId: id, eventId: first.id }, by), { code: "conflict" });
  strictEqual((await read(db, id)).acquisitionSource, "bandcamp");
});

Deno.test("what changes nothing leaves no line in the history", async () => {
  const { db, deps, by } = await setUp();
  await using _ = db;
  const { id } = await insertAlbum(db.sql);
  await decideAlbums(deps, [id], { ignored: true }, by);
  await decideAlbums(deps, [id], { ignored: true }, by);
  strictEqual((await listAlbumEvents(db.sql, id)).length, 1);
});

Deno.test("an unknown album and wanting an owned one are refused", async () => {
  const { db, deps, by } = await setUp();
  await using _ = db;
  const { id } = await insertAlbum(db.sql, { ownershipStatus: "owned" });
  await rejects(() => decideAlbums(deps, [id], { wanted: true }, by), { code: "conflict" });
  await rejects(() => decideAlbums(deps, [crypto.randomUUID()], { ignored: true }, by), {
    code: "not_found",
  });
  await rejects(() => undoDecision(deps, { albumId: id, eventId: "99999" }, by), { code: "not_found" });
});

Deno.test("when a person's word is taken back, the files decide again", async () => {
  const { db, deps, by } = await setUp();
  await using _ = db;
  const { id } = await insertAlbum(db.sql);
  await decideAlbums(deps, [id], { ownership: "not_owned" }, by);
  for (const track of [1, 2, 4]) {
    await db.sql`insert into local_files (path, folder, size, mtime_ns, track_number, title, album_id)
      values (${`a/${track}.mp3`}, 'a', 1, 1, ${track}, ${`t${track}`}, ${id})`;
  }
  strictEqual((await read(db, id)).state, "not_owned");
  await decideAlbums(deps, [id], { ownership: "automatic" }, by);
  const album = await read(db, id);
  deepStrictEqual([album.state, album.ownedTracks, album.expectedTracks], ["partial", 3, 4]);
});
