import type { Database } from "./sql.ts";

/** Every migration of this program, in order: name and SQL. */
export type Migration = { name: string; sql: string };

/** The database was migrated by a newer program: running on would damage it. */
export class NewerDatabaseError extends Error {
  constructor(readonly unknown: string[]) {
    super(
      `The database was written by a newer Beat Collector (it knows ${unknown.join(", ")}). ` +
        "Start that version, or restore a backup made before the update.",
    );
    this.name = "NewerDatabaseError";
  }
}

// Any constant: only programs that migrate Beat Collector databases ask for this advisory lock.
const MIGRATION_LOCK = 5_023_118_407;

export function readMigrations(): Migration[] {
  const folder = new URL("./migrations/", import.meta.url);
  return [...Deno.readDirSync(folder)]
    .map((entry) => entry.name)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => ({ name, sql: Deno.readTextFileSync(new URL(name, folder)) }));
}

/**
 * Applies what is missing, one transaction each, and returns the names applied. Programs that start at the
 * same time wait for each other on an advisory lock, so each migration runs exactly once.
 */
export async function migrate(sql: Database, migrations = readMigrations()): Promise<string[]> {
  const connection = await sql.reserve();
  try {
    await connection`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await connection`create table if not exists schema_migrations (
      name text primary key, applied_at timestamptz not null default now())`;
    const rows = await connection<{ name: string }[]>`select name from schema_migrations`;
    const applied = new Set(rows.map((row) => row.name));
    const known = new Set(migrations.map((migration) => migration.name));
    const unknown = [...applied].filter((name) => !known.has(name)).sort();
    if (unknown.length > 0) throw new NewerDatabaseError(unknown);
    const missing = migrations.filter((migration) => !applied.has(migration.name));
    for (const { name, sql: text } of missing) {
      try {
        await connection`begin`;
        await connection.unsafe(text);
        await connection`insert into schema_migrations (name) values (${name})`;
        await connection`commit`;
      } catch (error) {
        await connection`rollback`;
        throw new Error(`The migration ${name} failed`, { cause: error });
      }
    }
    return missing.map((migration) => migration.name);
  } finally {
    // A broken connection has lost the lock by itself.
    await connection`select pg_advisory_unlock(${MIGRATION_LOCK})`.catch(() => {});
    connection.release();
  }
}

/** Whether every migration of this program is applied. */
export async function isMigrated(sql: Database): Promise<boolean> {
  const rows = await sql<{ name: string }[]>`select name from schema_migrations`;
  return readMigrations().every((migration) => rows.some((row) => row.name === migration.name));
}
