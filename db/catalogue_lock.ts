import type { Sql } from "./sql.ts";

// Held while albums are looked for and then inserted, by imports and scans alike: two of them at the same time
// must not both find an album missing.
const CATALOGUE_LOCK = 2_718_281_828;

/** Until the end of the transaction nobody else adds albums. */
export async function lockCatalogue(tx: Sql): Promise<void> {
  await tx`select pg_advisory_xact_lock(${CATALOGUE_LOCK})`;
}
