import { Button, Form, LinkButton } from "./form.tsx";
import { Icon, type IconName } from "./icon.tsx";
import type { PastImport } from "./imports.tsx";
import { Heading, Layout, Main } from "./layout.tsx";
import { useLink, usePage } from "./links.tsx";
import { Name, Time } from "./text.tsx";
import { count, plural, when } from "./words.ts";

export type PlanOutcome = "new" | "known" | "ignored" | "recorded";

/** An album of the plan: how it was found and what applying means for it. */
export type PlannedAlbum = {
  title: string;
  artist: string;
  albumId: string | null;
  saved: boolean;
  likedTracks: number;
  playlists: number;
  playlistName: string | null;
  outcome: PlanOutcome;
  ignoredAt: Date | null;
};

type Plan = {
  import: PastImport & { expiresAt: Date; jobId?: string | null };
  counts: { all: number; new: number; known: number; ignored: number; recorded: number };
  /** Which albums are listed. */
  outcome?: PlanOutcome;
  albums: readonly PlannedAlbum[];
  /** The address of the next part of the list, below BASE_URL. */
  next?: string;
};

const looks: Record<PlanOutcome | "all", { icon: IconName; ink: string; words: string }> = {
  all: { icon: "library-big", ink: "text-ink-3", words: "all" },
  new: { icon: "plus", ink: "text-owned", words: "new" },
  known: { icon: "equal", ink: "text-ink-3", words: "already known" },
  ignored: { icon: "eye-off", ink: "text-ink-3", words: "stay ignored" },
  recorded: { icon: "list-music", ink: "text-ink-3", words: "only on record" },
};

/** What an import would do. Nothing has happened yet. */
export function ImportPlanPage(plan: Plan) {
  const { import: { filename, createdAt, expiresAt, status } } = plan;
  const { now } = usePage();
  return (
    <Layout title="Import plan" back="/import">
      <Main width="max-w-[1240px]">
        <Heading
          title={`Plan: ${filename}`}
          text={
            <>
              Read <Time at={createdAt} />. {status === "planned"
                ? "Nothing has been changed yet."
                : status === "applying"
                ? "It is being applied."
                : "It has been applied."}
            </>
          }
        >
          {status === "planned" && (
            <span class="tag">
              <Icon name="clock" />valid until {when(expiresAt, now)}
            </span>
          )}
        </Heading>
        <PlanContents plan={plan.import.plan} />
        <PlanList {...plan} />
        <PlanDecision {...plan} />
      </Main>
    </Layout>
  );
}

const skipWords: Record<string, [one: string, many: string]> = {
  local_file: ["song from your own files", "songs from your own files"],
  episode: ["podcast episode", "podcast episodes"],
  no_album: ["song without an album", "songs without an album"],
  duplicate: ["entry that was there twice", "entries that were there twice"],
  unreadable: ["row that cannot be read", "rows that cannot be read"],
};

/** What comes besides albums, and what stays out and why. */
function PlanContents({ plan }: { plan: PastImport["plan"] }) {
  const parts = [
    [plan.liked_tracks, "liked song"],
    [plan.playlists, "playlist"],
    [plan.plays, "play"],
    [plan.new_artists, "new artist"],
  ] as const;
  return (
    <div class="mt-4 flex flex-wrap gap-1.5">
      {parts.filter(([n]) => n > 0).map(([n, word]) => <span class="tag num">{plural(n, word)}</span>)}
      {plan.skipped.map(({ reason, count: n }) => (
        <span class="tag bg-transparent! text-ink-3! num ring-1 ring-hairline ring-inset">
          <Icon name="minus" />
          {`left out: ${plural(n, ...(skipWords[reason] ?? [reason, reason]))}`}
        </span>
      ))}
    </div>
  );
}

/** The tiles choose what is listed below them. */
export function PlanList({ import: { id }, counts, outcome, albums, next }: Plan) {
  const link = useLink();
  const tiles = [undefined, "new", "known", "ignored", "recorded"] as const;
  return (
    <div
      id="plan"
      hx-boost:inherited="true"
      hx-target:inherited="#plan"
      hx-swap:inherited="outerHTML show:none"
    >
      <nav aria-label="Filter the plan" class="panel mt-4 grid grid-cols-2 gap-1 p-1.5 md:grid-cols-5">
        {tiles.map((tile) => {
          const { icon, ink, words } = looks[tile ?? "all"];
          return (
            <a
              href={link(`/import/${id}${tile ? `?outcome=${tile}` : ""}`)}
              aria-current={tile === outcome ? "true" : undefined}
              class="flex items-center gap-3 rounded-lg p-3 hover:bg-raised aria-[current]:bg-raised aria-[current]:ring-1 aria-[current]:ring-edge aria-[current]:ring-inset md:p-4"
            >
              <span class={ink}>
                <Icon name={icon} class="size-5" />
              </span>
              <span>
                <b class="block text-lg leading-6 font-semibold num">{count(counts[tile ?? "all"])}</b>
                <span class="text-ink-2">{words}</span>
              </span>
            </a>
          );
        })}
      </nav>
      <div class="panel mt-4 overflow-hidden">
        <PlannedAlbums albums={albums} />
        {next && (
          <p class="border-t border-hairline px-5 py-3 text-ink-3 num">
            {`${count(albums.length)} of ${count(counts[outcome ?? "all"])} shown. `}
            <a class="link inline-block py-2" href={link(next)}>Show more</a>
          </p>
        )}
        {albums.length === 0 && <p class="px-5 py-8 text-center text-ink-2">No album here.</p>}
      </div>
    </div>
  );
}

function foundAs({ saved, likedTracks, playlists, playlistName }: PlannedAlbum): string {
  const parts = [
    saved && "saved album",
    likedTracks > 0 && plural(likedTracks, "liked song"),
    playlists === 1 && playlistName !== null
      ? `playlist “${playlistName}”`
      : playlists > 0 && `in ${plural(playlists, "playlist")}`,
  ];
  return parts.filter(Boolean).join(", ");
}

function whatHappens({ outcome, ignoredAt }: PlannedAlbum, now: Date): string {
  switch (outcome) {
    case "new":
      return "enters the library";
    case "known":
      return "already here, one more source";
    case "ignored":
      return ignoredAt ? `ignored since ${when(ignoredAt, now)}, stays ignored` : "stays ignored";
    case "recorded":
      return "kept on record, stays out of the library";
  }
}

function PlannedAlbums({ albums }: { albums: readonly PlannedAlbum[] }) {
  const { now } = usePage();
  const link = useLink();
  return (
    <table class="plain [&_td:first-child]:pl-5 [&_td:last-child]:pr-5 [&_th]:pt-3 [&_th:first-child]:pl-5">
      <thead class="max-md:sr-only">
        <tr>
          <th>Album</th>
          <th>Found as</th>
          <th>What happens</th>
        </tr>
      </thead>
      <tbody>
        {albums.map((album) => {
          const { icon, ink } = looks[album.outcome];
          return (
            <tr class={album.outcome === "new" ? "" : "text-ink-2"}>
              <td class="w-[42%] max-w-0 max-md:w-full">
                <span class="block truncate text-base font-semibold">
                  {album.albumId
                    ? (
                      <a href={link(`/albums/${album.albumId}`)} hx-boost="false" class="hover:underline">
                        <Name>{album.title}</Name>
                      </a>
                    )
                    : <Name>{album.title}</Name>}
                </span>
                <span class="block truncate text-ink-2">
                  <Name>{album.artist}</Name>
                </span>
              </td>
              <td class="text-ink-2 num max-md:hidden">{foundAs(album)}</td>
              <td>
                <span class="flex items-center gap-2">
                  <span class={ink}>
                    <Icon name={icon} />
                  </span>
                  <span class="max-md:sr-only">{whatHappens(album, now)}</span>
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function PlanDecision({ import: { id, status, plan }, counts }: Plan) {
  return (
    <div class="mt-4 flex flex-wrap items-center gap-x-6 gap-y-3 rounded-lg bg-overlay p-4 shadow-2 ring-1 ring-edge md:px-5">
      <p class="min-w-60 flex-1 text-base">
        {status === "planned"
          ? (
            <>
              <b class="font-semibold num">{plural(counts.new, "album")}</b> would enter your library.
              {plan.playlists > 0 &&
                ` ${plural(plan.playlists, "playlist")} would be kept with every song in place.`}
            </>
          )
          : status === "applying"
          ? "This plan is being applied. It goes on when you leave this page."
          : "This plan has been applied."}
      </p>
      <div class="flex gap-2 max-md:w-full">
        {status === "planned"
          ? (
            <>
              <Form action={`/import/${id}/discard`}>
                <Button tone="quiet">Discard</Button>
              </Form>
              <Form action={`/import/${id}/apply`} class="max-md:flex-1">
                <Button tone="primary" class="w-full">
                  {counts.new > 0 ? `Add ${plural(counts.new, "album")}` : "Apply"}
                </Button>
              </Form>
            </>
          )
          : status === "applying"
          ? <LinkButton path="/activity" tone="primary">Watch it</LinkButton>
          : <LinkButton path="/albums" tone="primary">See albums</LinkButton>}
      </div>
    </div>
  );
}
