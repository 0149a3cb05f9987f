import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { z } from "zod";
import { countJobs, type JobRow, listJobs, listOpenJobs, requestCancel } from "../db/jobs.ts";
import { countUnusableFiles, listUnusableFiles } from "../db/local_files.ts";
import { listSchedules } from "../db/schedules.ts";
import { listQueue } from "../db/lidarr_queue.ts";
import { findLidarrState } from "../db/lidarr_state.ts";
import { enqueue, SOMEBODY_WAITS } from "../jobs/queue.ts";
import { asides, jobTitle } from "../jobs/titles.ts";
import type { App } from "../services/app.ts";
import { listConnections } from "../services/connections.ts";
import { Failure } from "../services/errors.ts";
import { findAccess } from "../services/lidarr.ts";
import { tryJobAgain } from "../services/jobs.ts";
import { runScheduleNow } from "../services/schedules.ts";
import { type Activity, ActivityPage, ActivityUpdate, JobHistory } from "../views/activity.tsx";
import { LidarrQueue } from "../views/lidarr.tsx";
import type { Notice } from "../views/notice.tsx";
import { presentParameters } from "./album_query.ts";
import { redirect, render, renderPart, targetOf, wantsPart } from "./render.tsx";
import { accountOf, type Env, type Request, type Server, validate } from "./request.ts";

const PAGE_SIZE = 20;
const MOST_OPEN = 50;
const MOST_UNUSABLE = 200;
const HEARTBEAT_MS = 15_000;
// Then the browser comes back by itself, and has to show again who it is.
const LONGEST_STREAM_MS = 15 * 60_000;

const activityQuery = z.preprocess(
  (all) => presentParameters(all as Record<string, string>),
  z.object({
    status: z.literal("failed", "failed, or nothing for all").optional(),
    page: z.coerce.number("a whole number").int("a whole number").min(1, "at least 1").max(1_000_000).default(
      1,
    ),
  }),
);
const scanForm = z.object({ accept_losses: z.literal("true").transform(() => true).optional() });
const jobId = z.object({ id: z.guid("a job's id (UUID)") });

/** What runs, what has run, and when it runs again. */
export function activity(app: App): Server {
  const routes = new Hono<Env>();

  routes.get("/activity", validate("query", activityQuery), async (c) => {
    const { status, page } = c.req.valid("query");
    const shown = await loadActivity(app, status === "failed", page);
    const target = targetOf(c);
    const partial = target === "lidarr-queue" && shown.lidarr
      ? <LidarrQueue {...shown.lidarr} />
      : target === "open-jobs"
      ? <ActivityUpdate {...shown} />
      : <JobHistory {...shown} />;
    return render(c, { page: <ActivityPage {...shown} />, partial });
  });

  routes.get("/activity/events", (c) => {
    // Nothing on the way may wait until more of it is there.
    c.header("X-Accel-Buffering", "no");
    return streamSSE(c, async (stream) => {
      const leaving = new AbortController();
      stream.onAbort(() => leaving.abort());
      const begun = performance.now();
      // Proxies close what is silent.
      const heartbeat = setInterval(() => {
        if (performance.now() - begun > LONGEST_STREAM_MS) leaving.abort();
        else stream.write(":\n\n");
      }, HEARTBEAT_MS);
      try {
        await sendUpdates(c, app, leaving.signal, (message) => stream.writeSSE(message));
      } finally {
        clearInterval(heartbeat);
      }
    });
  });

  routes.post("/activity/scan", validate("form", scanForm), async (c) => {
    const options = { requestedBy: accountOf(c).userId, priority: SOMEBODY_WAITS };
    const job = await enqueue(app.sql, "filesystem_scan", c.req.valid("form"), options);
    return answerRequest(c, { kind: "filesystem_scan", ...job });
  });

  routes.post("/activity/jobs/:id/cancel", validate("param", jobId), async (c) => {
    // A job that has ended meanwhile is shown as that; nobody has to be told.
    await requestCancel(app.sql, c.req.valid("param").id);
    if (!wantsPart(c)) return redirect(c, "/activity");
    const shown = await loadActivity(app, false, 1);
    return render(c, { page: <ActivityPage {...shown} />, partial: <ActivityUpdate {...shown} /> });
  });

  routes.post("/activity/jobs/:id/retry", validate("param", jobId), async (c) => {
    try {
      await tryJobAgain(app, c.req.valid("param").id);
      return redirect(c, "/activity");
    } catch (error) {
      if (!(error instanceof Failure && error.code === "conflict")) throw error;
      return redirect(c, "/activity", { tone: "warning", title: error.message });
    }
  });

  routes.post("/activity/schedules/:name/run", async (c) => {
    return answerRequest(c, await runScheduleNow(app, c.req.param("name"), accountOf(c).userId));
  });

  return routes;
}

/** Sends the open jobs whenever they have changed, and `job-ended` when there is something new in the history. */
async function sendUpdates(
  c: Request,
  app: App,
  signal: AbortSignal,
  send: (message: { event?: string; data: string }) => Promise<void>,
): Promise<void> {
  let lastEndAt: number | undefined;
  for await (const { open, counts } of app.jobFeed.watch(signal)) {
    const endAt = counts.lastEndAt?.getTime() ?? 0;
    await send({ data: await renderPart(c, <ActivityUpdate open={open.map(titled)} counts={counts} />) });
    if (lastEndAt !== undefined && endAt > lastEndAt) await send({ event: "job-ended", data: "" });
    lastEndAt = endAt;
  }
}

const MOST_IN_QUEUE = 50;

async function loadQueue(app: App): Promise<Activity["lidarr"]> {
  const access = await findAccess(app);
  if (!access) return undefined;
  const [rows, state] = await Promise.all([listQueue(app.sql), findLidarrState(app.sql)]);
  return {
    rows: rows.slice(0, MOST_IN_QUEUE),
    total: rows.length,
    page: `${access.url}/activity/queue`,
    since: state.polledAt,
    failure: state.failure,
  };
}

async function loadActivity(app: App, onlyFailed: boolean, page: number): Promise<Activity> {
  const [open, counts, history, schedules, connections, lidarr, unusable, unusableCount] = await Promise.all([
    listOpenJobs(app.sql, MOST_OPEN),
    countJobs(app.sql),
    listJobs(app.sql, {
      status: onlyFailed ? ["failed"] : ["completed", "failed", "cancelled"],
      asides,
      page,
      pageSize: PAGE_SIZE,
    }),
    listSchedules(app.sql),
    listConnections(app),
    loadQueue(app),
    listUnusableFiles(app.sql, MOST_UNUSABLE),
    countUnusableFiles(app.sql),
  ]);
  // Of the scans, only the last one may ask whether the files are gone.
  const lastScan = !onlyFailed && page === 1 && history.jobs.find((job) => job.kind === "filesystem_scan");
  const guarded = lastScan && lastScan.errorCode === "conflict" ? lastScan : undefined;
  const hasOlder = history.total > page * PAGE_SIZE;
  return {
    open: open.map(titled),
    finished: history.jobs.map((job) => ({ ...titled(job), asksForLosses: job === guarded })),
    counts,
    onlyFailed,
    older: hasOlder ? `/activity?${onlyFailed ? "status=failed&" : ""}page=${page + 1}` : undefined,
    connections,
    lidarr,
    unusable: { files: unusable, count: unusableCount },
    schedules: schedules.map((schedule) => ({ ...schedule, title: jobTitle(schedule.kind) })),
  };
}

function titled(job: JobRow) {
  return { ...job, title: jobTitle(job.kind) };
}

function answerRequest(c: Request, { kind, existing }: { kind: string; existing: boolean }): Response {
  const title = jobTitle(kind);
  const notice: Notice = existing
    ? { tone: "waiting", title: `${title} is waiting or running already.` }
    : { tone: "done", title: `${title} was asked for.` };
  return redirect(c, "/activity", notice);
}
