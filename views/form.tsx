import type { ButtonHTMLAttributes, ComponentChildren, FormHTMLAttributes } from "preact";
import { Icon, type IconName } from "./icon.tsx";
import { useLink, usePage } from "./links.tsx";
import { KeyHint } from "./text.tsx";

type FormProps = Omit<FormHTMLAttributes<HTMLFormElement>, "action" | "method" | "children"> & {
  /** Below BASE_URL. */
  action: string;
  /** Where the answer goes; without it the form loads a page. */
  "hx-target"?: string;
  "hx-swap"?: string;
  "hx-trigger"?: string;
  children: ComponentChildren;
};

/** A form that posts: it carries the token against forged requests, and works with and without htmx. */
export function Form({ action, children, ...attributes }: FormProps) {
  const link = useLink();
  const { csrfToken } = usePage();
  const address = link(action);
  return (
    <form method="post" action={address} hx-post={attributes["hx-target"] && address} {...attributes}>
      <input type="hidden" name="csrf_token" value={csrfToken} />
      {children}
    </form>
  );
}

type ButtonLook = {
  tone?: "primary" | "plain" | "quiet" | "ink" | "danger";
  small?: boolean;
  icon?: IconName;
  /** The key that presses it, shown beside the words: "o", "g a". */
  keys?: string;
  /** Where room is short: the key works, but is not shown. */
  terse?: boolean;
  class?: string;
  children: ComponentChildren;
};

function buttonClass({ tone = "plain", small, class: more = "" }: Omit<ButtonLook, "children">): string {
  return `btn btn-${tone}${small ? " btn-sm" : ""} ${more}`;
}

export function Button(
  { tone, small, icon, keys, terse, class: more, children, ...attributes }:
    & ButtonLook
    & Omit<ButtonHTMLAttributes<HTMLButtonElement>, "icon" | "class" | "children">,
) {
  return (
    <button type="submit" class={buttonClass({ tone, small, class: more })} data-key={keys} {...attributes}>
      {icon && <Icon name={icon} />}
      {children}
      {keys && !terse && <KeyHint keys={keys} plain={tone === "primary" || tone === "ink"} />}
    </button>
  );
}

export function LinkButton(
  { tone, small, icon, keys, terse, class: more, children, path }: ButtonLook & { path: string },
) {
  const link = useLink();
  return (
    <a class={buttonClass({ tone, small, class: more })} href={link(path)} data-key={keys}>
      {icon && <Icon name={icon} />}
      {children}
      {keys && !terse && <KeyHint keys={keys} plain={tone === "primary" || tone === "ink"} />}
    </a>
  );
}

type FieldProps = {
  name: string;
  label: string;
  value?: string | number;
  type?: "text" | "password" | "number" | "url" | "search";
  /** What is wrong with it, in a sentence. */
  error?: string;
  /** What is good about it: "Lidarr 3.1 answers in 38 ms". */
  confirmation?: string;
  hint?: ComponentChildren;
  /** The name of the environment variable that decides this value; the field can then only be read. */
  lockedBy?: string;
  /** Label above instead of beside. */
  stacked?: boolean;
  mono?: boolean;
  required?: boolean;
  autofocus?: boolean;
  autocomplete?: string;
  placeholder?: string;
  minlength?: number;
  min?: number;
  max?: number;
  inputmode?: "numeric" | "url";
  class?: string;
  /** Stands behind the input in the same line: a unit, a button. */
  children?: ComponentChildren;
};

/** Label, input and what there is to say about it, tied together for assistive technology. */
export function Field(props: FieldProps) {
  const {
    name,
    label,
    error,
    confirmation,
    hint,
    lockedBy,
    stacked,
    mono,
    class: width,
    type = "text",
    children,
    ...rest
  } = props;
  const id = `field-${name}`;
  const notes = [error && `${id}-error`, confirmation && `${id}-ok`, (hint || lockedBy) && `${id}-hint`]
    .filter(Boolean);
  const input = (
    <input
      id={id}
      name={name}
      {...rest}
      // Preact types every kind of input on its own; ours all read and write text.
      type={type as "text"}
      readOnly={lockedBy !== undefined}
      class={`field ${mono ? "font-mono" : ""} ${stacked && !children ? "h-11!" : ""} ${width ?? ""}`}
      aria-invalid={error ? "true" : undefined}
      aria-describedby={notes.length > 0 ? notes.join(" ") : undefined}
    />
  );
  return (
    <FieldRow label={label} for={id} stacked={stacked}>
      {children ? <span class="flex items-center gap-3">{input}{children}</span> : input}
      {error && <FieldNote id={`${id}-error`} tone="error">{error}</FieldNote>}
      {confirmation && <FieldNote id={`${id}-ok`} tone="ok">{confirmation}</FieldNote>}
      {(hint || lockedBy) && (
        <p id={`${id}-hint`} class="mt-1.5 text-ink-3">
          {lockedBy && (
            <span class="flex items-center gap-1.5 text-ink-2">
              <Icon name="lock" class="size-3.5" />
              <span>
                Set by <code class="font-mono text-xs">{lockedBy}</code> in the environment.
              </span>
            </span>
          )}
          {hint}
        </p>
      )}
    </FieldRow>
  );
}

/** A label and whatever belongs to it; `for` ties it to one input, without it the row is a named group. */
export function FieldRow(
  { label, for: id, stacked, children }: {
    label: string;
    for?: string;
    stacked?: boolean;
    children: ComponentChildren;
  },
) {
  const look = stacked ? "font-medium" : "pt-2 font-medium";
  return (
    <div
      class={`grid grid-cols-[minmax(0,1fr)] gap-1.5 ${
        stacked ? "" : "md:grid-cols-[168px_minmax(0,1fr)] md:gap-x-6"
      }`}
      role={id ? undefined : "group"}
      aria-label={id ? undefined : label}
    >
      {id
        ? <label for={id} class={look}>{label}</label>
        : <span class={look} aria-hidden="true">{label}</span>}
      <div class="min-w-0">{children}</div>
    </div>
  );
}

export function FieldNote(
  { id, tone, children }: { id?: string; tone: "error" | "ok"; children: ComponentChildren },
) {
  return (
    <p
      id={id}
      class={`mt-1.5 flex gap-2 ${tone === "error" ? "text-danger-ink" : "text-owned-ink"}`}
      role={tone === "error" ? "alert" : "status"}
    >
      <Icon name={tone === "error" ? "circle-alert" : "check"} class="mt-0.5 size-4" />
      <span>{children}</span>
    </p>
  );
}

export function Switch(
  { name, label, checked, disabled, children }: {
    name: string;
    label: string;
    checked: boolean;
    disabled?: boolean;
    children?: ComponentChildren;
  },
) {
  return (
    <label class="flex min-h-9 items-center gap-3 max-md:min-h-11">
      <input
        type="checkbox"
        role="switch"
        class="switch"
        name={name}
        value="true"
        checked={checked}
        disabled={disabled}
        aria-label={children ? undefined : label}
      />
      {children ?? <span class="sr-only">{label}</span>}
    </label>
  );
}
