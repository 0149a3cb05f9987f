import { Hono } from "hono";
import { z } from "zod";
import { type Artist, findArtist, listArtists } from "../db/artists.ts";
import { matchKey } from "../db/normalise.ts";
import { libraryStats } from "../db/stats.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { paginationJson } from "./album_json.ts";
import { albumQuery } from "./album_query.ts";
import { type Env, type Server, validate } from "./request.ts";

const artistsQuery = albumQuery.pick({ scope: true, search: true, page: true, page_size: true });

/** Artists and statistics for programs. */
export function libraryApi(app: App): Server {
  const routes = new Hono<Env>();

  routes.get("/artists", validate("query", artistsQuery), async (c) => {
    const { scope = "library", search, page = 1, page_size: limit = 50 } = c.req.valid("query");
    const { artists, total } = await listArtists(app.sql, {
      scope,
      key: search && matchKey(search),
      limit,
      offset: (page - 1) * limit,
    });
    return c.json({ artists: artists.map(artistJson), pagination: paginationJson(page, limit, total) });
  });

  routes.get(
    "/artists/:id",
    validate("param", z.object({ id: z.guid("an artist's id (UUID)") })),
    async (c) => {
      const artist = await findArtist(app.sql, c.req.valid("param").id);
      if (!artist) throw new Failure("not_found", "There is no such artist.");
      return c.json(artistJson(artist));
    },
  );

  routes.get("/stats", validate("query", albumQuery.pick({ scope: true })), async (c) => {
    const { scope = "library" } = c.req.valid("query");
    const stats = await app.catalogue.read(`stats ${scope}`, () => libraryStats(app.sql, scope));
    return c.json({
      total_albums: stats.totalAlbums,
      owned_albums: stats.ownedAlbums,
      partial_albums: stats.partialAlbums,
      not_owned_albums: stats.notOwnedAlbums,
      downloading_albums: stats.downloadingAlbums,
      wanted_albums: stats.wantedAlbums,
      ignored_albums: stats.ignoredAlbums,
      matched_albums: stats.matchedAlbums,
      unmatched_albums: stats.unmatchedAlbums,
      total_artists: stats.totalArtists,
      plays: stats.plays,
      owned_plays: Math.floor(stats.ownedPlays),
    });
  });

  return routes;
}

function artistJson(artist: Artist) {
  return {
    id: artist.id,
    name: artist.name,
    spotify_id: artist.spotifyId,
    musicbrainz_id: artist.musicbrainzId,
    total_albums: artist.albums,
    owned_albums: artist.ownedAlbums,
    play_count: artist.plays,
  };
}
