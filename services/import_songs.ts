import { lockCatalogue } from "../db/catalogue_lock.ts";
import type { LibraryRules } from "../db/library_entries.ts";
import { refreshInLibrary, refreshLibraryEntries } from "../db/library_entries.ts";
import {
  confirmTracks,
  insertTrackAlbums,
  listMisplacedTracks,
  moveTracks,
  type TrackMove,
} from "../db/liked_tracks.ts";
import { followMovedTracks, linkPlaylistTracks, movePlaylistTracks } from "../db/playlists.ts";
import {
  deleteEmptyAlbums,
  gatherSameNamed,
  insertNamesake,
  listGuessedMoves,
  listNamesWithoutTarget,
  moveGuessedPlaylistTracks,
  moveSavedEntries,
} from "../db/same_name.ts";
import type { Sql } from "../db/sql.ts";

/**
 * Files that name both a song and its album settle where the song belongs; songs that another file could only
 * place by name move there.
 */
export async function placeKnownSongs(tx: Sql, importId: string, rules: LibraryRules): Promise<void> {
  await insertTrackAlbums(tx, importId);
  await confirmTracks(tx, importId);
  const moves = await listMisplacedTracks(tx, importId);
  await moveTracks(tx, moves, { guessed: false });
  await followMovedTracks(tx, moves.map((move) => move.trackId));
  const albumIds = await movePlaylistTracks(tx, importId);
  await settleMoved(tx, [...bothSides(moves), ...albumIds], rules);
}

/**
 * Songs that lie on their album by name alone lie where the names of all albums known by now put them, so that
 * the order of imports makes no difference.
 */
export async function placeGuessedSongs(tx: Sql, importId: string, rules: LibraryRules): Promise<void> {
  await linkPlaylistTracks(tx, importId);
  await gatherSameNamed(tx, importId);
  const ambiguous = await listNamesWithoutTarget(tx);
  if (ambiguous.length > 0) await lockCatalogue(tx);
  for (const { albumId } of ambiguous) await insertNamesake(tx, albumId);
  const moves = await listGuessedMoves(tx);
  await moveTracks(tx, moves, { guessed: true });
  await followMovedTracks(tx, moves.map((move) => move.trackId));
  const listed = await moveGuessedPlaylistTracks(tx);
  const saved = await moveSavedEntries(tx);
  await settleMoved(tx, [...bothSides(moves), ...listed, ...saved], rules);
}

/** An album without an id that was only there for songs which have found another goes. */
async function settleMoved(tx: Sql, albumIds: string[], rules: LibraryRules): Promise<void> {
  const affected = [...new Set(albumIds)];
  await refreshAlbums(tx, affected, rules);
  await deleteEmptyAlbums(tx, affected);
}

const bothSides = (moves: TrackMove[]) => moves.flatMap((move) => [move.fromAlbumId, move.toAlbumId]);

/** What albums are known by, after songs or lists have come or gone, and whether they belong to the library. */
export async function refreshAlbums(tx: Sql, albumIds: string[], rules: LibraryRules): Promise<void> {
  if (albumIds.length === 0) return;
  await refreshLibraryEntries(tx, albumIds);
  await refreshInLibrary(tx, rules, albumIds);
}
