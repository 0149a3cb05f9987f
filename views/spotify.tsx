import type { SpotifyConnection } from "../services/spotify_connection.ts";
import type { RedirectAddress } from "../services/spotify_redirect.ts";
import { Button, Field, FieldNote, FieldRow, Form, LinkButton, Switch } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { Heading, Layout, Main } from "./layout.tsx";
import { usePage } from "./links.tsx";
import { Banner, type Notice } from "./notice.tsx";
import { SectionHeader, SectionState, SettingsSection } from "./settings_section.tsx";
import { Time } from "./text.tsx";
import { when } from "./words.ts";

type State = { errors?: Record<string, string>; saved?: boolean };

export type SpotifyAppView = State & {
  clientId: string;
  /** The environment variable that decides it. */
  lockedBy?: string;
  redirect: RedirectAddress;
  autoSync: boolean;
  hours: number | string;
};

export type SpotifyView = State & {
  connection: SpotifyConnection;
  /** The household's app is set up. */
  ready: boolean;
  redirect: RedirectAddress;
  /** A consent that was just begun and ends with pasting: where the person answers it. */
  authorizationUrl?: string;
  /** What was pasted and is of no use. */
  pasted?: string;
};

/** The household's app at Spotify: everybody who hosts this makes one. */
export function SpotifyAppSection(props: SpotifyAppView) {
  const { clientId, lockedBy, redirect, autoSync, hours, errors = {}, saved } = props;
  return (
    <SettingsSection
      id="spotify-app"
      title="Spotify app"
      text="Made once for the household. Spotify asks its owner to hold Premium."
      errors={errors}
      saved={saved}
    >
      {clientId === "" && <AppSteps />}
      <FieldRow label="Redirect address">
        <code class="block rounded-md bg-sunken px-3 py-2 font-mono text-xs wrap-anywhere ring-1 ring-hairline ring-inset select-all">
          {redirect.uri}
        </code>
        <p class="mt-1.5 text-ink-3">
          {redirect.returns
            ? "Enter it at Spotify exactly like this."
            : "Enter it at Spotify exactly like this. It leads nowhere: after you agree, you copy the address your browser ends on and paste it here."}
        </p>
        {redirect.refused && (
          <p class="mt-1.5 flex gap-2 text-warn-ink">
            <Icon name="triangle-alert" class="mt-0.5 size-4" />
            <span>
              {`${redirect.refused} With https in front of Beat Collector and BASE_URL set, nothing has to be pasted.`}
            </span>
          </p>
        )}
      </FieldRow>
      <Field
        mono
        name="spotify_client_id"
        label="Client id"
        value={clientId}
        error={errors.spotify_client_id}
        lockedBy={lockedBy}
        autocomplete="off"
      />
      <FieldRow label="Stay in step">
        <div class="flex flex-wrap items-center gap-3 pt-1">
          <Switch name="auto_sync_enabled" label="Read by itself" checked={autoSync}>
            <span>Read every connected account every</span>
          </Switch>
          <input
            name="sync_interval_hours"
            value={hours}
            inputmode="numeric"
            aria-label="Hours between two readings"
            aria-invalid={errors.sync_interval_hours ? "true" : undefined}
            class="field w-16! num"
          />
          <span>hours</span>
        </div>
        {errors.sync_interval_hours && <FieldNote tone="error">{errors.sync_interval_hours}</FieldNote>}
      </FieldRow>
    </SettingsSection>
  );
}

function AppSteps() {
  return (
    <ol class="list-decimal space-y-1 pl-5 text-ink-2">
      <li>
        Sign in at{" "}
        <a class="link" href="https://developer.spotify.com/dashboard" rel="noreferrer">
          developer.spotify.com/dashboard
        </a>{" "}
        with a Premium account and choose Create app. Any name will do.
      </li>
      <li>As Redirect URI enter the address below, tick Web API, and save.</li>
      <li>Copy the Client ID from the app’s settings into the field below. No secret is needed.</li>
      <li>Under User Management add the e-mail address of everybody who connects, five at most.</li>
    </ol>
  );
}

/** A person's own account. */
export function SpotifySection(props: SpotifyView) {
  const { connection, ready, errors = {} } = props;
  const error = errors[""] ?? errors.spotify_client_id;
  return (
    <section id="spotify" aria-labelledby="spotify-title" class="panel min-w-0 scroll-mt-20">
      <SectionHeader
        id="spotify"
        title="Spotify"
        text="Your saved albums, liked songs and playlists arrive and stay in step. Nothing is changed there."
      >
        <ConnectionState connection={connection} />
      </SectionHeader>
      <div class="grid grid-cols-[minmax(0,1fr)] gap-4 px-5 py-5 md:px-6">
        {error && <FieldNote tone="error">{error}</FieldNote>}
        {noticesOf(connection, usePage().now).map((notice) => <Banner notice={notice} />)}
        {connection.state === "connected" ? <Facts connection={connection} /> : (
          <p>
            {ready
              ? "You agree at Spotify, and come back here. It takes a minute."
              : "First an app has to be made at Spotify and its client id be entered under “Spotify app”."}
          </p>
        )}
        {isUnderWay(props) && <PasteBox {...props} />}
      </div>
      <footer class="flex empty:hidden flex-wrap items-center gap-2 border-t border-hairline px-5 py-3 md:px-6">
        {connection.state === "connected" && (
          <Form action="/settings/spotify/sync">
            <Button small icon="rotate-cw">Read now</Button>
          </Form>
        )}
        {ready && (
          <Form action="/settings/spotify/connect">
            <Button small tone={connection.state === "connected" ? "quiet" : "primary"}>
              {connection.state === "none" ? "Connect Spotify" : "Connect again"}
            </Button>
          </Form>
        )}
        {connection.state !== "none" && (
          <Form action="/settings/spotify/disconnect" class="ml-auto">
            <Button small tone="danger">Disconnect</Button>
          </Form>
        )}
      </footer>
    </section>
  );
}

/** A connection that stands needs no answer from Spotify, unless somebody has just begun another. */
function isUnderWay({ connection, ready, authorizationUrl, pasted }: SpotifyView): boolean {
  return authorizationUrl !== undefined || pasted !== undefined ||
    (ready && connection.state !== "connected");
}

function ConnectionState({ connection }: Pick<SpotifyView, "connection">) {
  const { now } = usePage();
  switch (connection.state) {
    case "none":
      return null;
    case "reconnect":
      return <SectionState tone="danger">Connect again</SectionState>;
    case "connected": {
      const name = connection.displayName ? `as ${connection.displayName} ` : "";
      return (
        <SectionState tone="owned">{`Connected ${name}since ${when(connection.since, now)}`}</SectionState>
      );
    }
  }
}

/** What a person must know about a connection, most urgent first. */
export function noticesOf(connection: SpotifyConnection, now: Date): Notice[] {
  if (connection.state === "none") return [];
  if (connection.state === "reconnect") {
    const text = "What was read is kept. Connect again to go on.";
    return [{ tone: "failed", title: connection.reason, text }];
  }
  const { trouble, blockedUntil, endsSoon, endsAt } = connection;
  const notices: Notice[] = [];
  if (trouble) notices.push({ tone: "failed", title: trouble, text: "What was read is kept." });
  if (blockedUntil) {
    notices.push({
      tone: "waiting",
      title: `Paused until ${when(blockedUntil, now)}, as Spotify asks.`,
      text: "What was read is kept, and reading goes on by itself.",
    });
  }
  if (endsSoon) {
    const title = `Spotify ends this connection ${when(endsAt, now)}.`;
    notices.push({ tone: "warning", title, text: "Connect again before then and nothing is interrupted." });
  }
  return notices;
}

function Facts({ connection }: { connection: Extract<SpotifyConnection, { state: "connected" }> }) {
  return (
    <dl class="grid gap-x-6 gap-y-1 md:grid-cols-[168px_minmax(0,1fr)]">
      <dt class="font-medium">Last read</dt>
      <dd>{connection.lastSyncedAt ? <Time at={connection.lastSyncedAt} /> : "not yet"}</dd>
      <dt class="font-medium">Good until</dt>
      <dd>
        <Time at={connection.endsAt} />
        <span class="ml-2 text-ink-3">Spotify ends every connection after six months.</span>
      </dd>
    </dl>
  );
}

/** Works where Spotify cannot lead back: its answer is in the address the browser ends on. */
function PasteBox({ redirect, authorizationUrl, pasted, errors = {} }: SpotifyView) {
  const problem = errors.address ?? errors.state ?? errors.code;
  const field = (
    <Form action="/settings/spotify/finish" class="mt-2">
      <Field
        stacked
        mono
        name="address"
        label="Address your browser ended on"
        value={pasted}
        error={problem}
        placeholder={`${redirect.uri}?code=…&state=…`}
        autocomplete="off"
        required
      >
        <Button>Connect</Button>
      </Field>
    </Form>
  );
  if (authorizationUrl) {
    return (
      <div class="rounded-md bg-sunken p-4 ring-1 ring-hairline ring-inset">
        <ol class="list-decimal space-y-1 pl-5">
          <li>
            <a class="link" href={authorizationUrl} target="_blank" rel="noreferrer">Open Spotify</a>{" "}
            and agree.
          </li>
          <li>Your browser ends on a page that does not load. That is fine: copy its whole address.</li>
          <li>Paste it here within ten minutes.</li>
        </ol>
        {field}
      </div>
    );
  }
  return (
    <details open={problem !== undefined}>
      <summary class="cursor-pointer font-medium text-ink-2">
        Spotify’s answer ended on a page that does not load?
      </summary>
      {field}
    </details>
  );
}

/** Where Spotify leads back to when something is not right. */
export function SpotifyAnswerPage({ title, text }: { title: string; text: string }) {
  return (
    <Layout title="Spotify">
      <Main width="max-w-[720px]">
        <Heading title={title} />
        <p class="mt-3 text-ink-2">{text}</p>
        <div class="mt-5 flex gap-2">
          <LinkButton path="/settings#spotify" tone="primary">Back to the settings</LinkButton>
        </div>
      </Main>
    </Layout>
  );
}
