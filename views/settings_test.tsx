import assert from "node:assert/strict";
import type { ComponentProps } from "preact";
import { FolderSection, SchedulesSection, SettingsPage } from "./settings.tsx";
import { render } from "./testing.tsx";

const text = (html: string) => html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

const redirect = {
  uri: "http://127.0.0.1:3000/auth/spotify/callback",
  returns: false,
  refused: "Spotify refuses “localhost”; it wants 127.0.0.1 instead.",
};

const settings: ComponentProps<typeof SettingsPage> = {
  spotify: { connection: { state: "none" }, ready: false, redirect },
  spotifyApp: { clientId: "", redirect, autoSync: false, hours: 24 },
  folder: { folder: "/music" },
  lidarr: {
    url: "",
    maskedKey: "",
    rootFolder: null,
    qualityProfileId: null,
    metadataProfileId: null,
    choices: null,
    webhookAddress: "http://localhost:3000",
    webhookSecret: false,
    registered: false,
    lastEventAt: null,
    failure: null,
  },
  schedules: {
    schedules: [{
      name: "library_scan",
      title: "Library scan",
      cron: "0 2 * * *",
      enabled: true,
      nextRunAt: null,
    }],
  },
  tokens: { tokens: [] },
  password: {},
  accounts: {
    ownId: "u1",
    users: [
      { id: "u1", username: "marta", role: "admin", createdAt: new Date() },
      { id: "u2", username: "ユキ", role: "member", createdAt: new Date() },
    ],
  },
};

Deno.test("a section posts alone and is replaced alone", () => {
  const html = render(<FolderSection folder="/music" />);
  assert.match(
    html,
    /^<form method="post" action="\/music\/settings\/folder" hx-post="\/music\/settings\/folder"/,
  );
  assert.match(html, /id="folder" hx-target="#folder" hx-swap="outerHTML"/);
});

Deno.test("what is wrong is said at the field, in the section and in the list of sections", () => {
  const errors = { music_folder_path: "There is no such folder." };
  const html = render(<SettingsPage {...settings} folder={{ folder: "/musik", errors }} />);
  assert.match(html, /name="music_folder_path"[^>]*aria-invalid="true"/);
  assert.match(text(html), /Not saved/);
  assert.match(text(html), /1 field to fix/);
  assert.match(text(html), /Music folder has an error/);
});

Deno.test("what the environment decides can be read, not changed", () => {
  const html = render(<FolderSection folder="/music" lockedBy="MUSIC_FOLDER" />);
  assert.match(html, /name="music_folder_path"[^>]*readonly/i);
  assert.match(text(html), /Set by MUSIC_FOLDER in the environment/);
});

Deno.test("a wrong schedule is named; a right one is said in words", () => {
  const errors = { "library_scan.cron": "Four fields." };
  assert.match(
    render(<SchedulesSection {...settings.schedules} errors={errors} />),
    /aria-invalid="true"[^]*Four fields\./,
  );
  assert.match(text(render(<SchedulesSection {...settings.schedules} />)), /daily at 02:00/);
});

Deno.test("members see only what is theirs; nobody can remove themselves", () => {
  const member = render(<SettingsPage {...settings} />, { user: { username: "ユキ", role: "member" } });
  assert.doesNotMatch(member, /music_folder_path|settings\/users/);
  assert.match(member, /settings\/tokens/);
  const admin = render(<SettingsPage {...settings} />);
  assert.deepEqual([...admin.matchAll(/users\/(\w+)\/remove" hx-post/g)].map(([, id]) => id), ["u2"]);
});

Deno.test("a new token is shown once", () => {
  const html = render(
    <SettingsPage {...settings} tokens={{ tokens: [], created: { name: "widget", token: "bc_1" } }} />,
  );
  assert.match(text(html), /Copy the token of “widget” now\. It is not shown again\. bc_1/);
});
