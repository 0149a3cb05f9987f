import type { Album } from "../db/albums.ts";
import { Form } from "./form.tsx";
import { Icon } from "./icon.tsx";
import type { SwapInto } from "./album_actions.tsx";

const sources = [
  { value: "bandcamp", label: "Bandcamp", icon: "disc-album" },
  { value: "cd", label: "CD", icon: "disc-3" },
  { value: "vinyl", label: "Vinyl", icon: "disc-2" },
  { value: "lidarr", label: "Lidarr", icon: "arrow-down-to-line" },
  { value: "other", label: "Other", icon: "ellipsis" },
] as const;

/** Of a physical source the medium is what people name. */
export function sourceOf(
  { acquisitionSource, acquisitionMedium }: Pick<Album, "acquisitionSource" | "acquisitionMedium">,
) {
  return acquisitionSource === "physical" ? acquisitionMedium : acquisitionSource;
}

/** One of five; choosing is saving. */
export function SourcePicker({ album, into }: { album: Album; into: SwapInto }) {
  const current = sourceOf(album);
  return (
    <section aria-labelledby="source">
      <h2 id="source" class="text-base font-semibold">Where it comes from</h2>
      <Form action={`/albums/${album.id}/source`} hx-trigger="change" {...into}>
        <fieldset class="mt-2.5 grid grid-cols-5 gap-1 rounded-md bg-sunken p-1">
          <legend class="sr-only">Source</legend>
          {sources.map(({ value, label, icon }) => (
            <label class="flex h-14 flex-col items-center justify-center gap-1 rounded-[6px] text-xs font-medium text-ink-2 hover:text-ink has-checked:bg-raised has-checked:text-ink has-checked:shadow-1 has-checked:ring-1 has-checked:ring-edge has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ink">
              <input type="radio" name="source" value={value} checked={value === current} class="sr-only" />
              <Icon name={icon} />
              {label}
            </label>
          ))}
        </fieldset>
        <noscript>
          <button type="submit" class="btn btn-plain btn-sm mt-2">Save</button>
        </noscript>
      </Form>
    </section>
  );
}
