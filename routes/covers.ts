import { Hono } from "hono";
import type { App } from "../services/app.ts";
import { findCandidateCover } from "../services/candidate_covers.ts";
import { type CoverVariant, findCoverFile } from "../services/cover_files.ts";
import { Failure } from "../services/errors.ts";
import { isMbid } from "../services/musicbrainz.ts";
import type { Env } from "./request.ts";

/**
 * Covers by the hash of their picture: `/covers/<hash>` is 300 pixels wide, `<hash>-500` and `<hash>-original`
 * are larger. An address never shows anything else, so browsers may keep it for good.
 */
export function covers(app: App): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/covers/:name", async (c) => {
    const match = /^([0-9a-f]{16})(?:-(500|original))?$/.exec(c.req.param("name"));
    const variant = (match?.[2] ?? "250") as CoverVariant;
    const file = match ? await findCoverFile(app, match[1], variant) : undefined;
    if (!match || !file) throw new Failure("not_found", "There is no such cover.");
    const etag = `"${match[1]}-${variant}"`;
    c.header("Cache-Control", "private, max-age=31536000, immutable");
    c.header("ETag", etag);
    if (c.req.header("if-none-match")?.includes(etag)) return c.body(null, 304);
    c.header("Content-Type", file.type);
    return c.body(await Deno.readFile(file.path));
  });
  routes.get("/covers/candidates/:id", async (c) => {
    const id = c.req.param("id");
    const picture = isMbid(id) ? await findCandidateCover(app, id).catch(notNow) : undefined;
    if (picture) {
      c.header("Cache-Control", "private, max-age=86400");
      c.header("Content-Type", picture.type);
      return c.body(picture.bytes);
    }
    // An error would leave a hole in the page: without a cover the place stays plain.
    c.header("Cache-Control", "private, max-age=600");
    c.header("Content-Type", "image/svg+xml");
    return c.body(NO_COVER);
  });
  return routes;
}

const NO_COVER = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>';

/** The archive does not answer: whoever looks at candidates can do without their covers. */
function notNow(error: unknown): undefined {
  if (error instanceof Failure && error.code === "unavailable") return undefined;
  throw error;
}
