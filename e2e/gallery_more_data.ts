import type { ComponentProps } from "preact";
import { lidarrQueue, lidarrSettings } from "./gallery_lidarr.ts";
import type { Activity } from "../views/activity.tsx";
import type { ImportPlanPage } from "../views/import_plan.tsx";
import type { PastImport } from "../views/imports.tsx";
import type { JobView } from "../views/jobs.tsx";
import type { SettingsPage } from "../views/settings.tsx";
import { connection } from "./gallery_spotify.ts";

const at = (day: string) => new Date(`2026-${day}`);

const plan = {
  new_albums: 412,
  known_albums: 96,
  new_artists: 201,
  liked_tracks: 3046,
  playlists: 7,
  plays: 61_204,
};

export const pastImports: PastImport[] = [
  {
    id: "1",
    source: "export",
    filename: "my_spotify_data.zip",
    status: "planned",
    plan: { ...plan, skipped: [] },
    createdAt: at("11-22T14:02:00"),
  },
  {
    id: "2",
    source: "csv",
    filename: "Зима.csv, 夜のドライブ.csv",
    status: "applied",
    plan: { ...plan, new_albums: 0, known_albums: 9, liked_tracks: 187, playlists: 2, plays: 0, skipped: [] },
    createdAt: at("10-19T10:00:00"),
  },
];

const planned = {
  albumId: null,
  saved: true,
  likedTracks: 0,
  playlists: 0,
  playlistName: null,
  ignoredAt: null,
};

export const importPlan: ComponentProps<typeof ImportPlanPage> = {
  import: {
    ...pastImports[0],
    plan: {
      ...plan,
      skipped: [
        { reason: "local_file", count: 14 },
        { reason: "episode", count: 3 },
        { reason: "unreadable", count: 1 },
      ],
    },
    expiresAt: at("11-29T14:02:00"),
  },
  counts: { all: 519, new: 412, known: 96, ignored: 11, recorded: 38 },
  albums: [
    { ...planned, artist: "Kendrick Lamar", title: "To Pimp a Butterfly", outcome: "new" },
    { ...planned, artist: "坂本龍一", title: "async", outcome: "new", playlists: 2 },
    {
      ...planned,
      artist: "Nusrat Fateh Ali Khan & Michael Brook",
      title: "Mustt Mustt",
      outcome: "new",
      saved: false,
      likedTracks: 4,
    },
    { ...planned, artist: "Portishead", title: "Dummy", outcome: "known", albumId: "7" },
    {
      ...planned,
      artist: "Кино",
      title: "Группа крови",
      outcome: "known",
      saved: false,
      playlists: 1,
      playlistName: "Зима",
    },
    {
      ...planned,
      artist: "Sleaford Mods",
      title: "Spare Ribs",
      outcome: "ignored",
      ignoredAt: at("05-03T10:00:00"),
    },
    { ...planned, artist: "Jon Hopkins", title: "Immunity", outcome: "recorded", saved: false, playlists: 3 },
  ],
  next: "/import/1?after=7",
};

const job: JobView = {
  id: "0",
  title: "Library scan",
  status: "running",
  progress: 68,
  processedItems: 2864,
  totalItems: 4212,
  message: "Now: Godspeed You! Black Emperor/2000 - Lift Your Skinny Fists Like Antennas to Heaven",
  result: null,
  errorMessage: null,
  attempt: 1,
  maxAttempts: 3,
  runAt: at("11-22T14:01:00"),
  cancelRequestedAt: null,
  startedAt: at("11-22T14:01:20"),
  completedAt: null,
  createdAt: at("11-22T14:01:00"),
};

const ended = { ...job, startedAt: at("11-22T13:38:48"), completedAt: at("11-22T13:40:00") };

export const activity: Activity = {
  open: [
    job,
    {
      ...job,
      id: "1",
      title: "Collect covers",
      status: "pending",
      progress: 41,
      processedItems: 25,
      totalItems: 60,
      errorMessage: "Cover Art Archive asks us to wait.",
      runAt: at("11-22T14:20:00"),
    },
  ],
  finished: [
    {
      ...ended,
      id: "2",
      title: "Import",
      status: "completed",
      result: { summary: "523 albums read, 12 new, 7 playlists kept" },
    },
    {
      ...ended,
      id: "3",
      status: "failed",
      errorMessage:
        "1,204 of 4,212 files would be lost. Is the music folder mounted? Nothing was marked as missing.",
    },
    { ...ended, id: "4", title: "Collect covers", status: "cancelled" },
  ],
  counts: { running: 1, waiting: 1, failed: 1, finished: 3 },
  onlyFailed: false,
  older: "/activity?page=2",
  lidarr: lidarrQueue,
  connections: [
    { name: "Database", state: "answering", since: at("10-12T10:00:00"), note: "private PostgreSQL 18" },
    {
      name: "Music folder",
      state: "degraded",
      word: "Sweeping",
      since: at("10-12T10:00:00"),
      note: "network mount: swept every 15 min",
    },
    { name: "Cover Art Archive", state: "failing", since: at("11-22T13:12:00"), note: "503, next try 14:40" },
  ],
  unusable: {
    files: [
      {
        path: "Portishead/Dummy/03 Strangers.flac",
        reason: "The file is empty",
        foundAt: at("11-22T13:39:00"),
      },
      {
        path: "Downloads/link",
        reason: "The link leads out of the music folder",
        foundAt: at("11-22T13:39:00"),
      },
    ],
    count: 214,
  },
  schedules: [
    {
      name: "library_scan",
      title: "Library scan",
      cron: "0 2 * * *",
      enabled: true,
      nextRunAt: at("11-23T02:00:00"),
    },
    { name: "prune", title: "Tidy up", cron: "0 4 * * 0", enabled: false, nextRunAt: null },
  ],
};

const owned = [12, 14, 19, 22, 31, 38, 44, 52, 61, 70, 78, 96, 104, 118, 131, 146, 163, 178];
const all = [310, 318, 326, 340, 352, 361, 380, 396, 410, 432, 455, 468, 480, 497, 505, 511, 517, 523];

export const growth = owned.map((n, i) => ({
  month: `${2025 + Math.floor((i + 5) / 12)}-${String((i + 5) % 12 + 1).padStart(2, "0")}`,
  albums: all[i],
  owned: n,
}));

export const matchScores = [[0, 3], [40, 1], [60, 2], [70, 3], [80, 2], [90, 60], [100, 451]].map((
  [score, albums],
) => ({
  score,
  albums,
}));

const redirect = {
  uri: "http://127.0.0.1:3000/auth/spotify/callback",
  returns: false,
  refused: "Spotify refuses “localhost”; it wants 127.0.0.1 instead.",
};

export const settings: ComponentProps<typeof SettingsPage> = {
  spotify: { connection, ready: true, redirect },
  spotifyApp: { clientId: "", redirect, autoSync: true, hours: 6 },
  folder: {
    folder: "/music/libary",
    errors: {
      music_folder_path: "There is no folder /music/libary on this server. Did you mean /music/library?",
    },
    watching:
      "Network mount (NFS). File events do not arrive there, so the folder is swept every 15 minutes.",
  },
  lidarr: lidarrSettings,
  schedules: {
    schedules: [
      ...activity.schedules.slice(0, 1),
      { ...activity.schedules[1], cron: "0 4 * *" },
    ],
    errors: { "prune.cron": "Four fields. A schedule has five: minute, hour, day, month, weekday." },
  },
  tokens: {
    tokens: [
      { id: "1", name: "Homepage widget", createdAt: at("10-12T10:00:00"), lastUsedAt: at("11-22T14:00:00") },
      { id: "2", name: "夜のスクリプト", createdAt: at("11-01T10:00:00"), lastUsedAt: null },
    ],
    created: { name: "夜のスクリプト", token: "bc_2Y8p0vS1mFQ9xJ7cK4tLw6ZrNd3HgUeA" },
  },
  accounts: {
    ownId: "1",
    users: [
      { id: "1", username: "marta", role: "admin", createdAt: at("10-12T10:00:00") },
      { id: "2", username: "ユキ", role: "member", createdAt: at("10-19T10:00:00") },
    ],
  },
  password: { saved: true },
};
