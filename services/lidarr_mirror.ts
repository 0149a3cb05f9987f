import {
  deleteUnseen,
  type LidarrAlbum,
  type LidarrArtist,
  upsertLidarrAlbums,
  upsertLidarrArtists,
} from "../db/lidarr_albums.ts";
import {
  countMirror,
  databaseNow,
  guardCounts,
  linkLidarrIds,
  listLocalClaims,
  markClaimMissing,
  noteLostHandOffs,
  syncLidarrFiles,
} from "../db/lidarr_mirror.ts";
import { updateLidarrState } from "../db/lidarr_state.ts";
import { retrying, type Sql, transaction } from "../db/sql.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { streamJson } from "./json_stream.ts";
import { lidarrPaths } from "./lidarr_paths.ts";
import { album, type AlbumReply, artist } from "./lidarr_replies.ts";
import { refreshOwnership } from "./settle_albums.ts";
import { decodeText } from "./text_stream.ts";

export type Reconciled = {
  summary: string;
  artists: number;
  albums: number;
  /** Albums of ours that were not as Lidarr or the files say. */
  healed: { album_id: string; title: string; what: string }[];
};

type Deps = Pick<App, "config" | "secrets" | "sql" | "lidarr" | "catalogue">;
type Context = {
  signal: AbortSignal;
  progress(update: { processed?: number; message?: string }): Promise<void>;
};

const BATCH = 500;

/**
 * Reads all of Lidarr's artists and albums into the mirror, compares them with our rows and files, and puts right
 * what differs. One album is in memory at a time. Throws `conflict` and takes nothing away when Lidarr lists far
 * less than before, as after a new installation, unless that is accepted.
 */
export async function reconcileLidarr(
  deps: Deps,
  options: { acceptLosses?: boolean },
  context: Context,
): Promise<Reconciled> {
  const { sql, lidarr } = deps;
  const startedAt = await databaseNow(sql);
  const status = await lidarr.status(context.signal);
  const artists = await mirror(
    await lidarr.artistStream(context.signal),
    "Lidarr’s artists",
    context,
    async (values) => {
      const rows = values.flatMap((value) => toArtist(value));
      await upsertLidarrArtists(sql, rows);
      return rows.length;
    },
  );
  const albums = await mirror(
    await lidarr.albumStream(context.signal),
    "Lidarr’s albums",
    context,
    async (values) => {
      const rows = values.flatMap((value) => toAlbum(value));
      await retrying(sql, (tx) => upsertLidarrAlbums(tx, rows));
      return rows.length;
    },
  );
  if (!options.acceptLosses) await guardAgainstLoss(deps, startedAt);
  const healed = await transaction(sql, async (tx) => {
    await deleteUnseen(tx, startedAt);
    const changed = await syncLidarrFiles(tx);
    changed.push(...await voidLostClaims({ ...deps, sql: tx }));
    await refreshOwnership(tx, changed.map((one) => one.albumId), "lidarr");
    await linkLidarrIds(tx);
    const lost = await noteLostHandOffs(tx);
    await updateLidarrState(tx, {
      mirroredAt: new Date(),
      version: status.version,
      instanceName: status.instanceName,
    });
    return [...changed, ...lost].map(({ albumId, title, what }) => ({ album_id: albumId, title, what }));
  });
  deps.catalogue.changed();
  const { owned } = await countMirror(sql);
  const first = healed.slice(0, 3).map(({ title, what }) => `${title}: ${what}`).join("; ");
  const found = healed.length > 0
    ? `${healed.length} put right (${first}${healed.length > 3 ? "; …" : ""})`
    : "all as it should be";
  return {
    summary: `${albums} albums in Lidarr, ${owned} of ours with files: ${found}`,
    artists,
    albums,
    healed,
  };
}

async function mirror(
  stream: ReadableStream<Uint8Array>,
  name: string,
  context: Context,
  store: (values: unknown[]) => Promise<number>,
): Promise<number> {
  let stored = 0;
  let waiting: unknown[] = [];
  const empty = async () => {
    stored += await store(waiting);
    waiting = [];
    await context.progress({ processed: stored, message: `Reading ${name}: ${stored.toLocaleString("en")}` });
  };
  try {
    for await (const found of streamJson(decodeText(stream, name), { name, paths: ["$.*"] }).values) {
      context.signal.throwIfAborted();
      waiting.push(...found.map(({ value }) => value));
      if (waiting.length >= BATCH) await empty();
    }
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof Failure && error.code === "unavailable") throw error;
    // A list that breaks off is a connection that did; the next run reads it from its beginning.
    throw new Failure("unavailable", `${name} could not be read to their end.`, { cause: error });
  }
  await empty();
  return stored;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What one of Lidarr's rows lacks makes it useless, but not those beside it. */
function toArtist(value: unknown): LidarrArtist[] {
  const parsed = artist.safeParse(value);
  if (!parsed.success || !UUID.test(parsed.data.foreignArtistId)) return [];
  const { id, foreignArtistId, artistName, monitored, monitorNewItems, path } = parsed.data;
  return [{ id, musicbrainzId: foreignArtistId, name: artistName, monitored, monitorNewItems, path }];
}

function toAlbum(value: unknown): LidarrAlbum[] {
  const parsed = album.safeParse(value);
  return parsed.success && UUID.test(parsed.data.releaseGroupId) ? [pickAlbum(parsed.data)] : [];
}

function pickAlbum(
  { id, artistId, releaseGroupId, title, monitored, trackCount, trackFileCount }: AlbumReply,
): LidarrAlbum {
  return { id, artistId, releaseGroupId, title, monitored, trackCount, trackFileCount };
}

async function guardAgainstLoss({ sql }: Deps, startedAt: Date): Promise<void> {
  const [{ before: listed, now }, { owned }] = await Promise.all([
    guardCounts(sql, startedAt),
    countMirror(sql),
  ]);
  const before = Math.max(listed, owned);
  const lost = before - now;
  if (before === 0 || (now > 0 && (lost < 50 || lost <= before * 0.2))) return;
  throw new Failure(
    "conflict",
    `Lidarr lists ${now} of the ${before} albums it had. Was it installed anew? Nothing was taken away.`,
    { retryable: false },
  );
}

/** Files that Lidarr said it had brought into our folder, and that are not there any more. */
async function voidLostClaims(deps: Pick<App, "config" | "secrets"> & { sql: Sql }) {
  const paths = await lidarrPaths(deps);
  const lost = [];
  for (const { albumId, title, localPath, path } of await listLocalClaims(deps.sql)) {
    if (path === null || await paths.existing(path) !== null) continue;
    await markClaimMissing(deps.sql, albumId);
    lost.push({ albumId, title, what: `nothing is left in ${localPath}` });
  }
  return lost;
}
