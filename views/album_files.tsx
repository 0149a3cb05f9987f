import { Icon } from "./icon.tsx";
import { fileSize, plural } from "./words.ts";

/** What is known of one file of an album. */
export type FileFacts = {
  path: string;
  /** Relative to the music folder. */
  folder: string;
  size: number;
  codec: string | null;
  container: string | null;
  lossless: boolean | null;
  sampleRate: number | null;
  bitsPerSample: number | null;
  bitrate: number | null;
  /** Why it does not count. */
  quarantinedReason: string | null;
};

/** "FLAC 24/96", "MP3 320" */
function formatOf({ codec, container, lossless, sampleRate, bitsPerSample, bitrate }: FileFacts): string {
  const name = (codec ?? container ?? "unknown").replace(/^MPEG 1 Layer 3$/, "MP3").replace(
    /^MPEG-4\/AAC$/,
    "AAC",
  );
  if (lossless && bitsPerSample && sampleRate) return `${name} ${bitsPerSample}/${sampleRate / 1000}`;
  return bitrate ? `${name} ${Math.round(bitrate / 1000)}` : name;
}

/** Where the files of an album are, of what kind, and which of them cannot be used. */
export function AlbumFiles({ files }: { files: readonly FileFacts[] }) {
  if (files.length === 0) return null;
  const usable = files.filter(({ quarantinedReason }) => quarantinedReason === null);
  const refused = files.filter(({ quarantinedReason }) => quarantinedReason !== null);
  const formats = Map.groupBy(usable, formatOf);
  return (
    <section aria-labelledby="files">
      <h2 id="files" class="text-base font-semibold">Files</h2>
      {[...new Set(files.map(({ folder }) => folder))].map((folder) => (
        <p class="mt-1 font-mono text-xs leading-5 text-ink-2 wrap-anywhere">{`${folder}/`}</p>
      ))}
      <p class="mt-1 flex flex-wrap items-center gap-1.5">
        {[...formats].map(([format, { length }]) => <span class="tag num">{`${length} × ${format}`}</span>)}
        <span class="tag num">{fileSize(files.reduce((sum, { size }) => sum + size, 0))}</span>
      </p>
      {refused.length > 0 && (
        <details class="mt-3">
          <summary class="flex min-h-9 items-center gap-2 text-warn-ink max-md:min-h-11">
            <Icon name="triangle-alert" />
            {`${plural(refused.length, "file")} cannot be read`}
          </summary>
          <ul class="mt-1.5 grid gap-1.5">
            {refused.map(({ path, quarantinedReason }) => (
              <li class="text-xs text-ink-2">
                <span class="font-mono wrap-anywhere">{path}</span>
                <span class="block text-ink-3">{quarantinedReason}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
