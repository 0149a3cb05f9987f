import { z } from "zod";
import { hasPendingDeliveries } from "../db/webhook_deliveries.ts";
import { findAccess } from "../services/lidarr.ts";
import { reconcileLidarr } from "../services/lidarr_mirror.ts";
import { defineJob, type JobResult } from "./job.ts";
import { enqueue } from "./queue.ts";

/** Compares all that Lidarr has with our rows and files, and follows what it finds under way. */
export const libraryReconcile = defineJob({
  payload: z.object({
    /** A person has confirmed that Lidarr really has so much less. */
    accept_losses: z.boolean().optional(),
  }),
  alone: true,
  async run({ accept_losses }, context): Promise<JobResult> {
    // Stored by a program that was killed before it could ask for the job.
    if (await hasPendingDeliveries(context.app.sql)) await enqueue(context.app.sql, "lidarr_webhook", {});
    if (!await findAccess(context.app)) return { summary: "Lidarr is not set up" };
    const result = await reconcileLidarr(context.app, { acceptLosses: accept_losses }, context);
    await enqueue(context.app.sql, "lidarr_poll", {}, { hurry: true });
    return result;
  },
});
