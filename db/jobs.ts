import type { JSONValue } from "postgres";
import type { Sql } from "./sql.ts";

export type JobStatus = "pending" | "running" | "completed" | "failed" | "cancelled";

export type NewJob = {
  kind: string;
  payload: object;
  runAt?: Date;
  priority?: number;
  requestedBy?: string | null;
};

// The rows a payload can name; the first one it has is what the job is about.
const ENTITIES = ["albumId", "artistId", "importId", "playlistId"];

/** Inserts a job, or finds the unfinished one of the same kind and payload. */
export async function insertJob(sql: Sql, job: NewJob): Promise<{ id: string; existing: boolean }> {
  const payload = sql.json(job.payload as JSONValue);
  const entity = Object.entries(job.payload).find(([name]) => ENTITIES.includes(name))?.[1];
  // The open job may finish between the two statements; then the next round inserts.
  while (true) {
    const [inserted] = await sql<{ id: string }[]>`
      insert into jobs (job_type, payload, unique_key, entity_id, run_at, priority, requested_by)
      values (${job.kind}, ${payload}, ${job.kind} || ':' || md5(${payload}::jsonb::text), ${entity ?? null},
        coalesce(${job.runAt ?? null}, now()), ${job.priority ?? 0}, ${job.requestedBy ?? null})
      on conflict (unique_key) where status in ('pending', 'running') do nothing
      returning id`;
    if (inserted) return { id: inserted.id, existing: false };
    const [open] = await sql<{ id: string }[]>`
      select id from jobs where status in ('pending', 'running')
        and unique_key = ${job.kind} || ':' || md5(${payload}::jsonb::text)`;
    if (open) return { id: open.id, existing: true };
  }
}

/** Forgets finished jobs that are older than 30 days or not among the newest 1,000. */
export async function pruneJobs(sql: Sql, options: { keep?: number; days?: number } = {}): Promise<number> {
  const result = await sql`
    delete from jobs where status in ('completed', 'failed', 'cancelled') and (
      completed_at < now() - make_interval(days => ${options.days ?? 30})
      or id in (select id from jobs where status in ('completed', 'failed', 'cancelled')
        order by completed_at desc offset ${options.keep ?? 1000}))`;
  return result.count;
}
