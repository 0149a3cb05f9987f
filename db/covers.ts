import type { Sql } from "./sql.ts";

/** Where a cover is from, the best first. */
export type CoverSource = "local" | "release_group" | "release" | "spotify";

/** An album whose cover is to be looked for on disk. */
export type LocalCoverSearch = {
  id: string;
  /** Folders with files of it, the one with most first. */
  folders: string[];
  /** A file of it that has a picture inside. */
  pictured: string | null;
};

/** Albums with files whose cover nobody has looked for yet, or these. */
export async function listLocalCoverSearches(
  sql: Sql,
  albumIds: string[] | null,
): Promise<LocalCoverSearch[]> {
  return await sql<LocalCoverSearch[]>`
    with found as (
      select album_id, folder, count(*) as files, min(path) filter (where has_cover) as pictured
      from local_files
      where missing_since is null and album_id in (
        select id from albums where ${
    albumIds === null
      ? sql`cover_checked_at is null and cover_source is distinct from 'local'`
      : sql`id = any(${albumIds}::uuid[])`
  })
      group by album_id, folder
    )
    select album_id as id, array_agg(folder order by files desc, folder) as folders,
      (array_agg(pictured order by files desc, folder) filter (where pictured is not null))[1] as pictured
    from found group by album_id order by album_id`;
}

/** An album whose cover is to be asked for outside. */
export type CoverSearch = {
  id: string;
  releaseGroupId: string | null;
  /** Editions of it that are known, in case the group has no front. */
  releaseIds: string[];
  /** Spotify's picture. */
  imageUrl: string | null;
  /** How often in a row the archive had none. */
  misses: number;
};

type CoverSearchOptions = {
  /** These, whether or not it is time to ask again. */
  albumIds?: string[];
  /** All but these. */
  except?: string[];
};

/** Albums that are to be asked about now, those of the library first, the newest of them first. */
export async function listCoverSearches(
  sql: Sql,
  options: CoverSearchOptions & { limit: number },
): Promise<CoverSearch[]> {
  return await sql<CoverSearch[]>`
    select a.id, a.musicbrainz_release_group_id as release_group_id, a.cover_art_url as image_url,
      coalesce((select array_agg(x.value order by x.created_at, x.value) from album_external_ids x
        where x.album_id = a.id and x.kind = 'musicbrainz_release'), '{}') as release_ids,
      coalesce(l.misses, 0) as misses
    ${dueCovers(sql, options)}
    order by a.in_library desc, a.added_at desc, a.id limit ${options.limit}`;
}

export async function countCoverSearches(sql: Sql, options: CoverSearchOptions): Promise<number> {
  const [{ count }] = await sql<{ count: number }[]>`
    select count(*)::integer as count ${dueCovers(sql, options)}`;
  return count;
}

/** A picture of the archive that belongs to another release group than the album has now is no cover any more. */
function dueCovers(sql: Sql, { albumIds, except = [] }: CoverSearchOptions) {
  return sql`
    from albums a left join cover_lookups l on l.album_id = a.id
      and l.release_group_id is not distinct from a.musicbrainz_release_group_id
      and (l.image_url is not distinct from a.cover_art_url or a.cover_source in ('release_group', 'release'))
    where a.cover_source is distinct from 'local'
      and (a.musicbrainz_release_group_id is not null or a.cover_art_url is not null
        or a.cover_source in ('release_group', 'release'))
      and ${albumIds ? sql`a.id = any(${albumIds}::uuid[])` : sql`(l.album_id is null or l.next_at <= now())`}
      and not a.id = any(${except}::uuid[])`;
}

/** Whether there is any cover to look for, on disk or outside. */
export async function isCoverSearchDue(sql: Sql): Promise<boolean> {
  const [{ due }] = await sql<{ due: boolean }[]>`
    select exists (select from albums a where cover_checked_at is null and cover_source is distinct from 'local'
      and exists (select from local_files f where f.album_id = a.id and f.missing_since is null))
    or exists (select ${dueCovers(sql, {})}) as due`;
  return due;
}

/** Of so many pictures those that are the cover of an album. */
export async function listUsedCovers(sql: Sql, hashes: string[]): Promise<string[]> {
  const rows = await sql<{ coverHash: string }[]>`
    select distinct cover_hash from albums where cover_hash = any(${hashes})`;
  return rows.map((row) => row.coverHash);
}

/** Albums without a cover of their own that have files in these folders are looked at again: one may have come. */
export async function resetCoverSearches(sql: Sql, folders: readonly string[]): Promise<void> {
  await sql`
    update albums set cover_checked_at = null
    where cover_source is distinct from 'local' and cover_checked_at is not null and id in (
      select f.album_id from local_files f join unnest(${[...folders]}::text[]) as s(folder)
        on f.folder = s.folder or starts_with(f.folder, s.folder || '/'))`;
}

export type FoundCover = { hash: string; tone: string | null; source: CoverSource };

export async function updateCover(sql: Sql, albumId: string, cover: FoundCover): Promise<void> {
  await sql`
    update albums set cover_hash = ${cover.hash}, cover_tone = ${cover.tone}, cover_source = ${cover.source},
      updated_at = now()
    where id = ${albumId} and (cover_hash, cover_source) is distinct from (${cover.hash}::text, ${cover.source}::text)`;
}

/** Takes a cover away that has turned out to be of another album. */
export async function dropArchiveCover(sql: Sql, albumId: string): Promise<void> {
  await sql`
    update albums set cover_hash = null, cover_tone = null, cover_source = null, updated_at = now()
    where id = ${albumId} and cover_source in ('release_group', 'release')`;
}

/** Remembers that somebody has looked on disk; a cover found elsewhere stays. */
export async function markCoverChecked(sql: Sql, albumId: string): Promise<void> {
  await sql`update albums set cover_checked_at = now() where id = ${albumId}`;
}

export type CoverLookup = Pick<CoverSearch, "releaseGroupId" | "imageUrl" | "misses"> & {
  /** When to ask again; null: never, until the album has changed. */
  nextAt: Date | null;
};

/** Remembers what was asked and when to ask again. */
export async function upsertCoverLookup(sql: Sql, albumId: string, lookup: CoverLookup): Promise<void> {
  await sql`
    insert into cover_lookups (album_id, release_group_id, image_url, misses, next_at)
    values (${albumId}, ${lookup.releaseGroupId}, ${lookup.imageUrl}, ${lookup.misses}, ${lookup.nextAt})
    on conflict (album_id) do update set release_group_id = excluded.release_group_id,
      image_url = excluded.image_url, misses = excluded.misses, next_at = excluded.next_at, looked_at = now()`;
}

/** The tone of a picture that another album has already. */
export async function findToneOfCover(sql: Sql, hash: string): Promise<string | undefined> {
  const [row] = await sql<{ coverTone: string }[]>`
    select cover_tone from albums where cover_hash = ${hash} and cover_tone is not null limit 1`;
  return row?.coverTone;
}
