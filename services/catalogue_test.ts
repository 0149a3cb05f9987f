import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { insertAlbum, testDatabase } from "../db/testing.ts";
import { openCatalogue } from "./catalogue.ts";

Deno.test("a value is loaded once for all who ask, and again after a change that must show", async () => {
  await using db = await testDatabase();
  const catalogue = await openCatalogue(db.sql);
  let loads = 0;
  const read = () => catalogue.read("n", () => Promise.resolve(++loads));
  deepStrictEqual(await Promise.all([read(), read(), read()]), [1, 1, 1]);
  strictEqual(await read(), 1);
  catalogue.changed();
  strictEqual(await read(), 2);
  await catalogue.close();
});

Deno.test("a change by another program is heard; a burst of them costs one load a second", async () => {
  await using db = await testDatabase();
  let clock = 0;
  const catalogue = await openCatalogue(db.sql, () => clock);
  const heard = Promise.withResolvers<void>();
  await db.sql.listen("catalogue", () => heard.resolve());
  let loads = 0;
  const read = () => catalogue.read("n", () => Promise.resolve(++loads));
  strictEqual(await read(), 1);
  await insertAlbum(db.sql);
  await heard.promise;
  clock = 500;
  strictEqual(await read(), 1, "half a second old is good enough");
  clock = 1_500;
  strictEqual(await read(), 1, "shown while the new value is counted");
  strictEqual(await read(), 2);
  await catalogue.close();
});

Deno.test("a load that fails is told to whoever waits and tried again by the next", async () => {
  await using db = await testDatabase();
  const catalogue = await openCatalogue(db.sql);
  const results = await Promise.allSettled([
    catalogue.read("n", () => Promise.reject(new Error("no connection"))),
    catalogue.read("n", () => Promise.resolve(1)),
  ]);
  deepStrictEqual(results.map((result) => result.status), ["rejected", "rejected"]);
  strictEqual(await catalogue.read("n", () => Promise.resolve(2)), 2);
  await catalogue.close();
});
