import { type AlbumQuery, albumsPath } from "./album_query.ts";
import { Icon, type IconName } from "./icon.tsx";
import { useLink } from "./links.tsx";
import { KeyHint } from "./text.tsx";
import { count } from "./words.ts";

const actions: readonly { value: string; label: string; icon: IconName; keys?: string }[] = [
  { value: "want", label: "Want", icon: "bookmark", keys: "w" },
  { value: "lidarr", label: "Lidarr", icon: "search" },
  { value: "owned", label: "Owned", icon: "circle-check", keys: "o" },
  { value: "not_owned", label: "Not owned", icon: "circle-dashed" },
  { value: "ignore", label: "Ignore", icon: "eye-off", keys: "i" },
];

type BulkBarProps = {
  query: AlbumQuery;
  /** Albums under the whole query. */
  total: number;
};

/**
 * What can be done to all ticked albums: the last part of the form around them. It shows when the first is ticked;
 * on the select page it is always there, so that it can be reached without script.
 */
export function BulkBar({ query, total }: BulkBarProps) {
  const link = useLink();
  const everything = query.select === "all";
  return (
    <div
      class={`fixed inset-x-2 bottom-2 z-40 mx-auto max-w-max flex-wrap items-center gap-1 rounded-xl bg-overlay p-2 shadow-3 ring-1 ring-edge md:bottom-6 md:flex-nowrap ${
        query.select ? "flex" : "hidden group-has-checked/results:flex"
      }`}
      role="group"
      aria-label="Selected albums"
    >
      <div class="flex w-full items-center gap-2 px-2 md:w-auto">
        <span class="text-base font-semibold whitespace-nowrap num" aria-live="polite">
          {everything ? `All ${count(total)} selected` : <Selected />}
        </span>
        {!everything && (
          <a
            href={link(albumsPath(query, { select: "all" }))}
            class="link flex min-h-6 items-center text-sm whitespace-nowrap"
          >
            {`Select all ${count(total)}`}
          </a>
        )}
        <Leave query={query} class="btn-sm ml-auto md:hidden!" />
      </div>
      <span class="mx-1 hidden h-6 w-px bg-edge md:block" />
      <div class="grid w-full grid-cols-5 gap-0.5 md:flex md:w-auto">
        {actions.map(({ value, label, icon, keys }, i) => (
          <button
            type="submit"
            name="do"
            value={value}
            data-key={keys}
            class={`btn max-md:h-13! max-md:flex-col max-md:gap-0.5! max-md:px-0! max-md:text-2xs! ${
              i === 0 ? "btn-ink" : "btn-quiet text-ink!"
            }`}
          >
            <Icon name={icon} />
            {label}
            {keys && <KeyHint keys={keys} plain={i === 0} />}
          </button>
        ))}
      </div>
      <span class="mx-1 hidden h-6 w-px bg-edge md:block" />
      <Leave query={query} class="max-md:hidden!" />
    </div>
  );
}

/** The number is counted in the browser. */
function Selected() {
  return (
    <>
      <span data-count="album" /> selected
    </>
  );
}

/** On the select page a link back; else it only unticks what was ticked. */
function Leave({ query, class: look }: { query: AlbumQuery; class: string }) {
  const link = useLink();
  const looks = `btn btn-quiet btn-icon ${look}`;
  return query.select
    ? (
      <a
        href={link(albumsPath(query, { select: undefined }))}
        class={looks}
        aria-label="Leave selection"
        data-key="Escape"
      >
        <Icon name="x" class="size-5" />
      </a>
    )
    : (
      <button type="reset" class={looks} aria-label="Leave selection" data-key="Escape">
        <Icon name="x" class="size-5" />
      </button>
    );
}
