import { z } from "zod";
import { Failure } from "./errors.ts";

/** An album as a file names it. Without `spotifyId` only artist and title tell which album it is. */
export type NamedAlbum = {
  /** The main artist; `credit` is the whole line as printed when it names more. */
  artist: string;
  title: string;
  spotifyId?: string;
  artistSpotifyId?: string;
  credit?: string;
  releaseDate?: ReleaseDate;
  albumType?: "album" | "single" | "compilation";
  totalTracks?: number;
};

export type NamedTrack = {
  title: string;
  /** `spotify:track:…`, or `spotify:local:…`, `spotify:episode:…` for what is no song of Spotify's. */
  uri?: string;
  trackNumber?: number;
  discNumber?: number;
  durationMs?: number;
  isrc?: string;
};

export type ReleaseDate = { date: string; precision: "year" | "month" | "day" };

export type PlaylistItem = "track" | "episode" | "audiobook" | "local_file" | "removed";

/** Why something in a file was not taken, or not as a whole. */
export type SkipReason = "local_file" | "episode" | "no_album" | "duplicate" | "unreadable";

/** What the readers yield, whatever the file was. `list` numbers the playlists of one upload. */
export type Entry =
  | { kind: "saved_album"; album: NamedAlbum; addedAt?: Date }
  | { kind: "liked_track"; album: NamedAlbum; track: NamedTrack; addedAt?: Date }
  | { kind: "playlist"; list: number; name: string; description?: string; modifiedAt?: Date }
  | {
    kind: "playlist_track";
    list: number;
    /** Place in the list, from 0. */
    index: number;
    item: PlaylistItem;
    track: NamedTrack;
    artist?: string;
    album?: NamedAlbum;
    addedAt?: Date;
  }
  | { kind: "play"; album: NamedAlbum; track: NamedTrack & { uri: string }; playedAt: Date; msPlayed: number }
  | { kind: "skipped"; reason: SkipReason };

/** Longer names are no names; the catalogue does not hold them. */
const LONGEST_NAME = 500;

/** Surrounding spaces go, empty is absent; PostgreSQL's text cannot hold NUL. */
export const nameField = z.string().max(LONGEST_NAME).regex(/^[^\0]*$/)
  .transform((text) => text.trim().toWellFormed() || undefined).nullish();

export const skipped = (reason: SkipReason): Entry => ({ kind: "skipped", reason });

/** The id in `spotify:album:ID` or `https://open.spotify.com/album/ID`. */
export function spotifyId(kind: "album" | "track" | "artist", uri: string | null | undefined) {
  const match = uri?.match(/^(?:spotify:|https?:\/\/open\.spotify\.com\/)(\w+)[:/](\w{1,64})(?:\?.*)?$/);
  return match?.[1] === kind ? match[2] : undefined;
}

/** What a link in a list leads to. */
export function itemOf(uri: string | null | undefined): PlaylistItem {
  if (uri?.startsWith("spotify:local:")) return "local_file";
  if (uri?.startsWith("spotify:episode:")) return "episode";
  if (/^spotify:(?:audiobook|chapter):/.test(uri ?? "")) return "audiobook";
  return "track";
}

/** `spotify:local:Artist:Album:Title:180`, each part URL-encoded and possibly empty. */
export function localTrack(uri: string): { title?: string; artist?: string; album?: string } {
  const [artist, album, title] = uri.split(":").slice(2).map(decodePart);
  return { title, artist, album };
}

function decodePart(part: string): string | undefined {
  const spaced = part.replaceAll("+", " ");
  let text = spaced;
  try {
    text = decodeURIComponent(spaced);
  } catch (error) {
    if (!(error instanceof URIError)) throw error; // a bare % in a file name: shown as it is
  }
  return nameField.safeParse(text).data ?? undefined;
}

// Spotify fills in 1970 for lists older than its records.
const FIRST_YEAR = 2006;

export function dateOf(text: string | null | undefined): Date | undefined {
  const date = new Date(text ?? "");
  const year = date.getUTCFullYear();
  return year >= FIRST_YEAR && year < 3000 ? date : undefined;
}

/** `1981-12-04`, `1981-12` or `1981`; `0000` stands for unknown. */
export function releaseDateOf(text: string | null | undefined): ReleaseDate | undefined {
  const [, year, month, day] = text?.match(/^([12]\d{3})(?:-(\d\d))?(?:-(\d\d))?$/) ?? [];
  if (!year) return undefined;
  const date = `${year}-${month ?? "01"}-${day ?? "01"}`;
  const exists = new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date);
  return exists ? { date, precision: day ? "day" : month ? "month" : "year" } : undefined;
}

/** The upload is to blame: the sentence says how, and the field says which input of the form. */
export function refuse(
  code: "invalid" | "unprocessable" | "too_large",
  sentence: string,
  cause?: unknown,
): Failure {
  return new Failure(code, sentence, { fields: { file: sentence }, cause });
}
