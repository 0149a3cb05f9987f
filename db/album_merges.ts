import type { Sql } from "./sql.ts";

/** Rows of other tables that went over to the other album with a merge: what splitting takes back. */
export type MovedRows = {
  externalIds: { kind: string; value: string }[];
  libraryEntries: string[];
  /** The other album's entries of the same person and door, which took those in, as they were. */
  joinedEntries: { gone: Stored[]; kept: Stored[] };
  tracks: { id: string; sameAs: string | null }[];
  playlistTracks: { playlistId: string; position: number }[];
  files: string[];
  formerFiles: string[];
  events: string[];
  merges: string[];
  downloads: string[];
  /** Rows that went with the album that is gone: the other one has its own. */
  gone: Record<typeof OWN_TABLES[number], Stored[]>;
};

// What stays an album's own. Downloads are: those that could not go over to the other one.
const OWN_TABLES = [
  "match_candidates",
  "release_group_details",
  "cover_lookups",
  "lidarr_files",
  "lidarr_downloads",
] as const;

/** A row as jsonb. */
export type Stored = Record<string, unknown>;

export type AlbumMerge = {
  id: string;
  absorbedId: string;
  intoId: string;
  albumId: string;
  absorbed: Stored;
  changed: { before: Stored; after: Stored };
  moved: MovedRows;
};

/** The album that an id which is gone stands for now. */
export async function findMergedInto(sql: Sql, absorbedId: string): Promise<string | undefined> {
  const [row] = await sql<{ albumId: string }[]>`
    select album_id from album_merges where absorbed_id = ${absorbedId}`;
  return row?.albumId;
}

export async function lockAlbumMerge(sql: Sql, id: string): Promise<AlbumMerge | undefined> {
  const [row] = await sql<AlbumMerge[]>`
    select id, absorbed_id, into_id, album_id, absorbed, changed, moved from album_merges
    where id = ${id} for update`;
  return row;
}

/** The rows of albums as they are, locked, in an order that all share. */
export async function lockWholeAlbums(sql: Sql, ids: string[]): Promise<Map<string, Stored>> {
  const rows = await sql<{ id: string; row: Stored }[]>`
    select a.id, to_jsonb(a) as row from albums a where id = any(${ids}::uuid[]) order by id for update`;
  return new Map(rows.map(({ id, row }) => [id, row]));
}

/** Moves everything that hangs on one album to another, before the first is deleted. */
export async function moveAlbumRows(sql: Sql, from: string, to: string): Promise<MovedRows> {
  const externalIds = await sql<{ kind: string; value: string }[]>`
    update album_external_ids set album_id = ${to} where album_id = ${from} returning kind, value`;
  const joinedEntries = await joinEntries(sql, from, to);
  const libraryEntries = await sql<{ id: string }[]>`
    update library_entries set album_id = ${to} where album_id = ${from} returning id`;
  const playlistTracks = await sql<{ playlistId: string; position: number }[]>`
    update playlist_tracks set album_id = ${to} where album_id = ${from} returning playlist_id, position`;
  const files = await sql<{ id: string }[]>`
    update local_files set album_id = ${to} where album_id = ${from} returning id`;
  const formerFiles = await sql<{ id: string }[]>`
    update local_files set former_album_id = ${to} where former_album_id = ${from} returning id`;
  const events = await sql<{ id: string }[]>`
    update album_events set album_id = ${to} where album_id = ${from} returning id`;
  const merges = await sql<{ id: string }[]>`
    update album_merges set album_id = ${to} where album_id = ${from} returning id`;
  // An album has one download at a time, and knows each once.
  const downloads = await sql<{ id: string }[]>`
    update lidarr_downloads d set album_id = ${to} where d.album_id = ${from} and not exists (
      select from lidarr_downloads o where o.album_id = ${to}
        and (o.download_id = d.download_id or (o.ended_at is null and d.ended_at is null)))
    returning id`;
  await sql`update lidarr_queue set album_id = ${to} where album_id = ${from}`;
  await sql`update import_albums set album_id = ${to} where album_id = ${from}`;
  const tracks = await moveTracks(sql, from, to);
  const ids = (rows: { id: string }[]) => rows.map((row) => row.id);
  return {
    externalIds: [...externalIds],
    libraryEntries: ids(libraryEntries),
    joinedEntries,
    tracks,
    playlistTracks: [...playlistTracks],
    files: ids(files),
    formerFiles: ids(formerFiles),
    events: ids(events),
    merges: ids(merges),
    downloads: ids(downloads),
    gone: {
      match_candidates: await rowsOf(sql, "match_candidates", from),
      release_group_details: await rowsOf(sql, "release_group_details", from),
      cover_lookups: await rowsOf(sql, "cover_lookups", from),
      lidarr_files: await rowsOf(sql, "lidarr_files", from),
      lidarr_downloads: await rowsOf(sql, "lidarr_downloads", from),
    },
  };
}

async function rowsOf(sql: Sql, table: string, albumId: string): Promise<Stored[]> {
  const rows = await sql<{ row: Stored }[]>`select to_jsonb(t) as row from ${
    sql(table)
  } t where album_id = ${albumId}`;
  return rows.map(({ row }) => row);
}

/** Entries that both albums have: one is left, as old as the older and there as long as either is. */
async function joinEntries(sql: Sql, from: string, to: string): Promise<MovedRows["joinedEntries"]> {
  const pairs = await sql<{ gone: Stored; kept: Stored }[]>`
    select to_jsonb(f) as gone, to_jsonb(t) as kept
    from library_entries f join library_entries t using (user_id, source, door)
    where f.album_id = ${from} and t.album_id = ${to}`;
  await sql`
    update library_entries t set added_at = least(t.added_at, f.added_at),
      removed_at = case when t.removed_at is not null and f.removed_at is not null
        then greatest(t.removed_at, f.removed_at) end,
      liked_track_count = t.liked_track_count + f.liked_track_count
    from library_entries f
    where t.album_id = ${to} and f.album_id = ${from}
      and (f.user_id, f.source, f.door) = (t.user_id, t.source, t.door)`;
  await sql`
    delete from library_entries f using library_entries t
    where f.album_id = ${from} and t.album_id = ${to}
      and (f.user_id, f.source, f.door) = (t.user_id, t.source, t.door)`;
  return { gone: pairs.map((pair) => pair.gone), kept: pairs.map((pair) => pair.kept) };
}

/**
 * The tracks go over, and those that are a song of the other album, by title or as another edition of the title
 * in the same place, are marked as the same as that one.
 */
async function moveTracks(sql: Sql, from: string, to: string): Promise<MovedRows["tracks"]> {
  const tracks = await sql<{ id: string; sameAs: string | null }[]>`
    select id, same_as from tracks where album_id = ${from} order by id`;
  await sql`
    with twins as (
      select f.id, (
        select t.id from tracks t
        where t.album_id = ${to} and t.same_as is null and (t.match_key = f.match_key
          or ((t.disc_number, t.track_number) = (f.disc_number, f.track_number)
            and (starts_with(f.match_key, t.match_key || ' ') or starts_with(t.match_key, f.match_key || ' '))))
        order by t.match_key = f.match_key desc,
          (t.disc_number, t.track_number) is not distinct from (f.disc_number, f.track_number) desc, t.id
        limit 1) as twin
      from tracks f where f.album_id = ${from} and f.same_as is null)
    update tracks f set same_as = mine.twin
    from twins mine
    where f.album_id = ${from} and mine.id in (f.id, f.same_as) and mine.twin is not null`;
  await sql`update tracks set album_id = ${to} where album_id = ${from}`;
  return [...tracks];
}

/** What one album of two keeps of the other, where it had nothing or the other one knows better. */
export async function joinAlbums(sql: Sql, id: string, absorbed: Stored): Promise<void> {
  const row = JSON.stringify(absorbed);
  await sql`
    update albums a set
      spotify_id = coalesce(a.spotify_id, b.spotify_id),
      release_date = coalesce(a.release_date, b.release_date),
      release_date_precision = case when a.release_date is null then b.release_date_precision
        else a.release_date_precision end,
      album_type = coalesce(a.album_type, b.album_type),
      -- Whichever edition is complete is the one that counts.
      total_tracks = case when b.ownership_status = 'owned' and a.ownership_status <> 'owned'
        then coalesce(b.total_tracks, a.total_tracks) else coalesce(a.total_tracks, b.total_tracks) end,
      genres = case when a.genres = '{}' then b.genres else a.genres end,
      cover_art_url = coalesce(a.cover_art_url, b.cover_art_url),
      cover_hash = coalesce(a.cover_hash, b.cover_hash),
      cover_tone = case when a.cover_hash is null then b.cover_tone else a.cover_tone end,
      cover_source = case when a.cover_hash is null then b.cover_source else a.cover_source end,
      ownership_status = case
        when a.ownership_locked and a.ownership_status = 'owned' then a.ownership_status
        when b.ownership_locked and b.ownership_status = 'owned' then b.ownership_status
        when a.ownership_locked then a.ownership_status
        when b.ownership_locked then b.ownership_status
        when 'owned' in (a.ownership_status, b.ownership_status) then 'owned'
        when 'downloading' in (a.ownership_status, b.ownership_status) then 'downloading'
        when 'partial' in (a.ownership_status, b.ownership_status) then 'partial'
        else a.ownership_status end,
      ownership_locked = a.ownership_locked or b.ownership_locked,
      owned_at = least(a.owned_at, b.owned_at),
      acquisition_source = case when coalesce(a.acquisition_source, 'unknown') = 'unknown'
        then coalesce(b.acquisition_source, a.acquisition_source) else a.acquisition_source end,
      acquisition_medium = case when coalesce(a.acquisition_source, 'unknown') = 'unknown'
        then b.acquisition_medium else a.acquisition_medium end,
      local_path = coalesce(a.local_path, b.local_path),
      wanted_at = case when 'owned' not in (a.ownership_status, b.ownership_status)
        then least(a.wanted_at, b.wanted_at) end,
      -- Ignored is what both were.
      ignored_at = case when b.ignored_at is not null then a.ignored_at end,
      in_library = a.in_library or b.in_library,
      added_at = least(a.added_at, b.added_at),
      play_count = a.play_count + b.play_count,
      last_synced_at = greatest(a.last_synced_at, b.last_synced_at),
      updated_at = now()
    from jsonb_populate_record(null::albums, ${row}::text::jsonb) b
    where a.id = ${id}`;
}

export async function deleteAlbum(sql: Sql, id: string): Promise<void> {
  await sql`delete from albums where id = ${id}`;
}

export async function insertAlbumMerge(
  sql: Sql,
  merge: Pick<AlbumMerge, "id" | "absorbedId" | "intoId" | "absorbed" | "changed" | "moved">,
): Promise<void> {
  await sql`
    insert into album_merges (id, absorbed_id, match_key, into_id, album_id, absorbed, changed, moved)
    values (${merge.id}, ${merge.absorbedId}, ${
    String(merge.absorbed.match_key)
  }, ${merge.intoId}, ${merge.intoId},
      ${JSON.stringify(merge.absorbed)}::text::jsonb, ${JSON.stringify(merge.changed)}::text::jsonb,
      ${JSON.stringify(merge.moved)}::text::jsonb)`;
}

/** Deletes the record of a merge that is taken back; its id may be an album's again. */
export async function deleteAlbumMerge(sql: Sql, id: string): Promise<void> {
  await sql`delete from album_merges where id = ${id}`;
}

/** Columns that can be written: PostgreSQL works out the others itself. */
async function writableColumns(sql: Sql, table: string, row: Stored): Promise<string[]> {
  const columns = await sql<{ name: string }[]>`
    select attname as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''
    order by attnum`;
  return columns.map(({ name }) => name).filter((name) => name in row);
}

/** Puts an album back as it was stored. */
export async function restoreAlbum(sql: Sql, row: Stored): Promise<void> {
  const columns = sql(await writableColumns(sql, "albums", row));
  await sql`
    insert into albums (${columns})
    select ${columns} from jsonb_populate_record(null::albums, ${JSON.stringify(row)}::text::jsonb)`;
}

/** Sets columns of an album to what they were. */
export async function restoreColumns(sql: Sql, id: string, before: Stored): Promise<void> {
  const names = await writableColumns(sql, "albums", before);
  if (names.length === 0) return;
  const columns = sql(names);
  await sql`
    update albums set (${columns}) = (
      select ${columns} from jsonb_populate_record(null::albums, ${JSON.stringify(before)}::text::jsonb))
    where id = ${id}`;
}

/** Takes back what a merge moved, as far as it is still on the album it was moved to; files follow their tracks. */
export async function moveAlbumRowsBack(sql: Sql, merge: AlbumMerge): Promise<void> {
  const { moved, albumId: from, absorbedId: to } = merge;
  const tracks = JSON.stringify(moved.tracks);
  await sql`
    update album_external_ids x set album_id = ${to}
    from jsonb_to_recordset(${JSON.stringify(moved.externalIds)}::text::jsonb) as r(kind text, value text)
    where x.album_id = ${from} and (x.kind, x.value) = (r.kind, r.value)`;
  await sql`
    update tracks t set album_id = ${to}, same_as = r."sameAs"
    from jsonb_to_recordset(${tracks}::text::jsonb) as r(id uuid, "sameAs" uuid)
    where t.id = r.id and t.album_id = ${from}`;
  await sql`
    update tracks t set same_as = null
    where t.album_id = ${from} and t.same_as in (select id from tracks where album_id = ${to})`;
  await splitEntries(sql, merge);
  await sql`
    update playlist_tracks p set album_id = ${to}
    where p.album_id = ${from} and (p.track_id in (select id from tracks where album_id = ${to})
      or (p.track_id is null and (p.playlist_id, p.position) in (select "playlistId", position
        from jsonb_to_recordset(${JSON.stringify(moved.playlistTracks)}::text::jsonb)
          as r("playlistId" uuid, position integer))))`;
  await sql`
    update local_files f set album_id = ${to}
    where f.album_id = ${from} and (f.id = any(${moved.files}::uuid[])
      or f.track_id in (select id from tracks where album_id = ${to}))`;
  await sql`
    update local_files f set former_album_id = ${to}
    where f.former_album_id = ${from} and f.id = any(${moved.formerFiles}::uuid[])`;
  await sql`
    update album_events set album_id = ${to} where album_id = ${from} and id = any(${moved.events}::bigint[])`;
  await sql`
    update album_merges set album_id = ${to} where album_id = ${from} and id = any(${moved.merges}::uuid[])`;
  await sql`
    update lidarr_downloads set album_id = ${to}
    where album_id = ${from} and id = any(${moved.downloads}::uuid[])`;
  for (const table of OWN_TABLES) {
    await sql`
      insert into ${sql(table)}
      select * from jsonb_populate_recordset(null::${sql(table)}, ${
      JSON.stringify(moved.gone[table])
    }::text::jsonb)`;
  }
}

async function splitEntries(sql: Sql, { moved, albumId: from, absorbedId: to }: AlbumMerge): Promise<void> {
  const { gone, kept } = moved.joinedEntries;
  await sql`
    update library_entries set album_id = ${to}
    where album_id = ${from} and id = any(${moved.libraryEntries}::uuid[])`;
  await sql`
    update library_entries e set added_at = r.added_at, liked_track_count = r.liked_track_count,
      removed_at = case when e.removed_at is null then r.removed_at else e.removed_at end
    from jsonb_populate_recordset(null::library_entries, ${JSON.stringify(kept)}::text::jsonb) r
    where e.id = r.id`;
  await sql`
    insert into library_entries (id, user_id, album_id, source, door, liked_track_count, added_at, removed_at,
      import_id, created_at)
    select r.id, r.user_id, r.album_id, r.source, r.door, r.liked_track_count, r.added_at, r.removed_at, i.id, r.created_at
    from jsonb_populate_recordset(null::library_entries, ${JSON.stringify(gone)}::text::jsonb) r
    join users u on u.id = r.user_id left join imports i on i.id = r.import_id`;
}
