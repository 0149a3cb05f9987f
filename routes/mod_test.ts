import assert from "node:assert/strict";
import { signedIn, type TestApp, testApp } from "../services/testing.ts";
import { createServer, urlTable } from "./mod.ts";

Deno.test("every route stands in the URL table, and every line of the table is a route", async () => {
  await using app = await testApp();
  const served = createServer(app).routes.filter((route) => !route.path.includes("*"))
    .map((route) => `${route.method} ${route.path}`);
  const listed = Object.entries(urlTable).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`)
  );
  assert.deepEqual([...new Set(served)].sort(), listed.sort());
});

Deno.test("a stranger learns nothing, not even which addresses exist", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const api = await server.request("/api/no-such-thing");
  assert.equal(api.status, 401);
  assert.equal(api.headers.get("www-authenticate"), "Bearer");
  assert.equal((await api.json()).error.code, "unauthorized");
  const page = await server.request("/no-such-page");
  assert.equal(page.status, 303);
  assert.equal(page.headers.get("location"), "/setup");
});

Deno.test("everything is served below the path of BASE_URL, and where a proxy took it off", async () => {
  await using app = await testApp({ BASE_URL: "https://example.org/beat/" });
  const server = createServer(app);
  for (const path of ["/health", "/beat/health"]) {
    const { checks } = await (await server.request(path)).json();
    assert.equal(checks.database.status, "ok");
  }
  for (const path of ["/beat", "/beat/", "/"]) {
    const response = await server.request(path);
    assert.equal(response.headers.get("location"), "/beat/setup");
    assert.match(response.headers.get("strict-transport-security") ?? "", /max-age/);
  }
});

Deno.test("the policy allows no inline script, no eval and no frames", async () => {
  await using app = await testApp();
  const { headers } = await createServer(app).request("/health");
  const policy = headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe-eval|script-src[^;]*unsafe-inline|style-src 'self' /);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("referrer-policy"), "same-origin");
  assert.equal(headers.get("strict-transport-security"), null, "plain http knows no HSTS");
  const { bearer } = await signedIn(app);
  const stats = await createServer(app).request("/api/stats", { headers: bearer });
  assert.equal(stats.headers.get("cache-control"), "private, no-cache");
});

Deno.test("the API describes itself: every route with what it takes, and nothing else", async () => {
  await using app = await testApp({ BASE_URL: "https://example.org/beat" });
  const document = await (await createServer(app).request("/api/openapi.json")).json();
  const described = Object.entries<Record<string, { summary: string }>>(document.paths).flatMap((
    [path, methods],
  ) =>
    Object.entries(methods).map(([method, { summary }]) => {
      assert.ok(summary, `${method} ${path} says what it does`);
      return `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
    })
  );
  const listed = Object.entries(urlTable).filter(([path]) => path.startsWith("/api/")).flatMap((
    [path, methods],
  ) => Object.keys(methods).map((method) => `${method} ${path}`));
  assert.deepEqual(described.sort(), listed.sort());
  assert.equal(document.servers[0].url, "/beat");
  const { get } = document.paths["/api/albums"];
  const size = get.parameters.find(({ name }: { name: string }) => name === "page_size");
  assert.deepEqual([size.in, size.required, size.schema.maximum], ["query", false, 200]);
  const { put } = document.paths["/api/settings"];
  assert.ok(put.requestBody.content["application/json"].schema.properties.music_folder_path);
  assert.deepEqual(document.paths["/api/auth/login"].post.security, []);
});

Deno.test("answers are packed when they are long, streams never", async () => {
  await using app = await testApp();
  const server = createServer(app);
  server.get(
    "/health/stream",
    (c) => c.body("data: x\n\n".repeat(1000), 200, { "Content-Type": "text/event-stream" }),
  );
  const { bearer } = await signedIn(app);
  const headers = { ...bearer, "accept-encoding": "gzip" };
  const encoding = async (path: string) => {
    const response = await server.request(path, { headers });
    await response.body?.cancel();
    return response.headers.get("content-encoding");
  };
  assert.equal(await encoding("/api/openapi.json"), "gzip");
  assert.equal(await encoding("/health"), null);
  assert.equal(await encoding("/health/stream"), null);
});

Deno.test("a form of more than a megabyte is refused", async () => {
  await using app = await testApp();
  const response = await createServer(app).request("/login", {
    method: "POST",
    body: new URLSearchParams({ username: "x".repeat(1_100_000) }),
  });
  assert.equal(response.status, 413);
});

Deno.test("other sites may use the API only when CORS_ORIGINS lists them", async () => {
  await using open = await testApp({ CORS_ORIGINS: "https://dashboard.example" });
  const preflight = (app: TestApp, origin: string) =>
    createServer(app).request("/api/albums", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization",
      },
    });
  const listed = await preflight(open, "https://dashboard.example");
  assert.equal(listed.headers.get("access-control-allow-origin"), "https://dashboard.example");
  assert.match(listed.headers.get("access-control-allow-headers") ?? "", /Authorization/);
  assert.equal(listed.headers.get("access-control-allow-credentials"), null);
  const other = await preflight(open, "https://evil.example");
  assert.equal(other.headers.get("access-control-allow-origin"), null);
  await using closed = await testApp();
  const refused = await preflight(closed, "https://dashboard.example");
  assert.equal(refused.headers.get("access-control-allow-origin"), null);
});

Deno.test("a mistake of ours is a neutral sentence with the id the log knows it by", async () => {
  await using app = await testApp();
  const server = createServer(app);
  server.get("/health/broken", () => {
    throw new Error("select secret_column from somewhere");
  });
  server.get("/api/auth/broken", () => {
    throw new Error("select secret_column from somewhere");
  });
  const { bearer } = await signedIn(app);
  const page = await server.request("/health/broken", { headers: bearer });
  assert.equal(page.status, 500);
  const id = page.headers.get("x-request-id");
  const markup = await page.text();
  assert.ok(id && markup.includes(id));
  assert.doesNotMatch(markup, /secret_column/);
  const api = await server.request("/api/auth/broken", { headers: bearer });
  const { error } = await api.json();
  assert.equal(error.code, "internal");
  assert.doesNotMatch(JSON.stringify(error), /secret_column/);
});

Deno.test("an error page of an htmx request is the part that was asked for", async () => {
  await using app = await testApp();
  const server = createServer(app);
  const { cookie } = await signedIn(app);
  const headers = { ...cookie, "hx-request": "true", "hx-request-type": "partial" };
  const part = await server.request("/no-such-page", { headers });
  assert.equal(part.status, 404);
  assert.match(part.headers.get("vary") ?? "", /HX-Request-Type/);
  assert.match(await part.text(), /^<div id="failure"/);
  const restored = await server.request("/no-such-page", {
    headers: { ...headers, "hx-history-restore-request": "true" },
  });
  assert.match(await restored.text(), /^<!doctype html>/);
});
