import { Hono } from "hono";
import { z } from "zod";
import {
  countRemoved,
  findLikedSongs,
  findPlaylist,
  LIKED,
  listGaps,
  listPlaylists,
  listRemoved,
  listSongs,
} from "../db/playlist_pages.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { findConnection } from "../services/spotify_connection.ts";
import { PlaylistPage } from "../views/playlist.tsx";
import { PlaylistsPage, RemovedPage } from "../views/playlists.tsx";
import { render } from "./render.tsx";
import { accountOf, type Env, type Server, validate } from "./request.ts";

const listId = z.object({ id: z.union([z.literal(LIKED), z.guid()], "a playlist's id (UUID), or “liked”") });
const songQuery = z.object({
  show: z.enum(["all", "owned", "missing"], "all, owned or missing").default("all"),
  after: z.coerce.number("a whole number").int("a whole number").min(-1, "-1 or more").max(1e9).default(-1),
});
const SONGS_ON_PAGE = 300;

/** A person's playlists, one of them, and what has left Spotify. */
export function playlists(app: App): Server {
  const { sql } = app;
  const routes = new Hono<Env>();

  routes.get("/playlists", async (c) => {
    const { userId } = accountOf(c);
    const [lists, liked, connection, removed] = await Promise.all([
      listPlaylists(sql, userId),
      findLikedSongs(sql, userId),
      findConnection(app, userId),
      countRemoved(sql, userId),
    ]);
    const all = liked ? [liked, ...lists] : lists;
    return await render(c, { page: <PlaylistsPage lists={all} connection={connection} removed={removed} /> });
  });

  routes.get("/playlists/:id", validate("param", listId), validate("query", songQuery), async (c) => {
    const { id } = c.req.valid("param");
    const { show, after } = c.req.valid("query");
    const { userId } = accountOf(c);
    const list = id === LIKED ? await findLikedSongs(sql, userId) : await findPlaylist(sql, userId, id);
    if (!list) throw new Failure("not_found", "There is no such playlist.");
    const [found, gaps] = await Promise.all([
      listSongs(sql, { userId, id }, { show, after, limit: SONGS_ON_PAGE + 1 }),
      listGaps(sql, { userId, id }),
    ]);
    const songs = found.slice(0, SONGS_ON_PAGE);
    const next = found.length > SONGS_ON_PAGE ? songs.at(-1)?.position : undefined;
    const page = <PlaylistPage list={list} songs={songs} gaps={gaps} show={show} next={next} />;
    return await render(c, { page });
  });

  routes.get("/removed", async (c) => {
    const things = await listRemoved(sql, accountOf(c).userId);
    return await render(c, { page: <RemovedPage things={things} /> });
  });

  return routes;
}
