import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { ALBUM_SORTS, type AlbumFilter, countAlbums, listAlbums, listNearestAlbums } from "./albums.ts";
import { searchTerms } from "./normalise.ts";
import type { Sql } from "./sql.ts";
import { insertAlbum, insertUser, testDatabase } from "./testing.ts";

const BY_TITLE = { order: { by: "title", descending: false } as const, limit: 50 };

async function titles(sql: Sql, filter: AlbumFilter): Promise<string[]> {
  const { ids } = await countAlbums(sql, filter);
  return (await listAlbums(sql, filter, { ...BY_TITLE, ids })).albums.map((album) => album.title);
}

Deno.test("search finds every word in any order, whatever its accents, case or punctuation", async () => {
  await using db = await testDatabase();
  const { sql } = db;
  const library: [string, string][] = [
    ["AC/DC", "Back in Black"],
    ["Björk", "Homogenic"],
    ["Sigur Rós", "( )"],
    ["坂本龍一", "戦場のメリークリスマス"],
    ["Кино", "Группа крови"],
    ["Beth Hart", "Don’t Explain"],
    ["U2", "Boy"],
    ["100 gecs", "10,000 %"],
  ];
  for (const [artist, title] of library) await insertAlbum(sql, { artist, title });
  const cases: [string, string[]][] = [
    ["acdc", ["Back in Black"]],
    ["black ac/dc", ["Back in Black"]],
    ["BJORK", ["Homogenic"]],
    ["dont", ["Don’t Explain"]],
    ["u2", ["Boy"]],
    ["b", ["Back in Black", "Boy", "Don’t Explain", "Homogenic"]],
    ["龍", ["戦場のメリークリスマス"]],
    ["メリー", ["戦場のメリークリスマス"]],
    ["крови кино", ["Группа крови"]],
    ["(", ["( )"]],
    ["%", ["10,000 %"]],
    ["_", []],
    ["zzz", []],
  ];
  for (const [input, expected] of cases) {
    deepStrictEqual((await titles(sql, { terms: searchTerms(input) })).sort(), expected.sort(), input);
  }
  const [nearest] = await listNearestAlbums(sql, "homogeneic", 3);
  strictEqual(nearest.title, "Homogenic");
});

Deno.test("paging behind a cursor visits every album once in every order and direction", async () => {
  await using db = await testDatabase();
  const { sql } = db;
  // Equal sort values everywhere: only the id tells these albums apart.
  const addedAt = new Date("2026-01-02T03:04:05.678Z");
  for (let i = 0; i < 7; i++) {
    await insertAlbum(sql, { title: "Weezer", artist: "Weezer", addedAt, releaseDate: "1994-05-10" });
  }
  await insertAlbum(sql, { title: "Weezer", artist: "Weezer", addedAt });
  for (const by of ALBUM_SORTS) {
    for (const descending of [false, true]) {
      const seen: string[] = [];
      let after: string[] | undefined;
      do {
        const page = await listAlbums(sql, {}, { order: { by, descending }, limit: 3, after });
        seen.push(...page.albums.map((album) => album.id));
        after = page.next;
      } while (after);
      strictEqual(seen.length, 8, `${by} ${descending}`);
      strictEqual(new Set(seen).size, 8, `${by} ${descending}`);
    }
  }
});

Deno.test("the states are counted under every filter but their own", async () => {
  await using db = await testDatabase();
  const { sql } = db;
  await insertUser(sql);
  await insertAlbum(sql, { title: "a", ownershipStatus: "owned", genres: ["Jazz"] });
  await insertAlbum(sql, { title: "b", ownershipStatus: "owned", matchStatus: "manual_review" });
  await insertAlbum(sql, { title: "c", ownershipStatus: "owned", ignoredAt: new Date(), genres: ["Jazz"] });
  await insertAlbum(sql, { title: "d", ownershipStatus: "partial", wantedAt: new Date() });
  await insertAlbum(sql, { title: "e", wantedAt: new Date() });
  await insertAlbum(sql, { title: "f" });
  await insertAlbum(sql, { title: "known from a playlist", inLibrary: false });
  const counts = await countAlbums(sql, { state: "owned" });
  deepStrictEqual(counts.states, {
    owned: 1,
    partial: 1,
    downloading: 0,
    wanted: 1,
    not_owned: 1,
    needs_match: 1,
    ignored: 1,
  });
  strictEqual(counts.all, 6);
  strictEqual((await countAlbums(sql, { scope: "all" })).all, 7);
  strictEqual((await countAlbums(sql, { genre: "Jazz" })).all, 2);
  deepStrictEqual(await titles(sql, { state: "owned" }), ["a"]);
  deepStrictEqual(await titles(sql, { ignored: true }), ["c"]);
  deepStrictEqual(await titles(sql, { ownershipStatus: "owned", ignored: false }), ["a", "b"]);
  deepStrictEqual(await titles(sql, { wanted: true }), ["d", "e"]);
  deepStrictEqual(await titles(sql, { acquisitionSource: "unknown", ignored: false }), ["a", "b", "d"]);
});

Deno.test("a change of an album reaches the search at once", async () => {
  await using db = await testDatabase();
  const { sql } = db;
  const { id } = await insertAlbum(sql, { title: "Old", artist: "X" });
  await sql`update albums set search_text = ' x new ', ownership_status = 'owned' where id = ${id}`;
  strictEqual((await countAlbums(sql, { terms: ["new"] })).states.owned, 1);
  strictEqual((await countAlbums(sql, { terms: ["old"] })).all, 0);
});
