import { match, strictEqual } from "node:assert/strict";
import { insertAlbum } from "../db/testing.ts";
import { signedIn, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

Deno.test("the statistics page counts the library, and an empty one too", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const { cookie } = await signedIn(app);
  strictEqual((await server.request("/stats", { headers: cookie })).status, 200);
  await insertAlbum(app.sql, {
    title: "a",
    ownershipStatus: "owned",
    releaseDate: "1994-01-01",
    genres: ["Jazz"],
  });
  await insertAlbum(app.sql, { title: "b", releaseDate: "1999-01-01", addedAt: new Date("2024-01-05") });
  app.catalogue.changed();
  const page = await (await server.request("/stats", { headers: cookie })).text();
  match(page, /50 %/);
  match(page, /Jazz/);
});
