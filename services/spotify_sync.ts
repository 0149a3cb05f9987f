import { findSpotifyAccount, nameSpotifyAccount, updateSyncState } from "../db/spotify_accounts.ts";
import { deleteSyncImport, hasSyncImport, insertSyncImport } from "../db/spotify_import.ts";
import { countUnreadable } from "../db/spotify_playlists.ts";
import { type Sql, transaction } from "../db/sql.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";
import { readLibraryRules } from "./library_rules.ts";
import { createSpotify, type Spotify, SpotifyRefusal } from "./spotify.ts";
import { applyStaged } from "./spotify_apply.ts";
import { parseCheckpoint, startCheckpoint } from "./spotify_checkpoint.ts";
import { readLikedSongs, readPlaylists, readSavedAlbums } from "./spotify_lists.ts";
import { type Reading, step, type SyncRun } from "./spotify_reading.ts";
import { readPlaylistSongs } from "./spotify_songs.ts";

/** What a reading came to, in words and in numbers. */
export type SyncResult = {
  summary: string;
  albums: number;
  liked_tracks: number;
  playlists: number;
  new_albums: number;
  gone: number;
  unreadable: number;
};

// So many entries are applied together: enough to cost little each, few enough to be seen soon.
const APPLY_AT = 1_000;

/**
 * Brings the library in step with a person's account: saved albums, liked songs, playlists. Every page is stored
 * with the place behind it, so a run that ends anywhere goes on there. What is gone at Spotify is marked, never
 * deleted. Throws Failure: conflict when the account is not connected, forbidden when Spotify refuses all of it,
 * unavailable with its time when Spotify asks for a pause; what was read until then is applied.
 */
export async function syncSpotify(
  deps: Pick<App, "config" | "sql" | "secrets">,
  userId: string,
  run: SyncRun,
): Promise<SyncResult> {
  const { sql } = deps;
  const account = await findSpotifyAccount(sql, userId);
  if (!account) throw new Failure("conflict", "Spotify is not connected.", { retryable: false });
  const spotify = createSpotify(deps, userId, { signal: run.signal });
  const before = parseCheckpoint(run.checkpoint);
  const goesOn = before && await hasSyncImport(sql, before.importId);
  const reading: Reading = {
    sql,
    userId,
    spotify,
    rules: await readLibraryRules(deps),
    ownerId: account.spotifyId,
    at: goesOn ? before : startCheckpoint(await transaction(sql, (tx) => insertSyncImport(tx, userId))),
    run,
  };
  try {
    reading.ownerId ??= await askOwner(sql, userId, spotify);
    while (reading.at.section !== "done" || reading.at.staged > 0) {
      run.signal.throwIfAborted();
      await readNext(reading);
    }
  } catch (error) {
    if (error instanceof Failure) await settleFailure(reading, error);
    throw error;
  }
  await transaction(sql, async (tx) => {
    await deleteSyncImport(tx, reading.at.importId);
    await updateSyncState(tx, userId, { trouble: null, lastSyncedAt: new Date() });
  });
  return resultOf(reading, await countUnreadable(sql, userId));
}

/** The account could not be asked for its name when it was connected. */
async function askOwner(sql: Sql, userId: string, spotify: Spotify): Promise<string | null> {
  const owner = await spotify.me();
  await nameSpotifyAccount(sql, userId, owner);
  return owner.spotifyId;
}

async function readNext(reading: Reading): Promise<void> {
  const { section, staged, list } = reading.at;
  if (!list && (staged >= APPLY_AT || section === "done")) return await applyNow(reading);
  switch (section) {
    case "albums":
      return await readSavedAlbums(reading);
    case "tracks":
      return await readLikedSongs(reading);
    case "playlists":
      return await readPlaylists(reading);
    case "songs":
      return await readPlaylistSongs(reading);
  }
}

async function applyNow(reading: Reading): Promise<void> {
  const { userId, rules } = reading;
  await step(reading, async (tx, at) => {
    const newAlbums = at.counts.newAlbums + await applyStaged(tx, { importId: at.importId, userId }, rules);
    return { ...at, staged: 0, counts: { ...at.counts, newAlbums } };
  });
}

/** What was read so far is not kept waiting, and what Spotify refuses is told where people look. */
async function settleFailure(reading: Reading, failure: Failure): Promise<void> {
  const { at, sql, userId } = reading;
  if (at.staged > 0 && !at.list) await applyNow(reading);
  if (failure instanceof SpotifyRefusal) await updateSyncState(sql, userId, { trouble: failure.message });
}

function resultOf({ at }: Reading, unreadable: number): SyncResult {
  const { albums, tracks, playlists, newAlbums, gone } = at.counts;
  const parts = [
    `${count(albums, "saved album")}, ${count(tracks, "liked song")}, ${count(playlists, "playlist")}`,
    newAlbums > 0 && `${count(newAlbums, "album")} new`,
    gone > 0 && `${gone.toLocaleString("en")} gone from Spotify`,
    unreadable > 0 && `${count(unreadable, "playlist")} Spotify does not show`,
  ];
  return {
    summary: parts.filter(Boolean).join("; "),
    albums,
    liked_tracks: tracks,
    playlists,
    new_albums: newAlbums,
    gone,
    unreadable,
  };
}

const count = (number: number, noun: string) =>
  `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
