import { matchKey } from "./normalise.ts";
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

/** In the order of the record; those without a number last, by title. A song of several editions is there once. */
export async function listTracks(sql: Sql, albumId: string): Promise<Track[]> {
  return await sql<Track[]>`
    select t.id, t.title, t.track_number, t.disc_number, t.duration_ms, t.spotify_id, t.musicbrainz_id, t.isrc,
      exists (select 1 from local_files f
        where f.track_id = any(array(select t.id union all select s.id from tracks s where s.same_as = t.id))
          and f.missing_since is null and f.quarantined_reason is null) as owned
    from tracks t where t.album_id = ${albumId} and t.same_as is null
    order by t.disc_number, t.track_number nulls last, t.match_key, t.id`;
}

/** A track of the edition that an album is, and the one of the album it is told to be, if any. */
export type EditionTrackRow = {
  id: string | null;
  disc: number;
  number: number;
  title: string;
  durationMs: number | null;
  recordingId: string;
};

/** Gives the tracks of an album the places they have on its edition, and adds those that were not known. */
export async function placeTracks(
  sql: Sql,
  albumId: string,
  tracks: readonly EditionTrackRow[],
): Promise<void> {
  const rows = JSON.stringify(tracks.map((track) => ({ ...track, key: matchKey(track.title) })));
  const given = sql`
    jsonb_to_recordset(${rows}::text::jsonb) as r(id uuid, disc integer, number integer, title text, key text,
      "durationMs" integer, "recordingId" uuid)`;
  await sql`
    update tracks t set disc_number = r.disc, track_number = r.number, musicbrainz_id = r."recordingId",
      duration_ms = coalesce(t.duration_ms, r."durationMs"), updated_at = now()
    from ${given} where t.id = r.id and t.album_id = ${albumId}`;
  await sql`
    insert into tracks (album_id, title, match_key, disc_number, track_number, duration_ms, musicbrainz_id)
    select ${albumId}, title, key, disc, number, "durationMs", "recordingId" from ${given} where id is null`;
}
