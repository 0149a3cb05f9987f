import { Hono } from "hono";
import { z } from "zod";
import { MATCH_REASONS } from "../db/album_matches.ts";
import { findInboxReason, findLastMatchDecision } from "../db/inbox.ts";
import { undoDecision } from "../services/album_decisions.ts";
import { refuseMatches } from "../services/album_matches.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { acceptSure, loadInbox, loadSureMatches, SURE_SCORE } from "../services/inbox.ts";
import { chooseMatch, proposeCandidates } from "../services/match_choices.ts";
import { InboxPage, Triage } from "../views/inbox.tsx";
import { InboxAcceptPage } from "../views/inbox_accept.tsx";
import { type InboxAddress, inboxPath } from "../views/inbox_query.ts";
import type { Notice } from "../views/notice.tsx";
import { Partial } from "../views/partial.tsx";
import { plural } from "../views/words.ts";
import { redirect, render, showAddress, targetOf, wantsPart } from "./render.tsx";
import { accountOf, type Env, type Request, type Server, validate } from "./request.ts";

const albumId = validate("param", z.object({ id: z.guid("an album's id (UUID)") }));
const reason = z.enum(MATCH_REASONS).optional();
const done = z.coerce.number().int().min(0).max(1_000_000).optional();
const address = z.object({ reason, done, after: z.guid().optional(), at: z.guid().optional() });
const where = z.object({ reason, done });
const score = z.coerce.number().int().min(80, "a percentage from 80 on").max(100, "at most 100");

/** The albums that wait for a person, one after the other, and what is decided about them. */
export function inbox(app: App): Server {
  const routes = new Hono<Env>();

  routes.get("/inbox", validate("query", address), async (c) => {
    const query = c.req.valid("query");
    const props = { ...await load(c, app, query), address: query };
    return render(c, { page: <InboxPage {...props} />, partial: <Triage {...props} isNext /> });
  });

  routes.post(
    "/inbox/:id/match",
    albumId,
    validate("form", where.extend({ candidate: z.guid("a release group's id (UUID)") })),
    async (c) => {
      const { id } = c.req.valid("param");
      const { candidate, ...at } = c.req.valid("form");
      if (!await findInboxReason(app.sql, id)) return goOn(c, app, { ...at, after: id }, decidedMeanwhile);
      const { title, merged } = await chooseMatch(app, id, candidate, { userId: accountOf(c).userId });
      const said = merged
        ? `Matched to ${title}, which you had already: the two are one album now.`
        : `Matched to ${title}.`;
      const notice = merged ? { tone: "done" as const, title: said } : undefined;
      return goOn(c, app, { ...at, after: id, done: (at.done ?? 0) + 1 }, notice, said);
    },
  );

  routes.post("/inbox/:id/none", albumId, validate("form", where), async (c) => {
    const { id } = c.req.valid("param");
    const at = c.req.valid("form");
    if (!await findInboxReason(app.sql, id)) return goOn(c, app, { ...at, after: id }, decidedMeanwhile);
    await app.sql.begin((tx) => refuseMatches(tx, id, { userId: accountOf(c).userId }));
    app.catalogue.changed();
    return goOn(c, app, { ...at, after: id, done: (at.done ?? 0) + 1 }, undefined, "None of these.");
  });

  routes.post(
    "/inbox/:id/candidates",
    albumId,
    validate("form", where.extend({ address: z.string().trim().max(500, "at most 500 characters") })),
    async (c) => {
      const { id } = c.req.valid("param");
      const { address: text, ...at } = c.req.valid("form");
      return goOn(c, app, { ...at, at: id }, await propose(app, id, text));
    },
  );

  routes.post("/inbox/undo", validate("form", where), async (c) => {
    const at = c.req.valid("form");
    const { userId } = accountOf(c);
    const last = await findLastMatchDecision(app.sql, userId);
    if (!last) return goOn(c, app, at, { tone: "warning", title: "There is nothing to undo." });
    const { undone } = await undoDecision(
      app,
      last.batch ? { batch: last.batch } : { albumId: last.albumId, eventId: last.id },
      { userId },
    );
    const said = undone > 1 ? `Undone for ${plural(undone, "album")}.` : `${last.title} waits again.`;
    const left = Math.max(0, (at.done ?? 0) - undone) || undefined;
    return goOn(c, app, { ...at, at: last.albumId, done: left }, undefined, said);
  });

  routes.get(
    "/inbox/accept",
    validate("query", z.object({ score: score.default(SURE_SCORE) })),
    async (c) => {
      const query = c.req.valid("query");
      const sure = await loadSureMatches(app, query.score);
      return render(c, { page: <InboxAcceptPage sure={sure} score={query.score} /> });
    },
  );

  routes.post(
    "/inbox/accept",
    validate("form", z.object({ score, album: z.union([z.guid(), z.array(z.guid())]).default([]) })),
    async (c) => {
      const form = c.req.valid("form");
      const { accepted } = await acceptSure(app, {
        albumIds: [form.album].flat(),
        score: form.score,
      }, accountOf(c).userId);
      return redirect(c, "/inbox", {
        tone: accepted > 0 ? "done" : "warning",
        title: `${plural(accepted, "match", "matches")} accepted`,
        undo: accepted > 0 ? { action: "/inbox/undo" } : undefined,
      });
    },
  );

  return routes;
}

const decidedMeanwhile: Notice = {
  tone: "warning",
  title: "That album was decided in the meantime.",
  text: "Nothing was changed. Its page says by whom, and lets you choose again.",
};

/** What was looked up for an album; what is wrong with the text, or down, is said on the page. */
async function propose(app: App, albumId: string, text: string): Promise<Notice> {
  try {
    const found = await proposeCandidates(app, albumId, text);
    return { tone: "done", title: `Found ${plural(found, "album")} at MusicBrainz.` };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { tone: error.code === "unavailable" ? "waiting" : "warning", title: error.message };
  }
}

async function load(c: Request, app: App, query: InboxAddress) {
  return { inbox: await loadInbox(app, query, accountOf(c).userId), sureScore: SURE_SCORE };
}

/** The next album: in place of the one before, or as a page. What was said is read out to who cannot see it. */
async function goOn(
  c: Request,
  app: App,
  at: InboxAddress,
  notice?: Notice,
  said = notice?.title,
): Promise<Response> {
  if (!wantsPart(c) || targetOf(c) !== "triage") {
    return redirect(c, inboxPath(at), notice ?? (said ? { tone: "done", title: said } : undefined));
  }
  const props = { ...await load(c, app, at), address: at, notice };
  const { left, current } = props.inbox;
  const next = current ? `Next: ${current.album.title} by ${current.album.artistCredit}.` : "";
  showAddress(c, inboxPath(at));
  const part = (
    <>
      <Triage {...props} isNext />
      <Partial target="#said" swap="innerHTML">{`${said ?? ""} ${left} left. ${next}`}</Partial>
    </>
  );
  return render(c, { page: part, partial: part });
}
