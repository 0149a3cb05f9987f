import type { Sql } from "./sql.ts";

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
      ? sql`cover_checked_at is null and cover_hash is null`
      : sql`id = any(${albumIds}::uuid[])`
  })
      group by album_id, folder
    )
    select album_id as id, array_agg(folder order by files desc, folder) as folders,
      (array_agg(pictured order by files desc, folder) filter (where pictured is not null))[1] as pictured
    from found group by album_id order by album_id`;
}

/** Whether any album waits for somebody to look for its cover on disk. */
export async function isCoverSearchDue(sql: Sql): Promise<boolean> {
  const rows = await sql`
    select 1 from albums a where cover_checked_at is null and cover_hash is null
      and exists (select from local_files f where f.album_id = a.id and f.missing_since is null) limit 1`;
  return rows.length > 0;
}

/** Albums without a cover that have files in these folders are looked at again: a picture may have come. */
export async function resetCoverSearches(sql: Sql, folders: readonly string[]): Promise<void> {
  await sql`
    update albums set cover_checked_at = null
    where cover_hash is null and cover_checked_at is not null and id in (
      select f.album_id from local_files f join unnest(${[...folders]}::text[]) as s(folder)
        on f.folder = s.folder or starts_with(f.folder, s.folder || '/'))`;
}

export type FoundCover = { id: string; hash: string; tone: string | null };

export async function updateCover(sql: Sql, cover: FoundCover): Promise<void> {
  await sql`
    update albums set cover_hash = ${cover.hash}, cover_tone = ${cover.tone}, cover_checked_at = now(),
      updated_at = case when cover_hash is distinct from ${cover.hash} then now() else updated_at end
    where id = ${cover.id}`;
}

/** Remembers that there is no cover on disk; a cover found elsewhere stays. */
export async function markCoverChecked(sql: Sql, albumId: string): Promise<void> {
  await sql`update albums set cover_checked_at = now() where id = ${albumId}`;
}

/** The tone of a picture that another album has already. */
export async function findToneOfCover(sql: Sql, hash: string): Promise<string | undefined> {
  const [row] = await sql<{ coverTone: string }[]>`
    select cover_tone from albums where cover_hash = ${hash} and cover_tone is not null limit 1`;
  return row?.coverTone;
}
