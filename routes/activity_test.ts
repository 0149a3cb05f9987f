import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { claimJob, failJob, saveProgress } from "../db/job_claims.ts";
import { findJob, insertJob, listJobs } from "../db/jobs.ts";
import { replaceScanProblems } from "../db/local_files.ts";
import { upsertWatchReport } from "../db/watch_reports.ts";
import { signedIn, type TestApp, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

async function browser(app: TestApp) {
  const { cookie } = await signedIn(app);
  const server = createServer(app);
  return (path: string, init: { method?: string; target?: string; form?: Record<string, string> } = {}) => {
    const part = init.target &&
      { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": `div#${init.target}` };
    const body = init.form && new URLSearchParams(init.form);
    return server.request(path, { method: init.method, headers: { ...cookie, ...part }, body });
  };
}

/** A job that is running. */
async function running(app: TestApp, payload: object = {}) {
  const { id } = await insertJob(app.sql, { kind: "prune", payload, priority: 9 });
  const claim = await claimJob(app.sql, { workerId: "one", leaseSeconds: 30, alone: [], shared: true });
  strictEqual(claim?.id, id);
  return claim;
}

async function failed(app: TestApp, payload: object = {}) {
  const claim = await running(app, payload);
  await failJob(app.sql, claim, { message: "The disk is full.", code: "unprocessable" });
  return claim.id;
}

/** Reads on until all that the stream has said matches. */
function reader(response: Response) {
  ok(response.body);
  const chunks = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  return {
    async until(pattern: RegExp) {
      while (!pattern.test(said)) {
        const { value, done } = await chunks.read();
        ok(!done, `The stream ended before it said ${pattern}: ${said}`);
        said += value;
      }
      const all = said;
      said = "";
      return all;
    },
    rest: async () => {
      while (!(await chunks.read()).done);
    },
    leave: () => chunks.cancel(),
  };
}

Deno.test("what runs because somebody looks at an album is worth a line only when it fails", async () => {
  await using app = await testApp();
  const open = await browser(app);
  const { id } = await insertJob(app.sql, { kind: "album_details_fetch", payload: {} });
  await app.sql`update jobs set status = 'completed', completed_at = now()`;
  doesNotMatch(await (await open("/activity")).text(), /Album details/);
  await app.sql`update jobs set status = 'failed', error_message = 'No.' where id = ${id}`;
  match(await (await open("/activity")).text(), /Album details/);
});

Deno.test("the page shows what runs, what ran and when it runs again", async () => {
  await using app = await testApp();
  const open = await browser(app);
  await failed(app, { n: 1 });
  const claim = await running(app);
  await saveProgress(app.sql, claim, { processed: 1, total: 3, message: "Sweeping" });
  const html = await (await open("/activity")).text();
  for (
    const expected of [/Clear out old records/, /Sweeping/, /1 of 3/, /The disk is full\./, /daily at 02:00/]
  ) {
    match(html, expected);
  }
});

Deno.test("htmx gets the part it asks for", async () => {
  await using app = await testApp();
  const open = await browser(app);
  await failed(app);
  const list = await (await open("/activity", { target: "open-jobs" })).text();
  match(list, /^<ul id="open-jobs"/);
  const history = await (await open("/activity?status=failed", { target: "job-history" })).text();
  match(history, /^<section id="job-history"[^]*The disk is full\./);
});

Deno.test("history has pages", async () => {
  await using app = await testApp();
  const open = await browser(app);
  for (let n = 0; n < 21; n++) await insertJob(app.sql, { kind: "prune", payload: { n } });
  await app.sql`update jobs set status = 'completed', completed_at = now(), result = ${
    app.sql.json({ summary: "Done." })
  }`;
  match(await (await open("/activity")).text(), /href="\/activity\?page=2"/);
  const second = await (await open("/activity?page=2")).text();
  doesNotMatch(second, /page=3/);
  strictEqual((await open("/activity?page=0")).status, 400);
});

Deno.test("a job is cancelled from the page, with and without htmx", async () => {
  await using app = await testApp();
  const open = await browser(app);
  const first = await insertJob(app.sql, { kind: "prune", payload: { n: 1 } });
  const plain = await open(`/activity/jobs/${first.id}/cancel`, { method: "POST" });
  deepStrictEqual([plain.status, plain.headers.get("location")], [303, "/activity"]);
  strictEqual((await findJob(app.sql, first.id))?.status, "cancelled");
  const second = await insertJob(app.sql, { kind: "prune", payload: { n: 2 } });
  const part = await open(`/activity/jobs/${second.id}/cancel`, { method: "POST", target: "open-jobs" });
  match(await part.text(), /Nothing is running/);
  const again = await open(`/activity/jobs/${second.id}/cancel`, { method: "POST", target: "open-jobs" });
  strictEqual(again.status, 200, "the job may have ended while the page was looked at");
});

Deno.test("a failed job is tried again, and once only", async () => {
  await using app = await testApp();
  const open = await browser(app);
  const id = await failed(app);
  await open(`/activity/jobs/${id}/retry`, { method: "POST" });
  strictEqual((await findJob(app.sql, id))?.status, "pending");
  const again = await open(`/activity/jobs/${id}/retry`, { method: "POST" });
  match(
    decodeURIComponent(decodeURIComponent(again.headers.get("set-cookie") ?? "")),
    /This job is pending\./,
  );
});

Deno.test("a scan that missed too many files asks whether they are gone, until another scan has ended", async () => {
  await using app = await testApp();
  const open = await browser(app);
  const scan = async () => {
    await insertJob(app.sql, { kind: "filesystem_scan", payload: {} });
    const claim = await claimJob(app.sql, { workerId: "one", leaseSeconds: 30, alone: [], shared: true });
    ok(claim);
    return claim;
  };
  await failJob(app.sql, await scan(), { message: "Half of the files are not there.", code: "conflict" });
  match(await (await open("/activity")).text(), /name="accept_losses" value="true"/);
  await open("/activity/scan", { method: "POST", form: { accept_losses: "true" } });
  const { jobs: [asked] } = await listJobs(app.sql, { status: ["pending"], page: 1, pageSize: 1 });
  deepStrictEqual((await app.sql`select payload from jobs where id = ${asked.id}`)[0].payload, {
    accept_losses: true,
  });
  await app.sql`update jobs set status = 'completed', completed_at = now() where id = ${asked.id}`;
  doesNotMatch(await (await open("/activity")).text(), /accept_losses/);
});

Deno.test("a scheduled job can be asked for now", async () => {
  await using app = await testApp();
  const open = await browser(app);
  await open("/activity/schedules/clear_out/run", { method: "POST" });
  const { jobs } = await listJobs(app.sql, { page: 1, pageSize: 9 });
  deepStrictEqual(jobs.map((job) => [job.kind, job.status]), [["prune", "pending"]]);
  strictEqual((await open("/activity/schedules/no_such/run", { method: "POST" })).status, 404);
});

Deno.test("the stream tells what is open now, what changes, and that a job has ended", async () => {
  await using app = await testApp();
  const open = await browser(app);
  const response = await open("/activity/events");
  match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  const stream = reader(response);
  await stream.until(/data: <ul id="open-jobs"[^]*Quiet/);
  const claim = await running(app);
  await stream.until(/data: <ul id="open-jobs"[^]*Clear out old records/);
  await saveProgress(app.sql, claim, { processed: 1, total: 4, message: "Sweeping" });
  await stream.until(/Sweeping[^]*1 of 4/);
  await failJob(app.sql, claim, { message: "The disk is full.", code: "unprocessable" });
  await stream.until(/event: job-ended\ndata: ?\n\n/);
  await stream.leave();
});

Deno.test("the stream ends with the program", async () => {
  await using app = await testApp();
  const stream = reader(await (await browser(app))("/activity/events"));
  await stream.until(/Quiet/);
  app.jobFeed.close();
  await stream.rest();
});

Deno.test("the page shows how the music folder is watched and what in it does not count", async () => {
  await using app = await testApp();
  const open = await browser(app);
  doesNotMatch(await (await open("/activity")).text(), /Not usable|Music folder/);
  await replaceScanProblems(app.sql, null, [{ path: "The Cure/loop", reason: "The link leads nowhere" }]);
  await upsertWatchReport(app.sql, { status: "degraded", message: "It is looked through every 15 minutes." });
  const page = await (await open("/activity")).text();
  match(
    page,
    /1 file or folder in the music folder does not count[\s\S]*The Cure\/loop[\s\S]*The link leads nowhere/,
  );
  match(page, /Music folder[\s\S]*Degraded[\s\S]*It is looked through every 15 minutes\./);
});
