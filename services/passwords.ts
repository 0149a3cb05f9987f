import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { Failure } from "./errors.ts";

// OWASP's parameters for scrypt: 32 MB and three rounds, about a fifth of a second.
const COST = { N: 2 ** 15, r: 8, p: 3 };
// Every evaluation needs 32 MB, so two run at a time and some may wait.
const AT_ONCE = 2;
const MOST_WAITING = 20;

/** At least; there is no other rule, a long sentence is a good password. */
export const SHORTEST_PASSWORD = 8;

/** The cost stands in the hash, so that a later version can raise it; tests save it. */
export async function hashPassword(password: string, cost = COST): Promise<string> {
  const salt = randomBytes(16);
  return formatHash(cost, salt, await derive(password, salt, cost));
}

/** Without a stored hash it works just as long and says no: names that exist are not told from others. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, n, r, p, salt, key] = (stored ?? NOBODY).split("$");
  const actual = await derive(password, fromText(salt), { N: Number(n), r: Number(r), p: Number(p) });
  return timingSafeEqual(actual, fromText(key)) && stored !== undefined;
}

type Cost = typeof COST;

const toText = (bytes: Uint8Array) => bytes.toBase64({ alphabet: "base64url", omitPadding: true });
const fromText = (text: string) => Uint8Array.fromBase64(text, { alphabet: "base64url" });

function formatHash({ N, r, p }: Cost, salt: Uint8Array, key: Uint8Array): string {
  return ["scrypt", N, r, p, toText(salt), toText(key)].join("$");
}

const NOBODY = formatHash(COST, new Uint8Array(16), new Uint8Array(32));

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Uint8Array, cost: Cost): Promise<Uint8Array> {
  if (waiting.length >= MOST_WAITING) {
    throw new Failure("unavailable", "Too many people sign in right now. Try again in a moment.", {
      retryAfterSeconds: 10,
    });
  }
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await scryptKey(password.normalize("NFKC"), salt, cost);
  } finally {
    // The next in line takes over the place, so that nobody slips in between.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

function scryptKey(password: string, salt: Uint8Array, cost: Cost): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  scrypt(password, salt, 32, { ...cost, maxmem: 256 * cost.N * cost.r }, (error, key) => {
    if (error) reject(error);
    else resolve(key);
  });
  return promise;
}
