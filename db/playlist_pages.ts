import type { Album } from "./albums.ts";
import type { Fragment, Sql } from "./sql.ts";

/** A playlist of a person, or "liked" for the liked songs, which are a list like any other to look at. */
export type ListId = string;
export const LIKED: ListId = "liked";

/** A cover in a mosaic, and whose it is while there is no picture. */
export type Tile = { coverHash: string | null; artistCredit: string };

export type ListSummary = {
  id: ListId;
  name: string;
  description: string | null;
  door: "spotify" | "export" | "csv";
  ownerName: string | null;
  /** Why Spotify does not show what is in it. */
  unreadableReason: string | null;
  removedAt: Date | null;
  readAt: Date | null;
  /** Songs, owned ones among them; local files, episodes and what was taken down are not counted. */
  tracks: number;
  owned: number;
  others: number;
  durationMs: number;
  albums: number;
  tiles: Tile[];
};

/** A person's lists by name, without those that have left Spotify and the copies other doors brought. */
export async function listPlaylists(sql: Sql, userId: string): Promise<ListSummary[]> {
  return await sql<ListSummary[]>`
    select ${summaryColumns(sql)}
    from playlists p
    cross join lateral (${sums(sql, sql`p.id`)}) s
    where p.user_id = ${userId} and p.removed_at is null and (p.door = 'spotify' or not exists (
      select from playlists twin where twin.user_id = p.user_id and twin.door = 'spotify' and twin.removed_at is null
        and lower(twin.name) = lower(p.name)))
    order by p.unreadable_reason is not null, lower(p.name), p.id`;
}

export async function findPlaylist(sql: Sql, userId: string, id: string): Promise<ListSummary | undefined> {
  const [list] = await sql<ListSummary[]>`
    select ${summaryColumns(sql)} from playlists p cross join lateral (${sums(sql, sql`p.id`)}) s
    where p.user_id = ${userId} and p.id = ${id}`;
  return list;
}

/** The liked songs in the form of a playlist; undefined when there are none. */
export async function findLikedSongs(sql: Sql, userId: string): Promise<ListSummary | undefined> {
  const [list] = await sql<ListSummary[]>`
    select ${LIKED} as id, 'Liked songs' as name, null as description, 'spotify' as door, null as owner_name,
      null as unreadable_reason, null as removed_at, null as read_at, s.*
    from (select ${counts(sql)} from (${likedSongs(sql, userId)}) song
      left join albums a on a.id = song.album_id) s
    where s.tracks > 0`;
  return list;
}

export type ListSong = {
  position: number;
  itemKind: "track" | "episode" | "audiobook" | "local_file" | "removed";
  title: string;
  artistName: string | null;
  albumTitle: string | null;
  durationMs: number | null;
  owned: boolean;
  album: ListAlbum | null;
};

export type ListAlbum = Pick<
  Album,
  | "id"
  | "title"
  | "artistCredit"
  | "state"
  | "ownershipStatus"
  | "ownedTracks"
  | "expectedTracks"
  | "coverHash"
>;

export type SongFilter = "all" | "owned" | "missing";

/** The songs of a list in its order. `after` is the last position seen. */
export async function listSongs(
  sql: Sql,
  { userId, id }: { userId: string; id: ListId },
  options: { show: SongFilter; after: number; limit: number },
): Promise<ListSong[]> {
  const shown = { all: sql`true`, owned: sql`owned`, missing: sql`not owned and item_kind = 'track'` };
  return await sql<ListSong[]>`
    select song.position, song.item_kind, song.title, coalesce(song.artist_name, a.artist_credit) as artist_name,
      coalesce(a.title, song.album_title) as album_title, song.duration_ms, song.owned, ${
    albumJson(sql)
  } as album
    from (select song.*, ${isOwned(sql)} as owned
      from (${songsOf(sql, userId, id)}) song left join albums a on a.id = song.album_id) song
    left join albums a on a.id = song.album_id
    where song.position > ${options.after} and ${shown[options.show]}
    order by song.position limit ${options.limit}`;
}

/** The albums that would bring what a list lacks, those that bring most first. */
export async function listGaps(
  sql: Sql,
  { userId, id }: { userId: string; id: ListId },
): Promise<{ tracks: number; album: ListAlbum }[]> {
  return await sql<{ tracks: number; album: ListAlbum }[]>`
    select missing.tracks, ${albumJson(sql)} as album
    from (
      select song.album_id, count(distinct coalesce(song.track_id::text, song.title))::integer as tracks
      from (${songsOf(sql, userId, id)}) song join albums a on a.id = song.album_id
      where song.item_kind = 'track' and not ${isOwned(sql)}
      group by song.album_id
    ) missing
    join albums a on a.id = missing.album_id
    order by missing.tracks desc, a.sort_artist, a.sort_title, a.id`;
}

function songsOf(sql: Sql, userId: string, id: ListId): Fragment {
  return id === LIKED ? likedSongs(sql, userId) : playlistSongs(sql, sql`${id}::uuid`);
}

function playlistSongs(sql: Sql, id: Fragment): Fragment {
  return sql`
    select i.position, i.item_kind, i.track_id, i.album_id, i.title, i.artist_name, i.album_title, t.duration_ms
    from playlist_tracks i left join tracks t on t.id = i.track_id where i.playlist_id = ${id}`;
}

function likedSongs(sql: Sql, userId: string): Fragment {
  return sql`
    select (row_number() over (order by l.added_at desc nulls last, t.id))::integer - 1 as position,
      'track' as item_kind, t.id as track_id, t.album_id, t.title, null::text as artist_name,
      null::text as album_title, t.duration_ms
    from liked_tracks l join tracks t on t.id = l.track_id
    where l.user_id = ${userId} and l.removed_at is null`;
}

/** A file of it is there, or the whole album is. */
function isOwned(sql: Sql): Fragment {
  return sql`coalesce(song.item_kind = 'track' and (a.ownership_status = 'owned' or exists (
    select from local_files f
    where f.track_id = song.track_id and f.missing_since is null and f.quarantined_reason is null)), false)`;
}

function sums(sql: Sql, id: Fragment): Fragment {
  return sql`select ${counts(sql)} from (${
    playlistSongs(sql, id)
  }) song left join albums a on a.id = song.album_id`;
}

function counts(sql: Sql): Fragment {
  return sql`
    count(*) filter (where song.item_kind = 'track')::integer as tracks,
    count(*) filter (where ${isOwned(sql)})::integer as owned,
    count(*) filter (where song.item_kind <> 'track')::integer as others,
    coalesce(sum(song.duration_ms), 0)::float8 as duration_ms,
    count(distinct song.album_id)::integer as albums,
    coalesce((array_agg(distinct jsonb_build_object('coverHash', a.cover_hash, 'artistCredit', a.artist_credit))
      filter (where a.cover_hash is not null))[1:4], '{}') as tiles`;
}

function summaryColumns(sql: Sql): Fragment {
  return sql`p.id, p.name, p.description, p.door, p.owner_name, p.unreadable_reason, p.removed_at, p.read_at, s.*`;
}

function albumJson(sql: Sql): Fragment {
  return sql`case when a.id is not null then jsonb_build_object('id', a.id, 'title', a.title,
    'artistCredit', a.artist_credit, 'state', a.state, 'ownershipStatus', a.ownership_status,
    'ownedTracks', a.owned_tracks, 'expectedTracks', a.expected_tracks, 'coverHash', a.cover_hash) end`;
}

// What has left Spotify --------------------------------------------------------------------------------------------

export type RemovedThing = {
  kind: "album" | "song" | "playlist";
  id: string;
  title: string;
  artistName: string | null;
  removedAt: Date;
};

/** What a person's account no longer lists, the latest first. */
export async function listRemoved(sql: Sql, userId: string, limit = 500): Promise<RemovedThing[]> {
  return await sql<RemovedThing[]>`
    select 'album' as kind, a.id, a.title, a.artist_credit as artist_name, max(e.removed_at) as removed_at
    from library_entries e join albums a on a.id = e.album_id
    where e.user_id = ${userId} and e.source = 'saved_album' and e.door = 'spotify' and e.removed_at is not null
    group by a.id
    union all
    select 'song', t.album_id, t.title, a.artist_credit, l.removed_at
    from liked_tracks l join tracks t on t.id = l.track_id join albums a on a.id = t.album_id
    where l.user_id = ${userId} and l.removed_at is not null
    union all
    select 'playlist', p.id, p.name, p.owner_name, p.removed_at
    from playlists p where p.user_id = ${userId} and p.door = 'spotify' and p.removed_at is not null
    order by removed_at desc, title limit ${limit}`;
}

export async function countRemoved(sql: Sql, userId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select ((select count(distinct album_id) from library_entries
        where user_id = ${userId} and source = 'saved_album' and door = 'spotify' and removed_at is not null)
      + (select count(*) from liked_tracks where user_id = ${userId} and removed_at is not null)
      + (select count(*) from playlists where user_id = ${userId} and door = 'spotify' and removed_at is not null)
    )::integer as count`;
  return row.count;
}
