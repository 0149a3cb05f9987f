import type { UnusableFile } from "../db/local_files.ts";
import type { Connection } from "../services/connections.ts";
import { cronWords } from "./cron_words.ts";
import { Button, Form, LinkButton } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { FinishedJob, type JobView, OpenJobs } from "./jobs.tsx";
import { Heading, Layout, Main } from "./layout.tsx";
import { LidarrQueue } from "./lidarr.tsx";
import { useLink } from "./links.tsx";
import { Partial } from "./partial.tsx";
import { Name, Time } from "./text.tsx";
import { count, plural } from "./words.ts";

export type ScheduleView = {
  name: string;
  /** "Library scan" */
  title: string;
  cron: string;
  enabled: boolean;
  nextRunAt: Date | null;
};

export type Activity = {
  open: readonly JobView[];
  finished: readonly JobView[];
  counts: { running: number; waiting: number; failed: number; finished: number };
  onlyFailed: boolean;
  /** The address of older jobs, below BASE_URL. */
  older?: string;
  /** Undefined without a Lidarr. */
  lidarr?: Parameters<typeof LidarrQueue>[0];
  connections: readonly Connection[];
  /** What is in the music folder and does not count; of many, the first. */
  unusable: { files: readonly UnusableFile[]; count: number };
  schedules: readonly ScheduleView[];
};

export function ActivityPage(activity: Activity) {
  const { open, counts, connections, unusable, schedules } = activity;
  const link = useLink();
  return (
    <Layout title="Activity">
      <Main>
        <Heading title="Activity" text={<Summary {...activity} />}>
          <LinkButton path="/import" icon="import">Import</LinkButton>
          <Form action="/activity/scan">
            <Button icon="folder-search">Scan library</Button>
          </Form>
        </Heading>
        <div class="mt-5 grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-[minmax(0,1fr)_400px]">
          <div class="grid h-max min-w-0 grid-cols-[minmax(0,1fr)] gap-6">
            <section
              aria-labelledby="running"
              hx-sse:connect={link("/activity/events")}
              hx-target="#open-jobs"
              hx-swap="outerMorph"
            >
              <h2 id="running" class="mb-2 text-base font-semibold">Running</h2>
              <OpenJobs jobs={open} isFirst={counts.finished === 0} />
            </section>
            {/* When the stream breaks, each failure to get it back asks once instead. */}
            <div
              hidden
              hx-get={link("/activity")}
              hx-trigger="htmx:sse:error from:body delay:5s"
              hx-target="#open-jobs"
              hx-swap="outerMorph"
            />
            {activity.lidarr && <LidarrQueue {...activity.lidarr} />}
            <JobHistory {...activity} />
          </div>
          <div class="grid h-max min-w-0 gap-6">
            {connections.length > 0 && <Connections connections={connections} />}
            {unusable.count > 0 && <UnusableFiles {...unusable} />}
            {schedules.length > 0 && <Schedules schedules={schedules} />}
          </div>
        </div>
      </Main>
    </Layout>
  );
}

function Summary({ counts: { running, waiting } }: Pick<Activity, "counts">) {
  return (
    <span id="job-summary" class="num">
      {`${running > 0 ? `${plural(running, "job")} running` : "No job running"}, ${
        waiting > 0 ? `${waiting} waiting` : "none waiting"
      }. Everything here survives a restart.`}
    </span>
  );
}

/** What the stream sends: the jobs that run, and how many. When one ends it sends the event `job-ended` as well. */
export function ActivityUpdate({ open, counts }: Pick<Activity, "open" | "counts">) {
  return (
    <>
      <OpenJobs jobs={open} isFirst={counts.finished === 0} />
      <Partial target="#job-summary">
        <Summary counts={counts} />
      </Partial>
    </>
  );
}

/** The filter replaces it; it asks for itself again when the stream says that a job has ended. */
export function JobHistory(
  { finished, counts, onlyFailed, older }: Pick<Activity, "finished" | "counts" | "onlyFailed" | "older">,
) {
  const link = useLink();
  return (
    <section
      id="job-history"
      aria-labelledby="history"
      class={counts.finished === 0 ? "hidden" : ""}
      hx-get={link(onlyFailed ? "/activity?status=failed" : "/activity")}
      hx-trigger="job-ended from:body"
      hx-boost:inherited="true"
      hx-target:inherited="#job-history"
      hx-swap:inherited="outerHTML show:none"
    >
      <div class="mb-2 flex items-center justify-between">
        <h2 id="history" class="text-base font-semibold">History</h2>
        <nav aria-label="Filter history" class="flex gap-0.5">
          <a class="chip h-7!" href={link("/activity")} aria-current={onlyFailed ? undefined : "true"}>All</a>
          <a
            class="chip h-7!"
            href={link("/activity?status=failed")}
            aria-current={onlyFailed ? "true" : undefined}
          >
            Failed <span class="count">{counts.failed}</span>
          </a>
        </nav>
      </div>
      <ul class="panel rows">
        {finished.map((job) => <FinishedJob job={job} />)}
        {finished.length === 0 && (
          <li class="px-4 py-6 text-center text-ink-2 md:px-5">
            {onlyFailed ? "Nothing has failed." : "Nothing has ended yet."}
          </li>
        )}
      </ul>
      {older && <a class="btn btn-quiet mt-2" href={link(older)}>Older</a>}
    </section>
  );
}

const looks: Record<Connection["state"], { dot: string; ink: string; word: string }> = {
  answering: { dot: "bg-owned", ink: "text-owned-ink", word: "Answering" },
  degraded: { dot: "bg-warn", ink: "text-warn-ink", word: "Degraded" },
  failing: { dot: "bg-danger", ink: "text-danger-ink", word: "Failing" },
  off: { dot: "bg-absent", ink: "text-ink-3", word: "Off" },
};

function Connections({ connections }: Pick<Activity, "connections">) {
  return (
    <section aria-labelledby="connections">
      <h2 id="connections" class="mb-2 text-base font-semibold">Connections</h2>
      <ul class="panel rows">
        {connections.map(({ name, state, word, since, until, note }) => (
          <li class="flex items-start gap-3 px-4 py-2.5">
            <span class={`mt-1.5 inline-block size-2 shrink-0 rounded-full ${looks[state].dot}`} />
            <span class="min-w-0 flex-1">
              <span class="flex items-baseline justify-between gap-2">
                <b class="font-semibold">{name}</b>
                <span class={`text-xs font-medium ${looks[state].ink}`}>{word ?? looks[state].word}</span>
              </span>
              <span class="flex justify-between gap-3 text-xs text-ink-3">
                <span class="whitespace-nowrap">
                  {until
                    ? (
                      <>
                        until <Time at={until} />
                      </>
                    )
                    : since && (
                      <>
                        since <Time at={since} />
                      </>
                    )}
                </span>
                <span class="min-w-0 text-right wrap-anywhere">{note}</span>
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function UnusableFiles({ files, count: all }: Activity["unusable"]) {
  return (
    <section aria-labelledby="unusable">
      <h2 id="unusable" class="mb-2 text-base font-semibold">Not usable</h2>
      <details class="panel">
        <summary class="cursor-pointer px-4 py-2.5">
          {`${plural(all, "file or folder", "files and folders")} in the music folder ${
            all === 1 ? "does" : "do"
          } not count`}
        </summary>
        <ul class="rows max-h-96 overflow-y-auto border-t border-hairline">
          {files.map(({ path, reason }) => (
            <li class="px-4 py-2.5">
              <span class="block wrap-anywhere">
                <Name>{path}</Name>
              </span>
              <span class="block text-xs text-ink-3 wrap-anywhere">{reason}</span>
            </li>
          ))}
          {all > files.length && (
            <li class="px-4 py-2.5 text-ink-3">{`and ${count(all - files.length)} more`}</li>
          )}
        </ul>
      </details>
    </section>
  );
}

function Schedules({ schedules }: Pick<Activity, "schedules">) {
  const link = useLink();
  return (
    <section aria-labelledby="schedules">
      <div class="mb-2 flex items-center justify-between">
        <h2 id="schedules" class="text-base font-semibold">Schedules</h2>
        <a class="link px-2 py-1 max-md:py-3" href={link("/settings#schedules")}>Edit</a>
      </div>
      <ul class="panel rows">
        {schedules.map(({ name, title, cron, enabled, nextRunAt }) => (
          <li class="flex items-center gap-3 px-4 py-2.5">
            <span class="min-w-0 flex-1">
              <b class={`block font-medium ${enabled ? "" : "text-ink-2"}`}>{title}</b>
              <span class="text-xs text-ink-3">
                {cronWords(cron)} <code class="ml-1 font-mono">{cron}</code>
              </span>
            </span>
            <span class={`text-xs num ${enabled ? "text-ink-2" : "text-ink-3"}`}>
              {enabled ? nextRunAt && <Time at={nextRunAt} /> : "off"}
            </span>
            <Form action={`/activity/schedules/${name}/run`}>
              <button type="submit" class="btn btn-quiet btn-sm btn-icon" aria-label={`Run ${title} now`}>
                <Icon name="play" />
              </button>
            </Form>
          </li>
        ))}
      </ul>
    </section>
  );
}
