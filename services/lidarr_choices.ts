import { setLidarrChoices } from "../db/lidarr_state.ts";
import type { App } from "./app.ts";
import { findAccess, type LidarrAccess } from "./lidarr.ts";
import { type ConnectionTest, testLidarr } from "./lidarr_connection.ts";

/** Tests a connection and keeps what Lidarr offers, so that the settings page has it without asking. */
export async function testAndRemember(
  deps: Pick<App, "config" | "secrets" | "sql">,
  access: LidarrAccess,
): Promise<ConnectionTest> {
  const test = await testLidarr(deps, access);
  const inUse = await findAccess(deps);
  if (test.ok && inUse?.url === access.url && inUse.key === access.key) {
    await setLidarrChoices(deps.sql, test.choices);
  }
  return test;
}
