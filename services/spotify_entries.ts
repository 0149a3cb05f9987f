import type { EntryDetail, StagedEntry } from "../db/import_entries.ts";
import { matchKey } from "../db/normalise.ts";
import { spotifyId } from "./import_entries.ts";
import { stageEntry } from "./import_staging.ts";
import type { LikedSong, PlaylistEntry, SavedAlbum, SpotifyAlbum } from "./spotify_replies.ts";

/** A saved album as it waits to be applied; nothing when Spotify no longer says what it is. */
export function stageSavedAlbum({ album, addedAt }: SavedAlbum): StagedEntry[] {
  if (!album) return [];
  const entry = stageEntry({ kind: "saved_album", album, addedAt });
  const tracks = album.tracks?.map((track) => ({
    spotify_id: spotifyId("track", track.uri),
    title: track.title,
    match_key: matchKey(track.title),
    track_number: track.trackNumber,
    disc_number: track.discNumber,
    duration_ms: track.durationMs,
    isrc: track.isrc,
  }));
  return withDetail(entry, { ...facts(album), tracks });
}

/** A file of one's own and an episode are liked songs for Spotify alone: they have no album to roll up to. */
export function stageLikedSong({ item, track, album, addedAt }: LikedSong): StagedEntry[] {
  if (item !== "track" || !track || !album) return [];
  const entry = stageEntry({ kind: "liked_track", album, track, addedAt });
  return withDetail(entry, facts(album));
}

/** The entry as it stands in its list, in which everything keeps its place. */
export function stagePlaylistEntry(
  { item, track, artist, album, addedAt }: PlaylistEntry,
  place: { list: number; index: number },
): StagedEntry[] {
  const itself = { kind: "playlist_track", ...place, item, track, artist, addedAt } as const;
  const entry = stageEntry({ ...itself, album }) ?? stageEntry(itself);
  return withDetail(entry, album && "spotifyId" in album ? facts(album) : {});
}

export function stagePlaylist(
  list: { list: number; spotifyId: string; name: string; description?: string; snapshot?: string },
): StagedEntry {
  const { description, name, snapshot } = list;
  return { kind: "playlist", list: list.list, detail: { name, key: list.spotifyId, description, snapshot } };
}

function withDetail(entry: StagedEntry | undefined, more: EntryDetail): StagedEntry[] {
  return entry ? [{ ...entry, detail: { ...entry.detail, ...more } }] : [];
}

const facts = ({ cover, barcode }: Partial<SpotifyAlbum>) => ({
  ...(cover ? { cover } : {}),
  ...(barcode ? { barcode } : {}),
});
