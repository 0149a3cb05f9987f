import { Hono } from "hono";
import { z } from "zod";
import { findOpenBatch } from "../db/lidarr_handoffs.ts";
import { findJob } from "../db/jobs.ts";
import { transaction } from "../db/sql.ts";
import { enqueue, SOMEBODY_WAITS } from "../jobs/queue.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { requireLidarr } from "../services/lidarr.ts";
import { testAndRemember } from "../services/lidarr_choices.ts";
import { checkWebhook, registerWebhook } from "../services/lidarr_connection.ts";
import { askForAlbums, type HandOffPlan, planHandOff, refusalSentence } from "../services/lidarr_handoff.ts";
import { readSettings } from "../services/settings.ts";
import {
  accountOf,
  basePathOf,
  type Env,
  ownAddressOf,
  type Request,
  type Server,
  validate,
} from "./request.ts";

const albumId = validate("param", z.object({ id: z.guid("an album's id (UUID)") }));
const several = z.strictObject({
  album_ids: z.array(z.guid("an album's id (UUID)")).min(1, "at least one").max(10_000, "at most 10,000"),
  /** Only says what would happen. */
  dry_run: z.boolean("true or false").default(false),
});
const connection = z.strictObject({
  lidarr_url: z.string("an address").max(500).optional(),
  lidarr_api_key: z.string("a key").max(100).optional(),
});
const comparison = z.strictObject({ accept_losses: z.boolean("true or false").optional() });
const webhook = z.strictObject({ address: z.url("an address of the form http://…").max(500).optional() });

/** Handing albums to Lidarr, and the connection to it, for programs. */
export function lidarrApi(app: App): Server {
  const routes = new Hono<Env>();

  routes.post("/albums/:id/search-lidarr", albumId, async (c) => {
    const { id } = c.req.valid("param");
    const job = await askForOne(c, app, id);
    return c.json({ job_id: job.id, status: job.status, ...(job.existing ? { existing: true } : {}) }, 202);
  });

  routes.post("/albums/search-lidarr", validate("json", several), async (c) => {
    const { album_ids: ids, dry_run } = c.req.valid("json");
    await requireLidarr(app);
    const plan = await planHandOff(app.sql, ids);
    if (dry_run) return c.json({ plan: planJson(plan) });
    const { jobId, asked } = await askForPlan(c, app, plan);
    return c.json(
      { job_id: jobId ?? null, status: jobId ? "pending" : null, asked, plan: planJson(plan) },
      202,
    );
  });

  routes.post("/settings/test-lidarr", validate("json", connection), async (c) => {
    const given = c.req.valid("json");
    const stored = await readSettings(app);
    const url = given.lidarr_url ?? stored.lidarr_url;
    const key = given.lidarr_api_key ?? stored.lidarr_api_key;
    const missing = Object.entries({ lidarr_url: url, lidarr_api_key: key }).filter(([, value]) => !value);
    if (!url || !key) {
      const fields = Object.fromEntries(missing.map(([name]) => [name, "Nothing is set."]));
      throw new Failure("invalid", "Lidarr's address and key are needed.", { fields });
    }
    const test = await testAndRemember(app, { url: url.replace(/\/+$/, ""), key });
    if (!test.ok) return c.json(test);
    const { version, instanceName, responseMs, choices, message } = test;
    return c.json({
      ok: true,
      message,
      version,
      instance_name: instanceName,
      response_ms: responseMs,
      root_folders: choices.rootFolders.map(({ path }) => path),
      quality_profiles: choices.qualityProfiles,
      metadata_profiles: choices.metadataProfiles,
      warnings: choices.warnings,
    });
  });

  routes.post("/jobs/library-reconcile", validate("json", comparison), async (c) => {
    await requireLidarr(app);
    const options = { requestedBy: accountOf(c).userId, priority: SOMEBODY_WAITS };
    const job = await enqueue(app.sql, "library_reconcile", c.req.valid("json"), options);
    const status = (await findJob(app.sql, job.id))?.status ?? "pending";
    return c.json({ job_id: job.id, status, ...(job.existing ? { existing: true } : {}) }, 202);
  });

  routes.get("/settings/lidarr-webhook", async (c) => c.json(await checkWebhook(app)));
  routes.post("/settings/lidarr-webhook", validate("json", webhook), async (c) => {
    return c.json(
      await registerWebhook(app, c.req.valid("json").address ?? app.config.baseUrl?.href ?? ownAddressOf(c)),
    );
  });

  return routes;
}

/** Asks for one album; refuses in words what cannot be asked for. An album that is asked for already has its job. */
export async function askForOne(
  c: Request,
  app: App,
  id: string,
): Promise<{ id: string; status: string; existing: boolean }> {
  await requireLidarr(app);
  const plan = await planHandOff(app.sql, [id]);
  const [refused] = plan.refused;
  if (refused?.reason === "under_way") {
    const batch = await findOpenBatch(app.sql, id);
    if (batch) {
      const job = await enqueue(app.sql, "lidarr_search", { batch, albumId: id }, {
        priority: SOMEBODY_WAITS,
      });
      const status = (await findJob(app.sql, job.id))?.status ?? "pending";
      return { id: job.id, status, existing: true };
    }
  }
  if (refused) {
    const sentence = refusalSentence(refused.reason);
    const inbox = refused.reason === "unmatched" ? { inbox: `${basePathOf(app)}/inbox` } : undefined;
    throw new Failure("conflict", sentence, { fields: inbox });
  }
  const { jobId } = await askForPlan(c, app, plan, id);
  if (!jobId) throw new Failure("not_found", "There is no such album.");
  return { id: jobId, status: "pending", existing: false };
}

/** Asks for what a plan allows, all or nothing; without anything to ask for there is no job. */
export async function askForPlan(
  c: Request,
  app: App,
  plan: HandOffPlan,
  albumId?: string,
): Promise<{ jobId?: string; asked: number; batch: string }> {
  const ids = [...plan.add, ...plan.there].map((album) => album.id);
  const { userId } = accountOf(c);
  const result = await transaction(app.sql, async (tx) => {
    const { batch, asked } = await askForAlbums(tx, ids, { userId });
    if (asked.length === 0) return { asked: 0, batch };
    const options = { requestedBy: userId, priority: SOMEBODY_WAITS };
    const job = await enqueue(tx, "lidarr_search", { batch, ...(albumId ? { albumId } : {}) }, options);
    return { jobId: job.id, asked: asked.length, batch };
  });
  app.catalogue.changed();
  return result;
}

function planJson(plan: HandOffPlan) {
  const shown = ({ id, title, artistCredit }: HandOffPlan["add"][number]) => ({
    id,
    title,
    artist_credit: artistCredit,
  });
  return {
    add: plan.add.map(shown),
    there: plan.there.map((album) => ({ ...shown(album), monitored: album.monitored })),
    refused: plan.refused.map((album) => ({
      ...shown(album),
      reason: album.reason,
      message: refusalSentence(album.reason),
    })),
  };
}
