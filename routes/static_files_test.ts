import assert from "node:assert/strict";
import { testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

Deno.test("a static file has its type, is packed, and is not sent twice", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const types = { "app.css": /^text\/css/, "htmx.js": /^text\/javascript/, "icon.svg": /^image\/svg\+xml/ };
  for (const [name, type] of Object.entries(types)) {
    const response = await server.request(`/static/${name}`, { headers: { "accept-encoding": "gzip, br" } });
    assert.equal(response.status, 200, name);
    assert.match(response.headers.get("content-type") ?? "", type);
    assert.equal(response.headers.get("content-encoding"), "gzip");
    assert.equal(response.headers.get("cache-control"), "no-cache");
    const unpacked = response.body!.pipeThrough(new DecompressionStream("gzip"));
    const plain = await server.request(`/static/${name}`);
    assert.equal(plain.headers.get("content-encoding"), null);
    assert.equal(await new Response(unpacked).text(), await plain.text());
    const again = await server.request(`/static/${name}`, {
      headers: { "if-none-match": response.headers.get("etag")! },
    });
    assert.equal(again.status, 304);
  }
});

Deno.test("the addresses in pages change with the files, and are kept for good", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const page = await (await server.request("/setup")).text();
  const address = page.match(/href="(\/static\/app\.css\?v=\w+)"/)?.[1];
  assert.ok(address);
  const response = await server.request(address);
  assert.match(response.headers.get("cache-control") ?? "", /immutable/);
  await response.body?.cancel();
  const other = await server.request("/static/app.css?v=older");
  assert.equal(other.headers.get("cache-control"), "no-cache");
  await other.body?.cancel();
});

Deno.test("nothing but static files is served from there", async () => {
  await using app = await testApp();
  const server = createServer(app);
  for (
    const name of [
      "build.ts",
      "..%2fdeno.json",
      "%2e%2e%2fdeno.json",
      "app.css%00",
      "",
      "nothing.css",
      ".env",
    ]
  ) {
    const response = await server.request(`/static/${name}`);
    assert.ok([303, 404].includes(response.status), name);
    await response.body?.cancel();
  }
});
