import { listBlocks } from "../db/rate_budgets.ts";
import { listServiceHealth, type ServiceHealth } from "../db/service_health.ts";
import { findWatchReport, type WatchReport } from "../db/watch_reports.ts";
import type { App } from "./app.ts";

/** Something we depend on, and how it is doing. */
export type Connection = {
  name: string;
  state: "answering" | "degraded" | "failing" | "off";
  /** Instead of the word for the state. */
  word?: string;
  since?: Date;
  note?: string;
  /** Until when nothing is asked. */
  until?: Date;
};

/** The music folder, Redis and every outside service that was asked at least once. */
export async function listConnections(
  { sql, cache, config }: Pick<App, "sql" | "cache" | "config">,
): Promise<Connection[]> {
  const [watch, services, blocks, redisIsThere] = await Promise.all([
    findWatchReport(sql),
    listServiceHealth(sql),
    listBlocks(sql),
    cache.isThere(),
  ]);
  const connections = services.map(toConnection);
  for (const { key, blockedUntil, blockedReason } of blocks) {
    // A budget of its own, for an account, is named "Service: account".
    const name = key.split(":")[0];
    const known = connections.find((one) => one.name === name);
    const paused: Connection = {
      name,
      state: "degraded",
      word: "Paused",
      until: blockedUntil,
      note: `It wants no requests${blockedReason ? `: ${blockedReason}` : ""}`,
    };
    if (!known) connections.push(paused);
    else if (known.state === "answering") Object.assign(known, paused);
  }
  if (config.redisUrl !== undefined) {
    connections.unshift(
      redisIsThere
        ? { name: "Redis", state: "answering" }
        : { name: "Redis", state: "degraded", note: "It cannot be reached; the database stands in" },
    );
  }
  return watch ? [musicFolder(watch), ...connections] : connections;
}

function toConnection({ name, state, message, openUntil, changedAt }: ServiceHealth): Connection {
  if (state === "ok") return { name, state: "answering", since: changedAt };
  return {
    name,
    state: state === "open" ? "failing" : "degraded",
    since: changedAt,
    note: message ?? undefined,
    until: openUntil ?? undefined,
  };
}

function musicFolder({ status, message }: WatchReport): Connection {
  if (status !== "ok") return { name: "Music folder", state: "degraded", note: message };
  return { name: "Music folder", state: "answering", word: message ? "Swept" : "Watched", note: message };
}
