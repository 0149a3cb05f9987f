import assert from "node:assert/strict";
import { insertUser } from "../db/users.ts";
import { testDatabase } from "../db/testing.ts";
import { Failure } from "./errors.ts";
import { signIn, takeTry } from "./sign_in.ts";
import { cheapHash } from "./testing.ts";

const password = "correct horse battery";

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "ok";
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}

Deno.test("a name in any case and its password sign in", async () => {
  await using db = await testDatabase();
  await insertUser(db.sql, { username: "Marta", passwordHash: await cheapHash(password), role: "admin" });
  const user = await signIn(db, { username: "marta", password, address: "10.0.0.1" });
  assert.equal(user.username, "Marta");
  assert.ok(!("passwordHash" in user));
  for (const [username, wrong] of [["marta", "wrong"], ["nobody", password], ["", ""]]) {
    const failing = signIn(db, { username, password: wrong, address: "10.0.0.1" });
    assert.equal(await codeOf(failing), "unauthorized");
  }
});

Deno.test("after ten wrong tries an account is closed, to the right password too", async () => {
  await using db = await testDatabase();
  await insertUser(db.sql, { username: "marta", passwordHash: await cheapHash(password), role: "admin" });
  await db.sql`insert into rate_limits values ('sign-in account marta', 9, now() + interval '5 minutes')`;
  const tenth = signIn(db, { username: "marta", password: "wrong", address: "10.0.0.1" });
  assert.equal(await codeOf(tenth), "unauthorized");
  await assert.rejects(signIn(db, { username: "MARTA", password, address: "10.0.0.2" }), (error) => {
    return error instanceof Failure && error.code === "too_many" && error.retryAfterSeconds! > 290 &&
      error.retryAfterSeconds! <= 300;
  });
  const [other] = await db.sql`select points from rate_limits where key = 'sign-in address 10.0.0.2'`;
  assert.equal(other.points, 0, "what is not evaluated does not count for the address");
  await db.sql`update rate_limits set expires_at = now()`;
  assert.equal(await codeOf(signIn(db, { username: "marta", password, address: "10.0.0.2" })), "ok");
});

Deno.test("signing in again and again is no guessing", async () => {
  await using db = await testDatabase();
  await insertUser(db.sql, { username: "marta", passwordHash: await cheapHash(password), role: "admin" });
  for (let i = 0; i < 12; i++) await signIn(db, { username: "marta", password, address: "10.0.0.1" });
  const rows = await db.sql`select points from rate_limits`;
  assert.deepEqual(rows.map((row) => row.points), [0, 0]);
});

Deno.test("tries at the same moment are all counted", async () => {
  await using db = await testDatabase();
  const tries = Array.from({ length: 40 }, () => codeOf(takeTry(db.sql, { a: 10, b: 30 })));
  const codes = await Promise.all(tries);
  assert.equal(codes.filter((code) => code === "ok").length, 10);
  assert.equal(codes.filter((code) => code === "too_many").length, 30);
});
