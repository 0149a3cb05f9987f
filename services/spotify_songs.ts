import { deleteStagedList } from "../db/spotify_import.ts";
import { findListToRead, markUnreadable } from "../db/spotify_playlists.ts";
import { Failure } from "./errors.ts";
import { type Page, SpotifyRefusal } from "./spotify.ts";
import { type Checkpoint, nextSection } from "./spotify_checkpoint.ts";
import { stagePlaylist, stagePlaylistEntry } from "./spotify_entries.ts";
import { NOT_YOURS } from "./spotify_lists.ts";
import { type Reading, stageEntries, step } from "./spotify_reading.ts";
import type { PlaylistEntry } from "./spotify_replies.ts";

type OpenList = NonNullable<Checkpoint["list"]>;

const NOT_HANDED_OUT =
  "Spotify lists this playlist but does not hand it out. Copy its songs to a list of your own.";

/** Reads the next page of a playlist that has changed; the next section begins when there is none. */
export async function readPlaylistSongs(reading: Reading): Promise<void> {
  const list = reading.at.list ?? await openNextList(reading);
  if (!list) return await step(reading, (_, at) => Promise.resolve(nextSection(at)));
  const number = reading.at.lists + 1;
  let fetched: { page: Page<PlaylistEntry>; contents: "items" | "tracks" };
  try {
    fetched = await fetchEntries(reading, list);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return await step(reading, async (tx, at) => {
      await markUnreadable(tx, list.id, error.code === "forbidden" ? NOT_YOURS : NOT_HANDED_OUT);
      const staged = at.staged - await deleteStagedList(tx, at.importId, number);
      return { ...closed(at, list, number), staged };
    });
  }
  const { page, contents } = fetched;
  await step(reading, async (tx, at) => {
    const entries = page.items.flatMap((item, i) =>
      stagePlaylistEntry(item ?? REMOVED, { list: number, index: list.index + i })
    );
    const index = list.index + page.items.length;
    const itself = page.next ? [] : [stagePlaylist({ ...list, list: number })];
    const staged = await stageEntries(tx, at, [...entries, ...itself]);
    const next = page.next ? { ...at, list: { ...list, index, query: page.next } } : closed(at, list, number);
    return { ...next, contents, staged, processed: at.processed + page.items.length };
  });
}

const REMOVED: PlaylistEntry = { item: "removed", track: { title: "" } };

async function openNextList({ sql, userId, at }: Reading): Promise<OpenList | undefined> {
  const found = await findListToRead(sql, userId, at.lastList);
  if (!found) return undefined;
  const { id, spotifyId, name, description, snapshot } = found;
  return {
    id,
    spotifyId,
    name,
    description: description ?? undefined,
    snapshot: snapshot ?? undefined,
    index: 0,
  };
}

function closed(at: Checkpoint, list: OpenList, number: number): Checkpoint {
  return { ...at, lists: number, lastList: list.id, list: undefined };
}

/** Under the name this app is shown it; when no list has told, both are tried. */
async function fetchEntries({ spotify, at }: Reading, { spotifyId, query }: OpenList) {
  if (at.contents) {
    return { page: await spotify.playlistEntries(spotifyId, at.contents, query), contents: at.contents };
  }
  try {
    return { page: await spotify.playlistEntries(spotifyId, "items", query), contents: "items" as const };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { page: await spotify.playlistEntries(spotifyId, "tracks", query), contents: "tracks" as const };
  }
}

function isUnreadable(error: unknown): error is Failure {
  if (error instanceof SpotifyRefusal) return error.concerns !== "account";
  return error instanceof Failure && error.code === "not_found";
}
