import { albumKey, artistKey, searchText, sortName, sortTitle } from "../db/normalise.ts";
import type { Database } from "../db/sql.ts";

/** Fills a migrated database with a library that looks like a real one: scripts, genres, states, plays. */
export async function insertLibrary(sql: Database, albums: number): Promise<void> {
  const random = seeded(7);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)];
  const name = () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => word(random)).join(" ");
  const names = new Map(Array.from({ length: Math.ceil(albums / 5) }, () => {
    const artist = `${random() < 0.2 ? "The " : ""}${name()}`;
    return [artistKey(artist), artist] as const;
  }));
  const artists = await insertInBatches(
    [...names].map(([key, artist]) => ({ name: artist, match_key: key, sort_name: sortName(artist) })),
    (batch) => sql<{ id: string; name: string }[]>`insert into artists ${sql(batch)} returning id, name`,
  );
  const rows = Array.from({ length: albums }, () => {
    const { id, name: artist } = pick(artists);
    const title = name();
    const luck = random();
    const hasCover = random() < 0.8;
    return {
      title,
      artist_id: id,
      artist_credit: artist,
      release_date: `${1955 + Math.floor(random() * 70)}-03-01`,
      release_date_precision: "day",
      album_type: "album",
      total_tracks: 10,
      genres: [pick(GENRES)],
      cover_hash: hasCover ? Math.floor(random() * 2 ** 48).toString(16).padStart(16, "0") : null,
      cover_tone: hasCover ? `#${Math.floor(random() * 2 ** 24).toString(16).padStart(6, "0")}` : null,
      ownership_status: luck < 0.34
        ? "owned"
        : luck < 0.4
        ? "partial"
        : luck < 0.402
        ? "downloading"
        : "not_owned",
      owned_tracks: luck < 0.34 ? 10 : luck < 0.4 ? 7 : 0,
      expected_tracks: 10,
      owned_at: luck < 0.34 ? new Date(Date.now() - random() * 1e10) : null,
      wanted_at: luck > 0.9 ? new Date() : null,
      ignored_at: luck > 0.98 ? new Date() : null,
      match_status: luck > 0.4 && luck < 0.46 ? "manual_review" : "matched",
      match_score: 80 + Math.floor(random() * 21),
      in_library: true,
      added_at: new Date(Date.now() - random() * 1e11),
      play_count: random() < 0.5 ? Math.floor(random() * 400) : 0,
      match_key: albumKey(artist, title),
      sort_title: sortTitle(title),
      sort_artist: sortName(artist),
      search_text: searchText(artist, title),
    };
  });
  await insertInBatches(rows, (batch) => sql`insert into albums ${sql(batch)}`);
  await sql`insert into library_entries (user_id, album_id, source, door, added_at)
    select u.id, a.id, 'saved_album', 'export', a.added_at from albums a, (select id from users limit 1) u`;
  await sql`vacuum analyze`;
}

const LATIN =
  ("love night blue dark light river stone dream fire water city ghost moon silver gold winter summer heart " +
    "machine broken electric velvet paper glass ocean mountain garden shadow mirror signal echo radio static noise silence " +
    "wonder sleep wolf bird crow horse island empire").split(" ");
const FOREIGN =
  ("夜 東京 桜 海 空 夢 風 星 花 雨 光 影 音 心 月 男達 別れ ночь группа крови звезда город река мечта огонь " +
    "зима лето сердце Björk Sigur Rós café naïve über mañana façade").split(" ");
const GENRES = ["Rock", "Jazz", "Ambient", "Electronic", "Folk", "Hip hop", "Art pop", "Post-punk"];

function word(random: () => number): string {
  const words = random() < 0.17 ? FOREIGN : LATIN;
  const chosen = words[Math.floor(random() * words.length)];
  const ending = random() < 0.25 ? String.fromCharCode(97 + Math.floor(random() * 26)) + "er" : "";
  return chosen[0].toUpperCase() + chosen.slice(1) + ending;
}

/** The same numbers in every run: figures of two runs speak of the same library. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

async function insertInBatches<T, R>(rows: T[], insert: (batch: T[]) => Promise<readonly R[]>): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < rows.length; i += 2_000) results.push(...await insert(rows.slice(i, i + 2_000)));
  return results;
}
