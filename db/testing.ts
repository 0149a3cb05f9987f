import { connect, type Database, type Sql } from "./sql.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { albumKey, artistKey, matchKey, searchText, sortName, sortTitle } from "./normalise.ts";

/** A database of its own for one test, dropped when the scope ends: `await using db = await testDatabase()`. */
export type TestDatabase = AsyncDisposable & { sql: Database; url: string };

// Held while the template is made, so that test files running at the same time make it once.
const TEMPLATE_LOCK = 7_300_411;

/** The server that tests use; `deno task test` starts one and sets this. */
function serverUrl(): string {
  const url = Deno.env.get("TEST_DATABASE_URL");
  if (!url) throw new Error("TEST_DATABASE_URL is not set: run tests with `deno task test [files]`");
  return url;
}

function withDatabase(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

async function templateName(): Promise<string> {
  const text = readMigrations().map((migration) => migration.sql).join("\n");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `bc_template_${new Uint8Array(digest).toHex().slice(0, 12)}`;
}

async function ensureTemplate(admin: Database): Promise<string> {
  const name = await templateName();
  const connection = await admin.reserve();
  try {
    await connection`select pg_advisory_lock(${TEMPLATE_LOCK})`;
    const [existing] = await connection`select 1 from pg_database where datname = ${name}`;
    if (existing) return name;
    const building = `${name}_building`;
    await connection`drop database if exists ${connection(building)}`;
    await connection`create database ${connection(building)}`;
    const sql = connect({ url: withDatabase(building), max: 1 });
    await migrate(sql);
    await sql.end();
    await connection`alter database ${connection(building)} rename to ${connection(name)}`;
    return name;
  } finally {
    await connection`select pg_advisory_unlock(${TEMPLATE_LOCK})`;
    connection.release();
  }
}

/** A fresh, migrated, empty database on the test server. */
export async function testDatabase(
  options: { max?: number; migrated?: boolean } = {},
): Promise<TestDatabase> {
  const admin = connect({ url: serverUrl(), max: 1 });
  const name = `bc_test_${crypto.randomUUID().replaceAll("-", "")}`;
  if (options.migrated === false) await admin`create database ${admin(name)}`;
  else await admin`create database ${admin(name)} template ${admin(await ensureTemplate(admin))}`;
  const url = withDatabase(name);
  const sql = connect({ url, max: options.max ?? 4 });
  return {
    sql,
    url,
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
      // Forcing is not allowed while autovacuum looks at the database; without force PostgreSQL sends it away.
      await admin`drop database if exists ${admin(name)} with (force)`
        .catch(() => admin`drop database if exists ${admin(name)}`);
      await admin.end();
    },
  };
}

// One insert per table, with values that do for a test that does not care. --------------------------------------

export async function insertUser(
  sql: Sql,
  user: { username?: string; role?: string } = {},
): Promise<{ id: string }> {
  const [row] = await sql<{ id: string }[]>`
    insert into users (username, password_hash, role)
    values (${user.username ?? "marta"}, 'none', ${user.role ?? "admin"}) returning id`;
  return row;
}

export async function insertArtist(sql: Sql, artist: { name?: string } = {}): Promise<{ id: string }> {
  const name = artist.name ?? "The Cure";
  const [row] = await sql<{ id: string }[]>`
    insert into artists (name, match_key, sort_name) values (${name}, ${artistKey(name)}, ${sortName(name)})
    on conflict (match_key) where spotify_id is null and musicbrainz_id is null
    do update set updated_at = now() returning id`;
  return row;
}

export type TestAlbum = {
  title?: string;
  artist?: string;
  spotifyId?: string;
  releaseDate?: string;
  totalTracks?: number;
  ownershipStatus?: string;
  ownedTracks?: number;
  expectedTracks?: number;
  matchStatus?: string;
  genres?: string[];
  wantedAt?: Date;
  ignoredAt?: Date;
  addedAt?: Date;
  inLibrary?: boolean;
  playCount?: number;
};

export async function insertAlbum(
  sql: Sql,
  album: TestAlbum = {},
): Promise<{ id: string; artistId: string }> {
  const artist = album.artist ?? "The Cure";
  const title = album.title ?? "Disintegration";
  const { id: artistId } = await insertArtist(sql, { name: artist });
  const [row] = await sql<{ id: string }[]>`
    insert into albums ${
    sql({
      title,
      artist_id: artistId,
      artist_credit: artist,
      spotify_id: album.spotifyId ?? null,
      release_date: album.releaseDate ?? null,
      total_tracks: album.totalTracks ?? null,
      ownership_status: album.ownershipStatus ?? "not_owned",
      owned_tracks: album.ownedTracks ?? 0,
      expected_tracks: album.expectedTracks ?? album.totalTracks ?? null,
      match_status: album.matchStatus ?? "pending",
      genres: album.genres ?? [],
      wanted_at: album.wantedAt ?? null,
      ignored_at: album.ignoredAt ?? null,
      added_at: album.addedAt ?? new Date(),
      in_library: album.inLibrary ?? true,
      play_count: album.playCount ?? 0,
      match_key: albumKey(artist, title),
      sort_title: sortTitle(title),
      sort_artist: sortName(artist),
      search_text: searchText(artist, title),
    })
  } returning id`;
  if (album.spotifyId) {
    await sql`insert into album_external_ids (album_id, kind, value) values (${row.id}, 'spotify', ${album.spotifyId})`;
  }
  return { id: row.id, artistId };
}

export async function insertTrack(
  sql: Sql,
  track: { albumId: string; title?: string; trackNumber?: number; discNumber?: number; spotifyId?: string },
): Promise<{ id: string }> {
  const title = track.title ?? "Plainsong";
  const [row] = await sql<{ id: string }[]>`
    insert into tracks (album_id, title, match_key, track_number, disc_number, spotify_id)
    values (${track.albumId}, ${title}, ${matchKey(title)}, ${track.trackNumber ?? null},
      ${track.discNumber ?? 1}, ${track.spotifyId ?? null}) returning id`;
  return row;
}
