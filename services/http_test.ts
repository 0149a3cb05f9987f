import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { z } from "zod";
import { listBlocks } from "../db/rate_budgets.ts";
import { listServiceHealth } from "../db/service_health.ts";
import { testDatabase } from "../db/testing.ts";
import { Failure } from "./errors.ts";
import { apiClient, type ApiFailure, type ApiOptions } from "./http.ts";
import { retryAfterMs } from "./request_gate.ts";

type Answer = (request: Request) => Response | Promise<Response>;

/** A client of a service that answers as told, and what the service has seen. */
async function service(answer: Answer, options: Partial<ApiOptions> = {}) {
  const database = await testDatabase();
  const seen: { url: URL; at: number; headers: Headers; method: string; body: string }[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { headers, method } = request;
    seen.push({
      url: new URL(request.url),
      at: performance.now(),
      headers,
      method,
      body: await request.clone().text(),
    });
    return await answer(request);
  });
  const baseUrl = `http://127.0.0.1:${server.addr.port}/base`;
  const client = apiClient({ sql: database.sql }, { name: "Example", baseUrl, ...options });
  return {
    client,
    seen,
    baseUrl,
    sql: database.sql,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await database[Symbol.asyncDispose]();
    },
  };
}

const schema = z.object({ name: z.string() });
const fine = () => Response.json({ name: "fine" });
const failsWith = (code: string, text: RegExp) => (error: unknown) => {
  ok(error instanceof Failure, String(error));
  strictEqual(error.code, code);
  match(error.message, text);
  return true;
};

Deno.test("a request carries what was asked for, and who asks", async () => {
  await using one = await service(fine, { headers: () => ({ "x-api-key": "key" }) });
  const query = { fmt: "json", resource: ["a b", "c&d"], none: undefined, limit: 5 };
  deepStrictEqual(await one.client.json("/url", { schema, query }), { name: "fine" });
  await one.client.json("/thing", { schema, method: "POST", body: { a: 1 } });
  strictEqual(
    one.seen[0].url.pathname + one.seen[0].url.search,
    "/base/url?fmt=json&resource=a+b&resource=c%26d&limit=5",
  );
  match(one.seen[0].headers.get("user-agent") ?? "", /^BeatCollector\/\d+\.\d+\.\d+ \( https?:.* \)$/);
  strictEqual(one.seen[0].headers.get("x-api-key"), "key");
  deepStrictEqual([one.seen[1].method, one.seen[1].body], ["POST", '{"a":1}']);
});

Deno.test("whatever is no answer becomes a sentence that names the service", async () => {
  const html = { headers: { "content-type": "text/html" } };
  const answers: [Answer, string, RegExp][] = [
    [
      () => new Response("<!DOCTYPE html><p>Hello", html),
      "unavailable",
      /^Example sent a web page instead of data/,
    ],
    [
      () => new Response('<?xml version="1.0"?><metadata/>'),
      "unavailable",
      /^Example sent XML instead of JSON/,
    ],
    [() => new Response('{"name": "fi'), "unavailable", /^Example sent data that is cut off/],
    [() => Response.json({ name: null }), "unavailable", /^Example .* not understood \(name: /],
    [() => Response.json([]), "unavailable", /^Example .* not understood \(the whole: /],
    [() => new Response("gone", { status: 404 }), "not_found", /^Example answered with status 404/],
    [() => new Response("secret", { status: 401 }), "unprocessable", /^Example answered with status 401\.$/],
    [() => new Response("", { status: 502 }), "unavailable", /^Example answered with status 502/],
    [() => new Response("x".repeat(17_000_000)), "too_large", /^Example sent more than 16 MB/],
    [(r) => Response.redirect(new URL("/again", r.url)), "unavailable", /^Example redirects without end/],
    [() => Response.redirect("http://localhost:1/"), "unavailable", /^Example redirects to another place/],
  ];
  for (const [answer, code, text] of answers) {
    await using one = await service(answer);
    await rejects(() => one.client.json("/", { schema }), failsWith(code, text));
  }
});

Deno.test("the beginning of a refused answer is there for programs, and its status", async () => {
  await using one = await service(() => Response.json({ error: "Invalid mbid." }, { status: 400 }));
  await rejects(() => one.client.json("/", { schema }), (error: ApiFailure) => {
    deepStrictEqual([error.status, JSON.parse(error.reply), error.retryable], [400, {
      error: "Invalid mbid.",
    }, false]);
    return true;
  });
});

Deno.test("a redirect on the same host is followed, and keys stay with the service", async () => {
  await using elsewhere = await service(fine);
  await using one = await service(
    (request) =>
      request.url.endsWith("/old")
        ? Response.redirect(new URL("/new", request.url), 301)
        : request.url.endsWith("/away")
        ? Response.redirect(elsewhere.baseUrl)
        : fine(),
    { headers: () => ({ "x-api-key": "key" }) },
  );
  deepStrictEqual(await one.client.json("/old", { schema }), { name: "fine" });
  deepStrictEqual(one.seen.map(({ url }) => url.pathname), ["/base/old", "/new"]);
  await one.client.json("/away", { schema });
  strictEqual(elsewhere.seen[0].headers.get("x-api-key"), null);
});

Deno.test("a service that is not there, does not answer or breaks off is named", async () => {
  const { sql, ...database } = await testDatabase();
  const gone = apiClient({ sql }, { name: "Example", baseUrl: "http://127.0.0.1:1999" });
  await rejects(
    () => gone.json("/", { schema }),
    failsWith("unavailable", /^Example refused the connection\.$/),
  );
  const nameless = apiClient({ sql }, { name: "Example", baseUrl: "http://nowhere.invalid" });
  await rejects(
    () => nameless.json("/", { schema }),
    failsWith("unavailable", /^Example is not known by that name\.$/),
  );
  await database[Symbol.asyncDispose]();
  const released = Promise.withResolvers<Response>();
  {
    await using slow = await service(() => released.promise);
    const answer = slow.client.json("/", { schema, timeoutMs: 50 });
    await rejects(answer, failsWith("unavailable", /^Example took too long to answer/));
    const given = new AbortController();
    const stopped = slow.client.json("/", { schema, signal: given.signal });
    given.abort(new Error("cancelled"));
    await rejects(stopped, /cancelled/);
    released.resolve(fine());
  }
});

Deno.test("what a person waits for overtakes the rest, and all keep the distance", async () => {
  const order: string[] = [];
  const intervalMs = 30;
  await using one = await service((request) => {
    order.push(new URL(request.url).pathname);
    return fine();
  }, { limit: { intervalMs } });
  const bulk = ["/1", "/2", "/3", "/4"].map((path) => one.client.json(path, { schema }));
  const click = one.client.json("/click", { schema, priority: "interactive" });
  await Promise.all([...bulk, click]);
  deepStrictEqual(order, ["/base/click", "/base/1", "/base/2", "/base/3", "/base/4"]);
  for (let i = 1; i < one.seen.length; i++) ok(one.seen[i].at - one.seen[i - 1].at > intervalMs - 5);
});

Deno.test("an answer that is long in coming holds up no person", async () => {
  const slow = Promise.withResolvers<Response>();
  const limit = { intervalMs: 1 };
  await using one = await service((request) => request.url.endsWith("/slow") ? slow.promise : fine(), {
    limit,
  });
  const work = ["/slow", "/next"].map((path) => one.client.json(path, { schema }));
  deepStrictEqual(await one.client.json("/click", { schema, priority: "interactive" }), { name: "fine" });
  deepStrictEqual(await one.client.json("/again", { schema, priority: "interactive" }), { name: "fine" });
  ok(!one.seen.some(({ url }) => url.pathname === "/base/next"));
  slow.resolve(fine());
  await Promise.all(work);
});

Deno.test("a redirect to the service itself is one more request to it", async () => {
  const intervalMs = 100;
  await using one = await service(
    (request) => request.url.endsWith("/old") ? Response.redirect(new URL("/new", request.url), 301) : fine(),
    { limit: { intervalMs } },
  );
  await one.client.json("/old", { schema });
  ok(one.seen[1].at - one.seen[0].at > intervalMs / 2);
});

Deno.test("two programs on one database share one budget, and a click in one passes the work of the other", async () => {
  const order: string[] = [];
  const intervalMs = 100;
  await using one = await service((request) => {
    order.push(new URL(request.url).pathname);
    return fine();
  }, { limit: { intervalMs } });
  const other = apiClient({ sql: one.sql }, { name: "Example", baseUrl: one.baseUrl, limit: { intervalMs } });
  const work = Array.from({ length: 8 }, (_, i) => (i % 2 ? one.client : other).json(`/${i}`, { schema }));
  await work[0];
  const before = order.length;
  const click = other.json("/click", { schema, priority: "interactive" });
  await Promise.all([...work, click]);
  strictEqual(order.length, 9);
  const place = order.indexOf("/base/click");
  ok(place <= before + 2, `the click was number ${place}: ${order}`);
  for (let i = 1; i < one.seen.length; i++) {
    ok(one.seen[i].at - one.seen[i - 1].at > intervalMs / 2, "two were sent at once");
  }
});

Deno.test("a refusal is waited for when it is short, told when it is long, and survives a restart", async () => {
  let refusals = 1;
  const limit = { intervalMs: 1 };
  await using one = await service(
    () => refusals-- > 0 ? new Response("", { status: 503, headers: { "retry-after": "1" } }) : fine(),
    { limit },
  );
  const begin = performance.now();
  deepStrictEqual(await one.client.json("/", { schema }), { name: "fine" });
  ok(performance.now() - begin >= 1000);
  strictEqual((await listBlocks(one.sql)).length, 0);

  await using banned = await service(
    () => new Response("", { status: 429, headers: { "retry-after": "86400" } }),
    { limit },
  );
  const paused = (error: Failure) =>
    failsWith("unavailable", /^Example wants no requests for 24 hours/)(error) &&
    Math.abs((error.retryAfterSeconds ?? 0) - 86_400) < 5;
  await rejects(() => banned.client.json("/", { schema }), paused);
  const restarted = apiClient({ sql: banned.sql }, { name: "Example", baseUrl: banned.baseUrl, limit });
  await rejects(() => restarted.json("/", { schema }), paused);
  strictEqual(banned.seen.length, 1);
  const [block] = await listBlocks(banned.sql);
  deepStrictEqual([block.key, block.blockedReason], ["Example", "it answered 429"]);
});

Deno.test("a refusal that names no time is followed by pauses that grow, until there is an answer", async () => {
  const untold: HeadersInit[] = [{ "retry-after": "0" }, { "retry-after": "soon" }, {
    "x-ratelimit-limit": "1",
  }];
  let headers = untold[0];
  let refuses = true;
  await using one = await service(() => refuses ? new Response("", { status: 503, headers }) : fine(), {
    limit: { intervalMs: 1 },
  });
  const ask = () => one.client.json("/", { schema, priority: "interactive" });
  const timePasses = () => one.sql`update rate_budgets set blocked_until = now()`;
  const pauses: number[] = [];
  for (headers of untold) {
    await rejects(ask, (error: Failure) => pauses.push(error.retryAfterSeconds ?? 0) > 0);
    await timePasses();
  }
  deepStrictEqual(pauses, [5, 15, 60]);
  refuses = false;
  await ask();
  refuses = true;
  await rejects(ask, (error: Failure) => error.retryAfterSeconds === 5);
});

Deno.test("no address and nothing of an answer gets into an error", async () => {
  await using one = await service(() => new Response('{"access_token":"hunter2'));
  const gone = apiClient({ sql: one.sql }, { name: "Example", baseUrl: "http://hunter2@127.0.0.1:1999" });
  const query = { key: "hunter2" };
  for (const client of [one.client, gone]) {
    await rejects(
      () => client.json("/", { schema, query }),
      (error: Failure) => !Deno.inspect(error).includes("hunter2"),
    );
  }
});

Deno.test("a database that fails in the middle fails the request, not the program", async () => {
  await using one = await service(() => new Response("", { status: 500 }));
  await one.sql`drop table service_health`;
  await rejects(() => one.client.json("/", { schema }), /service_health/);
});

Deno.test("Retry-After is read as seconds or as a date, and never made up", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const cases: [string | null, number | undefined][] = [
    ["5", 5_000],
    ["86400", 86_400_000],
    ["Thu, 01 Jan 2026 00:01:00 GMT", 60_000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", undefined],
    ["0", undefined],
    ["soon", undefined],
    ["", undefined],
    [null, undefined],
  ];
  for (const [header, wait] of cases) strictEqual(retryAfterMs(header, now), wait, `${header}`);
});

Deno.test("a service that fails five times is left alone, and written down", async () => {
  await using one = await service(() => new Response("", { status: 500 }));
  for (let i = 0; i < 7; i++) await rejects(() => one.client.json("/", { schema }), Failure);
  strictEqual(one.seen.length, 5);
  const [health] = await listServiceHealth(one.sql);
  deepStrictEqual([health.name, health.state, health.message], [
    "Example",
    "open",
    "Example answered with status 500.",
  ]);
});

Deno.test("bytes and streams come as they are, up to their limit", async () => {
  await using one = await service(() =>
    new Response("picture", { headers: { "content-type": "Image/PNG; a=b" } })
  );
  const { bytes, type, url } = await one.client.bytes("/p", { maxBytes: 7 });
  deepStrictEqual([new TextDecoder().decode(bytes), type, url], ["picture", "image/png", `${one.baseUrl}/p`]);
  await rejects(() => one.client.bytes("/p", { maxBytes: 6 }), failsWith("too_large", /more than/));
  strictEqual(await new Response(await one.client.stream("/p")).text(), "picture");
});
