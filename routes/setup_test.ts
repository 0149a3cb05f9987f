import assert from "node:assert/strict";
import { setupCode } from "../services/setup.ts";
import { readSettings } from "../services/settings.ts";
import { signedIn, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

function form(fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", body: new URLSearchParams(fields), headers };
}

Deno.test("before there is an account every page leads to the setup", async () => {
  await using app = await testApp();
  const server = createServer(app);
  for (const path of ["/", "/albums", "/login", "/settings"]) {
    assert.equal((await server.request(path)).headers.get("location"), "/setup", path);
  }
  const api = await (await server.request("/api/albums")).json();
  assert.match(api.error.message, /open \/setup/);
});

Deno.test("the code from the log makes the first account and signs it in", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const code = (await setupCode(app))!;
  const page = await server.request("/setup");
  assert.match(await page.text(), /name="code"/);
  const password = "correct horse battery";
  const done = await server.request("/setup", form({ code, username: "marta", password }));
  assert.equal(done.headers.get("location"), "/setup/folder");
  const cookie = done.headers.getSetCookie()[0].split(";")[0];
  assert.equal((await server.request("/setup/folder", { headers: { cookie } })).status, 200);
  assert.equal((await server.request("/setup")).headers.get("location"), "/", "the setup is over");
  const late = await server.request("/setup", form({ code, username: "eve", password }));
  assert.equal(late.headers.get("location"), "/login");
});

Deno.test("what is wrong with the first account stands beside its field", async () => {
  await using app = await testApp();
  const server = createServer(app);
  await setupCode(app);
  const response = await server.request(
    "/setup",
    form({ code: "AAAA-AAAA", username: " ", password: "short" }),
  );
  assert.equal(response.status, 400);
  const markup = await response.text();
  assert.match(markup, /Give a name\./);
  assert.match(markup, /Use 8 characters or more\./);
  assert.doesNotMatch(markup, /value="short"/);
  const wrong = await server.request("/setup", form({ code: "x", username: "m", password: "correct horse" }));
  assert.match(await wrong.text(), /This is not the code in the log\./);
});

Deno.test("the folder can be looked at before it is taken, and skipped", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const { cookie } = await signedIn(app);
  await Deno.mkdir(`${app.config.dataDir}/music`);
  await Deno.writeTextFile(`${app.config.dataDir}/music/01.flac`, "");
  const music_folder = `${app.config.dataDir}/music`;
  const look = await server.request("/setup/folder", form({ music_folder, check: "true" }, cookie));
  assert.match(await look.text(), /1 file in 1 album folder/);
  assert.equal((await readSettings(app)).music_folder_path, null);
  const typo = await server.request("/setup/folder", form({ music_folder: `${music_folder}k` }, cookie));
  assert.equal(typo.status, 400);
  assert.match(await typo.text(), /Did you mean [^ ]*\/music\?/);
  const taken = await server.request("/setup/folder", form({ music_folder }, cookie));
  assert.equal(taken.headers.get("location"), "/setup/library");
  assert.equal((await readSettings(app)).music_folder_path, music_folder);
  const jobs = await app.sql`select job_type, payload from jobs`;
  assert.deepEqual([...jobs], [{ jobType: "filesystem_scan", payload: {} }]);
  const next = await server.request("/setup/library", { headers: cookie });
  assert.match(await next.text(), /Your music folder is being read meanwhile/);
});

Deno.test("members do not set up the folder", async () => {
  await using app = await testApp();
  const { cookie } = await signedIn(app, { role: "member" });
  const response = await createServer(app).request("/setup/folder", { headers: cookie });
  assert.equal(response.status, 403);
});
