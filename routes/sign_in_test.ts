import assert from "node:assert/strict";
import { insertUser } from "../db/users.ts";
import { cheapHash, signedIn, testApp } from "../services/testing.ts";
import type { App } from "../services/app.ts";
import { createServer } from "./mod.ts";

const password = "correct horse battery";
const passwordHash = await cheapHash(password);

async function withMarta(app: App) {
  const { id } = await insertUser(app.sql, { username: "marta", passwordHash, role: "admin" });
  return { id, server: createServer(app) };
}

function form(fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", body: new URLSearchParams(fields), headers };
}

function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  };
}

const cookieOf = (response: Response) => response.headers.getSetCookie()[0] ?? "";
const pairOf = (response: Response) => cookieOf(response).split(";")[0];

Deno.test("the login page lets people in and goes on where they were", async () => {
  await using app = await testApp();
  const { server } = await withMarta(app);
  const page = await server.request("/albums?state=partial");
  assert.equal(page.headers.get("location"), "/login?back=%2Falbums%3Fstate%3Dpartial");
  const login = await server.request(page.headers.get("location")!);
  assert.match(await login.text(), /name="back" value="\/albums\?state=partial"/);
  const done = await server.request(
    "/login",
    form({ username: "Marta", password, back: "/albums?state=partial" }),
  );
  assert.equal(done.status, 303);
  assert.equal(done.headers.get("location"), "/albums?state=partial");
  assert.match(cookieOf(done), /^beat_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  const again = await server.request("/login", { headers: { cookie: pairOf(done) } });
  assert.equal(again.headers.get("location"), "/", "who is signed in is sent on");
});

Deno.test("staying signed in sets an end 30 days from now, https makes the cookie secure", async () => {
  await using app = await testApp({ BASE_URL: "https://example.org/beat" });
  const { server } = await withMarta(app);
  const done = await server.request("/beat/login", form({ username: "marta", password, remember: "true" }));
  const cookie = cookieOf(done);
  assert.match(cookie, /; Path=\/beat; /);
  assert.match(cookie, /; Secure; /);
  const end = Date.parse(cookie.match(/Expires=([^;]+)/)![1]);
  assert.ok(Math.abs(end - Date.now() - 30 * 86_400_000) < 60_000);
  assert.equal(done.headers.get("location"), "/beat/");
});

Deno.test("nobody is sent to another site after signing in", async () => {
  await using app = await testApp();
  const { server } = await withMarta(app);
  const elsewhere = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/..//evil.example",
    "javascript:alert(1)",
    "/login",
    "/logout",
  ];
  const { cookie } = await signedIn(app, { username: "other" });
  for (const back of elsewhere) {
    const response = await server.request(`/login?back=${encodeURIComponent(back)}`, { headers: cookie });
    assert.equal(response.headers.get("location"), "/", back);
  }
});

Deno.test("a wrong password shows the form again and says so, without the password", async () => {
  await using app = await testApp();
  const { server } = await withMarta(app);
  const response = await server.request("/login", form({ username: "marta", password: "wrong-one" }));
  assert.equal(response.status, 401);
  assert.equal(response.headers.getSetCookie().length, 0);
  const markup = await response.text();
  assert.match(markup, /role="alert"/);
  assert.match(markup, /Name or password is wrong/);
  assert.match(markup, /value="marta"/);
  assert.doesNotMatch(markup, /wrong-one/);
});

Deno.test("signing in makes a new session and ends the one before", async () => {
  await using app = await testApp();
  const { server } = await withMarta(app);
  const planted = { cookie: "beat_session=planted-by-somebody-else" };
  const first = await server.request("/login", form({ username: "marta", password }, planted));
  assert.notEqual(pairOf(first), planted.cookie);
  const second = await server.request(
    "/login",
    form({ username: "marta", password }, { cookie: pairOf(first) }),
  );
  assert.notEqual(pairOf(second), pairOf(first));
  const old = await server.request("/login", { headers: { cookie: pairOf(first) } });
  assert.equal(old.status, 200, "the old cookie opens nothing");
});

Deno.test("signing out ends the session on the server", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const { cookie } = await signedIn(app);
  const out = await server.request("/logout", { method: "POST", headers: cookie });
  assert.equal(out.headers.get("location"), "/login");
  assert.match(cookieOf(out), /Max-Age=0/);
  const after = await server.request("/login", { headers: cookie });
  assert.equal(after.status, 200);
});

Deno.test("programs get a token, which opens the API until they give it back", async () => {
  await using app = await testApp();
  const { server } = await withMarta(app);
  const login = await server.request("/api/auth/login", json({ username: "marta", password }));
  assert.equal(login.status, 200);
  const { access_token, token_type, expires_at } = await login.json();
  assert.equal(token_type, "Bearer");
  assert.ok(Date.parse(expires_at) > Date.now());
  const headers = { authorization: `Bearer ${access_token}` };
  assert.equal((await server.request("/api/nothing", { headers })).status, 404);
  // Another program on the same database, after a restart.
  assert.equal((await createServer(app).request("/api/nothing", { headers })).status, 404);
  assert.equal((await server.request("/api/auth/logout", { method: "POST", headers })).status, 204);
  assert.equal((await server.request("/api/nothing", { headers })).status, 401);
});

Deno.test("a forged token is nobody's", async () => {
  await using app = await testApp();
  const { server, id } = await withMarta(app);
  const login = await server.request("/api/auth/login", json({ username: "marta", password }));
  const [head, claims, signature] = (await login.json()).access_token.split(".");
  const encode = (value: unknown) => btoa(JSON.stringify(value)).replace(/=+$/, "");
  const decoded = JSON.parse(atob(claims));
  const forged = [
    `${encode({ alg: "none", typ: "JWT" })}.${claims}.`,
    `${encode({ alg: "none", typ: "JWT" })}.${claims}.${signature}`,
    `${encode({ alg: "HS512", typ: "JWT" })}.${claims}.${signature}`,
    `${head}.${encode({ ...decoded, jti: id })}.${signature}`,
    `${head}.${claims}.`,
    "a.b.c",
    "bc_unknown",
  ];
  for (const token of forged) {
    const response = await server.request("/api/nothing", { headers: { authorization: `Bearer ${token}` } });
    assert.equal(response.status, 401, token);
  }
});

Deno.test("the API names what is missing from a login", async () => {
  await using app = await testApp();
  const { server } = await withMarta(app);
  const bodies: [string, string][] = [
    [JSON.stringify({ username: "marta" }), "password"],
    [JSON.stringify({ username: 7, password: "x" }), "username"],
    [JSON.stringify([]), "body"],
    [JSON.stringify({ username: "mar\0ta", password: "x" }), "username"],
    ["{", ""],
  ];
  for (const [body, field] of bodies) {
    const headers = { "content-type": "application/json" };
    const response = await server.request("/api/auth/login", { method: "POST", body, headers });
    assert.equal(response.status, 400, body);
    const { error } = await response.json();
    assert.equal(error.code, "invalid");
    assert.deepEqual(Object.keys(error.fields ?? {}), field ? [field] : []);
  }
});

Deno.test("who guesses is answered with the time to wait", async () => {
  await using app = await testApp();
  const { server } = await withMarta(app);
  await app
    .sql`insert into rate_limits values ('sign-in address 127.0.0.1', 30, now() + interval '3 minutes')`;
  const program = await server.request("/api/auth/login", json({ username: "marta", password }));
  assert.equal(program.status, 429);
  assert.ok(Number(program.headers.get("retry-after")) > 170);
  const person = await server.request("/login", form({ username: "marta", password }));
  assert.equal(person.status, 429);
  assert.ok(Number(person.headers.get("retry-after")) > 170);
  assert.match(await person.text(), /Too many tries. Wait 3 minutes/);
});

Deno.test("a session is used up 24 hours after its last use, a remembered one after 30 days", async () => {
  await using app = await testApp();
  const { server } = await withMarta(app);
  const login = await server.request("/login", form({ username: "marta", password, remember: "true" }));
  const headers = { cookie: pairOf(login) };
  await app.sql`update sessions set last_seen_at = last_seen_at - interval '2 days',
    expires_at = expires_at - interval '2 days'`;
  const used = await server.request("/logout", { headers });
  assert.equal(used.status, 405);
  assert.match(cookieOf(used), /^beat_session=.*Expires=/);
  const [session] = await app.sql`select expires_at > now() + interval '29 days' as extended from sessions`;
  assert.equal(session.extended, true);
  await app.sql`update sessions set expires_at = now()`;
  // Another server: one that has just seen the cookie believes it for a second.
  const another = createServer(app);
  assert.equal(
    (await another.request("/albums", { headers })).headers.get("location"),
    "/login?back=%2Falbums",
  );
});
