import assert from "node:assert/strict";
import { testDatabase } from "../db/testing.ts";
import { signIn } from "./sign_in.ts";
import { changeUsers } from "./user_command.ts";

const password = "correct horse battery";

Deno.test("accounts are added, listed and get new passwords from the command line", async () => {
  await using db = await testDatabase();
  const run = (...args: string[]) => changeUsers(db, args, () => Promise.resolve(password));
  assert.equal(await run("list"), "There are no users.");
  assert.match(await run("add", "marta"), /admin “marta”/);
  assert.match(await run("add", "yuki"), /member “yuki”/);
  assert.equal(await run("list"), "admin   marta\nmember  yuki");
  await changeUsers(db, ["password", "YUKI"], () => Promise.resolve("another password"));
  const user = await signIn(db, { username: "yuki", password: "another password", address: "console" });
  assert.equal(user.role, "member");
});

Deno.test("what cannot be done is said", async () => {
  await using db = await testDatabase();
  const run = (...args: string[]) => changeUsers(db, args, () => Promise.resolve("short"));
  await assert.rejects(run(), /Use: user list/);
  await assert.rejects(run("rename", "marta"), /Use: user list/);
  await assert.rejects(run("add", "marta"), /8 characters/);
  await assert.rejects(run("password", "marta"), /There is no user “marta”/);
});
