import { Hono } from "hono";
import { z } from "zod";
import { findJob, JOB_STATUSES, type JobRow, listJobs } from "../db/jobs.ts";
import { listSchedules, type Schedule } from "../db/schedules.ts";
import { enqueue, SOMEBODY_WAITS } from "../jobs/queue.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { cancelJob, tryJobAgain } from "../services/jobs.ts";
import { changeSchedule } from "../services/schedules.ts";
import { requireConnection } from "../services/spotify_connection.ts";
import { cronWords } from "../views/cron_words.ts";
import { paginationJson } from "./album_json.ts";
import { albumQuery } from "./album_query.ts";
import { accountOf, type Env, type Request, type Server, validate } from "./request.ts";

const jobsQuery = albumQuery.pick({ page: true, page_size: true }).extend({
  status: z.enum(JOB_STATUSES, { error: `one of ${JOB_STATUSES.join(", ")}` }).optional(),
  job_type: z.string().max(100).optional(),
});
const jobId = z.object({ id: z.guid("a job's id (UUID)") });
const scanRequest = z.strictObject({ accept_losses: z.boolean("true or false").optional() });
const scheduleName = z.object({ name: z.string().max(100) });
const schedulePatch = z.strictObject({
  cron: z.string("five fields: minute, hour, day, month, weekday").max(200).optional(),
  enabled: z.boolean("true or false").optional(),
});

/** Jobs and schedules for programs. */
export function jobsApi(app: App): Server {
  const routes = new Hono<Env>();

  routes.get("/jobs", validate("query", jobsQuery), async (c) => {
    const { status, job_type: kind, page = 1, page_size: pageSize = 50 } = c.req.valid("query");
    const { jobs, total } = await listJobs(app.sql, { status: status && [status], kind, page, pageSize });
    return c.json({ jobs: jobs.map(jobJson), pagination: paginationJson(page, pageSize, total) });
  });

  routes.post("/jobs/filesystem-scan", validate("json", scanRequest), async (c) => {
    const options = { requestedBy: accountOf(c).userId, priority: SOMEBODY_WAITS };
    return await answerAsked(app, c, await enqueue(app.sql, "filesystem_scan", c.req.valid("json"), options));
  });

  routes.post("/jobs/spotify-sync", validate("json", z.strictObject({})), async (c) => {
    const { userId } = accountOf(c);
    await requireConnection(app, userId);
    const options = { requestedBy: userId, priority: SOMEBODY_WAITS };
    return await answerAsked(app, c, await enqueue(app.sql, "spotify_sync", { userId }, options));
  });

  routes.post("/jobs/musicbrainz-match-all", async (c) => {
    const options = { requestedBy: accountOf(c).userId, priority: SOMEBODY_WAITS };
    const { id, existing } = await enqueue(app.sql, "musicbrainz_match", {}, options);
    if (!existing) return c.json({ job_id: id, status: "pending" }, 202);
    return c.json({ job_id: id, status: (await findJob(app.sql, id))?.status, existing }, 202);
  });

  routes.get("/jobs/:id/status", validate("param", jobId), async (c) => {
    const job = await findJob(app.sql, c.req.valid("param").id);
    if (!job) throw new Failure("not_found", "There is no such job.");
    return c.json(jobJson(job));
  });

  routes.post("/jobs/:id/cancel", validate("param", jobId), async (c) => {
    const { id, status } = await cancelJob(app, c.req.valid("param").id);
    return c.json({ job_id: id, status }, 202);
  });

  routes.post("/jobs/:id/retry", validate("param", jobId), async (c) => {
    const { id, status } = await tryJobAgain(app, c.req.valid("param").id);
    return c.json({ job_id: id, status }, 202);
  });

  routes.get(
    "/schedules",
    async (c) => c.json({ schedules: (await listSchedules(app.sql)).map(scheduleJson) }),
  );

  routes.on(
    ["PUT", "PATCH"],
    "/schedules/:name",
    validate("param", scheduleName),
    validate("json", schedulePatch),
    async (c) => {
      return c.json(scheduleJson(await changeSchedule(app, c.req.valid("param").name, c.req.valid("json"))));
    },
  );

  return routes;
}

/** A job that is open already answers for the one that was asked for. */
async function answerAsked(
  { sql }: App,
  c: Request,
  { id, existing }: { id: string; existing: boolean },
): Promise<Response> {
  if (!existing) return c.json({ job_id: id, status: "pending" }, 202);
  const status = (await findJob(sql, id))?.status;
  return c.json({ job_id: id, status, existing }, 202);
}

function jobJson(job: JobRow) {
  return {
    id: job.id,
    job_type: job.kind,
    status: job.status,
    entity_id: job.entityId,
    progress: job.progress,
    processed_items: job.processedItems,
    total_items: job.totalItems,
    message: job.message,
    result: job.result,
    error_message: job.errorMessage,
    attempt: job.attempt,
    run_at: job.runAt,
    started_at: job.startedAt,
    completed_at: job.completedAt,
    created_at: job.createdAt,
  };
}

function scheduleJson(schedule: Schedule) {
  return {
    name: schedule.name,
    job_type: schedule.kind,
    cron: schedule.cron,
    description: cronWords(schedule.cron) ?? null,
    enabled: schedule.enabled,
    last_run_at: schedule.lastRunAt,
    next_run_at: schedule.nextRunAt,
  };
}
