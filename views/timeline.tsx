import type { AlbumEvent } from "../db/album_events.ts";
import type { SwapInto } from "./album_actions.tsx";
import { Form } from "./form.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { sourceOf } from "./source_picker.tsx";
import { Name, Time } from "./text.tsx";
import { plural } from "./words.ts";

/** A line of an album's history, and whether it can be taken back. */
export type HistoryLine = Pick<AlbumEvent, "id" | "kind" | "username" | "before" | "after" | "createdAt"> & {
  isUndoable: boolean;
  isUndone: boolean;
};

const icons: Record<string, IconName> = {
  ownership: "circle-check",
  source: "disc-3",
  wanted: "bookmark",
  ignored: "eye-off",
  path: "folder-open",
  undo: "undo-2",
  scan: "folder-search",
  lidarr: "arrow-down-to-line",
  lidarr_asked: "search",
  imported: "import",
  match: "git-compare-arrows",
  merge: "git-compare-arrows",
  match_search: "search",
  match_refused: "circle-x",
  match_unlocked: "lock-open",
  match_locked: "lock",
};

const ownershipWords: Record<string, string> = {
  owned: "owned",
  not_owned: "not owned",
  partial: "partly owned",
  downloading: "downloading",
};

const sourceWords: Record<string, string> = { cd: "CD", lidarr: "Lidarr", bandcamp: "Bandcamp" };

/** What was done, to stand behind the name of whoever did it. */
function deed({ kind, before, after }: HistoryLine): string {
  switch (kind) {
    case "ownership":
      if (after.ownershipLocked === false) return "let the files decide again";
      return `marked it as ${
        ownershipWords[String(after.ownershipStatus ?? before.ownershipStatus)] ?? "it is"
      }`;
    case "source": {
      const source = sourceOf({ acquisitionSource: null, acquisitionMedium: null, ...after });
      return source ? `set the source to ${sourceWords[source] ?? source}` : "changed the source";
    }
    case "wanted":
      return after.wantedAt ? "marked it as wanted" : "does not want it any more";
    case "ignored":
      return after.ignoredAt ? "ignored it" : "does not ignore it any more";
    case "path":
      return after.localPath ? `set the folder to ${after.localPath}` : "removed the folder";
    case "undo":
      return "undid a change";
    case "scan":
      return foundByScan(after);
    case "lidarr_asked":
      return "asked Lidarr to get it";
    case "lidarr":
      return toldByLidarr(after);
    case "match":
      return `matched it to ${after.title ?? "a release group"}${because(after)}`;
    case "merge":
      return `made it one with another album: both are ${after.title ?? "the same"}${because(after)}`;
    case "match_search":
      return after.status === "no_match"
        ? "found nothing at MusicBrainz that fits"
        : `found ${plural(Number(after.candidates), "candidate")}, but could not decide alone`;
    case "match_refused":
      return "said that it is none of those found";
    case "match_unlocked":
      return after.matchStatus === "pending" ? "took the match away" : "let jobs change the match again";
    case "match_locked":
      return "keeps this match";
    case "imported":
      return `imported it${importDoors[String(after.door)] ?? ""}`;
    default:
      return kind.replaceAll("_", " ");
  }
}

/** " because …": what spoke for a match. */
function because({ because }: Record<string, unknown>): string {
  if (!Array.isArray(because) || because.length === 0) return "";
  return `, because: ${because.map(String).join(", ")}`;
}

const importDoors: Record<string, string> = {
  export: " from your Spotify data",
  csv: " from a CSV",
  spotify: " from Spotify",
};

function toldByLidarr({ status, ownedTracks }: Record<string, unknown>): string {
  if (status === "downloading") return "heard from Lidarr that it is downloading";
  if (status === "owned" || status === "partial") {
    return typeof ownedTracks === "number"
      ? `heard from Lidarr that ${plural(ownedTracks, "track")} arrived`
      : "heard from Lidarr that it arrived";
  }
  return "heard from Lidarr that nothing of it is there";
}

function foundByScan({ ownedTracks, expectedTracks }: Record<string, unknown>): string {
  if (ownedTracks === 0) return "found no file of it any more";
  if (typeof ownedTracks !== "number") return "looked through your files";
  return typeof expectedTracks === "number" && expectedTracks > ownedTracks
    ? `found ${ownedTracks} of ${plural(expectedTracks, "track")}`
    : `found ${ownedTracks === expectedTracks ? "all " : ""}${plural(ownedTracks, "track")}`;
}

/** What happened to an album, newest first. */
export function Timeline(
  { albumId, lines, into }: { albumId: string; lines: readonly HistoryLine[]; into: SwapInto },
) {
  if (lines.length === 0) return null;
  return (
    <section aria-labelledby="history">
      <h2 id="history" class="text-base font-semibold">History</h2>
      <ol class="mt-2 grid">
        {lines.map((line, i) => (
          <li
            class={`relative flex items-start gap-3 pb-3 ${
              i < lines.length - 1
                ? "before:absolute before:top-6 before:bottom-0 before:left-3 before:w-px before:bg-edge"
                : ""
            }`}
          >
            <span class="grid size-6 shrink-0 place-items-center rounded-full bg-raised text-ink-2">
              <Icon name={icons[line.kind] ?? "clock"} class="size-3.5" />
            </span>
            <span
              class={`min-w-0 flex-1 pt-0.5 wrap-anywhere ${line.isUndone ? "text-ink-3 line-through" : ""}`}
            >
              <Name>{line.username ?? "Beat Collector"}</Name> {deed(line)}
              <span class="block text-xs text-ink-3">
                <Time at={line.createdAt} />
                {line.isUndone && ", undone"}
              </span>
            </span>
            {line.isUndoable && (
              <Form action={`/albums/${albumId}/events/${line.id}/undo`} {...into}>
                <button
                  type="submit"
                  class="btn btn-quiet btn-sm"
                  data-key={isNewest(lines, line) ? "u" : undefined}
                >
                  <Icon name="undo-2" />Undo
                </button>
              </Form>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** `u` takes back the last thing that can be taken back. */
function isNewest(lines: readonly HistoryLine[], line: HistoryLine): boolean {
  return lines.find(({ isUndoable }) => isUndoable) === line;
}
