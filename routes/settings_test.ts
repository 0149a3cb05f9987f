import assert from "node:assert/strict";
import { findUserByName, insertUser } from "../db/users.ts";
import { verifyPassword } from "../services/passwords.ts";
import { readSettings } from "../services/settings.ts";
import { startCookieSession } from "../services/sessions.ts";
import { cheapHash, signedIn, type TestApp, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

const HTMX = { "hx-request": "true", "hx-request-type": "partial" };

function post(app: TestApp, headers: Record<string, string>, server = createServer(app)) {
  return async (path: string, fields: Record<string, string> = {}, more: Record<string, string> = {}) => {
    const body = new URLSearchParams(fields);
    return await server.request(path, { method: "POST", body, headers: { ...headers, ...more } });
  };
}

const text = (markup: string) => markup.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

Deno.test("admins see every section of the settings, members theirs", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const page = async (role: "admin" | "member") => {
    const { cookie } = await signedIn(app, { username: role, role });
    return await (await server.request("/settings", { headers: cookie })).text();
  };
  assert.match(await page("admin"), /id="folder".*id="schedules".*id="tokens".*id="password".*id="users"/s);
  const member = await page("member");
  assert.match(member, /id="tokens".*id="password"/s);
  assert.doesNotMatch(member, /id="folder"|id="users"|music_folder_path/);
});

Deno.test("a music folder is looked at, refused or stored, for htmx and for plain forms", async () => {
  await using app = await testApp();
  const send = post(app, (await signedIn(app)).cookie);
  const folder = app.config.dataDir;
  const look = await send("/settings/folder", { music_folder_path: folder, check: "true" }, HTMX);
  const part = await look.text();
  assert.match(part, /^<form[^>]* id="folder"/);
  assert.match(part, /holds no music yet/);
  assert.equal((await readSettings(app)).music_folder_path, null);
  const wrong = await send("/settings/folder", { music_folder_path: `${folder}x` });
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /^<!doctype html>.*Did you mean/s);
  const saved = await send("/settings/folder", { music_folder_path: folder });
  assert.equal(saved.headers.get("location"), "/settings#folder");
  assert.equal((await readSettings(app)).music_folder_path, folder);
  const again = await send("/settings/folder", { music_folder_path: folder }, HTMX);
  assert.match(text(await again.text()), /Saved/);
});

Deno.test("what MUSIC_FOLDER decides is shown and cannot be changed", async () => {
  await using app = await testApp({ MUSIC_FOLDER: "/" });
  const { cookie } = await signedIn(app);
  const page = await (await createServer(app).request("/settings", { headers: cookie })).text();
  assert.match(text(page), /Set by MUSIC_FOLDER/);
  const refused = await post(app, cookie)("/settings/folder", { music_folder_path: app.config.dataDir });
  assert.equal(refused.status, 400);
});

Deno.test("a schedule is stored when it can be understood", async () => {
  await using app = await testApp();
  const send = post(app, (await signedIn(app)).cookie);
  const wrong = await send("/settings/schedules", { "library_scan.cron": "0 4 * *" }, HTMX);
  assert.equal(wrong.status, 400);
  const part = await wrong.text();
  assert.match(part, /Four fields/);
  assert.match(part, /value="0 4 \* \*"/);
  const right = await send("/settings/schedules", {
    "library_scan.cron": "30 4 * * *",
    "library_scan.enabled": "true",
  });
  assert.equal(right.status, 303);
  const [schedule] = await app
    .sql`select cron, enabled, next_run_at from schedules where name = 'library_scan'`;
  assert.equal(schedule.cron, "30 4 * * *");
  assert.equal(schedule.nextRunAt.getMinutes(), 30);
  await send("/settings/schedules", { "library_scan.cron": "30 4 * * *" });
  const [off] = await app.sql`select enabled from schedules where name = 'library_scan'`;
  assert.equal(off.enabled, false, "a switch that is off is not sent");
});

Deno.test("a token is shown once, opens the API, and nothing after it was revoked", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const marta = await signedIn(app, { username: "marta" });
  const send = post(app, marta.cookie, server);
  const made = await (await send("/settings/tokens", { name: "Homepage widget" }, HTMX)).text();
  const token = made.match(/bc_[\w-]{43}/)?.[0];
  assert.ok(token);
  const headers = { authorization: `Bearer ${token}` };
  assert.equal((await server.request("/api/nothing", { headers })).status, 404);
  const page = await (await server.request("/settings", { headers: marta.cookie })).text();
  assert.match(page, /Homepage widget/);
  assert.ok(!page.includes(token));
  const [{ id }] = await app.sql`select id from api_tokens where name = 'Homepage widget'`;
  const other = await signedIn(app, { username: "other" });
  await post(app, other.cookie, server)(`/settings/tokens/${id}/revoke`);
  assert.equal((await server.request("/api/nothing", { headers })).status, 404, "not by somebody else");
  await send(`/settings/tokens/${id}/revoke`);
  assert.equal((await server.request("/api/nothing", { headers })).status, 401);
});

Deno.test("a new password needs the old one and signs out everywhere else", async () => {
  await using app = await testApp();
  const passwordHash = await cheapHash("the old password");
  const { id } = await insertUser(app.sql, { username: "marta", passwordHash, role: "member" });
  const here = await startCookieSession(app.sql, id, { remember: false });
  const elsewhere = await startCookieSession(app.sql, id, { remember: false });
  const headers = { cookie: `beat_session=${here.token}`, "x-csrf-token": here.csrfToken };
  const server = createServer(app);
  const send = post(app, headers, server);
  const status = async (token: string) =>
    (await server.request("/settings", { headers: { cookie: `beat_session=${token}` } })).status;
  assert.equal(await status(elsewhere.token), 200);
  const fields = { current_password: "a guess", new_password: "the new password" };
  assert.match(await (await send("/settings/password", fields, HTMX)).text(), /This is not your password\./);
  const short = { current_password: "the old password", new_password: "short" };
  assert.match(await (await send("/settings/password", short, HTMX)).text(), /Use 8 characters or more\./);
  const done = await send("/settings/password", { ...fields, current_password: "the old password" });
  assert.equal(done.status, 303);
  const changed = await findUserByName(app.sql, "marta");
  assert.equal(await verifyPassword("the new password", changed?.passwordHash), true);
  assert.equal(await status(here.token), 200);
  assert.equal(await status(elsewhere.token), 303);
});

Deno.test("admins add and remove people, but not themselves", async () => {
  await using app = await testApp();
  const admin = await signedIn(app, { username: "marta" });
  const send = post(app, admin.cookie);
  const yuki = { username: "ユキ", password: "correct horse battery" };
  assert.equal((await send("/settings/users", yuki)).status, 303);
  const taken = await send("/settings/users", yuki, HTMX);
  assert.match(await taken.text(), /Somebody has this name already\./);
  const wrong = await send("/settings/users", { username: "", password: "short" }, HTMX);
  assert.equal(wrong.status, 400);
  const found = await findUserByName(app.sql, "ユキ");
  assert.equal(found?.role, "member");
  assert.equal((await send(`/settings/users/${admin.userId}/remove`, {}, HTMX)).status, 400);
  await send(`/settings/users/${found?.id}/remove`);
  assert.equal(await findUserByName(app.sql, "ユキ"), undefined);
  assert.equal((await send("/settings/users/nobody/remove")).status, 400);
});

Deno.test("members change nothing that is everybody's", async () => {
  await using app = await testApp();
  const send = post(app, (await signedIn(app, { role: "member" })).cookie);
  for (const path of ["/settings/folder", "/settings/library", "/settings/schedules", "/settings/users"]) {
    assert.equal((await send(path)).status, 403, path);
  }
});

Deno.test("the rule about liked songs is stored or refused where it stands", async () => {
  await using app = await testApp();
  const send = post(app, (await signedIn(app)).cookie);
  const saved = await send("/settings/library", {
    liked_tracks_minimum: "3",
    playlists_enter_library: "true",
  }, HTMX);
  assert.equal(saved.status, 200);
  assert.match(await saved.text(), /^<form[^>]* id="rule"/);
  const settings = await readSettings(app);
  assert.equal(settings.liked_tracks_minimum, 3);
  assert.equal(settings.playlists_enter_library, true);
  const wrong = await send("/settings/library", { liked_tracks_minimum: "0" }, HTMX);
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /whole number from 1 to 100/);
});

Deno.test("everybody chooses light or dark for themselves", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const { cookie } = await signedIn(app);
  const dark = await post(app, cookie)("/theme", { theme: "dark", back: "/settings" });
  assert.equal(dark.headers.get("location"), "/settings");
  const chosen = dark.headers.getSetCookie()[0].split(";")[0];
  const page = await server.request("/settings", { headers: { cookie: `${cookie.cookie}; ${chosen}` } });
  assert.match(await page.text(), /data-theme="dark"/);
  const system = await post(app, cookie)("/theme", { theme: "system" });
  assert.match(system.headers.getSetCookie()[0], /Max-Age=0/);
});
