import { countTries, forgiveTries } from "../db/rate_limits.ts";
import { findUserByName, type User } from "../db/users.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { verifyPassword } from "./passwords.ts";

const WINDOW_SECONDS = 600;
const TRIES_PER_ACCOUNT = 10;
const TRIES_PER_ADDRESS = 30;

export type Credentials = {
  username: string;
  password: string;
  /** The client's address, counted against guessing. */
  address: string;
};

/**
 * The user with this name and password. Throws `unauthorized` when there is none, and `too_many` without
 * looking once the account or the address has used up its tries; tries that succeed do not count.
 */
export async function signIn({ sql }: Pick<App, "sql">, credentials: Credentials): Promise<User> {
  const forgive = await takeTry(sql, {
    [`sign-in account ${credentials.username.normalize("NFKC").toLowerCase()}`]: TRIES_PER_ACCOUNT,
    [`sign-in address ${credentials.address}`]: TRIES_PER_ADDRESS,
  });
  const found = await findUserByName(sql, credentials.username);
  const isRight = await verifyPassword(credentials.password, found?.passwordHash);
  if (!found || !isRight) throw new Failure("unauthorized", "Name or password is wrong.");
  await forgive();
  const { passwordHash: _, ...user } = found;
  return user;
}

/** Counts a try under every key, or throws `too_many` and counts nothing when one is used up. */
export async function takeTry(sql: App["sql"], limits: Record<string, number>): Promise<() => Promise<void>> {
  const keys = Object.keys(limits);
  const counted = await countTries(sql, keys, WINDOW_SECONDS);
  const usedUp = counted.filter(({ key, points }) => points > limits[key]);
  if (usedUp.length === 0) return () => forgiveTries(sql, keys);
  await forgiveTries(sql, keys);
  const until = Math.max(...usedUp.map(({ expiresAt }) => expiresAt.getTime()));
  const retryAfterSeconds = Math.max(1, Math.ceil((until - Date.now()) / 1000));
  const minutes = Math.ceil(retryAfterSeconds / 60);
  throw new Failure(
    "too_many",
    `Too many tries. Wait ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`,
    {
      retryAfterSeconds,
    },
  );
}
