import type { ComponentChildren } from "preact";
import { Button, Form } from "./form.tsx";

type SettingsSectionProps = {
  /** Also its address: "#folder" in the page, "/settings/folder" to post to. */
  id: string;
  title: string;
  text: string;
  /** Errors by field; any at all and the section says that it is not saved. */
  errors?: Record<string, string>;
  /** It has just been saved. */
  saved?: boolean;
  /** Behind the Save button: tests and other ways on. */
  extra?: ComponentChildren;
  children: ComponentChildren;
};

/** One form of the settings: it posts alone and is replaced alone, right or wrong. */
export function SettingsSection(
  { id, title, text, errors = {}, saved, extra, children }: SettingsSectionProps,
) {
  const wrong = Object.keys(errors).length;
  return (
    <Form
      action={`/settings/${id}`}
      id={id}
      hx-target={`#${id}`}
      hx-swap="outerHTML"
      class="panel min-w-0 scroll-mt-20"
      aria-labelledby={`${id}-title`}
    >
      <SectionHeader id={id} title={title} text={text}>
        {wrong > 0
          ? <SectionState tone="danger">Not saved</SectionState>
          : saved && <SectionState tone="owned">Saved</SectionState>}
      </SectionHeader>
      <div class="grid grid-cols-[minmax(0,1fr)] gap-4 px-5 py-5 md:px-6">{children}</div>
      <footer class="flex flex-wrap items-center gap-2 border-t border-hairline px-5 py-3 md:px-6">
        <Button small>Save</Button>
        {extra}
        {wrong > 0 && (
          <span class="ml-auto text-xs text-danger-ink">
            {`${wrong} ${wrong === 1 ? "field" : "fields"} to fix`}
          </span>
        )}
      </footer>
    </Form>
  );
}

/** A section that is no single form: a list with actions of its own. */
export function SettingsList(
  { id, title, text, children }: Pick<SettingsSectionProps, "id" | "title" | "text" | "children">,
) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} class="panel min-w-0 scroll-mt-20">
      <SectionHeader id={id} title={title} text={text} />
      <div class="px-5 py-4 md:px-6">{children}</div>
    </section>
  );
}

export function SectionHeader(
  { id, title, text, children }: { id: string; title: string; text: string; children?: ComponentChildren },
) {
  return (
    <header class="flex flex-wrap items-center justify-between gap-2 px-5 pt-4 md:px-6 md:pt-5">
      <div>
        <h2 id={`${id}-title`} class="text-md font-semibold">{title}</h2>
        <p class="text-ink-2">{text}</p>
      </div>
      {children}
    </header>
  );
}

export function SectionState({ tone, children }: { tone: "owned" | "danger"; children: string }) {
  const [ink, dot] = tone === "owned" ? ["text-owned-ink", "bg-owned"] : ["text-danger-ink", "bg-danger"];
  return (
    <span class={`flex items-center gap-2 text-xs font-medium ${ink}`} role="status">
      <span class={`inline-block size-2 shrink-0 rounded-full ${dot}`} />
      {children}
    </span>
  );
}
