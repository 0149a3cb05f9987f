import { artistKey, matchKey, searchText, sortName, sortTitle } from "./normalise.ts";
import type { OwnershipStatus } from "./albums.ts";
import type { Sql } from "./sql.ts";

/** What albums are looked up by; together they find every album that could be meant, and a few more. */
export type CandidateKeys = {
  albumIds: string[];
  releaseGroupIds: string[];
  releaseIds: string[];
  /** Digits without leading zeros. */
  barcodes: string[];
  matchKeys: string[];
  /** Also albums whose title goes on after this: other editions. */
  titleStarts: string[];
};

export type CandidateRow = {
  id: string;
  title: string;
  artistCredit: string;
  matchKey: string;
  matchLocked: boolean;
  releaseGroupId: string | null;
  externalIds: string[];
  year: number | null;
  totalTracks: number | null;
  trackKeys: string[];
  fileTitles: string[];
};

export async function listCandidates(sql: Sql, keys: CandidateKeys): Promise<CandidateRow[]> {
  // An EAN is a UPC with a zero in front, and some write two.
  const barcodes = keys.barcodes.flatMap((digits) =>
    [8, 12, 13, 14].map((length) => digits.padStart(length, "0"))
  );
  return await sql<CandidateRow[]>`
    with found (id) as (
      select id from albums where id = any(${keys.albumIds}::uuid[])
        or musicbrainz_release_group_id = any(${keys.releaseGroupIds}::uuid[])
        or match_key = any(${keys.matchKeys}::text[])
      union
      select album_id from album_external_ids
      where (kind = 'musicbrainz_release' and value = any(${keys.releaseIds}::text[]))
        or (kind = 'barcode' and value = any(${[...keys.barcodes, ...barcodes]}::text[]))
      union
      -- The limit keeps the planner from expecting a tenth of all albums for each beginning.
      select e.id from unnest(${keys.titleStarts}::text[]) as start cross join lateral (
        select id from albums
        where match_key >= (start || ' ') collate "C" and match_key < (start || '!') collate "C"
        order by match_key limit 20) as e
    )
    select a.id, a.title, a.artist_credit, a.match_key, a.match_locked,
      a.musicbrainz_release_group_id as release_group_id, a.release_year as year, a.total_tracks,
      array(select e.value from album_external_ids e
        where e.album_id = a.id and e.kind in ('musicbrainz_release', 'barcode')) as external_ids,
      array(select t.match_key from tracks t where t.album_id = a.id) as track_keys,
      array(select f.title from local_files f
        where f.album_id = a.id and f.missing_since is null and f.title is not null) as file_titles
    from found join albums a using (id) order by a.created_at, a.id`;
}

/** An album that is known from its files alone. */
export type DiskAlbum = {
  id: string;
  artistId: string;
  artist: string;
  title: string;
  year: number | null;
  compilation: boolean;
  genres: string[];
  releaseGroupId: string | null;
  releaseId: string | null;
  barcode: string | null;
  /** Several albums of the catalogue could be meant. */
  tie: boolean;
  addedAt: Date;
};

/** To be called under the catalogue's lock. */
export async function insertDiskAlbums(sql: Sql, albums: DiskAlbum[]): Promise<void> {
  if (albums.length === 0) return;
  const rows = albums.map(({ artistId, artist, title, ...album }) => ({
    ...album,
    artist_id: artistId,
    artist,
    title,
    match_key: `${artistKey(artist)}\t${matchKey(title)}`,
    sort_title: sortTitle(title),
    sort_artist: sortName(artist),
    search_text: searchText(artist, title),
  }));
  await sql`
    insert into albums (id, artist_id, artist_credit, title, release_date, release_date_precision, album_type, genres,
      musicbrainz_release_group_id, match_status, match_score, matched_at, added_at, in_library, acquisition_source,
      match_key, sort_title, sort_artist, search_text)
    select id, artist_id, artist, title, make_date(year, 1, 1), case when year is not null then 'year' end,
      case when compilation then 'compilation' end, genres, "releaseGroupId",
      case when "releaseGroupId" is not null then 'matched' when tie then 'manual_review' else 'pending' end,
      case when "releaseGroupId" is not null then 100 end, case when "releaseGroupId" is not null then now() end,
      "addedAt", true, 'unknown', match_key, sort_title, sort_artist, search_text
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(id uuid, artist_id uuid, artist text,
      title text, year integer, compilation boolean, genres text[], "releaseGroupId" uuid, tie boolean,
      "addedAt" timestamptz, match_key text, sort_title text, sort_artist text, search_text text)`;
  await sql`
    insert into album_external_ids (album_id, kind, value)
    select r.id, e.kind, e.value
    from jsonb_to_recordset(${
    JSON.stringify(rows)
  }::text::jsonb) as r(id uuid, "releaseId" text, barcode text)
    cross join lateral (values ('musicbrainz_release', r."releaseId"), ('barcode', r.barcode)) as e(kind, value)
    where e.value is not null
    on conflict do nothing`;
}

/** What the decision about an album's ownership starts from. */
export type OwnershipRow = {
  id: string;
  ownershipStatus: OwnershipStatus;
  ownershipLocked: boolean;
  ownedTracks: number;
  expectedTracks: number | null;
  totalTracks: number | null;
  /** Of the edition that MusicBrainz tells it to be. */
  releaseTracks: number | null;
  localPath: string | null;
  inLibrary: boolean;
  /** Lidarr is fetching it. */
  downloading: boolean;
  /** What Lidarr says it has of it; null when it has nothing, or when a scan knew better. */
  lidarrFiles: number | null;
  lidarrTracks: number | null;
  lidarrPath: string | null;
};

/** Locked until the end of the transaction, in an order that all share. */
export async function lockOwnership(sql: Sql, albumIds: string[]): Promise<OwnershipRow[]> {
  return await sql<OwnershipRow[]>`
    select a.id, a.ownership_status, a.ownership_locked, a.owned_tracks, a.expected_tracks, a.total_tracks,
      (select d.release_tracks from release_group_details d where d.album_id = a.id) as release_tracks,
      a.local_path, a.in_library, l.files as lidarr_files, l.tracks as lidarr_tracks,
      coalesce(l.local_path, l.path) as lidarr_path,
      exists (select from lidarr_downloads d where d.album_id = a.id and d.status = 'downloading') as downloading
    from albums a left join lidarr_files l on l.album_id = a.id and l.missing_since is null
    where a.id = any(${albumIds}::uuid[]) order by a.id for no key update of a`;
}

export type OwnershipChange = {
  id: string;
  ownershipStatus: OwnershipStatus;
  ownedTracks: number;
  expectedTracks: number | null;
  localPath: string | null;
  /** Something of it is on disk. */
  hasFiles: boolean;
};

/** What is owned is wanted no longer, what is on disk belongs to the library, and new files may bring a cover. */
export async function updateOwnership(sql: Sql, changes: OwnershipChange[]): Promise<void> {
  await sql`
    update albums a set
      ownership_status = r."ownershipStatus", owned_tracks = r."ownedTracks", expected_tracks = r."expectedTracks",
      local_path = r."localPath", in_library = a.in_library or r."hasFiles",
      owned_at = case r."ownershipStatus" when 'owned' then coalesce(a.owned_at, now()) end,
      wanted_at = case when r."ownershipStatus" <> 'owned' then a.wanted_at end,
      acquisition_source = case when r."hasFiles" then coalesce(a.acquisition_source, 'unknown')
        else a.acquisition_source end,
      cover_checked_at = case when a.cover_source = 'local' then a.cover_checked_at end,
      updated_at = now()
    from jsonb_to_recordset(${JSON.stringify(changes)}::text::jsonb) as r(id uuid, "ownershipStatus" text,
      "ownedTracks" integer, "expectedTracks" integer, "localPath" text, "hasFiles" boolean)
    where a.id = r.id`;
}

/** Who noticed: the scan of the files, or what Lidarr says. */
export type OwnershipNews = "scan" | "lidarr";
export type OwnershipEvent = {
  kind: OwnershipNews;
  albumId: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
};

/** Lines of the albums' histories that say what is owned now. */
export async function insertOwnershipEvents(sql: Sql, events: OwnershipEvent[]): Promise<void> {
  if (events.length === 0) return;
  await sql`
    insert into album_events (album_id, kind, before, after)
    select "albumId", kind, before, after
    from jsonb_to_recordset(${JSON.stringify(events)}::text::jsonb)
      as r("albumId" uuid, kind text, before jsonb, after jsonb)`;
}

/**
 * Deletes albums that files alone made and no file names any more, because their tags were corrected. What
 * anybody has saved, decided or put into a list stays, and so does an album whose files are only missing.
 */
export async function deleteRetaggedAlbums(sql: Sql, albumIds: string[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    delete from albums a where a.id = any(${albumIds}::uuid[])
      and a.acquisition_source = 'unknown' and a.spotify_id is null and not a.ownership_locked
      and not a.match_locked and a.wanted_at is null and a.ignored_at is null
      and not exists (select from local_files f where a.id in (f.album_id, f.former_album_id))
      and not exists (select from library_entries e where e.album_id = a.id)
      and not exists (select from playlist_tracks p where p.album_id = a.id)
      and not exists (select from tracks t where t.album_id = a.id and (t.spotify_id is not null
        or t.musicbrainz_id is null or exists (select from liked_tracks l where l.track_id = t.id)))
      and not exists (select from album_events e where e.album_id = a.id and e.user_id is not null)
    returning a.id`;
  return rows.map((row) => row.id);
}

export type TrackKey = {
  id: string;
  albumId: string;
  matchKey: string;
  trackNumber: number | null;
  discNumber: number;
};

export async function listTrackKeys(sql: Sql, albumIds: string[]): Promise<TrackKey[]> {
  return await sql<TrackKey[]>`
    select id, album_id, match_key, track_number, disc_number from tracks
    where album_id = any(${albumIds}::uuid[])
    order by album_id, same_as is not null, disc_number, track_number, id`;
}

/** The files that are there, of several albums. */
export type OwnedFile = {
  albumId: string;
  folder: string;
  title: string | null;
  trackNumber: number | null;
  trackTotal: number | null;
  discNumber: number | null;
  discTotal: number | null;
  durationMs: number | null;
  unreadable: boolean;
};

export async function listFilesOfAlbums(sql: Sql, albumIds: string[]): Promise<OwnedFile[]> {
  return await sql<OwnedFile[]>`
    select album_id, folder, title, track_number, track_total, disc_number, disc_total, duration_ms,
      quarantined_reason is not null as unreadable
    from local_files where album_id = any(${albumIds}::uuid[]) and missing_since is null`;
}
