import { isMigrated } from "../db/migrate.ts";
import { countWorkers } from "../db/worker_locks.ts";
import type { App } from "./app.ts";
import { type Connection, listConnections } from "./connections.ts";
import { version } from "./version.ts";

type Check = { status: "ok" | "degraded" | "down"; message?: string };

export type Health = Check & { version: string; checks: Record<string, Check> };

/** Asks what the program stands on. It is down only without its database or a worker; outside services degrade it. */
export async function checkHealth(app: Pick<App, "sql" | "cache" | "config">): Promise<Health> {
  const database = await within(checkDatabase(app));
  // Without its database nothing can be said about the rest.
  const checks: Record<string, Check> = database.status === "down"
    ? { database }
    : { database, worker: await within(checkWorker(app)), ...await checkConnections(app) };
  const worst = (["down", "degraded"] as const).find((status) =>
    Object.values(checks).some((check) => check.status === status)
  );
  return { status: worst ?? "ok", version, checks };
}

const PATIENCE_MS = 3_000;

/** The answer of a check; a monitor wants one even when the database hangs. */
async function within(check: Promise<Check>): Promise<Check> {
  const late = Promise.withResolvers<Check>();
  const timer = setTimeout(() => late.resolve({ status: "down", message: "does not answer" }), PATIENCE_MS);
  try {
    return await Promise.race([check, late.promise]);
  } catch {
    return { status: "down", message: "cannot be reached" };
  } finally {
    clearTimeout(timer);
  }
}

async function checkDatabase({ sql }: Pick<App, "sql">): Promise<Check> {
  return await isMigrated(sql) ? { status: "ok" } : { status: "down", message: "is not migrated" };
}

async function checkWorker({ sql }: Pick<App, "sql">): Promise<Check> {
  return await countWorkers(sql) > 0 ? { status: "ok" } : { status: "down", message: "is not running" };
}

/** Outside services and the music folder: what is wrong with them only degrades. */
async function checkConnections(app: Pick<App, "sql" | "cache" | "config">): Promise<Record<string, Check>> {
  const connections = await listConnections(app);
  return Object.fromEntries(
    connections.map((one) => [one.name.toLowerCase().replaceAll(" ", "_"), toCheck(one)]),
  );
}

function toCheck({ state, note }: Connection): Check {
  return { status: state === "answering" ? "ok" : "degraded", ...(note && { message: note }) };
}
