import { z } from "zod";

// The border of what Lidarr answers. Null properties are left out on the wire; only what we use is named.

const text = z.string().nullish().transform((value) => value ?? null);
const time = z.string().nullish().transform((value) => {
  const at = new Date(value ?? "");
  return Number.isNaN(at.getTime()) ? null : at;
});

export const status = z.object({
  appName: text,
  instanceName: text,
  version: z.string().default(""),
  urlBase: text,
});

export const rootFolders = z.array(z.object({
  path: z.string(),
  accessible: z.boolean().default(true),
  defaultQualityProfileId: z.int().nullish(),
  defaultMetadataProfileId: z.int().nullish(),
}));
export const profiles = z.array(z.object({ id: z.int(), name: z.string() }));
export const tools = z.array(z.object({ enable: z.boolean().default(true) }));

export const artist = z.object({
  id: z.int(),
  foreignArtistId: z.string(),
  artistName: z.string().default(""),
  monitored: z.boolean().default(false),
  monitorNewItems: text,
  path: text,
});

const embeddedArtist = z.object({
  foreignArtistId: z.string().default(""),
  artistName: z.string().default(""),
}).nullish().transform((value) => value ?? null);

export const album = z.object({
  id: z.int().default(0),
  artistId: z.int().default(0),
  foreignAlbumId: z.string(),
  title: z.string().default(""),
  monitored: z.boolean().default(false),
  releases: z.array(z.unknown()).nullish().transform((value) => value ?? []),
  lastSearchTime: time,
  artist: embeddedArtist,
  statistics: z.object({ trackFileCount: z.int().default(0), trackCount: z.int().default(0) })
    .nullish().transform((value) => value ?? null),
}).transform((album) => ({
  id: album.id,
  artistId: album.artistId,
  releaseGroupId: album.foreignAlbumId.toLowerCase(),
  title: album.title,
  monitored: album.monitored,
  /** Lidarr has read what the album consists of. */
  isRefreshed: album.releases.length > 0,
  lastSearchAt: album.lastSearchTime,
  artist: album.artist,
  trackCount: album.statistics?.trackCount ?? 0,
  trackFileCount: album.statistics?.trackFileCount ?? 0,
}));
export type AlbumReply = z.output<typeof album>;
export const albums = z.array(album);

export const command = z.object({
  id: z.int(),
  name: z.string().default(""),
  status: z.string().default(""),
  message: text,
  body: z.object({ albumIds: z.array(z.int()).default([]) }).nullish().transform((value) => value ?? null),
});
export type CommandReply = z.output<typeof command>;

const quality = z.object({ quality: z.object({ name: text }).nullish() }).nullish()
  .transform((value) => value?.quality?.name ?? null);

const queueRow = z.object({
  albumId: z.int().nullish().transform((value) => value || null),
  artist: embeddedArtist,
  album: z.object({ foreignAlbumId: text, title: text }).nullish().transform((value) => value ?? null),
  title: z.string().default(""),
  quality,
  size: z.number().default(0),
  sizeleft: z.number().default(0),
  estimatedCompletionTime: time,
  status: z.string().default(""),
  trackedDownloadStatus: z.string().default("ok"),
  trackedDownloadState: z.string().default(""),
  statusMessages: z.array(z.object({ title: text, messages: z.array(z.string()).default([]) })).nullish()
    .transform((value) => value ?? []),
  errorMessage: text,
  downloadId: text,
  downloadClient: text,
});
export type QueueRow = z.output<typeof queueRow>;
export const queuePage = z.object({
  totalRecords: z.int().default(0),
  records: z.array(queueRow).default([]),
});

const historyRow = z.object({
  albumId: z.int().default(0),
  sourceTitle: text,
  eventType: z.string().default(""),
  date: time,
  downloadId: text,
  quality,
  // Everything else in here may hold keys of indexers.
  data: z.object({ message: text, statusMessages: text, importedPath: text }).nullish()
    .transform((value) => value ?? null),
});
export type HistoryRow = z.output<typeof historyRow>;
export const history = z.array(historyRow);

const field = z.object({ name: z.string(), value: z.unknown() });
export const notification = z.object({
  id: z.int(),
  name: z.string().default(""),
  implementation: z.string().default(""),
  fields: z.array(field).default([]),
  onGrab: z.boolean().default(false),
  onReleaseImport: z.boolean().default(false),
  onUpgrade: z.boolean().default(false),
  onDownloadFailure: z.boolean().default(false),
  onImportFailure: z.boolean().default(false),
  onAlbumDelete: z.boolean().default(false),
  onArtistDelete: z.boolean().default(false),
});
export type NotificationReply = z.output<typeof notification>;
export const notifications = z.array(notification);

const refusals = z.array(z.object({ errorMessage: z.string(), errorCode: text, propertyName: text }));
const trouble = z.object({ message: z.string() });

export type Refusal = { errorMessage: string; errorCode: string | null; propertyName: string | null };

/** What is wrong in Lidarr's own words: a list of refusals, or a message of an error. */
export function readRefusals(reply: string): Refusal[] {
  const body = parse(reply);
  const list = refusals.safeParse(body);
  if (list.success) return list.data;
  const one = trouble.safeParse(body);
  return one.success ? [{ errorMessage: one.data.message, errorCode: null, propertyName: null }] : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
