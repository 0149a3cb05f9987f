import type { Sql } from "./sql.ts";

export type ImportSource = "export" | "csv" | "spotify";
export type ImportStatus = "planned" | "applying" | "applied" | "discarded";

/** What applying an import would do, in numbers. */
export type ImportPlan = {
  /** Albums that would enter the library. */
  new_albums: number;
  /** Albums of the import that are in the library already. */
  known_albums: number;
  /** Artists the catalogue does not know, of the new albums. */
  new_artists: number;
  liked_tracks: number;
  playlists: number;
  plays: number;
  skipped: { reason: string; count: number }[];
};

export type Import = {
  id: string;
  userId: string;
  source: ImportSource;
  filename: string;
  status: ImportStatus;
  plan: ImportPlan;
  jobId: string | null;
  createdAt: Date;
  expiresAt: Date;
  appliedAt: Date | null;
};

/** How far applying has come. */
export type ImportProgress = { phase: string | null; phasePosition: number };

const columns = (sql: Sql) =>
  sql`id, user_id, source, filename, status, plan, job_id, created_at, expires_at, applied_at`;

export async function insertImport(sql: Sql, userId: string, filename: string): Promise<string> {
  // The door is known when the file has been read; the transaction that reads it says it at its end.
  const [row] = await sql<{ id: string }[]>`
    insert into imports (user_id, source, filename, plan) values (${userId}, 'export', ${filename}, '{}')
    returning id`;
  return row.id;
}

export async function updatePlan(
  sql: Sql,
  id: string,
  { source, plan }: { source: ImportSource; plan: ImportPlan },
): Promise<Import> {
  const [row] = await sql<Import[]>`
    update imports set source = ${source}, plan = ${sql.json(plan)} where id = ${id} returning ${
    columns(sql)
  }`;
  return row;
}

/** One that can still be used: discarded and expired plans are gone. `lock` keeps others from deciding about it. */
export async function findImport(
  sql: Sql,
  id: string,
  options: { userId?: string; lock?: boolean } = {},
): Promise<Import & ImportProgress | undefined> {
  const [row] = await sql<(Import & ImportProgress)[]>`
    select ${columns(sql)}, phase, phase_position from imports
    where id = ${id} and status <> 'discarded' and (status <> 'planned' or expires_at > now())
      ${options.userId ? sql`and user_id = ${options.userId}` : sql``}
    ${options.lock ? sql`for update` : sql``}`;
  return row;
}

/** Newest first. */
export async function listImports(sql: Sql, userId: string, limit = 50): Promise<Import[]> {
  return await sql<Import[]>`
    select ${columns(sql)} from imports
    where user_id = ${userId} and source <> 'spotify' and status <> 'discarded' and (status <> 'planned' or expires_at > now())
    order by created_at desc, id limit ${limit}`;
}

export async function updateImport(
  sql: Sql,
  id: string,
  values: { status?: ImportStatus; jobId?: string; phase?: string; phasePosition?: number },
): Promise<void> {
  const { status, jobId, phase, phasePosition } = values;
  await sql`
    update imports set
      status = coalesce(${status ?? null}, status), job_id = coalesce(${jobId ?? null}, job_id),
      phase = coalesce(${phase ?? null}, phase), phase_position = coalesce(${
    phasePosition ?? null
  }, phase_position),
      applied_at = case when ${status ?? null} = 'applied' then now() else applied_at end
    where id = ${id}`;
}

/** Whether a job that applies an import is still under way. */
export async function isJobOpen(sql: Sql, jobId: string): Promise<boolean> {
  const rows = await sql`select 1 from jobs where id = ${jobId} and status in ('pending', 'running')`;
  return rows.length > 0;
}

/** Forgets what was read from the file; the import itself stays in the history. */
export async function deleteImportContent(sql: Sql, id: string): Promise<void> {
  await sql`delete from import_entries where import_id = ${id}`;
  await sql`delete from import_refs where import_id = ${id}`;
  await sql`delete from import_albums where import_id = ${id}`;
}
