import { z } from "zod";
import { type Entry, itemOf, nameField, refuse, skipped, spotifyId } from "./import_entries.ts";
import { type JsonValue, streamJson } from "./json_stream.ts";
import { readHistory } from "./spotify_history.ts";
import { PLAYLIST_PATHS, playlistReader } from "./spotify_playlists.ts";
import { peekText } from "./text_stream.ts";

const LIBRARY_PATHS = ["$.tracks.*", "$.albums.*", "$.episodes.*"];

const savedAlbum = z.object({ artist: nameField, album: nameField, uri: nameField });
const likedTrack = savedAlbum.extend({ track: nameField });

/**
 * Reads one JSON file of an account export: YourLibrary, Playlist or the extended streaming history, decided
 * by its content. Throws Failure when it is none of them or not JSON; a file known by its name may be empty.
 */
export async function* readSpotifyJson(
  text: AsyncIterable<string>,
  options: { name: string; nextList: () => number; knownByName?: boolean },
): AsyncGenerator<Entry[]> {
  const { name } = options;
  const { head, whole } = await peekText(text, (head) => head.trimStart() !== "");
  if (head.trimStart().startsWith("[")) {
    return yield* readHistory(whole, { name, notHistory: (keys) => notSpotify(name, keys) });
  }
  const json = streamJson(whole, { name, paths: [...LIBRARY_PATHS, ...PLAYLIST_PATHS] });
  const playlists = playlistReader(options.nextList);
  let found = false;
  let recognised = false;
  for await (const values of json.values) {
    found = true;
    recognised ||= values.some(isSpotifys);
    yield values.flatMap(({ path, value }) =>
      path[0] === "playlists" ? playlists.entries(path, value) : libraryEntry(path[0], value)
    );
  }
  yield playlists.end();
  const empty = !found &&
    (options.knownByName || ["tracks", "albums", "playlists"].some((key) => json.keys.has(key)));
  if (!recognised && !empty) throw notSpotify(name, [...json.keys]);
}

/** Other services name their lists alike, but what is in them has other fields. */
function isSpotifys({ path, value }: JsonValue): boolean {
  if (path[0] === "playlists" && path[2] !== "items") return path[2] === "lastModifiedDate";
  const fields: Record<string, unknown> = Object(value);
  if (path[0] === "playlists") return ["track", "episode", "localTrack"].some((key) => key in fields);
  if (path[0] === "episodes") return "show" in fields;
  return ["artist", "album"].every((key) => typeof (fields[key] ?? "") === "string" && key in fields);
}

function libraryEntry(list: string | number, value: unknown): Entry {
  if (list === "episodes") return skipped("episode");
  if (list === "albums") return savedAlbumEntry(value);
  const { data } = likedTrack.safeParse(value);
  if (!data) return skipped("unreadable");
  const item = itemOf(data.uri);
  if (item === "local_file") return skipped("local_file");
  if (item !== "track") return skipped("episode");
  if (!data.track || !data.artist) return skipped("unreadable");
  if (!data.album) return skipped("no_album");
  return {
    kind: "liked_track",
    album: { artist: data.artist, title: data.album },
    track: { title: data.track, uri: data.uri ?? undefined },
  };
}

function savedAlbumEntry(value: unknown): Entry {
  const { data } = savedAlbum.safeParse(value);
  if (!data?.artist || !data.album) return skipped("unreadable");
  if (itemOf(data.uri) === "local_file") return skipped("local_file");
  const album = { artist: data.artist, title: data.album, spotifyId: spotifyId("album", data.uri) };
  return { kind: "saved_album", album };
}

function notSpotify(name: string, keys: string[]): Error {
  const found = keys.slice(0, 8).map((key) => key.slice(0, 40)).join(", ") || "none of them";
  return refuse(
    "unprocessable",
    `${name} is not a file of a Spotify export that holds music. ` +
      `It needs tracks, albums, playlists or plays as Spotify writes them; found ${found}.`,
  );
}
