import { doesNotMatch, match, strictEqual } from "node:assert/strict";
import { insertAlbum } from "../db/testing.ts";
import { signedIn, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

const PART = { "HX-Request": "true", "HX-Request-Type": "partial" };

Deno.test("the grid is a page, its list after a search, or the albums that follow", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const { cookie } = await signedIn(app);
  for (let i = 0; i < 61; i++) await insertAlbum(app.sql, { title: `Volume ${i}`, artist: `Artist ${i}` });
  const page = await (await server.request("/albums", { headers: cookie })).text();
  match(page, /^<!doctype html>/);
  match(page, /61 albums/);
  const next = page.match(/hx-get="(\/albums\?[^"]*after=[^"]*)"/)?.[1].replaceAll("&amp;", "&") ?? "";
  const more = await server.request(next, { headers: { ...cookie, ...PART, "HX-Target": "li#pager" } });
  const items = await more.text();
  strictEqual(items.match(/data-item/g)?.length, 1);
  doesNotMatch(items, /id="results"|id="pager"/);
  const headers = { ...cookie, ...PART, "HX-Target": "div#results" };
  const found = await (await server.request("/albums?search=volume+7", { headers })).text();
  match(found, /^<div id="results"/);
  match(found, /hx-target="#tools"/);
  strictEqual(found.match(/data-item/g)?.length, 1);
  const counting = { ...headers, "HX-Target": "div#tools" };
  const tools = await (await server.request("/albums?search=volume+7", { headers: counting })).text();
  match(tools, /^<div id="tools"/);
  doesNotMatch(tools, /data-item/);
});

Deno.test("a choice of albums is decided with one click and undone with one", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const { cookie } = await signedIn(app);
  const ids = await Promise.all(
    ["a", "b", "c"].map(async (title) => (await insertAlbum(app.sql, { title, artist: title })).id),
  );
  const post = (path: string, fields: [string, string][], headers: Record<string, string> = {}) =>
    server.request(path, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { ...cookie, ...headers },
    });
  const chosen: [string, string][] = [["do", "want"], ["album", ids[0]], ["album", ids[1]], [
    "sort",
    "title",
  ]];
  const plain = await post("/albums/bulk", chosen);
  strictEqual(plain.status, 303);
  strictEqual(plain.headers.get("location"), "/albums?sort=title");
  strictEqual((await app.sql`select from albums where state = 'wanted'`).length, 2);

  const all: [string, string][] = [["do", "owned"], ["select", "all"], ["state", "wanted"]];
  const answer = await (await post("/albums/bulk", all, { ...PART, "HX-Target": "div#results" })).text();
  strictEqual((await app.sql`select from albums where state = 'owned'`).length, 2);
  match(answer, /2 albums marked as owned/);
  const batch = answer.match(/name="batch" value="([^"]+)"/)?.[1] ?? "";
  await post("/albums/undo", [["batch", batch]]);
  strictEqual((await app.sql`select from albums where state = 'wanted'`).length, 2);

  for (
    const [fields, status] of [
      [[["do", "explode"], ["album", ids[0]]], 400],
      [[["do", "want"], ["album", "1"]], 400],
      [[["do", "want"]], 303],
    ] as [[string, string][], number][]
  ) strictEqual((await post("/albums/bulk", fields)).status, status);
  strictEqual((await post("/albums/undo", [["batch", crypto.randomUUID()]])).status, 404);
});

Deno.test("a page with a wrong parameter says which", async () => {
  await using app = await testApp();
  const { cookie } = await signedIn(app);
  const response = await createServer(app).request("/albums?sort=;drop", { headers: cookie });
  strictEqual(response.status, 400);
  match(await response.text(), /sort/);
});

Deno.test("a page kept for the next who asks is neither old nor somebody else's", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const { id } = await insertAlbum(app.sql);
  const people = await Promise.all(["marta", "yuki"].map((username) => signedIn(app, { username })));
  const read = async (headers: Record<string, string>) => {
    const response = await server.request("/albums", { headers: { ...headers, "accept-encoding": "gzip" } });
    strictEqual(response.headers.get("content-encoding"), "gzip");
    return await new Response(response.body?.pipeThrough(new DecompressionStream("gzip"))).text();
  };
  const [first, other] = [await read(people[0].cookie), await read(people[1].cookie)];
  strictEqual(await read(people[0].cookie), first);
  match(first, /account of marta/);
  match(other, /account of yuki/);
  const tokens = [first, other].map((page) => page.match(/name="csrf_token" value="([^"]+)"/)?.[1]);
  strictEqual(new Set(tokens).size, 2);
  await server.request(`/albums/${id}/wanted`, {
    method: "POST",
    body: new URLSearchParams({ wanted: "true" }),
    headers: people[1].cookie,
  });
  match(await read(people[0].cookie), /aria-label="Disintegration, The Cure, Wanted"/);
});
