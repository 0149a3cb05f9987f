import { z } from "zod";
import { creditLine } from "./artist_credit.ts";
import {
  dateOf,
  itemOf,
  localTrack,
  type NamedAlbum,
  type NamedTrack,
  nameField,
  type PlaylistItem,
  releaseDateOf,
} from "./import_entries.ts";
import { unescapeHtml } from "./spotify_playlists.ts";

/** An album as Spotify describes it. */
export type SpotifyAlbum = NamedAlbum & {
  spotifyId: string;
  /** UPC or EAN, with its leading zeros. */
  barcode?: string;
  /** The largest picture. */
  cover?: string;
  /** The first fifty; only the list of saved albums brings them. */
  tracks?: NamedTrack[];
};

/** `album` is undefined when Spotify no longer shows what was saved. */
export type SavedAlbum = { id: string; addedAt?: Date; album?: SpotifyAlbum };
/** `id` is Spotify's, or the address of a file of one's own. */
export type LikedSong = {
  id: string;
  addedAt?: Date;
  item: PlaylistItem;
  track?: NamedTrack;
  album?: SpotifyAlbum;
};
export type ListedPlaylist = {
  id: string;
  name: string;
  description?: string;
  /** Another one after every change of the list. */
  snapshot?: string;
  ownerId?: string;
  ownerName?: string;
  collaborative: boolean;
  total?: number;
  /** Under which name this app is shown what is in it: the world of 2026 or the one before. */
  contents?: "items" | "tracks";
};
export type PlaylistEntry = {
  item: PlaylistItem;
  track: NamedTrack;
  artist?: string;
  album?: SpotifyAlbum | NamedAlbum;
  addedAt?: Date;
};
export type SpotifyOwner = { spotifyId: string | null; accountId: string | null; displayName: string | null };

// Every field may be missing: Spotify leaves some out per app, country and age of an entry.
const text = z.string().nullish().catch(undefined);
const whole = z.int().positive().nullish().catch(undefined);
const list = <T extends z.ZodType>(item: T) =>
  z.array(z.unknown()).nullish().catch(undefined).transform(
    (entries) => (entries ?? []).flatMap((entry) => item.safeParse(entry).data ?? []) as z.output<T>[],
  );
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);

const artist = z.object({ id: text, name: nameField });
const trackFields = {
  id: text,
  uri: text,
  type: text,
  name: nameField.catch(undefined),
  is_local: z.boolean().nullish().catch(undefined),
  track_number: whole,
  disc_number: whole,
  duration_ms: z.int().nonnegative().nullish().catch(undefined),
  artists: list(artist),
  external_ids: optional(z.object({ isrc: text })),
};
const simpleTrack = z.object(trackFields);
const album = z.object({
  id: text,
  name: nameField.catch(undefined),
  album_type: z.enum(["album", "single", "compilation"]).nullish().catch(undefined),
  total_tracks: whole,
  release_date: text,
  artists: list(artist),
  images: list(z.object({ url: z.string() })),
  external_ids: optional(z.object({ upc: text, ean: text })),
  tracks: optional(z.object({ items: list(simpleTrack) })),
});
const track = z.object({
  ...trackFields,
  album: optional(album),
  show: optional(z.object({ name: nameField.catch(undefined) })),
});

export const savedAlbumReply = z.object({ added_at: text, album: optional(album) }).transform(
  ({ added_at, album: saved }): SavedAlbum | null =>
    saved?.id ? { id: saved.id, addedAt: dateOf(added_at), album: albumOf(saved) } : null,
);

export const likedSongReply = z.object({ added_at: text, track: optional(track) }).transform(
  ({ added_at, track: liked }): LikedSong | null => {
    const id = liked?.id ?? liked?.uri;
    if (!liked || !id) return null;
    const item = kindOf(liked, false);
    const named = liked.name ? trackOf(liked.name, liked) : undefined;
    return { id, addedAt: dateOf(added_at), item, track: named, album: albumOf(liked.album) };
  },
);

export const playlistEntryReply = z.object({
  added_at: text,
  is_local: z.boolean().nullish().catch(undefined),
  item: optional(track),
  track: optional(track),
}).transform(({ added_at, is_local, ...either }): PlaylistEntry => {
  const shown = either.item ?? either.track;
  const addedAt = dateOf(added_at);
  if (!shown) return { item: "removed", track: { title: "" }, addedAt };
  const item = kindOf(shown, is_local ?? false);
  const local = item === "local_file" ? localTrack(shown.uri ?? "") : {};
  const named = trackOf(shown.name ?? local.title ?? "", shown);
  if (item === "episode") return { item, track: named, artist: shown.show?.name ?? undefined, addedAt };
  const names = shown.artists.flatMap(({ name }) => name ?? []);
  const artistLine = creditLine(names) || local.artist;
  if (item === "local_file") {
    const title = shown.album?.name ?? local.album;
    const own = title ? { artist: artistLine ?? "", title } : undefined;
    return { item, track: named, artist: artistLine, album: own, addedAt };
  }
  return { item, track: named, artist: artistLine, album: albumOf(shown.album), addedAt };
});

export const playlistReply = z.object({
  id: z.string().min(1),
  name: nameField.catch(undefined),
  description: z.unknown().optional(),
  snapshot_id: text,
  collaborative: z.boolean().nullish().catch(undefined),
  owner: optional(z.object({ id: text, display_name: text })),
  items: optional(z.object({ total: z.int().nonnegative() })),
  tracks: optional(z.object({ total: z.int().nonnegative() })),
}).transform((reply): ListedPlaylist => ({
  id: reply.id,
  name: reply.name ?? "Untitled",
  description: unescapeHtml(reply.description),
  snapshot: reply.snapshot_id ?? undefined,
  ownerId: reply.owner?.id ?? undefined,
  ownerName: reply.owner?.display_name ?? undefined,
  collaborative: reply.collaborative ?? false,
  total: (reply.items ?? reply.tracks)?.total,
  contents: reply.items ? "items" : reply.tracks ? "tracks" : undefined,
}));

/** `account_id` stays when a person's `id` changes. */
export const ownerReply = z.object({ id: text, account_id: text, display_name: text }).transform(
  (reply): SpotifyOwner => ({
    spotifyId: reply.id ?? null,
    accountId: reply.account_id ?? null,
    displayName: reply.display_name ?? null,
  }),
);

function kindOf(shown: z.output<typeof track>, isLocal: boolean): PlaylistItem {
  if (isLocal || shown.is_local) return "local_file";
  return shown.type === "episode" ? "episode" : itemOf(shown.uri);
}

function trackOf(title: string, shown: z.output<typeof simpleTrack>): NamedTrack {
  return {
    title,
    uri: shown.uri ?? (shown.id ? `spotify:track:${shown.id}` : undefined),
    trackNumber: shown.track_number ?? undefined,
    discNumber: shown.disc_number ?? undefined,
    durationMs: shown.duration_ms ?? undefined,
    isrc: shown.external_ids?.isrc ?? undefined,
  };
}

/** An album without a name was taken down: what is known about it from before is better. */
function albumOf(shown: z.output<typeof album> | null | undefined): SpotifyAlbum | undefined {
  const [first] = shown?.artists.filter(({ name }) => name) ?? [];
  if (!shown?.id || !shown.name || !first?.name) return undefined;
  const names = shown.artists.flatMap(({ name }) => name ?? []);
  return {
    spotifyId: shown.id,
    title: shown.name,
    artist: first.name,
    artistSpotifyId: first.id ?? undefined,
    credit: names.length > 1 ? creditLine(names) : undefined,
    releaseDate: releaseDateOf(shown.release_date),
    albumType: shown.album_type ?? undefined,
    totalTracks: shown.total_tracks ?? undefined,
    barcode: barcodeOf(shown.external_ids?.upc ?? shown.external_ids?.ean),
    cover: shown.images.find(({ url }) => url.startsWith("https://"))?.url,
    tracks: shown.tracks?.items.flatMap((one) => one.name ? trackOf(one.name, one) : []),
  };
}

function barcodeOf(code: string | null | undefined): string | undefined {
  const digits = code?.replaceAll(/[\s-]/g, "");
  return digits && /^\d{8,14}$/.test(digits) ? digits : undefined;
}
