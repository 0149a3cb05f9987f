import assert from "node:assert/strict";
import { signedIn, testApp } from "../services/testing.ts";
import type { App } from "../services/app.ts";
import { createServer } from "./mod.ts";

const FORM = "application/x-www-form-urlencoded";

/** Signs a new browser in and tries to sign it out in the described way; the status says whether it worked. */
async function write(
  app: App,
  request: {
    headers?: Record<string, string>;
    token?: "header" | "field" | "wrong";
    type?: string;
    path?: string;
  },
): Promise<number> {
  const { cookie } = await signedIn(app, { username: crypto.randomUUID() });
  const token = cookie["x-csrf-token"];
  const headers = new Headers({ host: "music.lan", cookie: cookie.cookie, ...request.headers });
  if (request.type) headers.set("content-type", request.type);
  if (request.token === "header") headers.set("x-csrf-token", token);
  if (request.token === "wrong") headers.set("x-csrf-token", `${token}x`);
  const body = request.type === FORM && request.token === "field" ? `csrf_token=${token}` : undefined;
  const path = `http://music.lan${request.path ?? "/logout"}`;
  return (await createServer(app).request(path, { method: "POST", headers, body })).status;
}

Deno.test("a browser may write only from a page of ours", async () => {
  await using app = await testApp({ CORS_ORIGINS: "https://dashboard.example" });
  const own = { origin: "http://music.lan", "sec-fetch-site": "same-origin" };
  const cases: [string, Parameters<typeof write>[1], number][] = [
    ["our form", { headers: own, token: "field", type: FORM }, 303],
    ["htmx", { headers: own, token: "header", type: FORM }, 303],
    ["an old browser that says nothing, with token", { token: "field", type: FORM }, 303],
    ["no token", { headers: own, type: FORM }, 403],
    ["no token and no body", {}, 403],
    ["a wrong token", { headers: own, token: "wrong", type: FORM }, 403],
    ["another site", { headers: { origin: "https://evil.example" }, token: "header" }, 403],
    [
      "another site, as the browser says",
      { headers: { "sec-fetch-site": "cross-site" }, token: "header" },
      403,
    ],
    ["a neighbour on the same domain", { headers: { "sec-fetch-site": "same-site" }, token: "header" }, 403],
    ["another port", { headers: { origin: "http://music.lan:8080" }, token: "header" }, 403],
    ["a sandboxed frame", { headers: { origin: "null" }, token: "header" }, 403],
    ["text that looks like JSON", { headers: own, type: "text/plain" }, 403],
    ["JSON from a page of ours", { headers: own, type: "application/json" }, 303],
    ["an upload from a page of ours", { headers: own, type: "multipart/form-data; boundary=x" }, 303],
    ["JSON from who knows where", { type: "application/json" }, 403],
    ["an upload from who knows where", { type: "multipart/form-data; boundary=x" }, 403],
    [
      "a listed site that shows no token of ours",
      { headers: { origin: "https://dashboard.example" }, type: "application/json" },
      403,
    ],
    [
      "a site that CORS_ORIGINS lists",
      { headers: { origin: "https://dashboard.example" }, token: "header" },
      303,
    ],
  ];
  for (const [name, request, status] of cases) assert.equal(await write(app, request), status, name);
});

Deno.test("a foreign origin is refused whatever it shows", async () => {
  await using app = await testApp();
  const { bearer } = await signedIn(app);
  const server = createServer(app);
  for (const path of ["/api/auth/login", "/api/auth/logout", "/login"]) {
    const headers = { ...bearer, origin: "https://evil.example", "content-type": "application/json" };
    const response = await server.request(path, { method: "POST", headers, body: "{}" });
    assert.equal(response.status, 403, path);
  }
});

Deno.test("behind a proxy the address people use counts as ours", async () => {
  await using app = await testApp({ BASE_URL: "https://music.example/beat" });
  const headers = { origin: "https://music.example" };
  assert.equal(await write(app, { headers, token: "header" }), 303);
  await using proxied = await testApp({ TRUSTED_PROXIES: "127.0.0.1" });
  const forwarded = { origin: "https://music.example", "x-forwarded-host": "music.example" };
  assert.equal(await write(proxied, { headers: forwarded, token: "header" }), 303);
});

Deno.test("a program with a token needs no page of ours", async () => {
  await using app = await testApp();
  const { bearer } = await signedIn(app);
  const server = createServer(app);
  const page = await server.request("/logout", { headers: bearer });
  assert.equal(page.status, 405, "a token opens pages, too");
  assert.equal(page.headers.get("allow"), "POST");
  assert.match(page.headers.get("content-type") ?? "", /html/);
});

Deno.test("htmx is sent to the login page as a whole page, not into a part", async () => {
  await using app = await testApp();
  await signedIn(app);
  const headers = {
    "hx-request": "true",
    "hx-request-type": "partial",
    "hx-current-url": "http://localhost/albums?state=partial",
  };
  const response = await createServer(app).request("/albums?page=2", { headers });
  assert.equal(response.headers.get("hx-redirect"), "/login?back=%2Falbums%3Fstate%3Dpartial");
  assert.equal(await response.text(), "");
});

Deno.test("the API is limited per credential, and per address for strangers", async () => {
  await using app = await testApp({ API_RATE_LIMIT: "5" });
  const server = createServer(app);
  const { bearer } = await signedIn(app, { username: "one" });
  const other = await signedIn(app, { username: "two" });
  const ask = (headers: Record<string, string>) => server.request("/api/nothing", { headers });
  for (let i = 0; i < 5; i++) assert.equal((await ask(bearer)).status, 404);
  const refused = await ask(bearer);
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  assert.equal((await refused.json()).error.code, "too_many");
  assert.equal((await ask(other.bearer)).status, 404);
  for (let i = 0; i < 5; i++) assert.equal((await ask({ authorization: "Bearer wrong" })).status, 401);
  assert.equal((await ask({})).status, 429);
});

Deno.test("API_RATE_LIMIT=0 switches the limit off", async () => {
  await using app = await testApp({ API_RATE_LIMIT: "0" });
  const server = createServer(app);
  for (let i = 0; i < 130; i++) assert.equal((await server.request("/api/nothing")).status, 401);
});

Deno.test("only trusted proxies may say who the client is", async () => {
  await using app = await testApp({ TRUSTED_PROXIES: "10.0.0.0/8, fd00::/8", API_RATE_LIMIT: "1" });
  const server = createServer(app);
  const ask = async (peer: string, forwarded: string) => {
    const env = {
      remoteAddr: { hostname: peer, port: 1, transport: "tcp" as const },
      completed: Promise.resolve(),
    };
    const headers = { "x-forwarded-for": forwarded };
    return (await server.request("/api/nothing", { headers }, env)).status;
  };
  assert.equal(await ask("10.0.0.1", "203.0.113.7"), 401);
  assert.equal(await ask("::ffff:10.0.0.2", "203.0.113.7, 10.3.3.3"), 429, "the same client by another way");
  assert.equal(
    await ask("10.0.0.1", "203.0.113.7, 203.0.113.8"),
    401,
    "what the client claims is not believed",
  );
  assert.equal(await ask("198.51.100.1", "203.0.113.9"), 401);
  assert.equal(await ask("198.51.100.1", "203.0.113.10"), 429, "a stranger is no proxy");
  assert.equal(await ask("fd00::1", "2001:db8:1:2:3::4"), 401);
  assert.equal(await ask("fd00::1", "2001:db8:1:2::9"), 429, "one IPv6 network is one neighbour");
});
