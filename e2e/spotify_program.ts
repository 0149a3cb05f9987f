/** The real program with one account connected at the fake Spotify, for what takes long or ends hard. */
import { startEmbeddedPostgres } from "../db/embedded_postgres.ts";
import type { Database } from "../db/sql.ts";
import { testDatabase } from "../db/testing.ts";
import type { FakeSpotify } from "./fakes/spotify.ts";
import { type Program, startProgram, until } from "./program.ts";

export type ConnectedProgram = AsyncDisposable & {
  program: Program;
  /** As the program reaches it, for looking at what it wrote. */
  sql: Database;
  /** Of the person whose account it is. */
  token(): string;
  ask(path: string, init?: RequestInit): Promise<Record<string, unknown>>;
  /** Ends the program as a power cut does, and starts it again. */
  killAndRestart(): Promise<void>;
  /** Asks for a reading; returns the job. */
  startReading(): Promise<string>;
  /** The job once it has ended. */
  ended(jobId: string, timeoutMs?: number): Promise<{ status: string; summary: string }>;
};

/** Sets TEST_DATABASE_URL to a private server until the scope ends, unless it is set. */
export async function databaseServer(): Promise<AsyncDisposable> {
  if (Deno.env.get("TEST_DATABASE_URL")) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  const dataDir = await Deno.makeTempDir({ prefix: "beat-collector-e2e-" });
  const server = await startEmbeddedPostgres({ dataDir });
  Deno.env.set("TEST_DATABASE_URL", server.url);
  return {
    async [Symbol.asyncDispose]() {
      Deno.env.delete("TEST_DATABASE_URL");
      await server.stop();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

const PASSWORD = "correct horse battery";

export async function startConnected(
  fake: FakeSpotify,
  env: Record<string, string> = {},
): Promise<ConnectedProgram> {
  const database = await testDatabase();
  const dataDir = await Deno.makeTempDir({ prefix: "beat-collector-e2e-" });
  const start = () =>
    startProgram({
      dataDir,
      env: {
        ...fake.env,
        DATABASE_URL: database.url,
        SPOTIFY_CLIENT_ID: fake.clientId,
        SPOTIFY_INTERVAL_MS: "0",
        // Nothing that follows from a reading leaves this machine.
        MUSICBRAINZ_URL: `${fake.url}/musicbrainz`,
        COVER_ART_URL: `${fake.url}/covers`,
        ADMIN_PASSWORD: PASSWORD,
        API_RATE_LIMIT: "0",
        ...env,
      },
    });
  let program = await start();
  let token = "";
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = {
      "content-type": "application/json",
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    };
    const response = await fetch(program.url + path, { headers, ...init });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const post = (path: string, body: unknown) => ask(path, { method: "POST", body: JSON.stringify(body) });
  token = (await post("/api/auth/login", { username: "admin", password: PASSWORD })).access_token;
  const { authorization_url } = await post("/api/auth/spotify/authorize", {});
  const { searchParams } = await fake.consent(authorization_url);
  await post("/api/auth/spotify/callback", Object.fromEntries(searchParams));
  return {
    get program() {
      return program;
    },
    sql: database.sql,
    token: () => token,
    ask,
    async killAndRestart() {
      await program.stop("SIGKILL");
      program = await start();
    },
    async startReading() {
      return (await post("/api/jobs/spotify-sync", {})).job_id;
    },
    async ended(jobId, timeoutMs = 600_000) {
      const job = await until(async () => {
        const { status, result, error_message } = await ask(`/api/jobs/${jobId}/status`);
        if (status === "pending" || status === "running") return undefined;
        return { status, summary: String(result?.summary ?? error_message) };
      }, timeoutMs);
      if (!job) throw new Error(`The job did not end:\n${program.output().slice(-4000)}`);
      return job;
    },
    async [Symbol.asyncDispose]() {
      await program.stop();
      await database[Symbol.asyncDispose]();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}
