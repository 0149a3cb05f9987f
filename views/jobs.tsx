import type { JobRow } from "../db/jobs.ts";
import { EmptyState } from "./failure.tsx";
import { Button, Form, LinkButton } from "./form.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { usePage } from "./links.tsx";
import { Time } from "./text.tsx";
import { count, duration, when } from "./words.ts";

/** A job as people see it. */
export type JobView =
  & Pick<
    JobRow,
    | "id"
    | "status"
    | "progress"
    | "processedItems"
    | "totalItems"
    | "message"
    | "result"
    | "errorMessage"
    | "attempt"
    | "maxAttempts"
    | "runAt"
    | "cancelRequestedAt"
    | "startedAt"
    | "completedAt"
    | "createdAt"
  >
  & {
    /** "Library scan" */
    title: string;
    /** A scan stopped because too many files are not there: a person may say that they are really gone. */
    asksForLosses?: boolean;
  };

/** Everything that runs or waits: what the stream sends again whenever one has moved on. `isFirst`: none has ended. */
export function OpenJobs({ jobs, isFirst }: { jobs: readonly JobView[]; isFirst: boolean }) {
  return (
    <ul id="open-jobs" class="panel rows">
      {jobs.map((job) => <OpenJob job={job} />)}
      {jobs.length === 0 && (isFirst
        ? (
          <li>
            <EmptyState icon="activity" title="Quiet" text="No job has run yet.">
              <LinkButton path="/import">Import</LinkButton>
            </EmptyState>
          </li>
        )
        : <li class="px-4 py-6 text-center text-ink-2 md:px-5">Nothing is running.</li>)}
    </ul>
  );
}

function OpenJob({ job }: { job: JobView }) {
  const isRunning = job.status === "running";
  return (
    <li id={`job-${job.id}`} class="px-4 py-4 md:px-5">
      <div class="flex items-start gap-3">
        <div class="min-w-0 flex-1">
          <h3 class="text-base font-semibold">{job.title}</h3>
          <p class="truncate text-ink-2">
            <StateOfJob job={job} />
          </p>
        </div>
        {job.cancelRequestedAt === null && (
          <Form action={`/activity/jobs/${job.id}/cancel`} hx-target="#open-jobs" hx-swap="outerMorph">
            <button
              type="submit"
              class="btn btn-quiet btn-sm btn-icon -mr-1"
              aria-label={`Cancel ${job.title}`}
            >
              <Icon name="x" />
            </button>
          </Form>
        )}
      </div>
      <div
        class="bar mt-3 h-1.5!"
        role="progressbar"
        aria-label={job.title}
        aria-valuenow={job.progress}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <i style={`width:${job.progress}%${isRunning ? "" : ";background:var(--absent)"}`} />
      </div>
      <div class="mt-2 flex flex-wrap justify-between gap-x-4 text-xs text-ink-3 num">
        <Numbers job={job} />
      </div>
    </li>
  );
}

function StateOfJob({ job }: { job: JobView }) {
  const { now } = usePage();
  if (job.cancelRequestedAt !== null) return <>Being cancelled.</>;
  if (job.status === "running") return <>{job.message ?? "Has just begun."}</>;
  if (job.runAt <= now) return <>Waits for its turn.</>;
  if (!job.errorMessage && job.message) return <>{`${job.message}. Looks again ${when(job.runAt, now)}.`}</>;
  return (
    <>
      {job.errorMessage ? `${job.errorMessage} ` : ""}
      {`Goes on by itself ${when(job.runAt, now)}, try ${job.attempt + 1} of ${job.maxAttempts}.`}
    </>
  );
}

function Numbers({ job }: { job: JobView }) {
  const { now } = usePage();
  const { processedItems: done, totalItems: total, startedAt } = job;
  const seconds = startedAt ? (now.getTime() - startedAt.getTime()) / 1000 : 0;
  const rate = seconds > 2 && job.status === "running" ? done / seconds : 0;
  return (
    <>
      <span>{total === null ? (done > 0 ? count(done) : "") : `${count(done)} of ${count(total)}`}</span>
      {rate > 0 && <span>{`${rate < 10 ? rate.toFixed(1) : count(Math.round(rate))} per second`}</span>}
      {rate > 0 && total !== null && total > done && (
        <span>{`about ${duration(1000 * (total - done) / rate)} left`}</span>
      )}
    </>
  );
}

const ends: Record<string, { icon: IconName; ink: string; word: string }> = {
  completed: { icon: "check", ink: "text-owned", word: "Done" },
  failed: { icon: "circle-x", ink: "text-danger", word: "Failed" },
  cancelled: { icon: "minus", ink: "text-ink-3", word: "Cancelled" },
};

/** One finished job: what came of it, and another try when it failed. */
export function FinishedJob({ job }: { job: JobView }) {
  const { icon, ink, word } = ends[job.status] ?? ends.completed;
  const { startedAt, completedAt } = job;
  return (
    <li class="flex items-start gap-3 px-4 py-3 md:px-5">
      <span class={`mt-0.5 ${ink}`}>
        <Icon name={icon} />
        <span class="sr-only">{word}</span>
      </span>
      <div class="min-w-0 flex-1">
        <div class="flex justify-between gap-3">
          <b class="font-semibold">{job.title}</b>
          <span class="text-xs whitespace-nowrap text-ink-3 num">
            <Time at={completedAt ?? job.createdAt} />
          </span>
        </div>
        <p class={`wrap-anywhere ${job.status === "failed" ? "text-danger-ink" : "text-ink-2"}`}>
          {job.status === "failed"
            ? job.errorMessage
            : job.status === "cancelled"
            ? "Cancelled. What was done so far is kept."
            : job.result?.summary ?? "Done."}
        </p>
        {job.status !== "completed" && (
          <div class="mt-2 flex flex-wrap gap-2">
            <Form action={`/activity/jobs/${job.id}/retry`}>
              <Button small icon="rotate-cw">{job.status === "failed" ? "Retry" : "Go on"}</Button>
            </Form>
            {job.asksForLosses && (
              <Form action="/activity/scan">
                <input type="hidden" name="accept_losses" value="true" />
                <Button small tone="danger">These files are really gone</Button>
              </Form>
            )}
          </div>
        )}
      </div>
      <span class="w-20 text-right text-xs text-ink-3 num max-md:hidden">
        {startedAt && completedAt && duration(completedAt.getTime() - startedAt.getTime())}
      </span>
    </li>
  );
}
