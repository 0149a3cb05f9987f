import { z } from "zod";
import { dateOf, type Entry, itemOf, nameField, refuse, skipped } from "./import_entries.ts";
import { streamJson } from "./json_stream.ts";

// Plays shorter than this do not count, here as at Spotify.
const SHORTEST_PLAY_MS = 30_000;
const LONGEST_PLAY_MS = 2 ** 31 - 1;

const play = z.object({
  ts: nameField,
  ms_played: z.number().nullish(),
  master_metadata_track_name: nameField,
  master_metadata_album_artist_name: nameField,
  master_metadata_album_album_name: nameField,
  spotify_track_uri: nameField,
  spotify_episode_uri: nameField,
  episode_name: nameField,
  audiobook_uri: nameField,
  audiobook_title: nameField,
});

/**
 * The extended streaming history, without plays too short to count. Throws Failure for the plain history,
 * which names no albums, and what `notHistory` says for any other list.
 */
export async function* readHistory(
  text: AsyncIterable<string>,
  { name, notHistory }: { name: string; notHistory: (keys: string[]) => Error },
): AsyncGenerator<Entry[]> {
  let recognised = false;
  for await (const values of streamJson(text, { name, paths: ["$.*"] }).values) {
    const keys = Object.keys(Object(values[0].value));
    if (keys.includes("endTime") && keys.includes("msPlayed")) throw plainHistory(name);
    recognised ||= keys.includes("ms_played") && keys.includes("ts");
    if (!recognised) throw notHistory(keys);
    yield values.flatMap(({ value }) => playEntry(value) ?? []);
  }
}

function playEntry(value: unknown): Entry | undefined {
  const { data } = play.safeParse(value);
  if (!data) return skipped("unreadable");
  if (data.spotify_episode_uri || data.episode_name || data.audiobook_uri || data.audiobook_title) {
    return skipped("episode");
  }
  const uri = data.spotify_track_uri;
  const item = itemOf(uri);
  if (item !== "track") return skipped(item === "local_file" ? "local_file" : "episode");
  const playedAt = dateOf(data.ts);
  if (!playedAt || typeof data.ms_played !== "number") return skipped("unreadable");
  if (data.ms_played < SHORTEST_PLAY_MS) return undefined;
  const { master_metadata_album_artist_name: artist, master_metadata_album_album_name: title } = data;
  if (!uri || !artist || !title) return skipped("no_album");
  return {
    kind: "play",
    album: { artist, title },
    track: { title: data.master_metadata_track_name ?? "", uri },
    playedAt,
    msPlayed: Math.min(Math.round(data.ms_played), LONGEST_PLAY_MS),
  };
}

function plainHistory(name: string): Error {
  return refuse(
    "unprocessable",
    `${name} names no albums, so its plays cannot be counted. Ask Spotify for the extended streaming history.`,
  );
}
