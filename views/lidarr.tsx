import type { Download } from "../db/lidarr_downloads.ts";
import type { QueueRow } from "../db/lidarr_queue.ts";
import type { SwapInto } from "./album_actions.tsx";
import { Button, Form } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { useLink, usePage } from "./links.tsx";
import { Name, Time } from "./text.tsx";
import { duration, fileSize, percent } from "./words.ts";

/** What there is to say about an album and Lidarr. */
export type AlbumLidarr = {
  /** Where Lidarr's own page of the album is; undefined without a Lidarr. */
  page?: string;
  /** It can be told which album is meant. */
  matched: boolean;
  /** The newest first. */
  downloads: readonly Download[];
};

const OPEN = ["pending", "searching", "downloading"];

/** The one that is under way; a search that found nothing is not. */
export function downloadUnderWay({ downloads }: AlbumLidarr): Download | undefined {
  return downloads.find((one) =>
    OPEN.includes(one.status) && !(one.status === "searching" && one.searchedAt)
  );
}

/** Hands the album over. Lidarr has to be told which one is meant, so an unmatched album goes to the inbox first. */
export function GetWithLidarr(
  { albumId, lidarr, into }: { albumId: string; lidarr: AlbumLidarr; into: SwapInto },
) {
  const link = useLink();
  if (!lidarr.page || downloadUnderWay(lidarr)) return null;
  if (!lidarr.matched) {
    return (
      <a class="btn btn-quiet max-sm:flex-1" href={link("/inbox")}>
        <Icon name="inbox" />Match it to get it with Lidarr
      </a>
    );
  }
  return (
    <Form action={`/albums/${albumId}/lidarr`} class="max-sm:flex-1" {...into}>
      <Button icon="search" class="max-sm:w-full">Get it with Lidarr</Button>
    </Form>
  );
}

/** How far Lidarr is with an album, and what became of the times before. Asks again while something moves. */
export function LidarrDownloads({ albumId, lidarr }: { albumId: string; lidarr: AlbumLidarr }) {
  const link = useLink();
  const [newest, ...older] = lidarr.downloads;
  const moves = downloadUnderWay(lidarr) !== undefined;
  return (
    <section
      id="lidarr-downloads"
      aria-labelledby="lidarr-title"
      hx-get={moves ? link(`/albums/${albumId}/lidarr`) : undefined}
      hx-trigger={moves ? "every 10s" : undefined}
      hx-swap={moves ? "outerMorph" : undefined}
    >
      <div class="flex items-center justify-between gap-3">
        <h2 id="lidarr-title" class="text-base font-semibold">Lidarr</h2>
        {lidarr.page && <OpenInLidarr address={lidarr.page} />}
      </div>
      {newest && <Current download={newest} />}
      {older.length > 0 && (
        <details class="mt-3">
          <summary class="link w-max py-1 text-sm">{`Before: ${older.length}`}</summary>
          <ul class="mt-1 grid gap-2">
            {older.map((download) => (
              <li class="text-sm text-ink-2 wrap-anywhere">
                <span class="text-ink">{statusWords(download)}</span>{" "}
                <Time at={download.endedAt ?? download.createdAt} />
                {download.message && <span class="block text-ink-3">{download.message}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function OpenInLidarr({ address, name = "Open in Lidarr" }: { address: string; name?: string }) {
  return (
    <a class="btn btn-quiet btn-sm -mr-2.5" href={address} target="_blank" rel="noopener noreferrer">
      <Icon name="external-link" />
      {name}
    </a>
  );
}

function Current({ download }: { download: Download }) {
  const { status, stage, releaseTitle, quality, message } = download;
  const wrong = status === "failed" || stage === "attention" || stage === "stalled";
  return (
    <div class="mt-2 grid gap-2" role="status">
      <p class={`font-medium ${status === "failed" ? "text-danger-ink" : wrong ? "text-warn-ink" : ""}`}>
        {statusWords(download)}
      </p>
      {status === "downloading" && <DownloadBar {...download} label={releaseTitle ?? "The album"} />}
      {message && <p class="text-ink-2 wrap-anywhere">{message}</p>}
      {wrong && <p class="text-ink-2">{nextStep(download)}</p>}
      {releaseTitle && (
        <p class="text-xs text-ink-3 wrap-anywhere">{[releaseTitle, quality].filter(Boolean).join(", ")}</p>
      )}
    </div>
  );
}

function statusWords({ status, stage, searchedAt, undoAskedAt }: Download): string {
  switch (status) {
    case "pending":
      return "Being handed to Lidarr";
    case "searching":
      return searchedAt ? "Lidarr waits for a release" : "Lidarr is searching";
    case "downloading":
      return stageWords[stage ?? "downloading"];
    case "completed":
      return "Imported by Lidarr";
    case "failed":
      return "It did not work";
    case "cancelled":
      return undoAskedAt ? "Taken back" : "Cancelled";
  }
}

const stageWords: Record<NonNullable<Download["stage"]>, string> = {
  waiting: "Waiting in Lidarr’s queue",
  downloading: "Downloading",
  importing: "Downloaded, being imported",
  attention: "Needs somebody to look at it",
  stalled: "Stalled",
};

function nextStep({ status, stage }: Pick<Download, "status" | "stage">): string {
  if (stage === "attention") return "Open its queue in Lidarr and import it by hand, or remove it there.";
  if (stage === "stalled") {
    return "It may go on by itself. If not, remove it in Lidarr and let it search again.";
  }
  return status === "failed"
    ? "Lidarr goes on looking for other releases while the album is monitored. You can also ask it to search again now."
    : "";
}

type Amount = Pick<Download, "size" | "sizeLeft" | "estimatedCompletionAt" | "stage">;

/** Rounds down: nothing is whole before it is. */
function DownloadBar({ size, sizeLeft, estimatedCompletionAt, stage, label }: Amount & { label: string }) {
  const { now } = usePage();
  if (!size || !sizeLeft) return null;
  const done = percent(size - sizeLeft, size);
  const msLeft = estimatedCompletionAt ? estimatedCompletionAt.getTime() - now.getTime() : 0;
  const moves = stage === "downloading" || stage === "waiting";
  return (
    <div>
      <div
        class="bar h-1.5!"
        role="progressbar"
        aria-label={label}
        aria-valuenow={done}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <i style={`width:${done}%`} />
      </div>
      <p class="mt-1.5 flex flex-wrap justify-between gap-x-4 text-xs text-ink-3 num">
        <span>{`${done} %`}</span>
        <span>{`${fileSize(size - sizeLeft)} of ${fileSize(size)}`}</span>
        {moves && msLeft > 0 && <span>{`about ${duration(msLeft)} left`}</span>}
      </p>
    </div>
  );
}

/** Lidarr's whole queue as it was at the last look; what needs somebody stands first. */
export function LidarrQueue({ rows, total, page, since, failure }: {
  rows: readonly QueueRow[];
  total: number;
  /** Lidarr's own page of the queue. */
  page: string;
  since: Date | null;
  failure: string | null;
}) {
  const link = useLink();
  return (
    <section
      id="lidarr-queue"
      aria-labelledby="lidarr-queue-title"
      hx-get={link("/activity")}
      hx-trigger="every 15s"
      hx-target="#lidarr-queue"
      hx-swap="outerMorph"
    >
      <div class="mb-2 flex items-center justify-between gap-3">
        <h2 id="lidarr-queue-title" class="text-base font-semibold">Lidarr’s queue</h2>
        <OpenInLidarr address={page} />
      </div>
      {failure && (
        <p class="mb-2 flex gap-2 text-danger-ink" role="status">
          <Icon name="circle-alert" class="mt-0.5 size-4" />
          <span>{failure} What is shown here is what it said last.</span>
        </p>
      )}
      <ul class="panel rows">
        {rows.map((row) => <QueueLine row={row} />)}
        {rows.length === 0 && (
          <li class="px-4 py-6 text-center text-ink-2 md:px-5">Nothing is in the queue.</li>
        )}
      </ul>
      <p class="mt-2 text-xs text-ink-3">
        {total > rows.length && `${rows.length} of ${total} shown. `}
        {since && (
          <>
            Read <Time at={since} />.
          </>
        )}
      </p>
    </section>
  );
}

function QueueLine({ row }: { row: QueueRow }) {
  const link = useLink();
  const { stage, albumId, artistName, albumTitle, title, message } = row;
  const wrong = stage === "attention" || stage === "stalled";
  const name = albumTitle ? [artistName, albumTitle].filter(Boolean).join(", ") : title;
  return (
    <li class="px-4 py-4 md:px-5">
      <div class="flex items-start justify-between gap-3">
        <h3 class="min-w-0 font-semibold wrap-anywhere">
          {albumId
            ? (
              <a class="hover:underline" href={link(`/albums/${albumId}`)}>
                <Name>{name}</Name>
              </a>
            )
            : <Name>{name}</Name>}
        </h3>
        <span
          class={`flex items-center gap-1.5 text-xs font-medium whitespace-nowrap ${
            wrong ? "text-warn-ink" : "text-loading-ink"
          }`}
        >
          <Icon
            name={wrong ? "triangle-alert" : stage === "waiting" ? "clock" : "arrow-down-to-line"}
            class="size-3.5"
          />
          {stageWords[stage ?? "downloading"]}
        </span>
      </div>
      {albumTitle && (
        <p class="text-xs text-ink-3 wrap-anywhere">{[title, row.quality].filter(Boolean).join(", ")}</p>
      )}
      {message && <p class="mt-1 text-ink-2 wrap-anywhere">{message}</p>}
      {wrong && <p class="mt-1 text-ink-2">{nextStep({ status: "downloading", stage })}</p>}
      <div class="mt-3">
        <DownloadBar {...row} label={name} />
      </div>
    </li>
  );
}
