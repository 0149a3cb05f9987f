import { Hono } from "hono";
import { z } from "zod";
import { listTracks } from "../db/tracks.ts";
import { decideAlbums } from "../services/album_decisions.ts";
import { loadAlbum } from "../services/album_page.ts";
import { loadAlbumGrid } from "../services/album_grid.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { albumDetailJson, albumJson, paginationJson } from "./album_json.ts";
import { albumQuery, decodeCursor, encodeCursor, toFilter, toOrder } from "./album_query.ts";
import { accountOf, type Env, type Server, validate } from "./request.ts";

const PAGE_SIZE = 50;

const albumId = z.object({ id: z.guid("an album's id (UUID)") });

// A percentage is what files decide and downloading is what Lidarr does; a person says yes or no.
const ownershipStatus = z.enum(["owned", "not_owned"], {
  error: "owned or not_owned: partial follows from the files, downloading from Lidarr",
});

const albumPatch = z.strictObject({
  ownership_status: ownershipStatus,
  acquisition_source: z.enum(["bandcamp", "physical", "lidarr", "other", "unknown"]).nullable(),
  acquisition_medium: z.enum(["cd", "vinyl", "cassette", "download"]).nullable(),
  local_path: z.string().min(1).max(4_096).refine((path) => !path.includes("\0"), "no NUL characters")
    .nullable(),
  wanted: z.boolean(),
  ignored: z.boolean(),
}).partial();

/** Albums for programs, with the paths and field names of the API description. */
export function albumsApi(app: App): Server {
  const routes = new Hono<Env>();

  routes.get("/albums", validate("query", albumQuery), async (c) => {
    const query = c.req.valid("query");
    const order = toOrder(query);
    const page = query.page ?? 1;
    const limit = query.page_size ?? PAGE_SIZE;
    const after = query.after === undefined ? undefined : decodeCursor(order.by, query.after);
    if (query.after !== undefined && !after) {
      throw new Failure("invalid", "after: is not a cursor of this order", {
        fields: { after: "is not a cursor of this order" },
      });
    }
    const offset = after ? 0 : (page - 1) * limit;
    const grid = await loadAlbumGrid(app, toFilter(query), { order, limit, after, offset });
    return c.json({
      albums: grid.albums.map((album) => albumJson(baseAddress(app), album)),
      pagination: {
        ...paginationJson(page, limit, grid.total),
        next: grid.next ? encodeCursor(order.by, grid.next) : null,
      },
    });
  });

  routes.get("/albums/:id", validate("param", albumId), async (c) => {
    return c.json(await albumAsJson(app, c.req.valid("param").id));
  });

  routes.patch("/albums/:id", validate("param", albumId), validate("json", albumPatch), async (c) => {
    const { id } = c.req.valid("param");
    const patch = c.req.valid("json");
    await decideAlbums(app, [id], {
      ownership: patch.ownership_status,
      source: patch.acquisition_source,
      medium: patch.acquisition_medium,
      localPath: patch.local_path,
      wanted: patch.wanted,
      ignored: patch.ignored,
    }, { userId: accountOf(c).userId });
    return c.json(await albumAsJson(app, id));
  });

  return routes;
}

async function albumAsJson(app: App, id: string) {
  const [{ album, tracks: rows }, tracks] = await Promise.all([loadAlbum(app, id), listTracks(app.sql, id)]);
  return albumDetailJson(baseAddress(app), album, tracks, rows);
}

/** Programs are told whole addresses where BASE_URL says what they begin with. */
function baseAddress({ config }: App): string {
  return config.baseUrl?.href.replace(/\/+$/, "") ?? "";
}
