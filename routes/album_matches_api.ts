import { Hono } from "hono";
import { z } from "zod";
import { findAlbum } from "../db/albums.ts";
import { enqueue, SOMEBODY_WAITS } from "../jobs/queue.ts";
import { followMerges } from "../services/album_merges.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { listProposed } from "../services/match_choices.ts";
import { creditOf, musicBrainzPage } from "../views/match_candidates.tsx";
import { accountOf, type Env, type Server, validate } from "./request.ts";

const albumId = z.object({ id: z.guid("an album's id (UUID)") });

/** What albums may be, for programs. */
export function albumMatchesApi(app: App): Server {
  const routes = new Hono<Env>();

  routes.get("/albums/:id/candidates", validate("param", albumId), async (c) => {
    const id = await followMerges(app.sql, c.req.valid("param").id);
    const [album, candidates] = await Promise.all([findAlbum(app.sql, id), listProposed(app.sql, id)]);
    if (!album) throw new Failure("not_found", "There is no such album.");
    return c.json({
      album_id: id,
      match_status: album.matchStatus,
      match_reason: album.matchReason,
      match_locked: album.matchLocked,
      musicbrainz_release_group_id: album.musicbrainzReleaseGroupId,
      candidates: candidates.map(candidateJson),
    });
  });

  routes.post("/albums/:id/match", validate("param", albumId), async (c) => {
    const id = await followMerges(app.sql, c.req.valid("param").id);
    const album = await findAlbum(app.sql, id);
    if (!album) throw new Failure("not_found", "There is no such album.");
    if (album.matchLocked) {
      throw new Failure("conflict", "A person decided about this match. Unlock it first: set it to null.");
    }
    const options = { requestedBy: accountOf(c).userId, priority: SOMEBODY_WAITS };
    const job = await enqueue(app.sql, "musicbrainz_match", { albumId: id }, options);
    const existing = job.existing ? { existing: true } : {};
    return c.json({ job_id: job.id, status: job.running ? "running" : "pending", ...existing }, 202);
  });

  return routes;
}

type Proposed = Awaited<ReturnType<typeof listProposed>>[number];

function candidateJson({ candidate, score, evidence, refusedAt }: Proposed, at: number) {
  return {
    musicbrainz_release_group_id: candidate.id,
    rank: at + 1,
    score,
    refused: refusedAt !== null,
    title: candidate.title,
    artist_credit: creditOf(candidate),
    disambiguation: candidate.disambiguation,
    primary_type: candidate.primaryType,
    secondary_types: candidate.secondaryTypes,
    first_release_date: candidate.firstReleaseDate,
    url: musicBrainzPage(candidate.id),
    evidence: evidence.map(({ name, weight, text }) => ({ name, weight, text })),
  };
}
