import assert from "node:assert/strict";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { cheapHash } from "./testing.ts";

Deno.test("a password fits its own hash only, and no hash shows it", async () => {
  const hash = await hashPassword("correct horse battery");
  assert.match(hash, /^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  assert.equal(await verifyPassword("correct horse battery", hash), true);
  assert.equal(await verifyPassword("correct horse batterz", hash), false);
  assert.notEqual(await hashPassword("correct horse battery"), hash);
});

Deno.test("nobody's password is never right", async () => {
  assert.equal(await verifyPassword("", undefined), false);
  assert.equal(await verifyPassword("anything", undefined), false);
});

Deno.test("the same letters typed on another keyboard are the same password", async () => {
  const composed = "pässwörter öffnen".normalize("NFC");
  assert.equal(await verifyPassword(composed.normalize("NFD"), await hashPassword(composed)), true);
});

Deno.test("a crowd is turned away instead of using up the memory", async () => {
  const hash = await cheapHash("y");
  const results = await Promise.allSettled(Array.from({ length: 30 }, () => verifyPassword("x", hash)));
  const refused = results.filter((result) => result.status === "rejected");
  assert.equal(refused.length, 8);
  assert.equal(await verifyPassword("x", hash), false, "later callers are served again");
});
