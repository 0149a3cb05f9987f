import { Hono } from "hono";
import { z } from "zod";
import { listTracks } from "../db/tracks.ts";
import { transaction } from "../db/sql.ts";
import { decideAlbums } from "../services/album_decisions.ts";
import { unlockMatch } from "../services/album_matches.ts";
import { followMerges } from "../services/album_merges.ts";
import { loadAlbum } from "../services/album_page.ts";
import { loadAlbumGrid } from "../services/album_grid.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { chooseMatch } from "../services/match_choices.ts";
import { askForDetails } from "./album_details.ts";
import { albumDetailJson, albumJson, paginationJson } from "./album_json.ts";
import { albumQuery, decodeCursor, encodeCursor, toFilter, toOrder } from "./album_query.ts";
import { accountOf, basePathOf, type Env, type Server, validate } from "./request.ts";

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
  musicbrainz_release_group_id: z.guid("a release group's id (UUID), or null").nullable(),
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
    const { id } = c.req.valid("param");
    const now = await followMerges(app.sql, id);
    if (now !== id) return c.redirect(`${basePathOf(app)}/api/albums/${now}`, 301);
    return c.json(await albumAsJson(app, id));
  });

  routes.patch("/albums/:id", validate("param", albumId), validate("json", albumPatch), async (c) => {
    const { musicbrainz_release_group_id: releaseGroupId, ...patch } = c.req.valid("json");
    const { userId } = accountOf(c);
    const id = await followMerges(app.sql, c.req.valid("param").id);
    const decision = {
      ownership: patch.ownership_status,
      source: patch.acquisition_source,
      medium: patch.acquisition_medium,
      localPath: patch.local_path,
      wanted: patch.wanted,
      ignored: patch.ignored,
    };
    // MusicBrainz may have no such album: then nothing is to be changed.
    const album = releaseGroupId === undefined ? id : await changeMatch(app, id, releaseGroupId, userId);
    await decideAlbums(app, [album], decision, { userId });
    return c.json(await albumAsJson(app, album));
  });

  return routes;
}

/** A person's match is locked; null takes it away and lets jobs decide again. Returns the album it is now. */
async function changeMatch(
  app: App,
  id: string,
  releaseGroupId: string | null,
  userId: string,
): Promise<string> {
  if (releaseGroupId !== null) {
    return (await chooseMatch(app, id, releaseGroupId.toLowerCase(), { userId })).albumId;
  }
  await transaction(app.sql, (tx) => unlockMatch(tx, id, { userId }, { forget: true }));
  app.catalogue.changed();
  return id;
}

async function albumAsJson(app: App, id: string) {
  const [{ album, tracks: rows }, tracks] = await Promise.all([loadAlbum(app, id), listTracks(app.sql, id)]);
  await askForDetails(app, album);
  return albumDetailJson(baseAddress(app), album, tracks, rows);
}

/** Programs are told whole addresses where BASE_URL says what they begin with. */
function baseAddress({ config }: App): string {
  return config.baseUrl?.href.replace(/\/+$/, "") ?? "";
}
