import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { insertDelivery } from "../db/webhook_deliveries.ts";
import { enqueueAfresh } from "../jobs/queue.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import {
  fingerprintOf,
  type LidarrEvent,
  lidarrEvent,
  repeatsAfterSeconds,
} from "../services/lidarr_events.ts";
import { readWebhookSecret } from "../services/settings.ts";
import { type Env, invalid, type Request, type Server } from "./request.ts";

/** What other programs tell us. It is stored and answered; a job works on it. */
export function webhooks(app: App): Server {
  const routes = new Hono<Env>();

  routes.on(["POST", "PUT"], "/webhooks/lidarr", async (c) => {
    const secret = await readWebhookSecret(app);
    if (!showsSecret(c, secret)) {
      c.header("WWW-Authenticate", 'Basic realm="Beat Collector", charset="UTF-8"');
      throw new Failure("unauthorized", "The secret of the connection is missing or wrong.");
    }
    const body = await c.req.text();
    const event = readEvent(body);
    const isNew = await insertDelivery(app.sql, {
      fingerprint: fingerprintOf(body),
      eventType: event.type,
      event,
      repeatsAfterSeconds: repeatsAfterSeconds(event),
    });
    // After the row is there for everybody, so that the run that is asked for finds it.
    if (isNew) await enqueueAfresh(app.sql, "lidarr_webhook", {}, { again: true });
    return c.json({ received: true, duplicate: !isNew });
  });

  return routes;
}

/** As password of Basic authentication or in a header of its own; without a secret nobody can show it. */
function showsSecret(c: Request, secret: string | null): boolean {
  const basic = /^Basic\s+(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const shown = [c.req.header("x-webhook-token"), basic && passwordOf(basic)];
  return secret !== null && shown.some((one) => one !== undefined && isSame(one, secret));
}

function passwordOf(encoded: string): string | undefined {
  try {
    const pair = new TextDecoder().decode(Uint8Array.fromBase64(encoded));
    return pair.includes(":") ? pair.slice(pair.indexOf(":") + 1) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Takes as long for a wrong secret as for the right one, whatever its length. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function readEvent(body: string): LidarrEvent {
  const parsed = lidarrEvent.safeParse(readJson(body));
  if (!parsed.success) throw invalid(parsed.error);
  return parsed.data;
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    const sentence = body === "" ? "There is no body." : "This is not JSON.";
    throw new Failure("invalid", sentence, { fields: { body: sentence } });
  }
}
