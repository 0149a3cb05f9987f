import { deleteImportContent, findImport, type Import, isJobOpen, updateImport } from "../db/imports.ts";
import { type Sql, transaction } from "../db/sql.ts";
import type { App } from "./app.ts";
import { Failure } from "./errors.ts";

/**
 * Takes a plan for applying; the caller enqueues the job in the same transaction and notes it. Throws
 * Failure: not_found when it is gone, conflict (field `job_id`) when it is applied or being applied. A plan whose
 * job failed or was cancelled may be taken again and goes on where it was.
 */
export async function startApplying(tx: Sql, userId: string, importId: string): Promise<Import> {
  const found = await findImport(tx, importId, { userId, lock: true });
  if (!found) throw new Failure("not_found", "There is no such import; a plan expires after 7 days.");
  const { status, jobId } = found;
  const open = status === "applying" && jobId !== null && await isJobOpen(tx, jobId);
  if (status === "applied" || open) {
    const state = open ? "is being applied" : "has been applied";
    throw new Failure("conflict", `This import ${state} already, by job ${jobId}.`, {
      fields: jobId ? { job_id: jobId } : {},
    });
  }
  await updateImport(tx, importId, { status: "applying" });
  return found;
}

/** Throws away a plan. Failure: not_found, or conflict when it has been applied. */
export async function discardImport(
  { sql }: Pick<App, "sql">,
  userId: string,
  importId: string,
): Promise<void> {
  await transaction(sql, async (tx) => {
    const found = await findImport(tx, importId, { userId, lock: true });
    if (!found) throw new Failure("not_found", "There is no such import; a plan expires after 7 days.");
    if (found.status !== "planned") {
      throw new Failure("conflict", "This import has been applied; only a plan can be discarded.");
    }
    await deleteImportContent(tx, importId);
    await updateImport(tx, importId, { status: "discarded" });
  });
}
