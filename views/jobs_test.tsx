import assert from "node:assert/strict";
import { type Activity, ActivityPage, ActivityUpdate } from "./activity.tsx";
import type { JobView } from "./jobs.tsx";
import { render } from "./testing.tsx";

const text = (html: string) => html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

function job(changes: Partial<JobView> = {}): JobView {
  return {
    id: "j1",
    title: "Library scan",
    status: "running",
    progress: 50,
    processedItems: 2_000,
    totalItems: 4_000,
    message: "Now: The Cure",
    result: null,
    errorMessage: null,
    attempt: 1,
    maxAttempts: 3,
    runAt: new Date("2026-11-22T14:00:00Z"),
    cancelRequestedAt: null,
    startedAt: new Date("2026-11-22T14:01:40Z"),
    completedAt: null,
    createdAt: new Date("2026-11-22T14:00:00Z"),
    ...changes,
  };
}

function activity(changes: Partial<Activity> = {}): Activity {
  return {
    open: [job()],
    finished: [],
    counts: { running: 1, waiting: 0, failed: 0, finished: 0 },
    onlyFailed: false,
    connections: [],
    unusable: { files: [], count: 0 },
    schedules: [],
    ...changes,
  };
}

Deno.test("a running job says what it does, how far it is and how long it still takes", () => {
  const html = render(<ActivityPage {...activity()} />);
  assert.match(html, /role="progressbar"[^>]*aria-valuenow="50"/);
  assert.match(text(html), /Now: The Cure 2,000 of 4,000 100 per second about 20 s left/);
  assert.match(html, /action="\/music\/activity\/jobs\/j1\/cancel"/);
});

Deno.test("a job that waits says why, and until when", () => {
  const later = {
    status: "pending",
    runAt: new Date("2026-11-22T14:20:00Z"),
    errorMessage: "Spotify asks us to wait.",
  };
  const waiting = text(
    render(<ActivityUpdate {...activity({ open: [job({ ...later, status: "pending" })] })} />),
  );
  assert.match(waiting, /Spotify asks us to wait\. Goes on by itself today \d\d:20, try 2 of 3\./);
  const cancelling = job({ cancelRequestedAt: new Date() });
  const html = render(<ActivityUpdate {...activity({ open: [cancelling] })} />);
  assert.match(html, /Being cancelled/);
  assert.doesNotMatch(html, /\/cancel"/);
});

Deno.test("the page listens to the stream and asks when the stream breaks", () => {
  const html = render(<ActivityPage {...activity()} />);
  assert.match(html, /hx-sse:connect="\/music\/activity\/events"[^>]*hx-target="#open-jobs"/);
  assert.match(html, /hx-get="\/music\/activity" hx-trigger="htmx:sse:error from:body delay:5s"/);
});

Deno.test("the stream sends the jobs and, beside them, the summary", () => {
  const html = render(<ActivityUpdate {...activity()} />);
  assert.match(html, /^<ul id="open-jobs"/);
  assert.match(html, /<hx-partial hx-target="#job-summary"[^>]*><span id="job-summary"/);
});

Deno.test("what has ended says what came of it; what failed can be tried again", () => {
  const end = { startedAt: new Date("2026-11-22T13:00:00Z"), completedAt: new Date("2026-11-22T13:01:12Z") };
  const finished = [
    job({ ...end, id: "a", status: "completed", result: { summary: "4,212 files, 38 changed" } }),
    job({ ...end, id: "b", status: "failed", errorMessage: "The folder is gone." }),
    job({ ...end, id: "c", status: "cancelled" }),
  ];
  const counts = { running: 0, waiting: 0, failed: 1, finished: 3 };
  const html = render(<ActivityPage {...activity({ open: [], finished, counts })} />);
  assert.match(text(html), /Done Library scan .*4,212 files, 38 changed 1 min 12 s/);
  assert.deepEqual([...html.matchAll(/jobs\/(\w)\/retry"/g)].map(([, id]) => id), ["b", "c"]);
  assert.match(
    render(<ActivityPage {...activity({ open: [], counts: { ...counts, finished: 0 } })} />),
    /Quiet/,
  );
});
