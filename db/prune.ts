import type { Sql } from "./sql.ts";
import { deleteOldDeliveries } from "./webhook_deliveries.ts";

/** Deletes what has expired, and what was read from files whose import is over; returns how many rows of each. */
export async function pruneExpired(sql: Sql): Promise<Record<string, number>> {
  const sessions = await sql`delete from sessions where expires_at < now()`;
  const cache = await sql`delete from cache where expires_at < now()`;
  const limits = await sql`delete from rate_limits where expires_at < now()`;
  const imports = await sql`delete from imports where status = 'planned' and expires_at < now()`;
  const entries = await sql`
    delete from import_entries using imports
    where imports.id = import_entries.import_id and imports.status in ('applied', 'discarded')`;
  const deliveries = await deleteOldDeliveries(sql, 30);
  const plans = await sql`delete from lidarr_plans where expires_at < now()`;
  // Used ones are kept for a day, so that a replay can be told from a guess.
  const consents = await sql`delete from spotify_authorizations where expires_at < now() - interval '1 day'`;
  return {
    sessions: sessions.count,
    cache: cache.count,
    rate_limits: limits.count,
    imports: imports.count,
    import_entries: entries.count,
    webhook_deliveries: deliveries,
    lidarr_plans: plans.count,
    spotify_authorizations: consents.count,
  };
}
