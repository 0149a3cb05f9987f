import { Form } from "./form.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { useLink, usePage } from "./links.tsx";
import { Name } from "./text.tsx";
import { TrackRing } from "./track_ring.tsx";
import { count, plural } from "./words.ts";

type Section = {
  name: string;
  path: string;
  icon: IconName;
  /** The two keys that go there. */
  keys: string;
  /** Where it stands in the top bar. */
  side?: "right";
  /** In the phone's bar, not under More. */
  tab?: true;
  /** Pages below other paths that belong to it. */
  also?: string;
};

/** Everything the navigation shows, in this order: a new place is one line here. */
export const sections: readonly Section[] = [
  { name: "Albums", path: "/albums", icon: "library-big", keys: "g a", tab: true, also: "/artists" },
  { name: "Inbox", path: "/inbox", icon: "inbox", keys: "g i", tab: true },
  { name: "Playlists", path: "/playlists", icon: "list-music", keys: "g p", also: "/removed" },
  { name: "Activity", path: "/activity", icon: "activity", keys: "g j", tab: true },
  { name: "Settings", path: "/settings", icon: "settings", keys: "g s" },
  { name: "Import", path: "/import", icon: "import", keys: "g m", side: "right" },
  { name: "Statistics", path: "/stats", icon: "chart-no-axes-column", keys: "g t", side: "right" },
];

function isBelow(path: string, place: string | undefined): boolean {
  return place !== undefined && (path === place || path.startsWith(`${place}/`));
}

function useCurrent(): (section: Section) => "page" | undefined {
  const { path } = usePage();
  return (section) =>
    isBelow(path, section.path) || isBelow(path, section.also) || (path === "/" && section.path === "/albums")
      ? "page"
      : undefined;
}

/** The logo: nine of twelve tracks. */
export function Mark({ size }: { size: number }) {
  return <TrackRing owned={9} total={12} size={size} stroke={4.4} on="var(--brand)" off="var(--control)" />;
}

export function TopBar() {
  const link = useLink();
  const current = useCurrent();
  return (
    <header class="sticky top-0 z-30 hidden h-14 items-center gap-7 border-b border-hairline bg-canvas px-8 md:flex">
      <a href={link("/albums")} class="flex items-center gap-2.5 text-base font-bold tracking-tight">
        <Mark size={24} />Beat Collector
      </a>
      <nav aria-label="Main" class="flex h-full flex-1 items-center gap-1">
        {sections.filter((section) => !section.side).map((section) => (
          <a
            href={link(section.path)}
            aria-current={current(section)}
            data-key={section.keys}
            class="relative flex h-full items-center gap-2 px-3 font-medium text-ink-2 after:absolute after:inset-x-3 after:bottom-0 after:h-0.5 after:rounded-full hover:text-ink aria-[current]:text-ink aria-[current]:after:bg-brand"
          >
            {section.name}
            {section.path === "/activity" && <RunningDot />}
            {section.path === "/inbox" && (
              <Waiting class="grid h-5 min-w-5 place-items-center rounded-full bg-warn-soft px-1.5 text-2xs font-semibold text-warn-ink num" />
            )}
          </a>
        ))}
        <span class="ml-auto flex items-center gap-1">
          {sections.filter((section) => section.side).map((section) => (
            <a
              href={link(section.path)}
              aria-current={current(section)}
              data-key={section.keys}
              class="btn btn-quiet aria-[current]:bg-raised aria-[current]:text-ink"
            >
              <Icon name={section.icon} />
              {section.name}
            </a>
          ))}
        </span>
      </nav>
      <div class="-ml-6 flex items-center gap-1">
        <button
          type="button"
          class="btn btn-quiet btn-icon"
          aria-label="Keyboard shortcuts"
          popovertarget="shortcuts"
          data-key="?"
        >
          <Icon name="keyboard" />
        </button>
        <AccountMenu />
      </div>
    </header>
  );
}

/** How many albums wait in the inbox. */
function Waiting({ class: look }: { class: string }) {
  const { waiting } = usePage();
  if (waiting === 0) return null;
  return (
    <span class={look}>
      {`${count(waiting)} `}
      <span class="sr-only">waiting</span>
    </span>
  );
}

function RunningDot() {
  const { runningJobs } = usePage();
  if (runningJobs === 0) return null;
  const words = `${plural(runningJobs, "job")} running`;
  return (
    <span class="size-1.5 rounded-full bg-loading animate-pulse-ring" title={words}>
      <span class="sr-only">{words}</span>
    </span>
  );
}

function initials(name: string): string {
  return name.split(/[\s._-]+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]).join("")
    .toUpperCase();
}

function AccountMenu() {
  const { user } = usePage();
  if (!user) return null;
  return (
    <>
      <button
        type="button"
        class="ml-1 grid size-8 place-items-center rounded-full bg-raised text-xs font-semibold text-ink-2 ring-1 ring-edge"
        aria-label={`${initials(user.username)}, account of ${user.username}`}
        popovertarget="account"
      >
        <Name>{initials(user.username)}</Name>
      </button>
      <div
        id="account"
        popover="auto"
        class="fixed inset-auto top-14 right-8 m-0 w-64 rounded-lg bg-overlay p-2 text-ink shadow-3 ring-1 ring-edge"
      >
        <AccountActions />
      </div>
    </>
  );
}

function AccountActions() {
  const { user } = usePage();
  if (!user) return null;
  return (
    <>
      <p class="truncate px-2.5 pt-1 pb-2">
        <b class="font-semibold">
          <Name>{user.username}</Name>
        </b>
        <span class="text-ink-3">{` · ${user.role}`}</span>
      </p>
      <ThemeChoice />
      <Form action="/logout" class="mt-2 border-t border-hairline pt-2">
        <button type="submit" class="btn btn-quiet w-full justify-start!">
          <Icon name="log-out" />Sign out
        </button>
      </Form>
    </>
  );
}

const themes = [
  { value: "system", name: "System", icon: "monitor" },
  { value: "light", name: "Light", icon: "sun" },
  { value: "dark", name: "Dark", icon: "moon" },
] as const;

function ThemeChoice() {
  const { theme = "system", path } = usePage();
  return (
    <Form action="/theme" aria-label="Theme">
      <input type="hidden" name="back" value={path} />
      <div class="grid grid-cols-3 gap-1 rounded-md bg-sunken p-1">
        {themes.map(({ value, name, icon }) => (
          <button
            type="submit"
            name="theme"
            value={value}
            aria-pressed={value === theme ? "true" : "false"}
            class="flex h-14 flex-col items-center justify-center gap-1 rounded-[6px] text-xs font-medium text-ink-2 hover:text-ink aria-pressed:bg-raised aria-pressed:text-ink aria-pressed:shadow-1 aria-pressed:ring-1 aria-pressed:ring-edge"
          >
            <Icon name={icon} />
            {name}
          </button>
        ))}
      </div>
    </Form>
  );
}

const tab =
  "relative flex h-14 flex-col items-center justify-center gap-0.5 text-2xs font-medium text-ink-3 aria-[current]:text-ink";

export function TabBar() {
  const link = useLink();
  const current = useCurrent();
  const { runningJobs } = usePage();
  return (
    <nav
      aria-label="Main"
      class="tabs fixed inset-x-0 bottom-0 z-30 grid auto-cols-fr grid-flow-col border-t border-hairline bg-surface safe-bottom md:hidden"
    >
      {sections.filter((section) => section.tab).map((section) => (
        <a href={link(section.path)} aria-current={current(section)} class={tab}>
          <span class="relative">
            <Icon name={section.icon} class="size-5.5" />
            {section.path === "/inbox" && (
              <Waiting class="absolute -top-1.5 left-3.5 grid h-4 min-w-4 place-items-center rounded-full bg-warn-soft px-1 text-[10px] font-semibold text-warn-ink num" />
            )}
            {section.path === "/activity" && runningJobs > 0 && (
              <span class="absolute -top-0.5 -right-2">
                <RunningDot />
              </span>
            )}
          </span>
          {section.name}
          {current(section) && <span class="absolute inset-x-8 top-0 h-0.5 rounded-full bg-brand" />}
        </a>
      ))}
      <button type="button" class={tab} popovertarget="more">
        <Icon name="menu" class="size-5.5" />More
      </button>
      <div
        id="more"
        popover="auto"
        class="fixed inset-x-0 top-auto bottom-0 m-0 w-full max-w-none rounded-t-xl bg-overlay p-3 text-sm text-ink shadow-3 ring-1 ring-edge safe-bottom backdrop:bg-scrim"
      >
        <div class="rows mb-3">
          {sections.filter((section) => !section.tab).map((section) => (
            <a
              href={link(section.path)}
              aria-current={current(section)}
              class="flex h-13 items-center gap-3 px-2.5 text-base font-medium text-ink-2 aria-[current]:text-ink"
            >
              <Icon name={section.icon} class="size-5" />
              {section.name}
              <Icon name="chevron-right" class="ml-auto size-4 text-ink-3" />
            </a>
          ))}
        </div>
        <AccountActions />
      </div>
    </nav>
  );
}
