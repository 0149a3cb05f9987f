import type { StagedEntry } from "../db/import_entries.ts";
import { albumKey, matchKey } from "../db/normalise.ts";
import { type Entry, type NamedAlbum, type NamedTrack, spotifyId } from "./import_entries.ts";

// Indexes hold keys up to 2,704 bytes, some of them beside an id.
const LONGEST_KEY_BYTES = 2_000;

/**
 * An entry as it waits in the database, with the normal forms that albums and songs are found by. Undefined when
 * its names are too long for that: a letter can be four bytes, and its normal form several letters.
 */
export function stageEntry(entry: Exclude<Entry, { kind: "skipped" }>): StagedEntry | undefined {
  const staged = withKeys(entry);
  return isTooLong(staged.albumKey ?? "") ? undefined : staged;
}

const encoder = new TextEncoder();
const isTooLong = (key: string) =>
  key.length * 3 > LONGEST_KEY_BYTES && encoder.encode(key).length > LONGEST_KEY_BYTES;

function withKeys(entry: Exclude<Entry, { kind: "skipped" }>): StagedEntry {
  switch (entry.kind) {
    case "saved_album":
      return { kind: entry.kind, ...albumFields(entry.album), addedAt: entry.addedAt };
    case "liked_track": {
      const { detail, ...album } = albumFields(entry.album);
      const track = trackFields(entry.track);
      const addedAt = entry.addedAt;
      return { kind: entry.kind, ...album, ...track, addedAt, detail: { ...detail, ...track.detail } };
    }
    case "playlist":
      return {
        kind: entry.kind,
        list: entry.list,
        addedAt: entry.modifiedAt,
        detail: { name: entry.name, key: matchKey(entry.name).slice(0, 400), description: entry.description },
      };
    case "playlist_track": {
      const { detail, ...album } = entry.album ? albumFields(entry.album) : { detail: {} };
      const { item, index, artist } = entry;
      return {
        kind: entry.kind,
        list: entry.list,
        ...album,
        // A file of one's own or a podcast is no album to look for.
        albumKey: item === "track" && entry.album ? keyOf(entry.album) : undefined,
        ...trackFields(entry.track),
        addedAt: entry.addedAt,
        detail: { ...detail, item, index, artist },
      };
    }
    case "play":
      return {
        kind: entry.kind,
        ...albumFields(entry.album),
        ...trackFields(entry.track),
        addedAt: entry.playedAt,
        detail: { ms_played: entry.msPlayed },
      };
  }
}

function albumFields(album: NamedAlbum) {
  return {
    artistName: album.artist,
    albumTitle: album.title,
    albumSpotifyId: album.spotifyId,
    artistSpotifyId: album.artistSpotifyId,
    albumKey: keyOf(album),
    detail: {
      credit: album.credit,
      release_date: album.releaseDate && `${album.releaseDate.date} ${album.releaseDate.precision}`,
      album_type: album.albumType,
      total_tracks: album.totalTracks,
    },
  };
}

function trackFields(track: NamedTrack) {
  return {
    trackTitle: track.title,
    trackKey: matchKey(track.title),
    trackUri: track.uri,
    trackSpotifyId: spotifyId("track", track.uri),
    detail: {
      track_number: track.trackNumber,
      disc_number: track.discNumber,
      duration_ms: track.durationMs,
      isrc: track.isrc,
    },
  };
}

const keyOf = (album: NamedAlbum) => albumKey(album.artist, album.title);
