import type { Album, AlbumDetail } from "../db/albums.ts";
import type { Track } from "../db/tracks.ts";
import type { TrackRow } from "../services/ownership.ts";

/** An album of a list, with the field names of the API. `base` is the address or path the program is served at. */
export function albumJson(base: string, album: Album) {
  return {
    id: album.id,
    title: album.title,
    artist: album.artist,
    artist_credit: album.artistCredit,
    cover_art_url: album.coverHash ? `${base}/covers/${album.coverHash}-500` : album.coverArtUrl,
    release_date: album.releaseDate,
    ownership_status: album.ownershipStatus,
    state: album.state,
    owned_tracks: album.ownedTracks,
    expected_tracks: album.expectedTracks,
    acquisition_source: album.acquisitionSource,
    acquisition_medium: album.acquisitionMedium,
    match_status: album.matchStatus,
    match_score: album.matchScore,
    genres: album.genres,
    play_count: album.playCount,
    sources: album.sources,
  };
}

/** One album with everything known about it. */
export function albumDetailJson(base: string, album: AlbumDetail, tracks: Track[], rows: TrackRow[]) {
  return {
    ...albumJson(base, album),
    spotify_id: album.spotifyId,
    musicbrainz_release_group_id: album.musicbrainzReleaseGroupId,
    album_type: album.albumType,
    secondary_types: album.secondaryTypes,
    release_date_precision: album.releaseDatePrecision,
    total_tracks: album.totalTracks,
    ownership_locked: album.ownershipLocked,
    match_locked: album.matchLocked,
    match_reason: album.matchReason,
    local_path: album.localPath,
    in_library: album.inLibrary,
    wanted: album.wantedAt !== null,
    ignored: album.ignoredAt !== null,
    added_at: album.addedAt,
    owned_at: album.ownedAt,
    created_at: album.createdAt,
    updated_at: album.updatedAt,
    last_synced_at: album.lastSyncedAt,
    external_ids: album.externalIds,
    tracks: rows.map((row) => trackJson(row, tracks)),
  };
}

function trackJson(row: TrackRow, tracks: Track[]) {
  const known =
    tracks.find((track) =>
      row.number !== null && track.trackNumber === row.number && track.discNumber === row.disc
    ) ?? tracks.find((track) => track.title === row.title);
  return {
    id: known?.id ?? null,
    disc_number: row.disc,
    track_number: row.number,
    title: row.title,
    duration_ms: row.durationMs,
    owned: row.owned,
    spotify_id: known?.spotifyId ?? null,
    musicbrainz_id: known?.musicbrainzId ?? null,
  };
}

/** The pagination object of every numbered list. */
export function paginationJson(page: number, pageSize: number, totalItems: number) {
  return {
    page,
    page_size: pageSize,
    total_items: totalItems,
    total_pages: Math.ceil(totalItems / pageSize),
  };
}
