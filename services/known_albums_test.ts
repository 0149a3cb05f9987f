import { deepStrictEqual } from "node:assert/strict";
import { insertAlbum, insertTrack, testDatabase } from "../db/testing.ts";
import { loadKnownAlbums } from "./known_albums.ts";

Deno.test("what is known of an album comes from its row, its tracks, its ids and the tags of its files", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const group = crypto.randomUUID();
  const artist = crypto.randomUUID();
  const album = await insertAlbum(sql, { releaseDate: "1989-05-02", totalTracks: 12 });
  const matched = await insertAlbum(sql, { title: "Pornography" });
  await sql`update albums set release_date_precision = 'year' where id = ${album.id}`;
  await insertTrack(sql, { albumId: album.id, title: "Plainsong" });
  await sql`insert into album_external_ids (album_id, kind, value) values (${album.id}, 'barcode', '042283935327')`;
  await sql`
    insert into local_files (path, folder, size, mtime_ns, album_id, title, artist, musicbrainz_release_group_id)
    values ('a/1.flac', 'a', 1, 1, ${album.id}, 'Closedown', 'The Cure', ${group})`;
  await sql`update albums set match_status = 'matched', musicbrainz_release_group_id = ${group}
    where id = ${matched.id}`;
  await sql`
    insert into match_candidates (album_id, release_group_id, rank, score, evidence, candidate)
    values (${matched.id}, ${group}, 1, 90, '[]', ${
    sql.json({ artistCredit: [{ name: "The Cure", artist: { id: artist } }] })
  })`;
  deepStrictEqual((await loadKnownAlbums(sql, [album.id, crypto.randomUUID()])).get(album.id), {
    title: "Disintegration",
    artists: ["The Cure"],
    releaseDate: "1989",
    albumType: null,
    totalTracks: 12,
    tracks: [
      { title: "Plainsong", artists: [], durationMs: null },
      { title: "Closedown", artists: ["The Cure"], durationMs: null },
    ],
    barcodes: ["042283935327"],
    releaseGroupIds: [group],
    releaseIds: [],
    artistIds: [],
    learnedArtists: [{ id: artist, albums: 1 }],
  });
});
