import { Hono } from "hono";
import { z } from "zod";
import { transaction } from "../db/sql.ts";
import { enqueue, SOMEBODY_WAITS } from "../jobs/queue.ts";
import { lockMatched, unlockMatch } from "../services/album_matches.ts";
import type { App } from "../services/app.ts";
import { chooseMatch, chooseNamed } from "../services/match_choices.ts";
import { answerChange } from "./album.tsx";
import { redirect } from "./render.tsx";
import { accountOf, type Env, type Server, validate } from "./request.ts";

const albumId = validate("param", z.object({ id: z.guid("an album's id (UUID)") }));
const choice = z.union([
  z.object({ candidate: z.guid("a release group's id (UUID)") }),
  z.object({ address: z.string().trim().min(1, "an id or an address").max(500, "at most 500 characters") }),
]);
const lock = z.object({ locked: z.enum(["true", "false"], { error: "true or false" }) });

/** What a person decides about one album's match, on its own page. */
export function albumMatch(app: App): Server {
  const routes = new Hono<Env>();

  routes.post("/albums/:id/match", albumId, validate("form", choice), async (c) => {
    const { id } = c.req.valid("param");
    const chosen = c.req.valid("form");
    const by = { userId: accountOf(c).userId };
    const result = "candidate" in chosen
      ? await chooseMatch(app, id, chosen.candidate, by)
      : await chooseNamed(app, id, chosen.address, by);
    if (!result.merged) return answerChange(c, app, id);
    return redirect(c, `/albums/${result.albumId}`, {
      tone: "done",
      title: "You had this album already: the two are one now.",
      text: "Undo in its history makes them two again.",
    });
  });

  routes.post("/albums/:id/match/lock", albumId, validate("form", lock), async (c) => {
    const { id } = c.req.valid("param");
    const by = { userId: accountOf(c).userId };
    const decide = c.req.valid("form").locked === "true" ? lockMatched : unlockMatch;
    await transaction(app.sql, (tx) => decide(tx, id, by));
    app.catalogue.changed();
    return answerChange(c, app, id);
  });

  routes.post("/albums/:id/match/search", albumId, async (c) => {
    const { id } = c.req.valid("param");
    const options = { requestedBy: accountOf(c).userId, priority: SOMEBODY_WAITS };
    await enqueue(app.sql, "musicbrainz_match", { albumId: id }, options);
    return redirect(c, `/albums/${id}`, {
      tone: "waiting",
      title: "Looking for it at MusicBrainz.",
      text: "It takes a few seconds; load the page again to see what was found.",
    });
  });

  return routes;
}
