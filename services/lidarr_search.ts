import { upsertLidarrAlbums } from "../db/lidarr_albums.ts";
import {
  countBatch,
  findNextTry,
  type HandOff,
  isAskedForAgain,
  listDueHandOffs,
  postponeHandOffs,
  updateHandOff,
} from "../db/lidarr_handoffs.ts";
import { setLidarrFailure } from "../db/lidarr_state.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { ApiFailure } from "./http.ts";
import { findAccess } from "./lidarr.ts";
import { type AlbumReply, readRefusals } from "./lidarr_replies.ts";
import { readSettings } from "./settings.ts";

type Deps = Pick<App, "config" | "secrets" | "sql" | "lidarr" | "catalogue">;

export type HandOverContext = {
  signal: AbortSignal;
  progress(update: { processed?: number; total?: number; message?: string }): Promise<void>;
  /** How long to wait between two looks at what Lidarr does. */
  lookMs?: number;
};

export type HandOverResult =
  | { done: true; summary: string; monitored: number; failed: number; undone: number }
  | { done: false; nextTryAt: Date; message: string };

const AT_ONCE = 200;
const LOOK_MS = 1_000;
// Nothing is waited for longer than this inside one run.
const SOON_MS = 10_000;
const MOST_LOOKS = 600;
const MOST_TRIES = 12;
const AWAY_SECONDS = 20;
const REFUSED_SECONDS = 300;

/**
 * Hands over whatever is asked for, step by step: add, wait for the refresh, see to the mark, search, read back.
 * Every step looks before it acts and writes down what it has done, so that it may be interrupted anywhere and
 * repeats nothing. What Lidarr refuses fails with its words; what it cannot do right now is tried again later.
 */
export async function handOver(deps: Deps, batch: string, context: HandOverContext): Promise<HandOverResult> {
  const { sql } = deps;
  const away = await findAccess(deps)
    ? undefined
    : "Lidarr is not set up. Name its address and key in the settings.";
  if (away) return { done: false, nextTryAt: later(REFUSED_SECONDS), message: away };
  try {
    while (true) {
      context.signal.throwIfAborted();
      const due = await listDueHandOffs(sql, new Date(), AT_ONCE);
      if (due.length > 0) {
        await handOverSome(deps, due, context);
        await report(deps, batch, context);
        await setLidarrFailure(sql, null);
      }
      const nextTryAt = await findNextTry(sql);
      if (nextTryAt === null) break;
      if (nextTryAt.getTime() > Date.now() + SOON_MS) break;
      if (nextTryAt.getTime() > Date.now()) await pause(context);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const isRefused = error instanceof ApiFailure && (error.status === 401 || error.status === 403);
    const message = isRefused
      ? "Lidarr refuses the API key. Correct it in the settings; what was asked for is kept."
      : `${error.message} What was asked for is kept and goes on by itself.`;
    await setLidarrFailure(sql, message);
    return { done: false, nextTryAt: later(isRefused ? REFUSED_SECONDS : AWAY_SECONDS), message };
  }
  return await conclude(deps, batch);
}

async function conclude({ sql, catalogue }: Deps, batch: string): Promise<HandOverResult> {
  const { open, monitored, failed, undone, message } = await countBatch(sql, batch);
  catalogue.changed();
  if (open > 0) {
    const nextTryAt = await findNextTry(sql) ?? later(AWAY_SECONDS);
    return { done: false, nextTryAt, message: `${albums(open)} to go. ${message ?? ""}`.trim() };
  }
  const parts = [
    monitored > 0 &&
    `Lidarr confirms: ${albums(monitored)} monitored, ${monitored === 1 ? "search" : "searches"} queued`,
    undone > 0 && `${albums(undone)} taken back`,
    failed > 0 && `${albums(failed)} could not be handed over${message ? `: ${message}` : ""}`,
  ].filter(Boolean);
  return { done: true, summary: parts.join(". ") || "Nothing was left to do", monitored, failed, undone };
}

async function report({ sql }: Deps, batch: string, context: HandOverContext): Promise<void> {
  const { open, monitored, failed, undone } = await countBatch(sql, batch);
  const processed = monitored + failed + undone;
  await context.progress({ processed, total: processed + open, message: `${albums(monitored)} monitored` });
}

async function handOverSome(deps: Deps, due: HandOff[], context: HandOverContext): Promise<void> {
  const { signal } = context;
  const steps = Map.groupBy(due, (one) => one.undoAskedAt ? "undo" : one.step);
  await takeBack(deps, steps.get("undo") ?? [], signal);
  await search(deps, steps.get("search") ?? [], signal);
  await lookAtRefreshed(deps, steps.get("refresh") ?? [], context);
  await confirm(deps, steps.get("confirm") ?? [], context);
  await addAll(deps, steps.get("add") ?? [], signal);
}

/** Albums of different artists at once, those of one artist one after the other: the first brings the artist. */
async function addAll(deps: Deps, handOffs: HandOff[], signal: AbortSignal): Promise<void> {
  if (handOffs.length === 0) return;
  const target = await chooseTarget(deps, signal);
  const artists = Map.groupBy(handOffs, (one) => one.artistMusicbrainzId ?? one.artistName);
  const results = await Promise.allSettled([...artists.values()].map(async (ofOne) => {
    for (const handOff of ofOne) await rowByRow(deps, handOff, () => add(deps, handOff, target, signal));
  }));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

type Target = { rootFolder: string; qualityProfileId: number; metadataProfileId: number; quality: string };

/** What the settings say, and what Lidarr offers first where they say nothing. */
async function chooseTarget(deps: Deps, signal: AbortSignal): Promise<Target> {
  const settings = await readSettings(deps);
  const { rootFolders, qualityProfiles, metadataProfiles } = await deps.lidarr.choices(signal);
  const root = rootFolders.find((one) => one.path === settings.lidarr_root_folder) ?? rootFolders[0];
  const quality = settings.lidarr_quality_profile_id ?? root?.qualityProfileId ?? qualityProfiles[0]?.id;
  const usable = metadataProfiles.filter((one) => one.name !== "None");
  const metadata = settings.lidarr_metadata_profile_id ?? root?.metadataProfileId ?? usable[0]?.id;
  if (!root || !quality || !metadata) {
    throw new Failure("unavailable", "Lidarr has no root folder or no profiles. Add them there.");
  }
  return {
    rootFolder: root.path,
    qualityProfileId: quality,
    metadataProfileId: metadata,
    quality: qualityProfiles.find((one) => one.id === quality)?.name ?? String(quality),
  };
}

async function add(deps: Deps, handOff: HandOff, target: Target, signal: AbortSignal): Promise<void> {
  const { sql, lidarr } = deps;
  const { id, releaseGroupId } = handOff;
  if (!releaseGroupId) {
    throw new Failure("conflict", "The album is not matched any more. Match it in the inbox first.");
  }
  const known = await lidarr.findAlbum(releaseGroupId, signal);
  // Before anything is changed: only this tells after an interruption what was ours.
  await updateHandOff(sql, { id, wasMonitored: known?.monitored ?? false, qualityProfile: target.quality });
  const album = known ?? await addNew(deps, { ...handOff, releaseGroupId }, target, signal);
  await remember(deps, [album]);
  await updateHandOff(sql, { id, lidarrAlbumId: album.id, step: "refresh", message: null });
}

async function addNew(
  { lidarr }: Deps,
  handOff: HandOff & { releaseGroupId: string },
  target: Target,
  signal: AbortSignal,
): Promise<AlbumReply> {
  const { releaseGroupId, artistMusicbrainzId, artistName } = handOff;
  const artist = artistMusicbrainzId
    ? { musicbrainzId: artistMusicbrainzId, name: artistName }
    : await lidarr.lookUp(releaseGroupId, signal);
  if (!artist) throw new Failure("unprocessable", UNKNOWN_THERE);
  try {
    return await lidarr.addAlbum({ releaseGroupId, artist, ...target }, signal);
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.status !== 400) throw error;
    const refusals = readRefusals(error.reply);
    // The refresh of its artist was faster, or an answer of Lidarr's was lost.
    if (
      refusals.some((one) =>
        one.errorCode === "AlbumExistsValidator" || /already been added/.test(one.errorMessage)
      )
    ) {
      const album = await lidarr.findAlbum(releaseGroupId, signal);
      if (album) return album;
    }
    if (refusals.some((one) => one.propertyName === "MusicbrainzId")) {
      throw new Failure("unprocessable", UNKNOWN_THERE, { cause: error });
    }
    const words = refusals.map((one) => one.errorMessage).join(" ");
    throw new Failure("unprocessable", `Lidarr refuses the album: ${words || "it does not say why."}`, {
      cause: error,
    });
  }
}

const UNKNOWN_THERE =
  "Lidarr’s metadata server does not know this album yet. What is new at MusicBrainz arrives there after hours or days.";

/** Until the refresh has run, Lidarr knows nothing of the album, and may take its mark away. */
async function lookAtRefreshed(deps: Deps, handOffs: HandOff[], context: HandOverContext): Promise<void> {
  const { sql } = deps;
  const found = await readBack(deps, handOffs, context.signal);
  const waiting: string[] = [];
  for (const handOff of handOffs) {
    const album = found.get(handOff.id);
    if (!album) await beginAgain(deps, handOff);
    else if (album.isRefreshed) {
      await updateHandOff(sql, {
        id: handOff.id,
        lidarrAlbumId: album.id,
        step: "search",
        status: "searching",
      });
    } else if (handOff.tries < MOST_LOOKS) waiting.push(handOff.id);
    else {await fail(
        deps,
        handOff,
        "Lidarr has not read the album after ten minutes. Look at its tasks, then try again.",
      );}
  }
  await postponeHandOffs(sql, waiting, { seconds: lookSeconds(context) });
}

/** One search per album, whatever happened before: a search that may have been sent is looked for first. */
async function search(deps: Deps, handOffs: HandOff[], signal: AbortSignal): Promise<void> {
  const { sql, lidarr } = deps;
  await seeToTheMark(deps, handOffs, signal);
  for (const handOff of handOffs) {
    await rowByRow(deps, handOff, async () => {
      const { id, lidarrAlbumId } = handOff;
      if (lidarrAlbumId === null) return await updateHandOff(sql, { id, step: "add" });
      const sent = handOff.searchAskedAt &&
        await findSearch(deps, lidarrAlbumId, handOff.searchAskedAt, signal);
      await updateHandOff(sql, { id, searchAsked: true });
      const commandId = sent || (await lidarr.search(lidarrAlbumId, signal)).id;
      await updateHandOff(sql, { id, commandId, step: "confirm" });
    });
  }
}

async function findSearch(
  { lidarr }: Deps,
  albumId: number,
  since: Date,
  signal: AbortSignal,
): Promise<number | undefined> {
  const commands = await lidarr.listCommands(signal);
  const command = commands.find((one) =>
    one.name.toLowerCase() === "albumsearch" && one.body?.albumIds.includes(albumId)
  );
  if (command) return command.id;
  const [album] = await lidarr.listAlbums([albumId], signal);
  // Both clocks count whole seconds and may differ a little. 0: it ran, and is not on the list any more.
  const ran = album?.lastSearchAt && album.lastSearchAt.getTime() > since.getTime() - 2_000;
  return ran ? 0 : undefined;
}

async function seeToTheMark({ lidarr }: Deps, handOffs: HandOff[], signal: AbortSignal): Promise<void> {
  const ids = handOffs.map((one) => one.lidarrAlbumId).filter((id) => id !== null);
  const unmarked = (await inChunks(ids, (some) => lidarr.listAlbums(some, signal))).filter((album) =>
    !album.monitored
  );
  if (unmarked.length > 0) await lidarr.monitor(unmarked.map((album) => album.id), true, signal);
}

async function confirm(deps: Deps, handOffs: HandOff[], context: HandOverContext): Promise<void> {
  const found = await readBack(deps, handOffs, context.signal);
  for (const handOff of handOffs) {
    const album = found.get(handOff.id);
    if (album?.monitored) await updateHandOff(deps.sql, { id: handOff.id, step: "done" });
    else if (!album) await beginAgain(deps, handOff);
    else if (handOff.tries >= MOST_TRIES) {
      await fail(deps, handOff, "Lidarr takes the mark from the album again and again.");
    } else {
      await deps.lidarr.monitor([album.id], true, context.signal);
      await postponeHandOffs(deps.sql, [handOff.id], { seconds: lookSeconds(context) });
    }
  }
}

/** Takes the mark from what was not marked before we asked, unless somebody asked once more. */
async function takeBack(deps: Deps, handOffs: HandOff[], signal: AbortSignal): Promise<void> {
  const { sql, lidarr } = deps;
  for (const handOff of handOffs) {
    const ours = handOff.wasMonitored === false && !await isAskedForAgain(sql, handOff);
    const album = ours && handOff.releaseGroupId
      ? await lidarr.findAlbum(handOff.releaseGroupId, signal)
      : undefined;
    if (album?.monitored) await lidarr.monitor([album.id], false, signal);
    if (album) await remember(deps, [{ ...album, monitored: false }]);
    await updateHandOff(sql, {
      id: handOff.id,
      step: "done",
      status: "cancelled",
      undone: true,
      message: null,
    });
  }
}

/** Somebody has removed it from Lidarr meanwhile. Not at once: that would be a quarrel. */
async function beginAgain({ sql }: Deps, { id }: HandOff): Promise<void> {
  await updateHandOff(sql, { id, step: "add" });
  await postponeHandOffs(sql, [id], { seconds: AWAY_SECONDS });
}

/** What Lidarr says now of each, by hand-off: by its number, or by its release group if it was added anew. */
async function readBack(
  deps: Deps,
  handOffs: HandOff[],
  signal: AbortSignal,
): Promise<Map<string, AlbumReply>> {
  const ids = handOffs.map((one) => one.lidarrAlbumId).filter((id) => id !== null);
  const albums = await inChunks(ids, (some) => deps.lidarr.listAlbums(some, signal));
  const byId = new Map(albums.map((album) => [album.id, album]));
  const found = new Map<string, AlbumReply>();
  for (const { id, lidarrAlbumId, releaseGroupId } of handOffs) {
    const numbered = byId.get(lidarrAlbumId ?? 0);
    // After a new installation a number means another album.
    const isSame = numbered && numbered.releaseGroupId === releaseGroupId;
    const album = isSame || !releaseGroupId ? numbered : await deps.lidarr.findAlbum(releaseGroupId, signal);
    if (album) found.set(id, album);
  }
  await remember(deps, [...found.values()]);
  return found;
}

async function remember({ sql }: Deps, albums: AlbumReply[]): Promise<void> {
  await upsertLidarrAlbums(sql, albums.filter((album) => album.id > 0));
}

/** What goes wrong with one album is that album's; what is wrong with Lidarr ends the run. */
async function rowByRow(deps: Deps, handOff: HandOff, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Failure) || isLidarrItself(error)) throw error;
    if (!error.retryable || handOff.tries >= MOST_TRIES) return await fail(deps, handOff, wordsOf(error));
    const seconds = Math.min(15 * 2 ** handOff.tries, 3600);
    await postponeHandOffs(deps.sql, [handOff.id], { seconds, message: wordsOf(error) });
  }
}

/** No answer, no access, or it is just starting; the metadata server behind it is another matter. */
function isLidarrItself(error: Failure): boolean {
  if (error.code === "conflict" && error.message.startsWith("Lidarr is not set up")) return true;
  if (!(error instanceof ApiFailure)) {
    return error.code === "unavailable" && !error.message.includes("metadata server");
  }
  return [401, 403].includes(error.status) || /starting up/i.test(error.reply);
}

function wordsOf(error: Failure): string {
  if (!(error instanceof ApiFailure)) return error.message;
  const words = readRefusals(error.reply).map((one) => one.errorMessage).join(" ");
  return words ? `Lidarr says: ${words}` : error.message;
}

async function fail({ sql }: Deps, { id }: HandOff, message: string): Promise<void> {
  await updateHandOff(sql, { id, step: "done", status: "failed", message });
}

async function inChunks<T, R>(all: T[], work: (some: T[]) => Promise<R[]>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < all.length; at += 50) results.push(...await work(all.slice(at, at + 50)));
  return results;
}

const lookSeconds = ({ lookMs = LOOK_MS }: HandOverContext) => lookMs / 1000;

function pause({ signal, lookMs = LOOK_MS }: HandOverContext): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, lookMs);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

const albums = (count: number) => `${count} ${count === 1 ? "album" : "albums"}`;
const later = (seconds: number) => new Date(Date.now() + seconds * 1000);
