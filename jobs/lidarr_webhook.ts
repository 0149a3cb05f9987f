import { z } from "zod";
import { processDeliveries } from "../services/lidarr_deliveries.ts";
import { defineJob, type JobResult } from "./job.ts";
import { enqueue, enqueueAfresh } from "./queue.ts";

/** Works on what Lidarr has told. In a lane of its own: events are taken in the order in which they came. */
export const lidarrWebhook = defineJob({
  payload: z.object({ again: z.literal(true).optional() }),
  alone: true,
  async run(_payload, context): Promise<JobResult> {
    const { processed, ignored, folders, look } = await processDeliveries(context.app, context);
    if (folders.length > 0) await enqueue(context.app.sql, "filesystem_scan", { folders });
    // Events are hints: what Lidarr has and does is read from it.
    if (look === "all") await enqueue(context.app.sql, "library_reconcile", {});
    if (look) await enqueueAfresh(context.app.sql, "lidarr_poll", {}, { again: true }, { hurry: true });
    const summary = `${processed} ${
      processed === 1 ? "event" : "events"
    } of Lidarr, ${ignored} of no concern`;
    return { summary, processed, ignored, look };
  },
});
