import { z } from "zod";
import { dateOf, type Entry, itemOf, localTrack, nameField, skipped } from "./import_entries.ts";
import type { JsonValue } from "./json_stream.ts";

/** What to select from a file of playlists. */
export const PLAYLIST_PATHS = [
  "$.playlists.*.name",
  "$.playlists.*.description",
  "$.playlists.*.lastModifiedDate",
  "$.playlists.*.items.*",
];

const track = z.object({
  trackName: nameField,
  artistName: nameField,
  albumName: nameField,
  trackUri: nameField,
});
const playlistItem = z.object({
  track: track.nullish(),
  episode: z.object({ episodeName: nameField, showName: nameField, episodeUri: nameField }).nullish(),
  audiobook: z.record(z.string(), z.unknown()).nullish(),
  localTrack: track.omit({ trackUri: true }).extend({ uri: nameField }).nullish(),
  addedDate: nameField,
});

/** Gathers what belongs to one playlist; its own entry comes last, when everything about it is known. */
export function playlistReader(nextList: () => number) {
  let current: { index: string | number; list: number; about: Record<string, unknown> } | undefined;

  function end(): Entry[] {
    if (!current) return [];
    const { list, about } = current;
    current = undefined;
    return [{
      kind: "playlist",
      list,
      name: nameField.safeParse(about.name).data ?? "Untitled",
      description: unescapeHtml(about.description),
      modifiedAt: dateOf(nameField.safeParse(about.lastModifiedDate).data),
    }];
  }

  return {
    end,
    entries([, index, field, item]: JsonValue["path"], value: unknown): Entry[] {
      const before = current?.index === index ? [] : end();
      current ??= { index, list: nextList(), about: {} };
      if (field === "items") return [...before, ...itemEntries(current.list, Number(item), value)];
      current.about[field] = value;
      return before;
    },
  };
}

type Place = { kind: "playlist_track"; list: number; index: number; addedAt?: Date };

/** The item as it stands in its list, and, when it brings no album, why. */
function itemEntries(list: number, index: number, value: unknown): Entry[] {
  const { data } = playlistItem.safeParse(value);
  if (!data) return [skipped("unreadable")];
  const place: Place = { kind: "playlist_track", list, index, addedAt: dateOf(data.addedDate) };
  const uri = data.localTrack?.uri ?? data.track?.trackUri ?? undefined;
  if (data.localTrack || itemOf(uri) === "local_file") {
    return localEntries(place, uri ?? "", data.localTrack ?? data.track ?? {});
  }
  if (data.track?.trackName) return trackEntries(place, data.track.trackName, data.track);
  if (data.episode) {
    const { episodeName, showName, episodeUri } = data.episode;
    const track = { title: episodeName ?? "", uri: episodeUri ?? undefined };
    return [{ ...place, item: "episode", track, artist: showName ?? undefined }, skipped("episode")];
  }
  if (data.audiobook) {
    return [{ ...place, item: "audiobook", track: { title: bookTitle(data.audiobook) } }, skipped("episode")];
  }
  return [{ ...place, item: "removed", track: { title: "" } }, skipped("unreadable")];
}

function trackEntries(place: Place, title: string, names: z.infer<typeof track>): Entry[] {
  const { artistName: artist, albumName: album, trackUri } = names;
  const item = itemOf(trackUri);
  const entry = {
    ...place,
    item,
    track: { title, uri: trackUri ?? undefined },
    artist: artist ?? undefined,
  };
  if (item !== "track") return [entry, skipped("episode")];
  if (!artist || !album) return [entry, skipped("no_album")];
  return [{ ...entry, album: { artist, title: album } }];
}

function localEntries(place: Place, uri: string, names: Partial<z.infer<typeof track>>): Entry[] {
  const local = localTrack(uri);
  const artist = names.artistName ?? local.artist;
  const album = names.albumName ?? local.album;
  const entry: Entry = {
    ...place,
    item: "local_file",
    track: { title: names.trackName ?? local.title ?? "", uri: uri || undefined },
    artist,
    // What the file says of itself; it is not looked for among the albums.
    album: album ? { artist: artist ?? "", title: album } : undefined,
  };
  return [entry, skipped("local_file")];
}

// No sample of an audiobook is known; its title is the field that is called so.
function bookTitle(book: Record<string, unknown>): string {
  const title = Object.entries(book).find(([key]) => /(?:Name|Title)$/i.test(key))?.[1];
  return nameField.safeParse(title).data ?? "";
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** Descriptions come HTML-escaped: "a &amp; b", "eternodevir.com&#x2F;". */
export function unescapeHtml(value: unknown): string | undefined {
  const text = nameField.safeParse(value).data;
  return text?.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (name) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = hex ? parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  }).toWellFormed();
}
