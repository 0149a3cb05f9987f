import type { Sql } from "./sql.ts";

/** A track as the catalogue knows it; number and duration may be unknown (a liked song of an export). */
export type Track = {
  id: string;
  title: string;
  trackNumber: number | null;
  discNumber: number;
  durationMs: number | null;
  spotifyId: string | null;
  musicbrainzId: string | null;
  isrc: string | null;
  /** A file of it is in the music folder. */
  owned: boolean;
};

/** In the order of the record; those without a number last, by title. */
export async function listTracks(sql: Sql, albumId: string): Promise<Track[]> {
  return await sql<Track[]>`
    select t.id, t.title, t.track_number, t.disc_number, t.duration_ms, t.spotify_id, t.musicbrainz_id, t.isrc,
      exists (select 1 from local_files f where f.track_id = t.id
        and f.missing_since is null and f.quarantined_reason is null) as owned
    from tracks t where t.album_id = ${albumId}
    order by t.disc_number, t.track_number nulls last, t.match_key, t.id`;
}
