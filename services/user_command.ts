import process from "node:process";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { deleteSessionsOf } from "../db/sessions.ts";
import { findUserByName, hasUsers, insertUser, listUsers, updatePassword } from "../db/users.ts";
import { type App, closeApp, openApp } from "./app.ts";
import type { Config } from "./config.ts";
import { Failure } from "./errors.ts";
import { hashPassword, SHORTEST_PASSWORD } from "./passwords.ts";

export const USER_USAGE = "user list | user add NAME [--admin] | user password NAME";

/** `beat-collector user …`, also beside a running program. */
export async function userCommand(config: Config, args: string[]): Promise<void> {
  const app = await openApp(config, { join: true });
  try {
    console.log(await changeUsers(app, args, readPassword));
  } finally {
    await closeApp(app);
  }
}

/** Lists accounts, adds one, or sets a password, which `ask` reads; returns what to print. */
export async function changeUsers(
  { sql }: Pick<App, "sql">,
  [action, name, ...options]: string[],
  ask: () => Promise<string>,
): Promise<string> {
  if (action === "list") {
    const users = await listUsers(sql);
    return users.map(({ username, role }) => `${role.padEnd(6)}  ${username}`).join("\n") ||
      "There are no users.";
  }
  if (!name || (action !== "add" && action !== "password")) {
    throw new Failure("invalid", `Use: ${USER_USAGE}`);
  }
  const known = await findUserByName(sql, name);
  if (action === "add") {
    if (known) throw new Failure("conflict", `There is a user “${known.username}” already.`);
    // Somebody has to be able to add the others.
    const role = options.includes("--admin") || !await hasUsers(sql) ? "admin" : "member";
    await insertUser(sql, { username: name, passwordHash: await newHash(ask), role });
    return `Added the ${role} “${name}”.`;
  }
  if (!known) throw new Failure("not_found", `There is no user “${name}”.`);
  await updatePassword(sql, known.id, await newHash(ask));
  await deleteSessionsOf(sql, known.id);
  return `“${known.username}” has a new password and is signed out everywhere.`;
}

async function newHash(ask: () => Promise<string>): Promise<string> {
  const password = await ask();
  if (password.length < SHORTEST_PASSWORD) {
    throw new Failure("invalid", `A password has ${SHORTEST_PASSWORD} characters or more.`);
  }
  return await hashPassword(password);
}

/** One line of standard input; a terminal does not show what is typed. */
async function readPassword(): Promise<string> {
  const input = createInterface({
    input: process.stdin,
    output: new Writable({ write: (_, __, done) => done() }),
    terminal: process.stdin.isTTY,
  });
  if (process.stdin.isTTY) console.error("Password (not shown):");
  try {
    return await new Promise<string>((resolve) =>
      input.once("line", resolve).once("close", () => resolve(""))
    );
  } finally {
    input.close();
  }
}
