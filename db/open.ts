import postgres from "postgres";
import { startEmbeddedPostgres } from "./embedded_postgres.ts";
import { connect, type Database } from "./sql.ts";
import { DatabaseUnavailableError } from "./unavailable.ts";

export type OpenOptions = {
  /** Undefined: the private PostgreSQL below `dataDir`. */
  databaseUrl?: string;
  dataDir: string;
  /** Connections in the pool. */
  max?: number;
  /** For commands beside a running program: use its private server, if there is one. */
  join?: boolean;
  /** Told in a sentence when the private server died and was started again. */
  notice?: (sentence: string) => void;
};

export type OpenDatabase = {
  sql: Database;
  url: string;
  /** Resolves when the private server kept dying and is not started again: nothing works any more. */
  gaveUp: Promise<DatabaseUnavailableError>;
  /** Closes the pool and stops the server that was started for it. */
  stop(): Promise<void>;
};

const OLDEST_VERSION = 15;

/**
 * Opens the database: the server that is named, else the private one. Throws DatabaseUnavailableError with a
 * sentence for the person who starts the program; it never holds the password.
 */
export async function openDatabase(options: OpenOptions): Promise<OpenDatabase> {
  if (options.databaseUrl) return await openGiven(options.databaseUrl, options.max);
  const server = await startEmbeddedPostgres(options);
  const sql = connect({ url: server.url, max: options.max });
  return {
    sql,
    url: server.url,
    gaveUp: server.gaveUp,
    async stop() {
      await sql.end({ timeout: 2 });
      await server.stop();
    },
  };
}

async function openGiven(url: string, max?: number): Promise<OpenDatabase> {
  const sql = connect({ url, max });
  try {
    await checkServer(sql, placeOf(url));
  } catch (error) {
    await sql.end({ timeout: 0 });
    throw error;
  }
  return { sql, url, gaveUp: new Promise(() => {}), stop: () => sql.end({ timeout: 2 }) };
}

async function checkServer(sql: Database, place: string): Promise<void> {
  const [server] = await sql<{ version: string; number: number; encoding: string }[]>`
    select current_setting('server_version') as version,
      current_setting('server_version_num')::int as number,
      current_setting('server_encoding') as encoding`.catch((error) => {
    throw new DatabaseUnavailableError(refusalSentence(error, place), { cause: error });
  });
  if (server.number < OLDEST_VERSION * 10_000) {
    throw new DatabaseUnavailableError(
      `${place} is PostgreSQL ${server.version}; Beat Collector needs ${OLDEST_VERSION} or newer.`,
    );
  }
  if (server.encoding !== "UTF8") {
    throw new DatabaseUnavailableError(
      `${place} stores text as ${server.encoding}; Beat Collector needs a database with the encoding UTF8.`,
    );
  }
}

/** Where the URL points, without the password. */
function placeOf(url: string): string {
  const { hostname, port, pathname, searchParams } = new URL(url);
  const host = searchParams.get("host") ?? `${hostname || "localhost"}:${port || 5432}`;
  return `The database ${decodeURIComponent(pathname.slice(1)) || "(default)"} at ${host}`;
}

function refusalSentence(error: Error & { code?: string }, place: string): string {
  const hint = "Check DATABASE_URL.";
  if (error instanceof postgres.PostgresError) return `${place} refuses us: ${error.message}. ${hint}`;
  const reasons: Record<string, string> = {
    ECONNREFUSED: "nothing listens there",
    ENOENT: "there is no socket",
    ENOTFOUND: "that host name is not known",
    CONNECT_TIMEOUT: "no answer within 10 seconds",
    CONNECTION_CLOSED: "the connection was closed",
  };
  return `${place} cannot be reached: ${reasons[error.code ?? ""] ?? error.message}. ${hint}`;
}
