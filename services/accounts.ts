import { deleteSessionsOf } from "../db/sessions.ts";
import { isUniqueViolation } from "../db/sql.ts";
import { findPasswordHash, insertUser, type Role, updatePassword, type User } from "../db/users.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { hashPassword, SHORTEST_PASSWORD, verifyPassword } from "./passwords.ts";
import type { Account } from "./sessions.ts";
import { takeTry } from "./sign_in.ts";

/** Adds somebody; throws `conflict` under `username` when the name is taken. */
export async function addUser(
  { sql }: Pick<App, "sql">,
  { username, password, role }: { username: string; password: string; role: Role },
): Promise<User> {
  const passwordHash = await hashPassword(password);
  try {
    return await insertUser(sql, { username, passwordHash, role });
  } catch (error) {
    if (!isUniqueViolation(error, "users_username")) throw error;
    const sentence = "Somebody has this name already.";
    throw new Failure("conflict", sentence, { fields: { username: sentence }, cause: error });
  }
}

/**
 * Gives an account another password and ends its sign-ins, but for the one that asks. The present one has to
 * be shown, with as few tries as at the sign-in, so that a browser left open does not give the account away.
 */
export async function changePassword(
  { sql }: Pick<App, "sql">,
  { userId, credential }: Pick<Account, "userId" | "credential">,
  form: { current_password: string; new_password: string },
): Promise<void> {
  if (form.new_password.length < SHORTEST_PASSWORD) {
    throw invalid("new_password", `Use ${SHORTEST_PASSWORD} characters or more.`);
  }
  const forgive = await takeTry(sql, { [`password ${userId}`]: 10 });
  if (!await verifyPassword(form.current_password, await findPasswordHash(sql, userId))) {
    throw invalid("current_password", "This is not your password.");
  }
  await forgive();
  await updatePassword(sql, userId, await hashPassword(form.new_password));
  await deleteSessionsOf(sql, userId, credential);
}

function invalid(field: string, sentence: string): Failure {
  return new Failure("invalid", sentence, { fields: { [field]: sentence } });
}
