import type { Sql } from "./sql.ts";

export type LidarrState = {
  version: string | null;
  instanceName: string | null;
  notificationId: number | null;
  /** The history is known up to here. */
  historyAt: Date | null;
  polledAt: Date | null;
  mirroredAt: Date | null;
  lastEventAt: Date | null;
  /** Per check of Lidarr's own health what it says. */
  health: Record<string, string>;
  failingSince: Date | null;
  failure: string | null;
  /** What new artists could be given at the last test of the connection. */
  choices: LidarrChoices | null;
};

export type LidarrChoices = {
  rootFolders: { path: string; qualityProfileId: number | null; metadataProfileId: number | null }[];
  qualityProfiles: { id: number; name: string }[];
  metadataProfiles: { id: number; name: string }[];
  /** What will keep it from fetching anything. */
  warnings: string[];
};

export async function findLidarrState(sql: Sql): Promise<LidarrState> {
  const [state] = await sql<LidarrState[]>`
    select version, instance_name, notification_id, history_at, polled_at, mirrored_at, last_event_at, health,
      failing_since, failure, choices from lidarr_state`;
  return state;
}

export async function updateLidarrState(
  sql: Sql,
  change: Partial<Omit<LidarrState, "health" | "failingSince" | "choices">>,
): Promise<void> {
  const columns = Object.fromEntries(
    Object.entries(change).map((
      [name, value],
    ) => [name.replace(/[A-Z]/g, (sign) => `_${sign.toLowerCase()}`), value]),
  );
  await sql`update lidarr_state set ${sql(columns)}`;
}

/** A message, or null when the check is well again. */
export async function setLidarrHealth(sql: Sql, check: string, message: string | null): Promise<void> {
  await sql`
    update lidarr_state set health = case when ${message}::text is null then health - ${check}::text
      else health || jsonb_build_object(${check}::text, ${message}::text) end`;
}

/** Null: it answers. The moment the trouble began is kept while it lasts. */
export async function setLidarrFailure(sql: Sql, failure: string | null): Promise<void> {
  await sql`
    update lidarr_state set failure = ${failure},
      failing_since = case when ${failure}::text is not null then coalesce(failing_since, now()) end
    where failure is distinct from ${failure}`;
}

export async function setLidarrChoices(sql: Sql, choices: LidarrChoices): Promise<void> {
  await sql`update lidarr_state set choices = ${JSON.stringify(choices)}::text::jsonb`;
}
