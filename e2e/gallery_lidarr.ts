import type { ComponentProps } from "preact";
import type { Download } from "../db/lidarr_downloads.ts";
import type { HandOffPlan } from "../services/lidarr_handoff.ts";
import type { AlbumLidarr, LidarrQueue } from "../views/lidarr.tsx";
import type { LidarrSettings } from "../views/lidarr_settings.tsx";

const now = new Date("2026-11-22T14:02:00");
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

const download: Download = {
  id: "d1",
  albumId: "a1",
  lidarrAlbumId: 31,
  downloadId: "3F2A",
  status: "downloading",
  stage: "downloading",
  step: "done",
  releaseTitle: "Burial - Untrue (2007) [FLAC]",
  quality: "FLAC",
  size: 466_000_000,
  sizeLeft: 168_000_000,
  estimatedCompletionAt: inMinutes(4),
  message: null,
  searchedAt: inMinutes(-6),
  undoAskedAt: null,
  endedAt: null,
  createdAt: inMinutes(-7),
};

export const albumLidarr = (state: string): AlbumLidarr => ({
  page: "http://lidarr:8686/album/1",
  matched: state !== "needs_match",
  downloads: state === "downloading"
    ? [download, {
      ...download,
      id: "d0",
      status: "failed",
      stage: null,
      message: "Stalled with no connections",
      endedAt: inMinutes(-90),
    }]
    : state === "wanted"
    ? [{
      ...download,
      status: "failed",
      stage: null,
      message: "No files found are eligible for import",
      endedAt: inMinutes(-30),
    }]
    : [],
});

const row = {
  ...download,
  size: 466_000_000,
  sizeLeft: 168_000_000,
  position: 0,
  albumTitle: "Untrue",
  artistName: "Burial",
  title: "Burial - Untrue (2007) [FLAC]",
  downloadClient: "qBittorrent",
};

export const lidarrQueue: ComponentProps<typeof LidarrQueue> = {
  rows: [
    {
      ...row,
      position: 1,
      stage: "attention",
      albumTitle: "Homogenic",
      artistName: "Björk",
      title: "Bjork.Homogenic.1997.FLAC-GRP",
      sizeLeft: 0,
      message: "Has missing tracks. Album match is not close enough: 71.4 % vs 80 %.",
    },
    { ...row, stage: "downloading" as const },
    {
      ...row,
      position: 2,
      stage: "waiting",
      albumTitle: "Mezzanine",
      artistName: "Massive Attack",
      sizeLeft: row.size,
    },
  ],
  total: 3,
  page: "http://lidarr:8686/activity/queue",
  since: inMinutes(0),
  failure: null,
};

export const lidarrSettings: LidarrSettings = {
  url: "http://lidarr:8686",
  maskedKey: "••••••••4f2a",
  rootFolder: "/music/",
  qualityProfileId: 1,
  metadataProfileId: null,
  choices: {
    rootFolders: [{ path: "/music/", qualityProfileId: 1, metadataProfileId: 1 }],
    qualityProfiles: [{ id: 1, name: "Lossless" }, { id: 2, name: "Any" }],
    metadataProfiles: [{ id: 1, name: "Standard" }],
    warnings: ["It has no indexer."],
  },
  webhookAddress: "http://beat-collector:3000",
  webhookSecret: true,
  registered: true,
  lastEventAt: inMinutes(-64),
  failure: null,
  confirmation: "Lidarr 3.1 answers in 38 ms, key accepted, 2 quality profiles.",
};

const planned = (id: string, title: string, artistCredit: string) => ({ id, title, artistCredit });

export const handOffPlan: HandOffPlan = {
  add: [
    planned("1", "Untrue", "Burial"),
    planned("2", "Группа крови", "Кино"),
    planned("3", "First Love", "宇多田ヒカル"),
  ],
  there: [
    { ...planned("4", "Mezzanine", "Massive Attack"), monitored: false },
    { ...planned("5", "Homogenic", "Björk"), monitored: true },
  ],
  refused: [
    { ...planned("6", "معرفتي فيك", "فيروز"), reason: "unmatched" },
    { ...planned("7", "Late Night Tales: Nils Frahm", "Various Artists"), reason: "various_artists" },
  ],
};
