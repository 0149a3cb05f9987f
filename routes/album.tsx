import { Hono } from "hono";
import { z } from "zod";
import { listAlbums } from "../db/albums.ts";
import { findArtist } from "../db/artists.ts";
import { decideAlbums, type Decision, undoDecision } from "../services/album_decisions.ts";
import { loadOverview } from "../services/album_grid.ts";
import { followMerges } from "../services/album_merges.ts";
import { loadAlbum } from "../services/album_page.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { AlbumArticle, AlbumDrawer, AlbumPage, ChangedAlbum } from "../views/album.tsx";
import { ArtistPage } from "../views/artists.tsx";
import { FreedomMeter } from "../views/freedom_meter.tsx";
import { Partial } from "../views/partial.tsx";
import { askForDetails } from "./album_details.ts";
import { announce, redirect, render, targetOf, wantsPart } from "./render.tsx";
import { accountOf, basePathOf, type Env, type Request, type Server, validate } from "./request.ts";

const albumId = validate("param", z.object({ id: z.guid("an album's id (UUID)") }));
const flag = z.enum(["true", "false"], { error: "true or false" }).transform((value) => value === "true");
const looks = z.coerce.number().int().min(0).max(9).optional();
const MOST_BY_ONE_ARTIST = 1_000;

// What the picker names; a medium means the source is physical.
const SOURCES = {
  bandcamp: { source: "bandcamp", medium: null },
  cd: { source: "physical", medium: "cd" },
  vinyl: { source: "physical", medium: "vinyl" },
  cassette: { source: "physical", medium: "cassette" },
  lidarr: { source: "lidarr", medium: null },
  other: { source: "other", medium: null },
} as const satisfies Record<string, Decision>;

/** One album, as page and as drawer over the grid, and the decisions about it; one artist. */
export function album(app: App): Server {
  const routes = new Hono<Env>();

  routes.get("/albums/:id", albumId, validate("query", z.object({ looks })), async (c) => {
    const { id } = c.req.valid("param");
    const now = await followMerges(app.sql, id);
    if (now !== id) return c.redirect(`${basePathOf(app)}/albums/${now}`, 301);
    const view = { ...await loadAlbum(app, id), looks: c.req.valid("query").looks };
    if (!view.looks) await askForDetails(app, view.album);
    const partial = targetOf(c) === "album" ? <AlbumArticle {...view} /> : <AlbumDrawer {...view} />;
    return render(c, { page: <AlbumPage {...view} />, partial });
  });

  const decide = async (c: Request, id: string, decision: Decision) => {
    await decideAlbums(app, [id], decision, { userId: accountOf(c).userId });
    return answerChange(c, app, id);
  };
  const form = <Shape extends z.ZodRawShape>(shape: Shape) => validate("form", z.object(shape));

  routes.post(
    "/albums/:id/ownership",
    albumId,
    form({ ownership_status: z.enum(["owned", "not_owned", "automatic"]) }),
    (c) => decide(c, c.req.valid("param").id, { ownership: c.req.valid("form").ownership_status }),
  );
  routes.post(
    "/albums/:id/source",
    albumId,
    form({ source: z.enum(["bandcamp", "cd", "vinyl", "cassette", "lidarr", "other"]) }),
    (c) => decide(c, c.req.valid("param").id, SOURCES[c.req.valid("form").source]),
  );
  routes.post(
    "/albums/:id/wanted",
    albumId,
    form({ wanted: flag }),
    (c) => decide(c, c.req.valid("param").id, { wanted: c.req.valid("form").wanted }),
  );
  routes.post(
    "/albums/:id/ignored",
    albumId,
    form({ ignored: flag }),
    (c) => decide(c, c.req.valid("param").id, { ignored: c.req.valid("form").ignored }),
  );
  routes.post(
    "/albums/:id/events/:event/undo",
    validate(
      "param",
      z.object({ id: z.guid(), event: z.string().regex(/^\d{1,18}$/, "a history line's number") }),
    ),
    async (c) => {
      const { id, event } = c.req.valid("param");
      await undoDecision(app, { albumId: id, eventId: event }, { userId: accountOf(c).userId });
      return answerChange(c, app, id);
    },
  );

  routes.get(
    "/artists/:id",
    validate("param", z.object({ id: z.guid("an artist's id (UUID)") })),
    async (c) => {
      const { id } = c.req.valid("param");
      const order = { by: "year", descending: true } as const;
      const [artist, { albums }, { stats }] = await Promise.all([
        findArtist(app.sql, id),
        listAlbums(app.sql, { artistId: id }, { order, limit: MOST_BY_ONE_ARTIST }),
        loadOverview(app),
      ]);
      if (!artist) throw new Failure("not_found", "There is no such artist.");
      const playShare = stats.plays > 0 ? (100 * artist.plays) / stats.plays : undefined;
      return render(c, { page: <ArtistPage artist={artist} albums={albums} playShare={playShare} /> });
    },
  );

  return routes;
}

/** The album again, where it was changed: on its page, or in the drawer with its card in the list behind. */
export async function answerChange(c: Request, app: App, id: string): Promise<Response> {
  if (!wantsPart(c)) return redirect(c, `/albums/${id}`);
  const [view, overview] = await Promise.all([loadAlbum(app, id), loadOverview(app)]);
  announce(c, "album-changed");
  const changed = targetOf(c) === "drawer"
    ? (
      <>
        <AlbumDrawer {...view} />
        <ChangedAlbum album={view.album} />
        <Partial target="#meter">
          <FreedomMeter overview={overview} />
        </Partial>
      </>
    )
    : <AlbumArticle {...view} />;
  return render(c, { page: changed, partial: changed });
}
