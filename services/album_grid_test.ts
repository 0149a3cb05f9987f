import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { insertAlbum, insertUser, testDatabase } from "../db/testing.ts";
import { loadAlbumGrid, loadOverview, planNextStep } from "./album_grid.ts";

const catalogue = {
  read: <T>(_: string, load: () => Promise<T>) => load(),
  changed() {},
  close: async () => {},
};

Deno.test("the next step counts the albums that reach the next ten percent", () => {
  const album = (plays: number, share = 0) => ({ id: "x", title: "t", artist: "a", plays, share });
  const cases: [
    number,
    number,
    ReturnType<typeof album>[],
    { albums: number; percent: number } | undefined,
  ][] = [
    [100, 61, [album(5), album(3), album(1)], { albums: 3, percent: 70 }],
    [100, 60, [album(20, 0.5), album(3)], { albums: 1, percent: 70 }],
    [100, 95, [album(4)], undefined],
    [0, 0, [], undefined],
  ];
  for (const [plays, ownedPlays, next, expected] of cases) {
    deepStrictEqual(planNextStep({ plays, ownedPlays }, next).nextStep, expected);
  }
});

Deno.test("the overview counts what is owned, by albums and by plays, and leaves ignored albums out", async () => {
  await using db = await testDatabase();
  const { sql } = db;
  await insertUser(sql);
  await insertAlbum(sql, {
    title: "a",
    ownershipStatus: "owned",
    playCount: 60,
    genres: ["Jazz"],
    releaseDate: "1994-01-01",
  });
  await insertAlbum(sql, {
    title: "b",
    ownershipStatus: "partial",
    ownedTracks: 5,
    expectedTracks: 10,
    playCount: 20,
  });
  await insertAlbum(sql, { title: "c", playCount: 20, genres: ["Jazz"], releaseDate: "1999-01-01" });
  await insertAlbum(sql, { title: "d", playCount: 900, ignoredAt: new Date() });
  const { stats, spines, bins, facets, nextToGet } = await loadOverview({ sql, catalogue });
  deepStrictEqual(
    [
      stats.totalAlbums,
      stats.ownedAlbums,
      stats.partialAlbums,
      stats.ignoredAlbums,
      stats.plays,
      stats.ownedPlays,
    ],
    [3, 1, 1, 1, 100, 70],
  );
  deepStrictEqual(spines.map((spine) => spine.share).toSorted(), [0, 0.5, 1]);
  strictEqual(bins.length, 3);
  deepStrictEqual(facets.genres, [{ value: "Jazz", albums: 2, owned: 1 }]);
  deepStrictEqual(facets.decades.map((facet) => facet.value), ["1990"]);
  deepStrictEqual(nextToGet.map((album) => [album.title, album.percent]), [["c", 20], ["b", 10]]);
});

Deno.test("an empty library has an overview too", async () => {
  await using db = await testDatabase();
  const overview = await loadOverview({ sql: db.sql, catalogue });
  deepStrictEqual([overview.stats.totalAlbums, [...overview.spines], overview.nextStep], [0, [], undefined]);
});

Deno.test("a search that finds nothing offers what comes closest", async () => {
  await using db = await testDatabase();
  await insertAlbum(db.sql, { title: "Homogenic", artist: "Björk" });
  const order = { by: "title", descending: false } as const;
  const grid = await loadAlbumGrid({ sql: db.sql, catalogue }, { terms: ["homogeneic"] }, {
    order,
    limit: 60,
    search: "homogeneic",
  });
  deepStrictEqual([grid.total, grid.nearest.map((album) => album.title)], [0, ["Homogenic"]]);
});
