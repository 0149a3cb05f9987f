import type { FolderLook } from "../services/music_folder.ts";
import {
  AccountsSection,
  type AccountsView,
  PasswordSection,
  TokensSection,
  type TokensView,
} from "./accounts.tsx";
import { cronWords } from "./cron_words.ts";
import { Button, Field, FieldNote, FieldRow, Switch } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { Heading, Layout, Main } from "./layout.tsx";
import { LidarrSection, type LidarrSettings } from "./lidarr_settings.tsx";
import { usePage } from "./links.tsx";
import { SettingsSection } from "./settings_section.tsx";
import { FolderReport } from "./setup.tsx";
import { SpotifyAppSection, type SpotifyAppView, SpotifySection, type SpotifyView } from "./spotify.tsx";
import { when } from "./words.ts";

type SectionState = {
  errors?: Record<string, string>;
  saved?: boolean;
};

export type FolderSettings = SectionState & {
  folder: string;
  /** The environment variable that decides it. */
  lockedBy?: string;
  /** What is in it, when that was asked for. */
  look?: FolderLook;
  /** How changes are noticed: "File events arrive." */
  watching?: string;
};

export type ScheduleSettings = SectionState & {
  schedules: readonly {
    name: string;
    title: string;
    cron: string;
    enabled: boolean;
    nextRunAt: Date | null;
  }[];
};

type SettingsPageProps = {
  spotify: SpotifyView;
  spotifyApp: SpotifyAppView;
  folder: FolderSettings;
  lidarr: LidarrSettings;
  schedules: ScheduleSettings;
  tokens: TokensView;
  /** Only admins see who else has an account. */
  accounts?: AccountsView;
  password: SectionState;
};

const places = [
  { id: "spotify", name: "Spotify" },
  { id: "spotify-app", name: "Spotify app", admin: true },
  { id: "folder", name: "Music folder", admin: true },
  { id: "lidarr", name: "Lidarr", admin: true },
  { id: "schedules", name: "Schedules", admin: true },
  { id: "tokens", name: "Access tokens" },
  { id: "password", name: "Password" },
  { id: "users", name: "Users", admin: true },
];

/** Every section is a form of its own. Members see what is theirs. */
export function SettingsPage(props: SettingsPageProps) {
  const { spotify, spotifyApp, folder, lidarr, schedules, tokens, accounts, password } = props;
  const { user } = usePage();
  const isAdmin = user?.role === "admin";
  const wrong = new Set(
    Object.entries({
      spotify,
      "spotify-app": spotifyApp,
      folder,
      lidarr,
      schedules,
      tokens,
      password,
      users: accounts ?? { errors: {} },
    }).filter(([, { errors }]) => Object.keys(errors ?? {}).length > 0).map(([id]) => id),
  );
  return (
    <Layout title="Settings">
      <Main width="max-w-[1180px]">
        <Heading title="Settings" />
        <div class="grid grid-cols-[minmax(0,1fr)] gap-4 md:mt-5 md:grid-cols-[208px_minmax(0,1fr)] md:gap-8">
          <nav
            aria-label="Settings"
            class="scroll-x -mx-4 flex gap-1 px-4 md:sticky md:top-20 md:mx-0 md:h-max md:flex-col md:gap-0.5 md:px-0"
          >
            {places.filter((place) => isAdmin || !place.admin).map(({ id, name }) => (
              <a
                href={`#${id}`}
                class="flex h-11 shrink-0 items-center justify-between gap-3 rounded-md px-3 font-medium text-ink-2 hover:text-ink max-md:bg-surface md:h-9 md:hover:bg-raised"
              >
                {name}
                {wrong.has(id) && (
                  <span class="text-danger">
                    <Icon name="circle-alert" />
                    <span class="sr-only">has an error</span>
                  </span>
                )}
              </a>
            ))}
          </nav>
          <div class="grid max-w-[860px] min-w-0 grid-cols-[minmax(0,1fr)] gap-4">
            <SpotifySection {...spotify} />
            {isAdmin && <SpotifyAppSection {...spotifyApp} />}
            {isAdmin && <FolderSection {...folder} />}
            {isAdmin && <LidarrSection {...lidarr} />}
            {isAdmin && <SchedulesSection {...schedules} />}
            <TokensSection {...tokens} />
            <PasswordSection {...password} />
            {isAdmin && accounts && <AccountsSection {...accounts} />}
          </div>
        </div>
      </Main>
    </Layout>
  );
}

export function FolderSection({ folder, lockedBy, look, watching, errors = {}, saved }: FolderSettings) {
  return (
    <SettingsSection
      id="folder"
      title="Music folder"
      text="Where your files live. Beat Collector only reads them."
      errors={errors}
      saved={saved}
      extra={<Button small tone="quiet" icon="folder-search" name="check" value="true">Look first</Button>}
    >
      <Field
        mono
        name="music_folder_path"
        label="Folder"
        value={folder}
        error={errors.music_folder_path}
        lockedBy={lockedBy}
        placeholder="/music/library"
      />
      {watching && (
        <FieldRow label="Watching">
          <p class="pt-2">{watching}</p>
        </FieldRow>
      )}
      {look && <FolderReport look={look} />}
    </SettingsSection>
  );
}

/** Each schedule has two fields, named after it: `library_scan.cron` and `library_scan.enabled`. */
export function SchedulesSection({ schedules, errors = {}, saved }: ScheduleSettings) {
  const { now } = usePage();
  return (
    <SettingsSection
      id="schedules"
      title="Schedules"
      text="Five fields: minute, hour, day, month, weekday."
      errors={errors}
      saved={saved}
    >
      {schedules.map(({ name, title, cron, enabled, nextRunAt }) => (
        <FieldRow label={title}>
          <div class="flex flex-wrap items-center gap-3">
            <input
              name={`${name}.cron`}
              value={cron}
              aria-label={`${title}, schedule`}
              aria-invalid={errors[`${name}.cron`] ? "true" : undefined}
              class="field w-40! font-mono"
            />
            <span class="min-w-0 flex-1 text-ink-3 num">
              {[cronWords(cron), enabled && nextRunAt && `next ${when(nextRunAt, now)}`].filter(Boolean).join(
                ", ",
              )}
            </span>
            <Switch name={`${name}.enabled`} label={`${title} on`} checked={enabled} />
          </div>
          {errors[`${name}.cron`] && <FieldNote tone="error">{errors[`${name}.cron`]}</FieldNote>}
        </FieldRow>
      ))}
    </SettingsSection>
  );
}
