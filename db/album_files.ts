import type { Sql } from "./sql.ts";

/** A file of an album that is in the music folder. */
export type AlbumFile = {
  id: string;
  /** Relative to the music folder. */
  path: string;
  folder: string;
  size: number;
  container: string | null;
  codec: string | null;
  lossless: boolean | null;
  sampleRate: number | null;
  bitsPerSample: number | null;
  bitrate: number | null;
  title: string | null;
  trackNumber: number | null;
  trackTotal: number | null;
  discNumber: number | null;
  discTotal: number | null;
  durationMs: number | null;
  /** Why it does not count: corrupt, empty, unreadable. */
  quarantinedReason: string | null;
  unreadable: boolean;
};

export async function listAlbumFiles(sql: Sql, albumId: string): Promise<AlbumFile[]> {
  return await sql<AlbumFile[]>`
    select id, path, folder, size::float8 as size, container, codec, lossless, sample_rate, bits_per_sample, bitrate,
      title, track_number, track_total, disc_number, disc_total, duration_ms, quarantined_reason,
      quarantined_reason is not null as unreadable
    from local_files where album_id = ${albumId} and missing_since is null
    order by folder, disc_number nulls first, track_number nulls last, path`;
}
