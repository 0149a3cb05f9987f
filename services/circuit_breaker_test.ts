import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { listServiceHealth } from "../db/service_health.ts";
import { testDatabase } from "../db/testing.ts";
import { createCircuitBreaker } from "./circuit_breaker.ts";
import type { Failure } from "./errors.ts";

Deno.test("after a pause one request tries; the pause doubles until it succeeds", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  let at = 0;
  const breaker = createCircuitBreaker({ sql, now: () => at }, { name: "Example", longestPauseMs: 30_000 });
  const state = async () => (await listServiceHealth(sql))[0].state;
  const refusesFor = (seconds: number) =>
    throws(breaker.enter, (error: Failure) => error.retryAfterSeconds === seconds);

  for (let i = 0; i < 4; i++) await breaker.failed("Example is broken.");
  strictEqual(await state(), "failing");
  breaker.enter();
  await breaker.failed("Example is broken.");
  strictEqual(await state(), "open");
  for (const pause of [10, 20, 30, 30]) {
    refusesFor(pause);
    at += pause * 1000;
    breaker.enter();
    // While one tries, the others are told to come back.
    refusesFor(1);
    await breaker.failed("Example is broken.");
  }
  at += 30_000;
  breaker.enter();
  breaker.left();
  breaker.enter();
  await breaker.succeeded();
  breaker.enter();
  breaker.enter();
  deepStrictEqual((await listServiceHealth(sql)).map(({ state, message }) => [state, message]), [[
    "ok",
    null,
  ]]);
});
