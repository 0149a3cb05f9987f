import { createHash } from "node:crypto";
import { z } from "zod";

/** An album as an event names it; older versions of Lidarr name none. */
export type EventAlbum = { id: number | null; releaseGroupId: string | null; title: string | null };

/** What we understand of an event, whatever else it says and whatever is missing. */
export type LidarrEvent = {
  type: string;
  artist:
    | { id: number | null; musicbrainzId: string | null; name: string | null; path: string | null }
    | null;
  albums: EventAlbum[];
  /** Of the files that were imported or retagged, as Lidarr sees them. */
  paths: string[];
  moved: { from: string; to: string }[];
  /** Tracks that the imported files are. */
  tracks: number;
  downloadId: string | null;
  releaseTitle: string | null;
  quality: string | null;
  size: number | null;
  message: string | null;
  /** The health check that speaks. */
  check: string | null;
};

const MOST_FILES = 5000;

// Whatever has another form than expected counts as not said: events are hints.
const text = z.string().transform((value) => clean(value) || null).nullable().catch(null).default(null);
const number = z.int().nonnegative().max(2 ** 31 - 1).nullable().catch(null).default(null);
const size = z.number().nonnegative().max(2 ** 52).transform(Math.round).nullable().catch(null).default(null);
const uuid = z.guid().transform((id) => id.toLowerCase()).nullable().catch(null).default(null);

function list<Schema extends z.ZodType>(entry: Schema) {
  return z.array(z.unknown()).catch([]).default([])
    .transform((all) => all.slice(0, MOST_FILES).flatMap((one) => entry.safeParse(one).data ?? []));
}

const album = z.object({ id: number, mbId: uuid, title: text })
  .transform(({ id, mbId, title }): EventAlbum => ({ id, releaseGroupId: mbId, title }));
const file = z.object({ path: z.string().transform(clean), previousPath: text });

const event = z.object({
  eventType: z.string("eventType: a text").min(1, "eventType: a text").max(100, "eventType: too long"),
  artist: z.object({ id: number, mbId: uuid, name: text, path: text }).nullable().catch(null).default(null),
  album: album.nullable().catch(null).default(null),
  albums: list(album),
  release: z.object({ releaseTitle: text, quality: text, size }).nullable().catch(null).default(null),
  tracks: list(z.object({})),
  trackFiles: list(file),
  trackFile: file.nullable().catch(null).default(null),
  renamedTrackFiles: list(file),
  downloadId: text,
  releaseTitle: text,
  quality: text,
  message: text,
  type: text,
}, "body: a JSON object with eventType");

/** The border of what Lidarr tells: only `eventType` has to be there. */
export const lidarrEvent = event.transform((body): LidarrEvent => ({
  type: body.eventType,
  artist: body.artist && {
    id: body.artist.id,
    musicbrainzId: body.artist.mbId,
    name: body.artist.name,
    path: body.artist.path?.replace(/[\\/]+$/, "") || null,
  },
  albums: body.album ? [body.album] : body.albums,
  paths: [...body.trackFiles, ...(body.trackFile ? [body.trackFile] : [])].map(({ path }) => path),
  moved: body.renamedTrackFiles.flatMap(({ path, previousPath }) =>
    previousPath ? [{ from: previousPath, to: path }] : []
  ),
  tracks: body.tracks.length,
  downloadId: body.downloadId,
  releaseTitle: body.releaseTitle ?? body.release?.releaseTitle ?? null,
  quality: body.quality ?? body.release?.quality ?? null,
  size: body.release?.size ?? null,
  message: body.message,
  check: body.type,
}));

/** Tells copies of one delivery from others. Nothing in an event is its number, so all of it is. */
export function fingerprintOf(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

/** Events that name nothing are alike each time they happen; only what comes at once is a copy. */
export function repeatsAfterSeconds(event: LidarrEvent): number {
  const names = event.downloadId ?? event.albums[0]?.id ?? event.paths[0];
  return names === undefined || event.type === "Test" ? 20 : 24 * 3600;
}

/** PostgreSQL stores neither NUL nor halves of characters. */
function clean(value: string): string {
  return value.replaceAll("\0", "").toWellFormed().slice(0, 4096);
}
