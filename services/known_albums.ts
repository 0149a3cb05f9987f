import { type KnownAlbumRow, listKnownAlbums } from "../db/known_albums.ts";
import type { Sql } from "../db/sql.ts";
import type { KnownAlbum } from "./album_matching.ts";

/** What the library knows of albums, as deciding about them needs it. Albums that are gone are left out. */
export async function loadKnownAlbums(
  sql: Sql,
  albumIds: readonly string[],
): Promise<Map<string, KnownAlbum>> {
  return new Map((await listKnownAlbums(sql, albumIds)).map((row) => [row.id, toKnownAlbum(row)]));
}

function toKnownAlbum(row: KnownAlbumRow): KnownAlbum {
  const { id: _, artistName, artistCredit, tracks, ...album } = row;
  return {
    ...album,
    // The credit as printed names all of them; the artist it is filed under may be spelt better.
    artists: artistCredit === artistName ? [artistName] : [artistCredit],
    tracks: tracks.map(({ title, artist, durationMs }) => ({
      title,
      artists: artist === null ? [] : [artist],
      durationMs,
    })),
  };
}
