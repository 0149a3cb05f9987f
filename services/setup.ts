import { createHmac, randomInt, timingSafeEqual } from "node:crypto";
import { deleteSessionsOf } from "../db/sessions.ts";
import { deleteSetting, findSetting, insertSettingOnce, upsertSettings } from "../db/settings.ts";
import { transaction } from "../db/sql.ts";
import { findUserByName, hasUsers, insertUser, upsertUser, type User } from "../db/users.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { hashPassword } from "./passwords.ts";
import { takeTry } from "./sign_in.ts";

type Deps = Pick<App, "config" | "sql" | "secrets">;

const CODE = "setup_code";
const PLACE_OF_CODE = `settings/${CODE}`;
// Without the letters and digits that look like others.
const LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
const CODE_LENGTH = 8;

/**
 * The code that proves whoever sets the program up can read its log: the same for all programs on one
 * database, until somebody used it. Undefined when there are users already.
 */
export async function setupCode({ sql, secrets }: Deps): Promise<string | undefined> {
  if (await hasUsers(sql)) return undefined;
  const letters = Array.from({ length: CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join("");
  const sealed = await insertSettingOnce(sql, CODE, secrets.encrypt(letters, PLACE_OF_CODE));
  const code = secrets.decrypt(String(sealed), PLACE_OF_CODE);
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/**
 * Makes the first account, an admin, for whoever knows the code; the code is used up. Throws a Failure that
 * names the field, `conflict` when there is an account already, `too_many` for who guesses.
 */
export async function createFirstAdmin(
  { sql, secrets }: Deps,
  form: { code: string; username: string; password: string; address: string },
): Promise<User> {
  const forgive = await takeTry(sql, { "setup": 30, [`setup address ${form.address}`]: 10 });
  const passwordHash = await hashPassword(form.password);
  const user = await transaction(sql, async (tx) => {
    // Only one of several who know the code takes the row away.
    const sealed = await deleteSetting(tx, CODE);
    if (await hasUsers(tx)) throw new Failure("conflict", "This has been set up already. Sign in.");
    const code = typeof sealed === "string" ? secrets.decrypt(sealed, PLACE_OF_CODE) : "";
    if (!isSame(normalised(form.code), code)) {
      const sentence = "This is not the code in the log.";
      throw new Failure("invalid", sentence, { fields: { code: sentence } });
    }
    return await insertUser(tx, { username: form.username, passwordHash, role: "admin" });
  });
  await forgive();
  return user;
}

const ADMIN = "admin";
const APPLIED = "admin_password";

/**
 * Makes ADMIN_PASSWORD the password of the user "admin", who is made when missing. What was applied is
 * remembered, so that a start costs a hash only when something changed.
 */
export async function applyAdminPassword({ config, sql, secrets }: Deps): Promise<void> {
  if (config.adminPassword === undefined) return;
  const mark = (hash = "") =>
    createHmac("sha256", secrets.derive("admin password")).update(`${config.adminPassword}\n${hash}`)
      .digest("base64url");
  const [known, applied] = await Promise.all([findUserByName(sql, ADMIN), findSetting(sql, APPLIED)]);
  if (known?.role === "admin" && applied === mark(known.passwordHash)) return;
  const passwordHash = await hashPassword(config.adminPassword);
  await transaction(sql, async (tx) => {
    const { id } = await upsertUser(tx, { username: ADMIN, passwordHash, role: "admin" });
    await deleteSessionsOf(tx, id);
    await upsertSettings(tx, { [APPLIED]: mark(passwordHash) });
  });
}

function normalised(code: string): string {
  return code.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

const encoder = new TextEncoder();

function isSame(a: string, b: string): boolean {
  return b.length > 0 && a.length === b.length && timingSafeEqual(encoder.encode(a), encoder.encode(b));
}
