import type { StagedEntry } from "../db/import_entries.ts";
import { refreshInLibrary, refreshLibraryEntries } from "../db/library_entries.ts";
import {
  findSection,
  type ListedItem,
  markAlbumsRemoved,
  type MarkedItems,
  markItems,
  markPlaylistsRemoved,
  markSongsRemoved,
  saveSection,
  saveSectionTrouble,
  type SpotifyItemKind,
  type SpotifySection,
  takeGoneItems,
} from "../db/spotify_items.ts";
import { countSongsToRead, upsertListedPlaylists } from "../db/spotify_playlists.ts";
import type { Sql } from "../db/sql.ts";
import { type Page, type Query, SpotifyRefusal } from "./spotify.ts";
import { type Checkpoint, nextSection } from "./spotify_checkpoint.ts";
import { stageLikedSong, stageSavedAlbum } from "./spotify_entries.ts";
import { type Reading, stageEntries, step } from "./spotify_reading.ts";
import type { ListedPlaylist } from "./spotify_replies.ts";

/** Why a playlist of somebody else holds nothing here. */
export const NOT_YOURS =
  "Spotify shows what is in a list only to its owner. Copy its songs to a list of your own.";

// Spotify's counts may hide that one came as another went; once in a while everything is compared.
const THOROUGH_AFTER_MS = 7 * 24 * 3_600_000;

type List<T extends ListedItem> = {
  section: SpotifySection;
  kind: SpotifyItemKind;
  ask(query?: Query): Promise<Page<T>>;
  /** What of an entry waits to be applied. */
  stage?(item: T): StagedEntry[];
  /** For what is stored at once. */
  store?(tx: Sql, reading: Reading, items: T[]): Promise<Partial<Checkpoint>>;
};

export function readSavedAlbums(reading: Reading): Promise<void> {
  const ask = (query?: Query) => reading.spotify.savedAlbums(query);
  return readPage(reading, { section: "albums", kind: "album", ask, stage: stageSavedAlbum });
}

export function readLikedSongs(reading: Reading): Promise<void> {
  const ask = (query?: Query) => reading.spotify.likedSongs(query);
  return readPage(reading, { section: "tracks", kind: "track", ask, stage: stageLikedSong });
}

export function readPlaylists(reading: Reading): Promise<void> {
  const ask = (query?: Query) => reading.spotify.playlists(query);
  return readPage(reading, { section: "playlists", kind: "playlist", ask, store: storePlaylists });
}

/**
 * Reads the next page of one of the account's lists. They come newest first: when a page holds nothing new and the
 * count agrees with what is known, the rest is known. What Spotify does not allow is noted, and the list left.
 */
async function readPage<T extends ListedItem>(reading: Reading, list: List<T>): Promise<void> {
  const { userId } = reading;
  const { section, kind, stage, store } = list;
  let page: Page<T>;
  try {
    page = await list.ask(reading.at.query);
  } catch (error) {
    if (!(error instanceof SpotifyRefusal) || error.concerns === "account") throw error;
    return await step(reading, async (tx, at) => {
      await saveSectionTrouble(tx, userId, section, error.message);
      return nextSection(at);
    });
  }
  await step(reading, async (tx, before) => {
    const known = await findSection(tx, userId, section);
    const at = before.query ? before : begin(before, known?.fullAt ?? null, page.total);
    const items = page.items.filter((item) => item !== null);
    const marked = await markItems(tx, { userId, kind, pass: at.pass }, items);
    const news = items.filter(({ id }) => at.thorough || marked.fresh.has(id) || marked.changed.has(id));
    const next: Checkpoint = {
      ...at,
      ...await store?.(tx, { ...reading, at }, items),
      query: page.next,
      staged: stage ? await stageEntries(tx, at, news.flatMap(stage)) : at.staged,
      read: at.read + page.items.length,
      fresh: at.fresh + marked.fresh.size,
      calm: at.calm && marked.repeated === 0 && page.total === at.total,
      processed: at.processed + page.items.length,
      counts: { ...at.counts, [section]: page.total },
    };
    if (!page.next) return await endSection(tx, reading, list, { at: next, full: true });
    const agrees = hasNoNews(marked) && page.total === (known?.total ?? NaN) + next.fresh;
    const isKnown = agrees && !at.thorough && kind !== "playlist";
    return isKnown ? await endSection(tx, reading, list, { at: next, full: false }) : next;
  });
}

/** All of it is read the first time, and once a week; playlists go with the others. */
function begin(at: Checkpoint, fullAt: Date | null, total: number): Checkpoint {
  if (at.section === "playlists") return { ...at, total };
  const thorough = fullAt === null || Date.now() - fullAt.getTime() > THOROUGH_AFTER_MS;
  return { ...at, thorough, total, expected: at.processed + total };
}

const hasNoNews = ({ fresh, changed }: MarkedItems) => fresh.size === 0 && changed.size === 0;

const markRemoved = { album: markAlbumsRemoved, track: markSongsRemoved, playlist: markPlaylistsRemoved };

/** `full`: the list was read to its end, so what was not met is gone, unless the list moved meanwhile. */
async function endSection(
  tx: Sql,
  { userId, rules }: Reading,
  { section, kind }: Pick<List<ListedItem>, "section" | "kind">,
  { at, full }: { at: Checkpoint; full: boolean },
): Promise<Checkpoint> {
  const gone = full && at.calm ? await takeGoneItems(tx, { userId, kind, pass: at.pass }) : [];
  if (gone.length > 0) {
    const albumIds = await markRemoved[kind](tx, userId, gone);
    await refreshLibraryEntries(tx, albumIds);
    await refreshInLibrary(tx, rules, albumIds);
  }
  await saveSection(tx, userId, section, { total: at.calm ? at.total ?? null : null, full });
  const unread = Math.max(0, (at.total ?? 0) - at.read);
  const isList = kind === "playlist";
  const processed = isList ? at.processed - at.read : at.processed + unread;
  const expected = isList ? processed + await countSongsToRead(tx, userId) : at.expected;
  const counts = { ...at.counts, gone: at.counts.gone + gone.length };
  return nextSection({ ...at, processed, expected, counts });
}

async function storePlaylists(
  tx: Sql,
  { userId, ownerId, at }: Reading,
  lists: ListedPlaylist[],
): Promise<Partial<Checkpoint>> {
  const listed = lists.map(({ id: spotifyId, contents, ownerId: owner, collaborative, ...list }) => {
    const isReadable = contents !== undefined || owner === ownerId || collaborative;
    return { ...list, spotifyId, unreadable: isReadable ? undefined : NOT_YOURS };
  });
  await upsertListedPlaylists(tx, userId, listed, { retry: at.thorough });
  return { contents: at.contents ?? lists.find((list) => list.contents)?.contents };
}
