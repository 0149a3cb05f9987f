import { Hono } from "hono";
import { z } from "zod";
import { countPlannedAlbums, listPlannedAlbums } from "../db/import_albums.ts";
import { findImport, type Import, listImports, updateImport } from "../db/imports.ts";
import { transaction } from "../db/sql.ts";
import { enqueue } from "../jobs/queue.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { discardImport, startApplying } from "../services/library_import.ts";
import { readLibraryRules } from "../services/library_rules.ts";
import { ImportPlanPage, PlanList } from "../views/import_plan.tsx";
import { ImportPage } from "../views/imports.tsx";
import { redirect, render } from "./render.tsx";
import { accountOf, type Env, invalid, type Request, type Server, validate } from "./request.ts";

const ROWS = 100;

const importId = validate("param", z.object({ id: z.guid("an import's id (UUID)") }));
const uploadFields = z.object({
  as: z.enum(["liked", "playlist"], { error: "liked or playlist" }).optional(),
});

/** The doors of the library: reading a file gives a plan, applying the plan is a job. For people and programs. */
export function imports(app: App): Server {
  const routes = new Hono<Env>();

  const importPage = async (c: Request, failure?: Failure) => {
    const [earlier, rule] = await Promise.all([
      listImports(app.sql, accountOf(c).userId),
      readLibraryRules(app),
    ]);
    const page = <ImportPage imports={earlier} rule={rule} error={failure?.message} />;
    return render(c, { page, status: failure && UPLOAD_STATUS[failure.code] });
  };
  routes.get("/import", (c) => importPage(c));
  routes.post("/import", async (c) => {
    try {
      return redirect(c, `/import/${(await readUpload(c, app)).id}`);
    } catch (error) {
      // A file that cannot be used is answered where it was dropped.
      if (error instanceof Failure && Object.hasOwn(UPLOAD_STATUS, error.code)) return importPage(c, error);
      throw error;
    }
  });

  routes.get(
    "/import/:id",
    importId,
    validate(
      "query",
      z.object({
        outcome: z.enum(["new", "known", "ignored", "recorded"]).optional(),
        after: z.coerce.number("a row's number").int().min(0).max(1e9).optional(),
      }),
    ),
    async (c) => {
      const { outcome, after } = c.req.valid("query");
      const plan = await loadImport(app, c, c.req.valid("param").id);
      const [counts, rows] = await Promise.all([
        countPlannedAlbums(app.sql, plan.id),
        listPlannedAlbums(app.sql, plan.id, { filter: outcome, after, limit: ROWS + 1 }),
      ]);
      const albums = rows.slice(0, ROWS);
      const next = rows.length > ROWS
        ? `/import/${plan.id}?${new URLSearchParams({
          ...(outcome && { outcome }),
          after: String(albums.at(-1)?.ordinal),
        })}`
        : undefined;
      const shown = {
        import: plan,
        counts: { ...counts, recorded: counts.every - counts.all },
        outcome,
        albums,
        next,
      };
      return render(c, { page: <ImportPlanPage {...shown} />, partial: <PlanList {...shown} /> });
    },
  );
  routes.post("/import/:id/apply", importId, async (c) => {
    await apply(app, c, c.req.valid("param").id);
    return redirect(c, "/activity");
  });
  routes.post("/import/:id/discard", importId, async (c) => {
    await discardImport(app, accountOf(c).userId, c.req.valid("param").id);
    return redirect(c, "/import", { tone: "done", title: "The plan is thrown away. Nothing was changed." });
  });

  routes.get("/api/imports", async (c) => {
    return c.json({ imports: (await listImports(app.sql, accountOf(c).userId)).map(importJson) });
  });
  routes.post("/api/imports", async (c) => c.json(importJson(await readUpload(c, app)), 201));
  routes.get(
    "/api/imports/:id",
    importId,
    async (c) => c.json(importJson(await loadImport(app, c, c.req.valid("param").id))),
  );
  routes.post("/api/imports/:id/apply", importId, async (c) => {
    return c.json({ job_id: await apply(app, c, c.req.valid("param").id), status: "pending" }, 202);
  });
  routes.delete("/api/imports/:id", importId, async (c) => {
    await discardImport(app, accountOf(c).userId, c.req.valid("param").id);
    return c.body(null, 204);
  });

  return routes;
}

const UPLOAD_STATUS: Partial<Record<Failure["code"], 400 | 413 | 422>> = {
  invalid: 400,
  too_large: 413,
  unprocessable: 422,
};

async function readUpload(c: Request, app: App): Promise<Import> {
  // Readers of ZIP, JSON and CSV: the first page after a start need not wait for them.
  const [{ receiveUpload }, { planImport }] = await Promise.all([
    import("./upload.ts"),
    import("../services/import_plan.ts"),
  ]);
  await using upload = await receiveUpload(c);
  const { as } = upload.fields;
  const fields = uploadFields.safeParse(as ? { as } : {});
  if (!fields.success) throw invalid(fields.error);
  if (upload.files.length === 0) {
    throw new Failure("invalid", "Choose a file to import.", { fields: { file: "is missing" } });
  }
  return await planImport(app, accountOf(c).userId, upload.files, fields.data);
}

async function loadImport({ sql }: App, c: Request, id: string): Promise<Import> {
  const found = await findImport(sql, id, { userId: accountOf(c).userId });
  if (!found) throw new Failure("not_found", "There is no such import; a plan expires after 7 days.");
  return found;
}

/** The job and the plan that waits for it are stored together. */
function apply({ sql }: App, c: Request, id: string): Promise<string> {
  const { userId } = accountOf(c);
  return transaction(sql, async (tx) => {
    await startApplying(tx, userId, id);
    const job = await enqueue(tx, "import_apply", { importId: id }, { requestedBy: userId, priority: 10 });
    await updateImport(tx, id, { jobId: job.id });
    return job.id;
  });
}

function importJson({ id, source, filename, status, plan, jobId, createdAt, expiresAt, appliedAt }: Import) {
  return {
    id,
    source,
    filename,
    status,
    plan,
    job_id: jobId,
    created_at: createdAt,
    expires_at: expiresAt,
    applied_at: appliedAt,
  };
}
