import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { zipOf } from "../services/import_testing.ts";
import { signedIn, type TestApp, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

const library = {
  albums: [{ artist: "Portishead", album: "Dummy", uri: "spotify:album:0000000000000000000001" }],
  tracks: [{
    artist: "Кино",
    album: "Группа крови",
    track: "Кукушка",
    uri: "spotify:track:0000000000000000000002",
  }],
};

async function household(app: TestApp) {
  const server = createServer(app);
  const marta = await signedIn(app);
  const send = (
    path: string,
    file: BlobPart | undefined,
    name: string,
    fields: Record<string, string> = {},
    headers = marta.bearer,
  ) => {
    const body = new FormData();
    for (const [key, value] of Object.entries(fields)) body.set(key, value);
    if (file !== undefined) body.set("file", new Blob([file]), name);
    return server.request(path, { method: "POST", body, headers });
  };
  return { server, marta, send };
}

Deno.test("an upload becomes a plan, a plan becomes a job, once", async () => {
  await using app = await testApp();
  const { server, marta, send } = await household(app);
  const sent = await send(
    "/api/imports",
    await zipOf({ "a/YourLibrary.json": library }),
    "my_spotify_data.zip",
  );
  strictEqual(sent.status, 201);
  const { id, source, plan } = await sent.json();
  strictEqual(source, "export");
  deepStrictEqual([plan.new_albums, plan.known_albums, plan.new_artists, plan.liked_tracks, plan.skipped], [
    2,
    0,
    2,
    1,
    [],
  ]);
  strictEqual((await app.sql`select from albums`).length, 0, "nothing but the plan is written");
  deepStrictEqual(
    [...Deno.readDirSync(`${app.config.dataDir}/uploads`)],
    [],
    "nothing is left of the upload",
  );

  const applied = await server.request(`/api/imports/${id}/apply`, { method: "POST", headers: marta.bearer });
  strictEqual(applied.status, 202);
  const { job_id, status } = await applied.json();
  strictEqual(status, "pending");
  const again = await server.request(`/api/imports/${id}/apply`, { method: "POST", headers: marta.bearer });
  strictEqual(again.status, 409);
  strictEqual((await again.json()).error.fields.job_id, job_id);
  strictEqual(
    (await server.request(`/api/imports/${id}`, { method: "DELETE", headers: marta.bearer })).status,
    409,
  );
});

Deno.test("what cannot be imported is a 4xx that names the file, and nothing is stored", async () => {
  await using app = await testApp();
  const { server, marta, send } = await household(app);
  const cases: [string, BlobPart | undefined, string, Record<string, string>, number, string][] = [
    ["no file", undefined, "", {}, 400, "file"],
    ["an empty file", "", "a.zip", {}, 400, "file"],
    ["photos", await zipOf({ "cat.jpg": "meow" }), "a.zip", {}, 422, "file"],
    ["other JSON", '{"hello": "world"}', "a.json", {}, 422, "file"],
    ["a wrong choice", JSON.stringify(library), "YourLibrary.json", { as: "song" }, 400, "as"],
  ];
  for (const [what, file, name, fields, status, field] of cases) {
    const response = await send("/api/imports", file, name, fields);
    const { error } = await response.json();
    deepStrictEqual([response.status, Object.keys(error.fields ?? {})], [status, [field]], what);
  }
  const notAForm = await server.request("/api/imports", { method: "POST", body: "x", headers: marta.bearer });
  strictEqual(notAForm.status, 400);
  strictEqual((await app.sql`select from imports`).length, 0);
  const page = await send("/import", "", "a.zip", {}, marta.cookie);
  strictEqual(page.status, 400);
  match(await page.text(), /a\.zip is empty/);
});

Deno.test("the plan is a page; somebody else's is not there", async () => {
  await using app = await testApp();
  const { server, marta, send } = await household(app);
  const sent = await send("/import", JSON.stringify(library), "YourLibrary.json", {}, marta.cookie);
  strictEqual(sent.status, 303);
  const address = sent.headers.get("location") ?? "";
  const page = await (await server.request(address, { headers: marta.cookie })).text();
  match(page, /Группа крови/);
  match(page, /Add 2 albums/);
  const yuki = await signedIn(app, { username: "yuki" });
  strictEqual((await server.request(address, { headers: yuki.cookie })).status, 404);
  const discarded = await server.request(`${address}/discard`, {
    method: "POST",
    body: new URLSearchParams(),
    headers: marta.cookie,
  });
  strictEqual(discarded.headers.get("location"), "/import");
  strictEqual((await server.request(address, { headers: marta.cookie })).status, 404);
});

Deno.test("an upload that grows too large is cut off while it comes", async () => {
  await using app = await testApp();
  const { server, marta } = await household(app);
  let sent = 0;
  const chunk = new Uint8Array(1 << 20);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n',
      ));
    },
    pull(controller) {
      sent += chunk.length;
      controller.enqueue(chunk);
    },
  });
  const headers = { ...marta.bearer, "content-type": "multipart/form-data; boundary=x" };
  const response = await server.request("/api/imports", { method: "POST", body, headers });
  strictEqual(response.status, 413);
  match((await response.json()).error.fields.file, /larger than 200 MB/);
  strictEqual(sent < 210 << 20, true, `${sent} bytes were taken`);
  deepStrictEqual([...Deno.readDirSync(`${app.config.dataDir}/uploads`)], []);
});
