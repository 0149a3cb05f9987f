import type { ComponentChildren } from "preact";
import type { FolderLook } from "../services/music_folder.ts";
import { Button, Field, FieldNote, Form, LinkButton } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { BareLayout } from "./layout.tsx";
import { FormError } from "./login.tsx";
import { Mark } from "./navigation.tsx";
import { plural } from "./words.ts";

const steps = [
  { name: "Your account" },
  { name: "Music folder", optional: true },
  { name: "Your library", optional: true },
] as const;

/** Errors by field; under "" what concerns the whole form. */
type FormErrors = Record<string, string>;

function Steps({ at }: { at: number }) {
  return (
    <ol class="flex gap-1.5 md:flex-col md:gap-0" aria-label="Steps">
      {steps.map((step, i) => (
        <li
          class={`flex flex-1 items-center gap-3 md:relative md:pb-7 ${
            i < steps.length - 1
              ? "md:before:absolute md:before:top-8 md:before:bottom-1 md:before:left-3.5 md:before:w-px md:before:bg-edge"
              : ""
          }`}
          aria-current={i === at ? "step" : undefined}
        >
          <span
            class={`hidden size-7 place-items-center rounded-full text-xs font-semibold num md:grid ${
              i < at
                ? "bg-owned-soft text-owned-ink"
                : i === at
                ? "bg-ink text-ink-inverse"
                : "bg-raised text-ink-3"
            }`}
          >
            {i < at ? <Icon name="check" /> : i + 1}
          </span>
          <span class={`hidden font-medium md:block ${i === at ? "text-ink" : "text-ink-2"}`}>
            {step.name}
            {i < at
              ? <span class="block text-xs font-normal text-ink-3">done</span>
              : "optional" in step && (
                <span class="block text-xs font-normal text-ink-3">
                  can be skipped
                </span>
              )}
          </span>
          <span class={`h-1 flex-1 rounded-full md:hidden ${i <= at ? "bg-brand" : "bg-raised"}`} />
        </li>
      ))}
    </ol>
  );
}

/** The frame of every step: where one stands at the left, the question at the right. */
function Step(
  { at, title, text, children }: {
    at: number;
    title: string;
    text: ComponentChildren;
    children: ComponentChildren;
  },
) {
  return (
    <BareLayout title="Set up">
      <header class="flex h-14 items-center gap-2.5 px-4 text-base font-bold tracking-tight md:px-8">
        <Mark size={24} />Beat Collector
      </header>
      <main
        id="main"
        class="mx-auto grid w-full max-w-[1000px] flex-1 content-start gap-6 px-4 pt-2 pb-10 md:grid-cols-[200px_minmax(0,1fr)] md:gap-16 md:px-8 md:pt-16"
      >
        <div>
          <Steps at={at} />
        </div>
        <div class="min-w-0">
          <p class="text-ink-3 md:hidden">{`Step ${at + 1} of ${steps.length}`}</p>
          <h1 class="text-xl font-bold">{title}</h1>
          <p class="mt-2 max-w-[56ch] text-base text-ink-2">{text}</p>
          {children}
        </div>
      </main>
    </BareLayout>
  );
}

/** Step 1: the first account. The code proves that whoever asks can read the server's log. */
export function SetupAccountPage(
  { username = "", code = "", errors = {} }: { username?: string; code?: string; errors?: FormErrors },
) {
  return (
    <Step
      at={0}
      title="Make it yours"
      text="The first account may do everything. More people can be added later."
    >
      <Form action="/setup" class="mt-6 grid max-w-[420px] gap-4">
        {errors[""] && <FormError>{errors[""]}</FormError>}
        <Field
          stacked
          mono
          name="code"
          label="Code"
          value={code}
          error={errors.code}
          hint="It stands in the program’s log, and is asked for only this once."
          autocomplete="one-time-code"
          required
          autofocus
        />
        <Field
          stacked
          name="username"
          label="Name"
          value={username}
          error={errors.username}
          autocomplete="username"
          required
        />
        <Field
          stacked
          name="password"
          label="Password"
          type="password"
          error={errors.password}
          hint="Eight characters or more."
          autocomplete="new-password"
          minlength={8}
          required
        />
        <div class="mt-3">
          <Button tone="primary" class="h-10! px-5!">Continue</Button>
        </div>
      </Form>
    </Step>
  );
}

export function FolderReport({ look }: { look: FolderLook }) {
  const more = look.complete ? "" : "at least ";
  return (
    <div class="panel mt-5 p-5" role="status">
      <div class="flex items-center gap-3">
        <span class="grid size-9 place-items-center rounded-full bg-owned-soft text-owned-ink">
          <Icon name="check" class="size-5" />
        </span>
        <p class="text-base font-semibold num">
          {look.files === 0
            ? "The folder is there, but holds no music yet."
            : `Good folder. ${more}${plural(look.files, "file")} in ${plural(look.folders, "album folder")}.`}
        </p>
      </div>
      <ul class="mt-4 grid gap-2.5 border-t border-hairline pt-4">
        <li class="flex gap-3">
          <span class="text-owned">
            <Icon name="check" class="mt-0.5 size-4" />
          </span>
          <span>
            {look.readOnly ? "Mounted read-only. " : "Only read, never written. "}
            <span class="text-ink-2">Your files are safe from mistakes, ours included.</span>
          </span>
        </li>
        {look.networkMount && (
          <li class="flex gap-3">
            <span class="text-warn">
              <Icon name="triangle-alert" class="mt-0.5 size-4" />
            </span>
            <span>
              It is a network mount.{" "}
              <span class="text-ink-2">
                File events do not arrive there, so it is swept every 15 minutes.
              </span>
            </span>
          </li>
        )}
      </ul>
    </div>
  );
}

type SetupFolderProps = { folder?: string; error?: string; lockedBy?: string; look?: FolderLook };

/** Step 2. A first post checks the folder and shows what is in it, the second goes on. */
export function SetupFolderPage({ folder = "", error, lockedBy, look }: SetupFolderProps) {
  return (
    <Step
      at={1}
      title="Where is your music?"
      text="Point to the folder that Gonic or Navidrome serves. Beat Collector reads it and never writes to it."
    >
      <Form action="/setup/folder" class="mt-6">
        <Field
          stacked
          mono
          name="music_folder"
          label="Folder on this server"
          value={folder}
          error={error}
          lockedBy={lockedBy}
          placeholder="/music/library"
          autofocus
        >
          <Button icon="folder-search" name="check" value="true">Look</Button>
        </Field>
        {look && <FolderReport look={look} />}
        <div class="mt-7 flex items-center gap-2">
          <Button tone="primary" class="h-10! px-5!">Continue</Button>
          <span class="ml-auto">
            <LinkButton tone="quiet" path="/setup/library">Skip for now</LinkButton>
          </span>
        </div>
      </Form>
    </Step>
  );
}

/** Step 3: where the albums come from. It leads to the import page, which is the same for everybody. */
export function SetupLibraryPage({ scanning }: { scanning: boolean }) {
  return (
    <Step
      at={2}
      title="Bring your albums"
      text="The albums you saved, the songs you liked and your playlists. You see a plan before anything changes."
    >
      {scanning && <FieldNote tone="ok">Your music folder is being read meanwhile.</FieldNote>}
      <ul class="panel rows mt-6">
        <li class="flex items-center gap-4 p-5">
          <span class="text-ink-2">
            <Icon name="package-open" class="size-5" />
          </span>
          <p class="min-w-0 flex-1">
            <b class="block text-base font-semibold">Your Spotify data or a CSV</b>
            <span class="text-ink-2">
              The ZIP from “Download your data”, its JSON files, or tables from Exportify.
            </span>
          </p>
          <LinkButton tone="primary" path="/import">Import</LinkButton>
        </li>
        <li class="flex items-center gap-4 p-5">
          <span class="text-ink-2">
            <Icon name="hard-drive" class="size-5" />
          </span>
          <p class="min-w-0 flex-1">
            <b class="block text-base font-semibold">Only the files you have</b>
            <span class="text-ink-2">They are your library. Spotify can be added at any time.</span>
          </p>
          <LinkButton path="/albums">See albums</LinkButton>
        </li>
      </ul>
      <div class="mt-7">
        <LinkButton tone="quiet" path="/setup/folder">Back</LinkButton>
      </div>
    </Step>
  );
}
