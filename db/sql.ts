import postgres from "postgres";

/** A connection pool or an open transaction: every query function takes one of them first. */
export type Sql = postgres.Sql<Record<never, never>> | postgres.TransactionSql<Record<never, never>>;
/** The pool itself, for what a transaction cannot do: `begin`, `listen`, `reserve`, `end`. */
export type Database = postgres.Sql<Record<never, never>>;

/** A piece of a statement, to be put into another. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

export type ConnectOptions = {
  /** `postgres://user:password@host:port/database`; `?host=/folder` names the folder of a Unix socket. */
  url: string;
  /** Connections in the pool. */
  max?: number;
};

/**
 * Opens a pool. Columns arrive in camelCase (jsonb stays as stored), `date` as "YYYY-MM-DD",
 * `timestamptz` as Date, `bigint` as string.
 */
export function connect(options: ConnectOptions): Database {
  const settings: postgres.Options<Record<never, never>> = {
    max: options.max ?? 10,
    idle_timeout: 60,
    connect_timeout: 10,
    onnotice: () => {},
    transform: { column: { from: postgres.toCamel }, undefined: null },
    types: { date: { to: 1082, from: [1082], serialize: (x: string) => x, parse: (x: string) => x } },
    connection: { application_name: "beat-collector", jit: "off" },
  };
  const url = new URL(options.url);
  const socketDir = url.searchParams.get("host");
  url.searchParams.delete("host");
  return postgres(url.href, socketDir ? { ...settings, host: socketDir } : settings) as Database;
}

/** Runs `work` in one transaction, or inside the one that is already open. */
export function transaction<T>(sql: Sql, work: (tx: Sql) => Promise<T>): Promise<T> {
  return ("begin" in sql ? sql.begin(work) : sql.savepoint(work)) as Promise<T>;
}

/** Whether `error` is PostgreSQL refusing a duplicate; `constraint` narrows it to one index or constraint. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return error instanceof postgres.PostgresError && error.code === "23505" &&
    (constraint === undefined || error.constraint_name === constraint);
}

/**
 * As `transaction`, once more when PostgreSQL had to end it for another one's sake: a deadlock, or a row that
 * somebody else inserted first. Only for work that may run twice.
 */
export async function retrying<T>(sql: Database, work: (tx: Sql) => Promise<T>): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await transaction(sql, work);
    } catch (error) {
      const passing = error instanceof postgres.PostgresError &&
        ["40P01", "40001", "23505"].includes(error.code);
      if (!passing || attempt === 3) throw error;
    }
  }
}
