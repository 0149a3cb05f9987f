import { Form } from "./form.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { useLink } from "./links.tsx";
import { KeyHint } from "./text.tsx";

export type NoticeTone = "done" | "warning" | "waiting" | "failed";

/** One thing people must know: what happened, what still works, and at most one way on. */
export type Notice = {
  tone: NoticeTone;
  /** What happened. */
  title: string;
  /** What still works, and when it goes on. */
  text?: string;
  link?: { label: string; path: string };
  /** Posted to take it back. */
  undo?: { action: string; fields?: Record<string, string> };
};

const looks: Record<NoticeTone, { icon: IconName; ink: string; ground: string }> = {
  done: { icon: "check", ink: "text-owned", ground: "bg-owned-soft" },
  warning: { icon: "triangle-alert", ink: "text-warn", ground: "bg-warn-soft" },
  waiting: { icon: "clock", ink: "text-loading", ground: "bg-loading-soft" },
  failed: { icon: "circle-alert", ink: "text-danger", ground: "bg-danger-soft" },
};

function Undo({ undo, class: look }: { undo: NonNullable<Notice["undo"]>; class: string }) {
  return (
    <Form action={undo.action} hx-target="#toasts">
      {Object.entries(undo.fields ?? {}).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class={look} data-key="u">
        <Icon name="undo-2" />Undo <KeyHint keys="u" />
      </button>
    </Form>
  );
}

/** A line on top of a page. */
export function Banner({ notice }: { notice: Notice }) {
  const link = useLink();
  const { icon, ink, ground } = looks[notice.tone];
  return (
    <div class={`flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md px-4 py-3 ${ground}`} role="status">
      <span class={ink}>
        <Icon name={icon} />
      </span>
      <p class="min-w-0 flex-1 basis-60">
        <b class="font-semibold">{notice.title}</b>
        {notice.text && <span class="text-ink-2">{` ${notice.text}`}</span>}
      </p>
      {notice.link && <a class="btn btn-plain btn-sm" href={link(notice.link.path)}>{notice.link.label}</a>}
      {notice.undo && <Undo undo={notice.undo} class="btn btn-plain btn-sm" />}
    </div>
  );
}

/** What an action did, swapped into #toasts; it leaves by itself unless it is pointed at or holds the focus. */
export function Toast({ notice }: { notice: Notice }) {
  const link = useLink();
  const { icon, ink } = looks[notice.tone];
  return (
    <div
      data-dismissable
      class="toast flex items-center gap-3 rounded-lg bg-overlay py-2 pr-2 pl-4 text-ink shadow-3 ring-1 ring-edge"
    >
      <span class={ink}>
        <Icon name={icon} />
      </span>
      <p class="text-base">
        {notice.title}
        {notice.text && <span class="block text-sm text-ink-2">{notice.text}</span>}
      </p>
      {notice.link && <a class="btn btn-sm btn-plain" href={link(notice.link.path)}>{notice.link.label}</a>}
      {notice.undo && <Undo undo={notice.undo} class="btn btn-sm btn-quiet font-semibold! text-brand-ink!" />}
      <button type="button" class="btn btn-sm btn-quiet btn-icon" aria-label="Dismiss" data-dismiss>
        <Icon name="x" />
      </button>
    </div>
  );
}
