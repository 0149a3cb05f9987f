import { Icon } from "./icon.tsx";
import { sections } from "./navigation.tsx";

const groups: readonly { title: string; keys: readonly (readonly [string, string])[] }[] = [
  {
    title: "Everywhere",
    keys: [
      ["/", "search"],
      ["?", "this help"],
      ...sections.map(({ keys, name }) => [keys, name.toLowerCase()] as const),
      ["Esc", "close, leave selection"],
    ],
  },
  {
    title: "Albums",
    keys: [
      ["j", "next album"],
      ["k", "previous album"],
      ["Enter", "open"],
      ["x", "select"],
      ["⇧ x", "select up to here"],
      ["o", "mark owned"],
      ["w", "want"],
      ["i", "ignore"],
    ],
  },
  {
    title: "Album",
    keys: [
      ["j", "next album"],
      ["k", "previous album"],
      ["o", "mark owned"],
      ["w", "want"],
      ["i", "ignore"],
      ["u", "undo"],
    ],
  },
  {
    title: "Inbox",
    keys: [
      ["1 – 5", "choose this candidate"],
      ["n", "none of these"],
      ["s", "skip"],
      ["u", "undo"],
      ["p", "paste an id, or search"],
    ],
  },
];

/** The help behind `?`. Which keys work is decided by the buttons a page shows; this only lists them. */
export function Shortcuts() {
  return (
    <div
      id="shortcuts"
      popover="auto"
      role="dialog"
      aria-labelledby="shortcuts-title"
      class="fixed inset-x-4 top-20 bottom-auto mx-auto max-h-[calc(100dvh-7rem)] w-auto max-w-3xl overflow-y-auto rounded-xl bg-overlay p-5 text-sm text-ink shadow-3 ring-1 ring-edge backdrop:bg-scrim md:top-32 md:p-7"
    >
      <div class="flex items-center justify-between">
        <h2 id="shortcuts-title" class="text-lg font-semibold">Keyboard</h2>
        <button
          type="button"
          class="btn btn-quiet btn-icon -mr-2"
          aria-label="Close"
          popovertarget="shortcuts"
          popovertargetaction="hide"
        >
          <Icon name="x" />
        </button>
      </div>
      <div class="mt-4 grid gap-x-10 gap-y-6 md:grid-cols-3">
        {groups.map(({ title, keys }) => (
          <section>
            <h3 class="pb-1 font-medium text-ink-3">{title}</h3>
            <dl class="rows">
              {keys.map(([key, does]) => (
                <div class="flex items-center justify-between gap-3 py-1.5">
                  <dt>{does}</dt>
                  <dd class="flex gap-1">{key.split(" ").map((one) => <kbd class="kbd">{one}</kbd>)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label class="mt-6 flex items-center gap-3 border-t border-hairline pt-4 text-ink-2">
        <input type="checkbox" role="switch" class="switch" checked data-remember="shortcuts" />
        Single-key shortcuts on. They never fire while you type.
      </label>
    </div>
  );
}
