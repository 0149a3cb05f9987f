import assert from "node:assert/strict";
import { Failure } from "./errors.ts";
import { applyAdminPassword, createFirstAdmin, setupCode } from "./setup.ts";
import { signIn } from "./sign_in.ts";
import { type TestApp, testApp } from "./testing.ts";

const marta = { username: "marta", password: "correct horse battery", address: "10.0.0.1" };

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "ok";
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}

Deno.test("who knows the code makes the first account, once", async () => {
  await using app = await testApp();
  const code = await setupCode(app);
  assert.match(code ?? "", /^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
  assert.equal(await setupCode(app), code, "a second program on the database asks for the same code");
  const user = await createFirstAdmin(app, { ...marta, code: ` ${code!.toLowerCase().replace("-", "")} ` });
  assert.equal(user.role, "admin");
  assert.equal(await setupCode(app), undefined);
  assert.equal(await codeOf(createFirstAdmin(app, { ...marta, username: "eve", code: code! })), "conflict");
});

Deno.test("a wrong code makes nothing and can be corrected", async () => {
  await using app = await testApp();
  const code = await setupCode(app);
  for (const wrong of ["", "AAAA-AAAA", `${code}A`]) {
    assert.equal(await codeOf(createFirstAdmin(app, { ...marta, code: wrong })), "invalid", wrong);
  }
  assert.equal(await codeOf(createFirstAdmin(app, { ...marta, code: code! })), "ok");
});

Deno.test("without a code in the database nobody is let in", async () => {
  await using app = await testApp();
  assert.equal(await codeOf(createFirstAdmin(app, { ...marta, code: "" })), "invalid");
});

Deno.test("the code cannot be guessed", async () => {
  await using app = await testApp();
  await setupCode(app);
  await app.sql`insert into rate_limits values ('setup address 10.0.0.1', 10, now() + interval '1 minute')`;
  assert.equal(await codeOf(createFirstAdmin(app, { ...marta, code: "AAAA-AAAA" })), "too_many");
});

Deno.test("two who set up at the same moment make one account", async () => {
  await using app = await testApp();
  const code = (await setupCode(app))!;
  const codes = await Promise.all(["marta", "yuki"].map((username) => {
    return codeOf(createFirstAdmin(app, { ...marta, username, code }));
  }));
  assert.deepEqual(codes.sort(), ["conflict", "ok"]);
});

function withPassword(app: TestApp, adminPassword: string): TestApp {
  return { ...app, config: { ...app.config, adminPassword } };
}

const admin = (password: string) => ({ username: "admin", password, address: "10.0.0.1" });

Deno.test("ADMIN_PASSWORD makes the admin, and resets the password when it changed", async () => {
  await using app = await testApp();
  await applyAdminPassword(withPassword(app, "first password"));
  assert.equal((await signIn(app, admin("first password"))).role, "admin");
  await applyAdminPassword(withPassword(app, "second password"));
  assert.equal(await codeOf(signIn(app, admin("first password"))), "unauthorized");
  assert.equal(await codeOf(signIn(app, admin("second password"))), "ok");
});

Deno.test("a start with the same ADMIN_PASSWORD changes nothing, unless somebody else changed it", async () => {
  await using app = await testApp();
  const withSame = withPassword(app, "first password");
  const hash = async () => (await app.sql`select password_hash from users`)[0].passwordHash;
  await applyAdminPassword(withSame);
  const before = await hash();
  await applyAdminPassword(withSame);
  assert.equal(await hash(), before);
  await app.sql`update users set password_hash = 'changed', role = 'member'`;
  await applyAdminPassword(withSame);
  assert.equal((await signIn(app, admin("first password"))).role, "admin");
});
