import { Hono } from "hono";
import { z } from "zod";
import { findLidarrPlan } from "../db/lidarr_plans.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { loadAlbumLidarr } from "../services/album_lidarr.ts";
import { loadAlbum } from "../services/album_page.ts";
import { findAccess, requireLidarr } from "../services/lidarr.ts";
import { planHandOff } from "../services/lidarr_handoff.ts";
import { LidarrDownloads } from "../views/lidarr.tsx";
import { LidarrPlanPage } from "../views/lidarr_plan.tsx";
import { plural } from "../views/words.ts";
import { answerChange } from "./album.tsx";
import { askForOne, askForPlan } from "./lidarr_api.ts";
import { redirect, render, wantsPart } from "./render.tsx";
import { accountOf, type Env, type Request, type Server, validate } from "./request.ts";

const albumId = validate("param", z.object({ id: z.guid("an album's id (UUID)") }));
const planId = validate("param", z.object({ id: z.guid("a plan's id (UUID)") }));

/** Handing albums to Lidarr: one from its page, several by a plan. */
export function lidarr(app: App): Server {
  const routes = new Hono<Env>();

  routes.get("/albums/:id/lidarr", albumId, async (c) => {
    const { id } = c.req.valid("param");
    if (!wantsPart(c)) return redirect(c, `/albums/${id}`);
    const { album } = await loadAlbum(app, id);
    const part = <LidarrDownloads albumId={id} lidarr={await loadAlbumLidarr(app, album)} />;
    return await render(c, { page: part, partial: part });
  });

  routes.post("/albums/:id/lidarr", albumId, async (c) => {
    const { id } = c.req.valid("param");
    await askForOne(c, app, id);
    return await answerChange(c, app, id);
  });

  routes.get("/lidarr/plans/:id", planId, async (c) => {
    const { id } = c.req.valid("param");
    const plan = await planHandOff(app.sql, await albumsOfPlan(c, app, id));
    return await render(c, {
      page: <LidarrPlanPage id={id} plan={plan} isSetUp={await findAccess(app) !== undefined} />,
    });
  });

  routes.post("/lidarr/plans/:id/apply", planId, async (c) => {
    await requireLidarr(app);
    const plan = await planHandOff(app.sql, await albumsOfPlan(c, app, c.req.valid("param").id));
    const { asked, batch } = await askForPlan(c, app, plan);
    if (asked === 0) {
      return redirect(c, "/albums", { tone: "warning", title: "Nothing is left to hand over." });
    }
    return redirect(c, "/albums", {
      tone: "done",
      title: `${plural(asked, "album")} handed to Lidarr`,
      link: { label: "Activity", path: "/activity" },
      undo: { action: "/albums/undo", fields: { batch } },
    });
  });

  return routes;
}

async function albumsOfPlan(c: Request, app: App, id: string): Promise<string[]> {
  const ids = await findLidarrPlan(app.sql, id, accountOf(c).userId);
  if (!ids) throw new Failure("not_found", "This plan is not there any more. Select the albums again.");
  return ids;
}
