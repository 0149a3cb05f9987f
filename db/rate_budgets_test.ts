import { ok, strictEqual } from "node:assert/strict";
import { claimBudget, postponeBudget } from "./rate_budgets.ts";
import { testDatabase } from "./testing.ts";

const intervalMs = 60_000;

Deno.test("a place is given once; whoever is urgent has the next one, whichever program asks first", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const claim = (urgent: boolean) => claimBudget(sql, "Example", { intervalMs, aheadMs: 10, urgent });
  const timePasses = () => sql`update rate_budgets set next_at = now()`;
  const all = await Promise.all(Array.from({ length: 4 }, () => claim(false)));
  strictEqual(all.filter(({ granted }) => granted).length, 1);
  for (const { granted, waitMs } of all) ok(granted ? waitMs === 0 : waitMs > 59_000 && waitMs <= intervalMs);
  strictEqual((await claim(true)).granted, false);
  await timePasses();
  strictEqual((await claim(false)).granted, false);
  strictEqual((await claim(true)).granted, true);
  await timePasses();
  strictEqual((await claim(false)).granted, true);
});

Deno.test("a place that is used late moves the next one", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const claim = () => claimBudget(sql, "Example", { intervalMs, aheadMs: 10, urgent: false });
  await claim();
  await postponeBudget(sql, "Example", 1234.5);
  const { granted, waitMs } = await claim();
  ok(!granted && waitMs > intervalMs && waitMs <= intervalMs + 1235);
});
