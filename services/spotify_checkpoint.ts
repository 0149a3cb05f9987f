import { z } from "zod";

/** Where a reading is. Everything before it is in the database, staged or applied. */
export type Checkpoint = z.output<typeof checkpoint>;

const count = z.int().nonnegative();
const query = z.record(z.string(), z.string()).optional();

const checkpoint = z.object({
  /** What the staged entries lie under. */
  importId: z.uuid(),
  /** Marks what this reading has met. */
  pass: z.uuid(),
  section: z.enum(["albums", "tracks", "playlists", "songs", "done"]),
  /** The next page of the section; its first one when undefined. */
  query,
  /** Read to the end, whatever is known: the first time, and once a week. */
  thorough: z.boolean(),
  /** As Spotify counted on the first page of the section. */
  total: count.optional(),
  /** Entries of the section that were read, and how many of them were not held before. */
  read: count,
  fresh: count,
  /** Nothing has moved in the list while it was read: what was not met is gone. */
  calm: z.boolean(),
  /** Entries that wait to be applied. */
  staged: count,
  /** Where this app is shown what playlists hold; see spotify_replies.ts. */
  contents: z.enum(["items", "tracks"]).optional(),
  /** Playlists staged so far; they are numbered. */
  lists: count,
  /** The last playlist that was read. */
  lastList: z.uuid().nullable(),
  /** The playlist that is being read. */
  list: z.object({
    id: z.uuid(),
    spotifyId: z.string(),
    name: z.string(),
    description: z.string().optional(),
    snapshot: z.string().optional(),
    index: count,
    query,
  }).optional(),
  /** For people: what was read so far, of how much. */
  processed: count,
  expected: count,
  counts: z.object({ albums: count, tracks: count, playlists: count, newAlbums: count, gone: count }),
});

export function startCheckpoint(importId: string): Checkpoint {
  return {
    importId,
    pass: crypto.randomUUID(),
    section: "albums",
    thorough: false,
    read: 0,
    fresh: 0,
    calm: true,
    staged: 0,
    lists: 0,
    lastList: null,
    processed: 0,
    expected: 0,
    counts: { albums: 0, tracks: 0, playlists: 0, newAlbums: 0, gone: 0 },
  };
}

/** Undefined when there is none, or when it is of another version of the program. */
export function parseCheckpoint(value: unknown): Checkpoint | undefined {
  return checkpoint.safeParse(value).data;
}

/** The beginning of the section that follows. */
export function nextSection(at: Checkpoint): Checkpoint {
  const order: Checkpoint["section"][] = ["albums", "tracks", "playlists", "songs", "done"];
  const section = order[order.indexOf(at.section) + 1];
  return { ...at, section, query: undefined, total: undefined, read: 0, fresh: 0, calm: true };
}
