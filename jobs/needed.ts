import type { App } from "../services/app.ts";
import { findAccess } from "../services/lidarr.ts";

/** Whether a kind of job has anything to do in this household. */
export async function isNeeded(app: Pick<App, "config" | "secrets" | "sql">, kind: string): Promise<boolean> {
  return kind !== "library_reconcile" || await findAccess(app) !== undefined;
}
