import type { z } from "zod";
import { importApply } from "./import_apply.ts";
import { prune } from "./prune.ts";

/** Every kind of job and what runs it. */
export const jobs = { import_apply: importApply, prune };

export type JobKind = keyof typeof jobs;
export type JobPayload<K extends JobKind> = z.infer<(typeof jobs)[K]["payload"]>;
