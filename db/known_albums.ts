import type { Sql } from "./sql.ts";

/** Everything the library knows of an album that can tell which release group it is. */
export type KnownAlbumRow = {
  id: string;
  title: string;
  artistName: string;
  artistCredit: string;
  /** As precise as it is known: "1997", "1997-05", "1997-05-21". */
  releaseDate: string | null;
  albumType: "album" | "single" | "ep" | "compilation" | "live" | "soundtrack" | "other" | null;
  totalTracks: number | null;
  tracks: { title: string; artist: string | null; durationMs: number | null }[];
  barcodes: string[];
  /** From the tags of its files. */
  releaseGroupIds: string[];
  releaseIds: string[];
  artistIds: string[];
  /** Who matched albums of the same artist are by, alone. */
  learnedArtists: { id: string; albums: number }[];
};

/** In no particular order. */
export async function listKnownAlbums(sql: Sql, albumIds: readonly string[]): Promise<KnownAlbumRow[]> {
  const files = sql`from local_files f where f.album_id = a.id and f.missing_since is null`;
  const tagged = (column: string) =>
    sql`array(select distinct f.${sql(column)} ${files} and f.${sql(column)} is not null)`;
  return await sql<KnownAlbumRow[]>`
    select a.id, a.title, r.name as artist_name, a.artist_credit, known.album_type,
      left(known.release_date::text,
        case known.release_date_precision when 'year' then 4 when 'month' then 7 else 10 end) as release_date,
      coalesce(a.total_tracks,
        (select case when coalesce(max(f.disc_total), 1) = 1 then nullif(max(f.track_total), 0) end ${files})) as total_tracks,
      coalesce((
        select jsonb_agg(jsonb_build_object('title', t.title, 'artist', t.artist, 'durationMs', t.duration_ms))
        from (
          select t.title, f.artist, coalesce(t.duration_ms, f.duration_ms) as duration_ms
          from tracks t left join lateral (
            select f.artist, f.duration_ms from local_files f where f.track_id = t.id limit 1) f on true
          where t.album_id = a.id and (t.spotify_id is not null or t.musicbrainz_id is null
            or exists (select from liked_tracks s where s.track_id = t.id))
          union all
          select f.title, f.artist, f.duration_ms ${files} and f.track_id is null and f.title is not null
        ) t), '[]') as tracks,
      array(select value from album_external_ids e where e.album_id = a.id and e.kind = 'barcode') as barcodes,
      ${tagged("musicbrainz_release_group_id")} as release_group_ids,
      ${tagged("musicbrainz_release_id")} as release_ids,
      array(select distinct unnest(f.musicbrainz_album_artist_ids) ${files}) as artist_ids,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', l.id, 'albums', l.albums))
        from (
          select c.candidate #>> '{artistCredit,0,artist,id}' as id, count(*)::integer as albums
          from albums m join match_candidates c
            on c.album_id = m.id and c.release_group_id = m.musicbrainz_release_group_id
          where m.artist_id = a.artist_id and m.id <> a.id
            and jsonb_array_length(c.candidate -> 'artistCredit') = 1
          group by 1
        ) l), '[]') as learned_artists
    from albums a join artists r on r.id = a.artist_id
    -- What MusicBrainz said about the match an album has must not speak for that match.
    left join release_group_details d on d.album_id = a.id
    cross join lateral jsonb_to_record(coalesce(d.replaced, to_jsonb(a)))
      as known(release_date date, release_date_precision text, album_type text)
    where a.id = any(${[...albumIds]}::uuid[])`;
}
