import type { ComponentChildren } from "preact";
import { Button, FieldNote, Form, LinkButton, Switch } from "./form.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { Heading, Layout, Main } from "./layout.tsx";
import { useLink, usePage } from "./links.tsx";
import { FormError } from "./login.tsx";
import { Name, Time } from "./text.tsx";
import { plural } from "./words.ts";

/** What applying an import would do, in numbers. */
export type ImportPlan = {
  new_albums: number;
  known_albums: number;
  new_artists: number;
  liked_tracks: number;
  playlists: number;
  plays: number;
  skipped: readonly { reason: string; count: number }[];
};

export type PastImport = {
  id: string;
  source: "export" | "csv" | "spotify";
  filename: string;
  status: "planned" | "applying" | "applied" | "discarded";
  plan: ImportPlan;
  createdAt: Date;
};

export type LibraryRule = {
  /** From how many liked songs on an album enters the library. */
  likedTracksMinimum: number;
  playlistsEnterLibrary: boolean;
  error?: string;
};

type ImportPageProps = {
  imports: readonly PastImport[];
  rule: LibraryRule;
  /** Why the last upload was refused. */
  error?: string;
};

export const sourceIcons: Record<PastImport["source"], IconName> = {
  export: "package-open",
  csv: "table-2",
  spotify: "import",
};

export function ImportPage({ imports, rule, error }: ImportPageProps) {
  return (
    <Layout title="Import">
      <Main width="max-w-[1280px]">
        <Heading
          title="Import"
          text="Use any door, in any order, as often as you like. You see a plan before anything changes."
        />
        {error && (
          <div class="mt-4">
            <FormError>{error}</FormError>
          </div>
        )}
        <div class="mt-5 grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-2">
          <Door
            icon="package-open"
            title="Drop your Spotify data"
            text="The ZIP from “Download your data”, or single files of it. No app, no Premium. The extended history adds what you really play."
            gives={["Saved albums", "Liked songs", "Playlists", "Plays"]}
            lacks={["Barcodes"]}
            drop="Drop my_spotify_data.zip"
            accept=".zip,.json,application/zip,application/json"
          >
            Ask for it in your{" "}
            <a
              class="link"
              href="https://www.spotify.com/account/privacy/"
              target="_blank"
              rel="noopener noreferrer"
            >
              Spotify privacy settings
            </a>. It takes up to 5 days, the extended history up to 30.
          </Door>
          <Door
            icon="table-2"
            title="Drop a CSV"
            text="From Exportify or any table with artist, album and title columns."
            gives={["Liked songs", "Playlists"]}
            lacks={["Saved albums", "Plays", "Barcodes"]}
            drop="Drop CSV files"
            accept=".csv,text/csv"
            choice={<CsvChoice />}
          >
            Several files at once are fine. Each file becomes one playlist; liked songs roll up to albums.
          </Door>
        </div>
        <LibraryRuleForm rule={rule} />
        {imports.length > 0 && <EarlierImports imports={imports} />}
      </Main>
    </Layout>
  );
}

type DoorProps = {
  icon: IconName;
  title: string;
  text: string;
  gives: readonly string[];
  lacks: readonly string[];
  drop: string;
  accept: string;
  choice?: ComponentChildren;
  children: ComponentChildren;
};

/** One way in: what it brings, how to get it, and the place to drop it. */
function Door({ icon, title, text, gives, lacks, drop, accept, choice, children }: DoorProps) {
  return (
    <section class="panel flex min-w-0 flex-col p-5 md:p-6">
      <div class="flex items-center gap-3">
        <span class="text-ink-2">
          <Icon name={icon} class="size-5" />
        </span>
        <h2 class="text-md font-semibold">{title}</h2>
      </div>
      <p class="mt-1.5 text-ink-2">{text}</p>
      <ul class="my-4 flex flex-wrap gap-1.5">
        {gives.map((thing) => (
          <li class="tag">
            <Icon name="check" />
            {thing}
          </li>
        ))}
        {lacks.map((thing) => (
          <li class="tag bg-transparent! text-ink-3! ring-1 ring-hairline ring-inset">
            <Icon name="minus" />
            <span>
              <span class="sr-only">not:</span> {thing}
            </span>
          </li>
        ))}
      </ul>
      <p class="mb-4 text-ink-2">{children}</p>
      <Form action="/import" enctype="multipart/form-data" class="group/door mt-auto">
        {choice}
        <label
          data-drop
          class="flex flex-col items-center justify-center gap-2 rounded-lg border-2 border-dashed border-control px-4 py-8 text-center hover:bg-raised has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ink"
        >
          <input type="file" name="file" multiple required accept={accept} class="sr-only" data-submit />
          <Icon name="file-up" class="size-6 text-ink-3" />
          <span class="text-base font-medium group-aria-busy/door:hidden">{drop}</span>
          <span class="text-xs text-ink-3 group-aria-busy/door:hidden">
            or <span class="link">choose a file</span>
          </span>
          <span class="hidden text-base font-medium group-aria-busy/door:block" role="status">
            Reading it. Large histories take a few seconds.
          </span>
        </label>
        <noscript>
          <button type="submit" class="btn btn-primary mt-3 w-full">Read it</button>
        </noscript>
      </Form>
    </section>
  );
}

function CsvChoice() {
  return (
    <label class="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1.5">
      <span class="font-medium">The songs in it are</span>
      <select name="as" class="field w-auto! flex-1">
        <option value="">what the file’s name says</option>
        <option value="liked">liked songs</option>
        <option value="playlist">a playlist</option>
      </select>
    </label>
  );
}

/** Decides which albums belong to the library; the answer to a change replaces it. Only admins may change it. */
export function LibraryRuleForm({ rule }: { rule: LibraryRule }) {
  const isMember = usePage().user?.role === "member";
  return (
    <Form
      action="/settings/library"
      id="rule"
      hx-target="#rule"
      hx-swap="outerHTML"
      hx-trigger="change, submit"
      class="panel mt-4 grid gap-x-8 gap-y-4 p-5 md:grid-cols-2 md:px-6"
    >
      <label class="flex items-center gap-4">
        <span class="min-w-0 flex-1">
          <b class="block text-base font-semibold">When do liked songs make an album?</b>
          <span class="text-ink-2">Applies to every door. The rest stay as single songs.</span>
        </span>
        <span class="flex items-center gap-2.5">
          <span class="text-ink-2">from</span>
          <input
            type="number"
            name="liked_tracks_minimum"
            min={1}
            max={100}
            value={rule.likedTracksMinimum}
            disabled={isMember}
            class="field w-20! num"
            aria-invalid={rule.error ? "true" : undefined}
          />
          <span class="text-ink-2">on</span>
        </span>
      </label>
      <Switch
        name="playlists_enter_library"
        label="Albums known from playlists belong to the library"
        checked={rule.playlistsEnterLibrary}
        disabled={isMember}
      >
        <span>
          <b class="block text-base font-semibold">Albums of playlists count, too</b>
          <span class="text-ink-2">Off: they are known, but only saved and liked ones are your library.</span>
        </span>
      </Switch>
      {rule.error && <FieldNote tone="error">{rule.error}</FieldNote>}
      <noscript>
        <Button small>Save</Button>
      </noscript>
    </Form>
  );
}

/** "412 new albums, 7 playlists, 61,204 plays" */
export function planText({ new_albums, known_albums, liked_tracks, playlists, plays }: ImportPlan): string {
  const parts = [
    new_albums > 0 && plural(new_albums, "new album"),
    known_albums > 0 && `${plural(known_albums, "album")} known before`,
    liked_tracks > 0 && plural(liked_tracks, "liked song"),
    playlists > 0 && plural(playlists, "playlist"),
    plays > 0 && plural(plays, "play"),
  ];
  return parts.filter(Boolean).join(", ") || "nothing new";
}

function EarlierImports({ imports }: { imports: readonly PastImport[] }) {
  const link = useLink();
  return (
    <section aria-labelledby="past" class="mt-8">
      <h2 id="past" class="mb-2 text-base font-semibold">Earlier imports</h2>
      <ul class="panel rows">
        {imports.map(({ id, source, filename, status, plan, createdAt }) => (
          <li class="flex items-center gap-4 px-5 py-3 md:px-6">
            <span class="text-ink-3">
              <Icon name={sourceIcons[source]} />
            </span>
            <span class="min-w-0 flex-1 md:flex md:gap-6">
              <a
                href={link(`/import/${id}`)}
                class="block truncate font-medium hover:underline max-md:-mt-2 max-md:pt-2 md:w-56"
              >
                <Name>{filename}</Name>
              </a>
              <span class="block min-w-0 flex-1 truncate text-ink-2 num">{planText(plan)}</span>
            </span>
            <span class="text-xs whitespace-nowrap text-ink-3 max-md:hidden">
              <Time at={createdAt} />
            </span>
            {status === "planned" && <LinkButton path={`/import/${id}`} small>See the plan</LinkButton>}
            {status === "applying" && <LinkButton path="/activity" small>Being applied</LinkButton>}
          </li>
        ))}
      </ul>
    </section>
  );
}
