import { updateLidarrState } from "../db/lidarr_state.ts";
import { retrying } from "../db/sql.ts";
import { listPendingDeliveries, settleDelivery, type WebhookDelivery } from "../db/webhook_deliveries.ts";
import { DatabaseUnavailableError } from "../db/unavailable.ts";
import type { App } from "./app.ts";
import type { LidarrEvent } from "./lidarr_events.ts";
import { applyEvent, type Effect } from "./lidarr_following.ts";
import { lidarrPaths } from "./lidarr_paths.ts";
import { logger } from "./log.ts";

export type ProcessedDeliveries = {
  processed: number;
  /** Of them, those that changed nothing here. */
  ignored: number;
  /** Folders of the music folder to read again. */
  folders: string[];
  look?: Effect["look"];
};

type Deps = Pick<App, "config" | "secrets" | "sql" | "catalogue">;

const AT_ONCE = 50;
const log = logger("lidarr");

/** Works on all stored deliveries, the oldest first, each in a transaction of its own. */
export async function processDeliveries(
  deps: Deps,
  context: { signal: AbortSignal; progress(update: { processed?: number; message?: string }): Promise<void> },
): Promise<ProcessedDeliveries> {
  const paths = await lidarrPaths(deps);
  const folders = new Set<string>();
  const done: ProcessedDeliveries = { processed: 0, ignored: 0, folders: [] };
  while (true) {
    const deliveries = await listPendingDeliveries(deps.sql, AT_ONCE);
    if (deliveries.length === 0) return { ...done, folders: [...folders] };
    await updateLidarrState(deps.sql, { lastEventAt: deliveries.at(-1)!.receivedAt });
    for (const delivery of deliveries) {
      context.signal.throwIfAborted();
      const effect = await processDelivery(deps, delivery, paths);
      effect.folders?.forEach((folder) => folders.add(folder));
      if (effect.look && done.look !== "all") done.look = effect.look;
      done.processed++;
      if (effect.status === "ignored") done.ignored++;
    }
    deps.catalogue.changed();
    await context.progress({ processed: done.processed, message: `${done.processed} events of Lidarr` });
  }
}

async function processDelivery(
  { sql }: Deps,
  { id, eventType, event }: WebhookDelivery,
  paths: Awaited<ReturnType<typeof lidarrPaths>>,
): Promise<Effect> {
  try {
    return await retrying(sql, async (tx) => {
      // Checked when it was stored.
      const effect = await applyEvent(tx, paths, event as LidarrEvent);
      await settleDelivery(tx, id, effect);
      return effect;
    });
  } catch (error) {
    if (error instanceof DatabaseUnavailableError) throw error;
    // One event that nobody foresaw must not keep back those behind it.
    log.error("An event of Lidarr's could not be worked on", { eventType, id, error });
    await settleDelivery(sql, id, {
      status: "failed",
      outcome: "Something went wrong. The log has the details.",
    });
    return { status: "done", outcome: "", look: "queue" };
  }
}
