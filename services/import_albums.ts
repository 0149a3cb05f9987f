import { ensureArtists } from "../db/artist_identity.ts";
import { lockCatalogue } from "../db/catalogue_lock.ts";
import {
  type AlbumRange,
  enrichAlbums,
  findLateArrivals,
  insertAlbums,
  listIdentifiedArtists,
  listMissingAlbums,
  listShortCredits,
  type MissingAlbum,
  type NewAlbum,
  updateCredits,
} from "../db/import_catalogue.ts";
import { searchText, sortName, sortTitle } from "../db/normalise.ts";
import type { Sql } from "../db/sql.ts";

/** Brings a range of an import's albums into the catalogue: those it lacks, and what the others lack. */
export async function importAlbums(
  tx: Sql,
  range: AlbumRange,
  owner: { userId: string; door: string },
): Promise<void> {
  await lockCatalogue(tx);
  await findLateArrivals(tx, range);
  const missing = await listMissingAlbums(tx, range);
  const artists = missing.map((album) => ({ name: album.artistName, spotifyId: album.artistSpotifyId }));
  // The others' artists may have an id by now.
  const artistIds = await ensureArtists(tx, [...artists, ...await listIdentifiedArtists(tx, range)]);
  const albums = missing.map((album, index) => ({
    ordinal: album.ordinal,
    album: newAlbum(album, artistIds[index]),
  }));
  await insertAlbums(tx, range.importId, albums);
  await enrichAlbums(tx, range, owner);
  const credits = await listShortCredits(tx, range);
  await updateCredits(
    tx,
    credits.map(({ id, title, credit }) => ({ id, credit, searchText: searchText(credit, title) })),
  );
}

function newAlbum(album: MissingAlbum, artistId: string): NewAlbum {
  const credit = album.artistCredit ?? album.artistName;
  return {
    id: crypto.randomUUID(),
    title: album.title,
    artist_id: artistId,
    artist_credit: credit,
    spotify_id: album.spotifyId,
    release_date: album.releaseDate,
    release_date_precision: album.releaseDatePrecision,
    album_type: album.albumType,
    total_tracks: album.totalTracks,
    expected_tracks: album.totalTracks,
    in_library: album.inLibrary,
    added_at: album.addedAt,
    match_key: album.albumKey,
    sort_title: sortTitle(album.title),
    sort_artist: sortName(album.artistName),
    search_text: searchText(credit, album.title),
  };
}
