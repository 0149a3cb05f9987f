import { albumKey, matchKey } from "./normalise.ts";
import type { Sql } from "./sql.ts";

/** How Lidarr names an album; any part may be missing. */
export type LidarrName = {
  lidarrId: number | null;
  releaseGroupId: string | null;
  artist: string | null;
  title: string | null;
};

/**
 * Our album for one of Lidarr's. The release group decides, also the one it had before a merge. Without it
 * Lidarr's number counts if the title agrees, because a new Lidarr counts anew; else artist and title, if
 * only one album has them. An album that is known to be another release group is never meant.
 */
export async function findAlbumOf(sql: Sql, name: LidarrName): Promise<string | undefined> {
  const key = name.artist && name.title ? albumKey(name.artist, name.title) : null;
  const rows = await sql<{ id: string; rank: number }[]>`
    select a.id, 1 as rank from albums a where a.musicbrainz_release_group_id = ${name.releaseGroupId}
    union all
    select a.id, 2 from lidarr_albums l
      join albums a on a.musicbrainz_release_group_id in (l.release_group_id, l.former_release_group_id)
    where ${name.releaseGroupId}::uuid in (l.release_group_id, l.former_release_group_id)
    union all
    select a.id, 3 from lidarr_albums l join albums a on a.musicbrainz_release_group_id = l.release_group_id
    where ${name.releaseGroupId}::uuid is null and l.id = ${name.lidarrId}
      and lower(l.title) = lower(${name.title ?? ""})
    union all
    select a.id, 4 from albums a where a.match_key = ${key}
      and (${name.releaseGroupId}::uuid is null or a.musicbrainz_release_group_id is null)
    order by rank, id`;
  const best = rows.filter((row) => row.rank === rows[0].rank);
  return best.length > 1 && best[0].rank === 4 ? undefined : best[0]?.id;
}

export type LidarrAlbum = {
  id: number;
  artistId: number;
  releaseGroupId: string;
  title: string;
  monitored: boolean;
  trackCount: number;
  trackFileCount: number;
};

export type LidarrArtist = {
  id: number;
  musicbrainzId: string;
  name: string;
  monitored: boolean;
  monitorNewItems: string | null;
  path: string | null;
};

export async function upsertLidarrArtists(sql: Sql, artists: LidarrArtist[]): Promise<void> {
  if (artists.length === 0) return;
  await sql`
    insert into lidarr_artists (id, musicbrainz_id, name, monitored, monitor_new_items, path, seen_at)
    select id, "musicbrainzId", name, monitored, "monitorNewItems", path, now()
    from jsonb_to_recordset(${JSON.stringify(artists)}::text::jsonb) as r(id integer, "musicbrainzId" uuid,
      name text, monitored boolean, "monitorNewItems" text, path text)
    on conflict (id) do update set musicbrainz_id = excluded.musicbrainz_id, name = excluded.name,
      monitored = excluded.monitored, monitor_new_items = excluded.monitor_new_items, path = excluded.path,
      seen_at = now()`;
}

/**
 * A number whose release group changed keeps the former one when the title did not: MusicBrainz has merged it.
 * Otherwise the number belongs to another album now, as after a new installation.
 */
export async function upsertLidarrAlbums(sql: Sql, albums: LidarrAlbum[]): Promise<void> {
  if (albums.length === 0) return;
  const rows = JSON.stringify(albums.map((album) => ({ ...album, key: matchKey(album.title) })));
  const given = sql`jsonb_to_recordset(${rows}::text::jsonb) as r(id integer, "artistId" integer,
    "releaseGroupId" uuid, title text, monitored boolean, "trackCount" integer, "trackFileCount" integer)`;
  await sql`
    delete from lidarr_albums l using ${given}
    where l.release_group_id = r."releaseGroupId" and l.id <> r.id`;
  await sql`
    insert into lidarr_albums as l (id, artist_id, release_group_id, title, monitored, track_count,
      track_file_count, seen_at)
    select id, "artistId", "releaseGroupId", title, monitored, "trackCount", "trackFileCount", now() from ${given}
    on conflict (id) do update set artist_id = excluded.artist_id, title = excluded.title,
      former_release_group_id = case
        when l.release_group_id = excluded.release_group_id then l.former_release_group_id
        when l.artist_id = excluded.artist_id and lower(l.title) = lower(excluded.title) then l.release_group_id
      end,
      release_group_id = excluded.release_group_id, monitored = excluded.monitored,
      track_count = excluded.track_count, track_file_count = excluded.track_file_count, seen_at = now()`;
}

/** What a whole reading did not find is not there any more. */
export async function deleteUnseen(sql: Sql, since: Date): Promise<void> {
  await sql`delete from lidarr_artists where seen_at < ${since}`;
  await sql`delete from lidarr_albums where seen_at < ${since}`;
}

export async function deleteLidarrAlbum(sql: Sql, releaseGroupId: string): Promise<void> {
  await sql`delete from lidarr_albums where release_group_id = ${releaseGroupId}`;
}

/** Albums of ours that belong to an artist of Lidarr's, by MusicBrainz' id or by where its files are. */
export async function listAlbumsOfArtist(
  sql: Sql,
  artist: { musicbrainzId: string | null; path: string | null },
): Promise<string[]> {
  const rows = await sql<{ albumId: string }[]>`
    select f.album_id from lidarr_files f where starts_with(f.path, ${artist.path ? `${artist.path}/` : null})
    union
    select a.id from lidarr_artists r join lidarr_albums l on l.artist_id = r.id
      join albums a on a.musicbrainz_release_group_id in (l.release_group_id, l.former_release_group_id)
    where r.musicbrainz_id = ${artist.musicbrainzId}`;
  return rows.map((row) => row.albumId);
}
