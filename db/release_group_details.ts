import type { Sql } from "./sql.ts";

/** A matched album as its other sources describe it, and what tells the edition that somebody has. */
export type DescribedAlbum = {
  id: string;
  releaseGroupId: string;
  releaseDate: string | null;
  releaseDatePrecision: "year" | "month" | "day" | null;
  albumType: string | null;
  genres: string[];
  totalTracks: number | null;
  releaseIds: string[];
  barcodes: string[];
  spotifyIds: string[];
};

/** Undefined: it is gone, or not matched. */
export async function findDescribedAlbum(sql: Sql, id: string): Promise<DescribedAlbum | undefined> {
  const ids = (kind: string) =>
    sql`
    coalesce((select array_agg(x.value) from album_external_ids x where x.album_id = a.id and x.kind = ${kind}), '{}')`;
  const [row] = await sql<DescribedAlbum[]>`
    select a.id, a.musicbrainz_release_group_id as release_group_id, a.total_tracks,
      case when d.album_id is null then a.release_date else (d.replaced->>'release_date')::date end as release_date,
      case when d.album_id is null then a.release_date_precision else d.replaced->>'release_date_precision' end
        as release_date_precision,
      case when d.album_id is null then a.album_type else d.replaced->>'album_type' end as album_type,
      case when d.album_id is null then a.genres
        else array(select jsonb_array_elements_text(d.replaced->'genres')) end as genres,
      ${ids("musicbrainz_release")} || array(select distinct f.musicbrainz_release_id::text from local_files f
        where f.album_id = a.id and f.missing_since is null and f.musicbrainz_release_id is not null) as release_ids,
      ${ids("barcode")} as barcodes, ${ids("spotify")} as spotify_ids
    from albums a left join release_group_details d on d.album_id = a.id
    where a.id = ${id} and a.musicbrainz_release_group_id is not null`;
  return row;
}

/** Matched albums nobody has asked about yet: first those with files, whose missing tracks it tells, then the newest. */
export async function listUndescribedAlbums(sql: Sql, limit: number): Promise<{ id: string }[]> {
  return await sql<{ id: string }[]>`
    select a.id from albums a
    where a.musicbrainz_release_group_id is not null and a.in_library and a.ignored_at is null
      and not exists (select from release_group_details d where d.album_id = a.id and d.fetched_at is not null)
    order by a.ownership_status <> 'partial', a.wanted_at is null, a.owned_tracks = 0, a.added_at desc, a.id
    limit ${limit}`;
}

/** The album as it is from now on, and what MusicBrainz calls it. */
export type DescribedFacts =
  & Pick<DescribedAlbum, "releaseDate" | "releaseDatePrecision" | "albumType" | "genres">
  & { primaryType: string | null; secondaryTypes: readonly string[] };

/**
 * Puts onto an album what its release group is, and remembers what it was without. False, and nothing is written:
 * the album was matched to something else meanwhile. To be called in a transaction.
 */
export async function updateFacts(sql: Sql, album: DescribedAlbum, facts: DescribedFacts): Promise<boolean> {
  const { count } = await sql`
    update albums set release_date = ${facts.releaseDate}::date,
      release_date_precision = ${facts.releaseDatePrecision}, album_type = ${facts.albumType},
      genres = ${facts.genres}, updated_at = now()
    where id = ${album.id} and musicbrainz_release_group_id = ${album.releaseGroupId}`;
  if (count === 0) return false;
  const replaced = {
    release_date: album.releaseDate,
    release_date_precision: album.releaseDatePrecision,
    album_type: album.albumType,
    genres: album.genres,
  };
  await sql`
    insert into release_group_details (album_id, release_group_id, primary_type, secondary_types, replaced)
    values (${album.id}, ${album.releaseGroupId}, ${facts.primaryType}, ${[...facts.secondaryTypes]},
      ${JSON.stringify(replaced)}::text::jsonb)
    on conflict (album_id) do update set primary_type = excluded.primary_type,
      secondary_types = excluded.secondary_types`;
  return true;
}

export type FetchedDetails = {
  links: { kind: string; url: string }[];
  /** Null: no edition was asked for this time. */
  releaseId: string | null;
  releaseTracks: number | null;
};

/** Stores what was fetched for an album with facts, and that it was. */
export async function updateDetails(sql: Sql, albumId: string, details: FetchedDetails): Promise<void> {
  const urls = details.links.map((link) => link.url);
  await sql`
    delete from album_external_ids where album_id = ${albumId} and not value = any(${urls})
      and value = any(select unnest(links) from release_group_details where album_id = ${albumId})`;
  await sql`
    insert into album_external_ids (album_id, kind, value)
    select ${albumId}, kind, url
    from jsonb_to_recordset(${JSON.stringify(details.links)}::text::jsonb) as l(kind text, url text)
    on conflict do nothing`;
  await sql`
    update release_group_details set links = ${urls}, fetched_at = now(),
      release_id = coalesce(${details.releaseId}, release_id),
      release_tracks = coalesce(${details.releaseTracks}, release_tracks)
    where album_id = ${albumId}`;
}

/**
 * The release group has another id now, because two were merged at MusicBrainz. False when another album of ours has
 * it already: matching will find the two to be one.
 */
export async function renameReleaseGroup(
  sql: Sql,
  albumId: string,
  from: string,
  to: string,
): Promise<boolean> {
  const { count } = await sql`
    update albums set musicbrainz_release_group_id = ${to}
    where id = ${albumId} and musicbrainz_release_group_id = ${from}
      and not exists (select from albums where musicbrainz_release_group_id = ${to})`;
  return count > 0;
}
