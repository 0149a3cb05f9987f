import type { Sql } from "./sql.ts";

/** After many rows were added: lets the database plan for what is there now, not for what was. */
export async function analyzeCatalogue(tx: Sql): Promise<void> {
  await tx`analyze albums, album_external_ids, artists, tracks, liked_tracks, library_entries, playlist_tracks`;
}
