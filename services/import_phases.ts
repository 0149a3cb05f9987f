import { analyzeCatalogue } from "../db/catalogue.ts";
import { resolveImportAlbums } from "../db/import_albums.ts";
import { insertImportedEvents, nextAlbumChunk } from "../db/import_catalogue.ts";
import { nextEntryChunk } from "../db/import_entries.ts";
import { type LibraryRules, refreshInLibrary, refreshLibraryEntries } from "../db/library_entries.ts";
import { insertLikedTracks } from "../db/liked_tracks.ts";
import { nextPlaylistChunk, upsertImportedPlaylists } from "../db/playlists.ts";
import { insertPlays, refreshPlayCounts } from "../db/plays.ts";
import type { Sql } from "../db/sql.ts";
import { importAlbums } from "./import_albums.ts";
import { placeGuessedSongs, placeKnownSongs, refreshAlbums } from "./import_songs.ts";

/** A part of a phase that has been applied: up to where, and how many things it was. */
type Part = { until: number; count: number };
export type Work = {
  importId: string;
  userId: string;
  door: string;
  rules: LibraryRules;
  /** So many rows that the database must look at its tables in between to go on planning well. */
  large: boolean;
};

export type Phase = {
  name: string;
  message: string;
  /** Applies what comes next after `from`; undefined when the phase is over. */
  apply(tx: Sql, work: Work, from: number): Promise<Part | undefined | void>;
  /** What it counts its progress in. */
  counts?: "albums" | "liked_track" | "playlist_track" | "play";
};

const ALBUMS_AT_ONCE = 1_000;
const SONGS_AT_ONCE = 10_000;
const LISTS_AT_ONCE = 20;
const PLAYS_AT_ONCE = 20_000;
// Each time all liked songs are gone through for those of these albums.
const ENTRIES_AT_ONCE = 5_000;

// In this order; each is noted in the import's row by its name.
export const PHASES: Phase[] = [
  {
    name: "resolve",
    message: "Looking which albums are known",
    apply: (tx, { importId, userId, rules }) => resolveImportAlbums(tx, { importId, userId }, rules),
  },
  {
    name: "albums",
    message: "Adding albums",
    counts: "albums",
    async apply(tx, work, from) {
      const part = await nextAlbumChunk(tx, work.importId, { from, size: ALBUMS_AT_ONCE });
      if (part) await importAlbums(tx, { importId: work.importId, from, to: part.until }, work);
      return part;
    },
  },
  {
    name: "known songs",
    message: "Looking which songs are known",
    async apply(tx, { importId, rules, large }) {
      if (large) await analyzeCatalogue(tx);
      await placeKnownSongs(tx, importId, rules);
    },
  },
  {
    name: "liked songs",
    message: "Adding liked songs",
    counts: "liked_track",
    async apply(tx, work, from) {
      const { importId } = work;
      const part = await nextEntryChunk(tx, importId, "liked_track", { after: from, size: SONGS_AT_ONCE });
      if (part) await insertLikedTracks(tx, { importId, from, to: part.until }, work);
      return part;
    },
  },
  {
    name: "playlists",
    message: "Adding playlists",
    counts: "playlist_track",
    async apply(tx, work, from) {
      const part = await nextPlaylistChunk(tx, work.importId, { from, size: LISTS_AT_ONCE });
      if (!part) return undefined;
      const left = await upsertImportedPlaylists(tx, { importId: work.importId, from, to: part.until }, work);
      await refreshAlbums(tx, left, work.rules);
      return part;
    },
  },
  {
    name: "guessed songs",
    message: "Sorting albums of one name",
    async apply(tx, { importId, rules, large }) {
      if (large) await analyzeCatalogue(tx);
      await placeGuessedSongs(tx, importId, rules);
    },
  },
  {
    name: "library",
    message: "Putting the library together",
    counts: "albums",
    async apply(tx, work, from) {
      const part = await nextAlbumChunk(tx, work.importId, { from, size: ENTRIES_AT_ONCE });
      if (!part) return undefined;
      await refreshLibraryEntries(tx, part.albumIds, work.importId);
      await refreshInLibrary(tx, work.rules, part.albumIds);
      await insertImportedEvents(tx, work.importId, part.albumIds, work);
      return part;
    },
  },
  {
    name: "plays",
    message: "Adding plays",
    counts: "play",
    async apply(tx, { importId, userId }, from) {
      const part = await nextEntryChunk(tx, importId, "play", { after: from, size: PLAYS_AT_ONCE });
      if (part) await insertPlays(tx, { importId, from, to: part.until }, userId);
      return part;
    },
  },
  { name: "counts", message: "Counting plays", apply: (tx) => refreshPlayCounts(tx) },
];
