import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { findSetting, insertSettingOnce } from "../db/settings.ts";

/** Encrypts what is stored, and derives the other keys of the program from the same secret. */
export type Secrets = {
  /** `place` is table and row, such as "settings/lidarr_api_key": a value moved elsewhere does not open. */
  encrypt(text: string, place: string): string;
  /** Throws when the value was altered, moved, or written with another key. */
  decrypt(sealed: string, place: string): string;
  /** A key of its own for one purpose, the same after every start. */
  derive(purpose: string): Uint8Array<ArrayBuffer>;
};

/** The setting that tells which key a database was written with; its place, too. */
export const CHECK = "secret_check";

/**
 * Takes SECRET_KEY or DATA_DIR/secret.key, which is made on the first start. A value in the database tells
 * whether it is the key this database was written with; throws a Failure when it is not.
 */
export async function openSecrets({ config, sql }: Pick<App, "config" | "sql">): Promise<Secrets> {
  const check = await findSetting(sql, CHECK);
  if (!config.secretKey && check !== undefined) settleRotation(config.dataDir, String(check));
  const key = config.secretKey ?? readOrMakeKey(config.dataDir, check === undefined);
  const secrets = createSecrets(key);
  const sealed = check ?? await insertSettingOnce(sql, CHECK, secrets.encrypt(CHECK, CHECK));
  const error = problemWith(secrets, String(sealed));
  if (error) {
    const file = keyFile(config.dataDir);
    const sentence = config.secretKey
      ? `SECRET_KEY is not the key this database was encrypted with. Set the former one; if there was none, remove SECRET_KEY to use ${file}.`
      : `${file} is not the key this database was encrypted with. Bring the former one back, or set SECRET_KEY to it.`;
    throw new Failure("invalid", sentence, { cause: error });
  }
  return secrets;
}

export function createSecrets(secret: string): Secrets {
  const derive = (purpose: string) =>
    new Uint8Array(hkdfSync("sha256", secret, "beat-collector", purpose, 32));
  const key = derive("encryption at rest");
  const keyId = new Uint8Array(derive("key id")).toHex().slice(0, 8);
  return {
    derive,
    encrypt(text, place) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(aad(keyId, place));
      const sealed = new Uint8Array([
        ...cipher.update(text, "utf8"),
        ...cipher.final(),
        ...cipher.getAuthTag(),
      ]);
      return `v1.${keyId}.${toText(nonce)}.${toText(sealed)}`;
    },
    decrypt(value, place) {
      const [version, id, nonce, sealed] = value.split(".");
      if (version !== "v1" || id !== keyId || !sealed) throw new Error(`Not written with the key ${keyId}`);
      const bytes = fromText(sealed);
      const opener = createDecipheriv("aes-256-gcm", key, fromText(nonce), { authTagLength: 16 });
      opener.setAAD(aad(keyId, place)).setAuthTag(bytes.subarray(-16));
      return opener.update(bytes.subarray(0, -16), undefined, "utf8") + opener.final("utf8");
    },
  };
}

const aad = (keyId: string, place: string) => new TextEncoder().encode(`${keyId}/${place}`);
const toText = (bytes: Uint8Array) => bytes.toBase64({ alphabet: "base64url" });
const fromText = (text: string) => Uint8Array.fromBase64(text, { alphabet: "base64url" });

function problemWith(secrets: Secrets, check: string): Error | undefined {
  try {
    secrets.decrypt(check, CHECK);
  } catch (error) {
    return error as Error;
  }
}

const keyFile = (dataDir: string) => `${dataDir}/secret.key`;
const nextKeyFile = (dataDir: string) => `${dataDir}/secret.key.next`;

export function createKey(): string {
  return toText(randomBytes(32));
}

/**
 * Keeps a new key beside the present one, then, when `work` has written the database with it, in its place. A
 * program that ends in between finds out at its next start which of the two is the right one.
 */
export async function replaceKey(dataDir: string, key: string, work: () => Promise<void>): Promise<void> {
  writeKey(nextKeyFile(dataDir), key);
  await work();
  Deno.renameSync(nextKeyFile(dataDir), keyFile(dataDir));
}

function settleRotation(dataDir: string, check: string): void {
  const next = readKey(nextKeyFile(dataDir));
  if (next === undefined) return;
  if (problemWith(createSecrets(next), check)) Deno.removeSync(nextKeyFile(dataDir));
  else Deno.renameSync(nextKeyFile(dataDir), keyFile(dataDir));
}

function writeKey(path: string, key: string): void {
  Deno.writeTextFileSync(path, key, { mode: 0o600 });
}

function readOrMakeKey(dataDir: string, isFirstStart: boolean): string {
  const key = readKey(keyFile(dataDir));
  if (key !== undefined) return key;
  if (!isFirstStart) {
    throw new Failure(
      "invalid",
      `${keyFile(dataDir)} is gone. Bring it back, or set SECRET_KEY to what it held.`,
    );
  }
  Deno.mkdirSync(dataDir, { recursive: true });
  const draft = Deno.makeTempFileSync({ dir: dataDir, prefix: "secret.key." });
  try {
    Deno.chmodSync(draft, 0o600);
    Deno.writeTextFileSync(draft, createKey());
    // A link appears whole or not at all, and never replaces the key of a program that was faster.
    Deno.linkSync(draft, keyFile(dataDir));
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  } finally {
    Deno.removeSync(draft);
  }
  return Deno.readTextFileSync(keyFile(dataDir)).trim();
}

function readKey(path: string): string | undefined {
  try {
    const key = Deno.readTextFileSync(path).trim();
    if (key.length >= 32) return key;
    throw new Failure("invalid", `${path} is damaged: a key has 32 characters or more`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
