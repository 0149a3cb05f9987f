/** Made-up playlists and what left Spotify, for the gallery. */
import type { ComponentProps } from "preact";
import type { ListSong, ListSummary, RemovedThing } from "../db/playlist_pages.ts";
import type { SpotifyConnection } from "../services/spotify_connection.ts";
import type { PlaylistPage } from "../views/playlist.tsx";
import { albums } from "./gallery_data.ts";

export const connection: SpotifyConnection = {
  state: "connected",
  displayName: "marta",
  since: new Date("2026-06-12T10:00:00"),
  endsAt: new Date("2026-12-12T10:00:00"),
  endsSoon: true,
  blockedUntil: new Date("2026-11-22T14:20:00"),
  trouble: null,
  lastSyncedAt: new Date("2026-11-22T06:00:00"),
};

const named: [string, number, number][] = [
  ["Liked songs", 3046, 1188],
  ["Late drive", 84, 61],
  ["夜のドライブ", 112, 97],
  ["Зима", 75, 28],
  ["Sunday records, slow mornings and everything that goes with a second pot of coffee", 203, 141],
  ["ليالي", 41, 12],
  ["Running", 64, 64],
];

function summary(name: string, tracks: number, owned: number, n: number): ListSummary {
  return {
    id: n === 0 ? "liked" : `00000000-0000-4000-8000-00000000${String(n).padStart(4, "0")}`,
    name,
    description: n === 1 ? "After midnight, windows down" : null,
    door: n === 3 ? "csv" : "spotify",
    ownerName: n === 5 ? "ユキ" : null,
    unreadableReason: null,
    removedAt: null,
    readAt: new Date("2026-11-22T06:00:00"),
    tracks,
    owned,
    others: n === 1 ? 2 : 0,
    durationMs: tracks * 265_000,
    albums: Math.ceil(tracks / 3.5),
    tiles: albums.slice(n * 4, n * 4 + 4).map(({ coverHash, artistCredit }) => ({ coverHash, artistCredit })),
  };
}

export const lists: ListSummary[] = [
  ...named.map(([name, tracks, owned], n) => summary(name, tracks, owned, n)),
  {
    ...summary("Discover archive", 0, 0, 8),
    unreadableReason:
      "Spotify shows what is in a list only to its owner. Copy its songs to a list of your own.",
  },
];

const titles = [
  "Archangel",
  "Roygbiv",
  "Судно (Борис Рыжий)",
  "Teardrop",
  "Roads",
  "andata",
  "Open Eye Signal",
];

const songs: ListSong[] = Array.from({ length: 26 }, (_, n) => {
  const album = albums[(n * 3) % albums.length];
  const owned = album.state === "owned" || (album.state === "partial" && n % 2 === 0);
  const song: ListSong = {
    position: n,
    itemKind: "track",
    title: titles[n % titles.length],
    artistName: album.artistCredit,
    albumTitle: album.title,
    durationMs: 151_000 + n * 7_000,
    owned,
    album,
  };
  if (n === 4) {
    return { ...song, itemKind: "episode", title: "How records are cut", album: null, albumTitle: null };
  }
  if (n === 7) return { ...song, itemKind: "local_file", title: "Demo 1", album: null, albumTitle: "Tapes" };
  return n === 9
    ? { ...song, itemKind: "removed", title: "", artistName: null, album: null, albumTitle: null }
    : song;
});

export const playlist: ComponentProps<typeof PlaylistPage> = {
  list: lists[1],
  songs,
  gaps: albums.filter(({ state }) => state !== "owned" && state !== "ignored").slice(0, 11)
    .map((album, n) => ({ tracks: Math.max(1, 4 - Math.floor(n / 2)), album })),
  show: "all",
  next: 26,
};

export const removed: RemovedThing[] = albums.slice(3, 9).map((album, n) => ({
  kind: (["album", "song", "playlist"] as const)[n % 3],
  id: album.id,
  title: album.title,
  artistName: album.artistCredit,
  removedAt: new Date(`2026-11-${20 - n}T12:00:00`),
}));
