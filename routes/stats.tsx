import { Hono } from "hono";
import { listGrowth, listMatchScores } from "../db/stats.ts";
import { loadOverview } from "../services/album_grid.ts";
import type { App } from "../services/app.ts";
import { StatsPage } from "../views/stats.tsx";
import { renderWhileUnchanged } from "./render.tsx";
import type { Env, Server } from "./request.ts";

/** How far the move has come, in charts. */
export function stats(app: App): Server {
  const routes = new Hono<Env>();
  routes.get("/stats", (c) =>
    renderWhileUnchanged(c, async () => {
      const [overview, growth, matchScores] = await Promise.all([
        loadOverview(app),
        listGrowth(app.sql),
        listMatchScores(app.sql),
      ]);
      return { page: <StatsPage overview={overview} growth={growth} matchScores={matchScores} /> };
    }));
  return routes;
}
