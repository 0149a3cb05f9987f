/** Labelled albums as a library in the database, and their catalogue as a MusicBrainz. */
import { ensureArtists } from "../db/artist_identity.ts";
import { albumKey, matchKey, searchText, sortName, sortTitle } from "../db/normalise.ts";
import type { Database } from "../db/sql.ts";
import type { FakeArtist, FakeCatalogue, FakeReleaseGroup } from "../e2e/fakes/musicbrainz_catalogue.ts";
import type { Candidate } from "../services/album_matching.ts";
import type { Labelled, LabelledAlbum } from "./labelled_albums.ts";
import { seeded } from "./library.ts";
import { creditOf, draw, idOf, trackCountOf } from "./made_up.ts";

/** MusicBrainz has the Spotify links of so many of 100 albums. */
const LINKED_OF_100 = 60;

export function toFakeCatalogue({ albums, catalogue }: Labelled): FakeCatalogue {
  const artists = new Map<string, FakeArtist>();
  for (const { artist } of catalogue.flatMap((group) => group.artistCredit)) {
    const known = artists.get(artist.id);
    const aliases = [...new Set([...known?.aliases ?? [], ...artist.aliases])];
    artists.set(artist.id, { id: artist.id, name: artist.name, sortName: artist.sortName, aliases });
  }
  const links = new Map<string, string[]>();
  for (const { spotifyId, groupIds: [id] } of albums) {
    if (!spotifyId || !id || draw(100, "linked", spotifyId) >= LINKED_OF_100) continue;
    links.set(id, [...links.get(id) ?? [], `https://open.spotify.com/album/${spotifyId}`]);
  }
  const groups = new Map(catalogue.map((group) => [group.id, toFakeGroup(group, links.get(group.id) ?? [])]));
  return { artists: [...artists.values()], releaseGroups: [...groups.values()] };
}

function toFakeGroup(group: Candidate, urls: string[]): FakeReleaseGroup {
  const releases = group.releases.length > 0 ? group.releases : [{
    id: idOf("release of", group.id),
    title: group.title,
    date: group.firstReleaseDate,
    barcode: null,
    trackCount: trackCountOf(group),
    status: "Official",
  }];
  return {
    id: group.id,
    title: group.title,
    disambiguation: group.disambiguation,
    aliases: group.aliases,
    credit: group.artistCredit.map(({ name, joinphrase, artist }) => ({
      artistId: artist.id,
      name,
      joinphrase,
    })),
    primaryType: (group.primaryType ?? undefined) as FakeReleaseGroup["primaryType"],
    secondaryTypes: group.secondaryTypes,
    releases: releases.map((release, i) => ({
      id: release.id,
      title: release.title,
      date: release.date ?? group.firstReleaseDate ?? undefined,
      barcode: release.barcode ?? undefined,
      status: "Official",
      trackCounts: [release.trackCount ?? trackCountOf(group)],
      links: i > 0 ? [] : urls.map((url) => ({ type: "free streaming", url })),
    })),
  };
}

/** Inserts the albums as an import would; returns their ids, in order. */
export async function insertLibrary(sql: Database, albums: readonly LabelledAlbum[]): Promise<string[]> {
  const artistIds = await ensureArtists(sql, albums.map(({ known }) => ({ name: known.artists[0] })));
  const rows = albums.map(({ known, spotifyId }, i) => {
    const credit = known.artists.join(", ");
    const date = known.releaseDate;
    return {
      id: crypto.randomUUID(),
      title: known.title,
      artist_id: artistIds[i],
      artist_credit: credit,
      // The same album may be labelled twice.
      spotify_id: albums.findIndex((other) => other.spotifyId === spotifyId) === i ? spotifyId : null,
      release_date: date && `${date}-01-01`.slice(0, 10),
      release_date_precision: date && (["year", "month", "day"][date.split("-").length - 1]),
      album_type: known.albumType,
      total_tracks: known.totalTracks,
      in_library: true,
      added_at: new Date(Date.UTC(2026, 0, 1) - i * 60_000),
      match_key: albumKey(known.artists[0], known.title),
      sort_title: sortTitle(known.title),
      sort_artist: sortName(known.artists[0]),
      search_text: searchText(credit, known.title),
    };
  });
  for (let at = 0; at < rows.length; at += 500) {
    await sql`insert into albums ${sql(rows.slice(at, at + 500))}`;
  }
  const ids = rows.flatMap(({ id, spotify_id }, i) => [
    ...spotify_id ? [{ album_id: id, kind: "spotify", value: spotify_id }] : [],
    ...albums[i].known.barcodes.map((value) => ({ album_id: id, kind: "barcode", value })),
  ]);
  if (ids.length > 0) await sql`insert into album_external_ids ${sql(ids)} on conflict do nothing`;
  const tracks = rows.flatMap(({ id }, i) =>
    albums[i].known.tracks.map(({ title, durationMs }) => ({
      album_id: id,
      title,
      match_key: matchKey(title),
      duration_ms: durationMs,
    }))
  );
  if (tracks.length > 0) await sql`insert into tracks ${sql(tracks)}`;
  return rows.map(({ id }) => id);
}

const WORDS =
  ("love night blue dark river stone dream fire water city ghost moon silver gold winter summer heart machine " +
    "broken electric velvet paper glass salt iron north garden mirror signal harbour thunder quiet letters " +
    "ночь группа звезда город дорога 夜 東京 桜 夢 Björk Ágætis façade ángel über").split(" ");

/**
 * A library of so many albums by a third as many artists: nine in ten with a Spotify id, a quarter with a barcode,
 * some in editions, and as MusicBrainz has them.
 */
export function madeUpLibrary(count: number): Labelled {
  const random = seeded(3);
  const below = (n: number) => Math.floor(random() * n);
  const some = (most: number) =>
    Array.from({ length: 1 + below(most) }, () => WORDS[below(WORDS.length)]).join(" ");
  const names = Array.from(
    { length: Math.ceil(count / 3) },
    (_, n) => `${some(3)} ${n % 7 === 0 ? "" : n}`.trim(),
  );
  const catalogue = new Map<string, Candidate>();
  const titles = new Set<string>();
  const albums = Array.from({ length: count }, (_, n): LabelledAlbum => {
    const artist = names[below(names.length)];
    let title = some(4);
    while (titles.has(`${artist}\t${title}`)) title = some(4);
    titles.add(`${artist}\t${title}`);
    const year = String(1960 + below(65));
    const id = idOf("made up", artist, title, year);
    const barcode = `0${String(600_000_000_000 + n)}`;
    const group: Candidate = {
      id,
      title,
      disambiguation: "",
      aliases: [],
      artistCredit: creditOf([artist]),
      primaryType: "Album",
      secondaryTypes: [],
      firstReleaseDate: year,
      releases: [],
      foundBy: [],
    };
    const trackCount = trackCountOf(group);
    group.releases.push({
      id: idOf("release", id),
      title,
      date: year,
      barcode,
      trackCount,
      status: "Official",
    });
    catalogue.set(id, group);
    const isEdition = below(10) === 0;
    const knowsMore = below(4) === 0;
    return {
      known: {
        title: isEdition ? `${title} (Deluxe Edition)` : title,
        artists: [artist],
        releaseDate: knowsMore ? year : null,
        albumType: knowsMore ? "album" : null,
        totalTracks: knowsMore ? trackCount : null,
        tracks: [],
        barcodes: knowsMore ? [barcode] : [],
        releaseGroupIds: [],
        releaseIds: [],
        artistIds: [],
        learnedArtists: [],
      },
      groupIds: [id],
      spotifyId: below(10) === 0 ? null : idOf("spotify", String(n)).replaceAll("-", "").slice(0, 22),
      kind: "made up",
      heldOut: false,
    };
  });
  return { albums, catalogue: [...catalogue.values()] };
}
