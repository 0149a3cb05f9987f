import { iconPaths } from "./icon_paths.ts";

export type IconName = keyof typeof iconPaths;

/** Never alone: a word or an `aria-label` says the same. */
export function Icon({ name, class: size = "size-4" }: { name: IconName; class?: string }) {
  return (
    <svg
      class={`${size} shrink-0`}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={iconPaths[name]} />
    </svg>
  );
}
