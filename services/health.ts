import { isMigrated } from "../db/migrate.ts";
import type { App } from "./app.ts";
import { version } from "./version.ts";

type Check = { status: "ok" | "degraded" | "down"; message?: string };

export type Health = Check & { version: string; checks: Record<string, Check> };

/** Asks what the program stands on. It is down only without its database; outside services degrade it. */
export async function checkHealth(app: Pick<App, "sql">): Promise<Health> {
  const checks = { database: await checkDatabase(app) };
  const worst = (["down", "degraded"] as const).find((status) =>
    Object.values(checks).some((check) => check.status === status)
  );
  return { status: worst ?? "ok", version, checks };
}

// A monitor wants an answer even when the database hangs.
const PATIENCE_MS = 3_000;

async function checkDatabase({ sql }: Pick<App, "sql">): Promise<Check> {
  const late = Promise.withResolvers<Check>();
  const timer = setTimeout(() => late.resolve({ status: "down", message: "does not answer" }), PATIENCE_MS);
  const asked = isMigrated(sql).then(
    (migrated): Check => migrated ? { status: "ok" } : { status: "down", message: "is not migrated" },
    (): Check => ({ status: "down", message: "cannot be reached" }),
  );
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
