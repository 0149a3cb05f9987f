import { upsertServiceHealth } from "../db/service_health.ts";
import type { Database } from "../db/sql.ts";
import { Failure } from "./errors.ts";
import { logger } from "./log.ts";

export type CircuitBreaker = {
  /** Throws `unavailable` while nothing is to be asked; one request at a time may try when the pause is over. */
  enter(): void;
  succeeded(): Promise<void>;
  failed(message: string): Promise<void>;
  /** The request said nothing about the service: it was taken back before an answer. */
  left(): void;
};

const log = logger("http");

const FAILURES_UNTIL_OPEN = 5;
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 300_000;

/** Knows nothing and writes nothing: for trying an address out. */
export const noBreaker: CircuitBreaker = {
  enter() {},
  succeeded: () => Promise.resolve(),
  failed: () => Promise.resolve(),
  left() {},
};

/**
 * Spares a service that does not answer, and everybody who would wait for it. After five failures in a row nothing
 * is sent for ten seconds, then one request tries; while it fails, the pause doubles up to five minutes. Each
 * change is written down for people (db/service_health.ts).
 */
export function createCircuitBreaker(
  { sql, now = Date.now }: { sql: Database; now?: () => number },
  { name, longestPauseMs = LONGEST_PAUSE_MS }: { name: string; longestPauseMs?: number },
): CircuitBreaker {
  let failures = 0;
  let openUntil = 0;
  let isTrying = false;
  let known: "ok" | "failing" | "open" | undefined;
  let lastMessage = "";
  return {
    enter() {
      if (failures < FAILURES_UNTIL_OPEN) return;
      const waitMs = isTrying ? 1_000 : openUntil - now();
      if (waitMs <= 0) {
        isTrying = true;
        return;
      }
      throw new Failure("unavailable", `${lastMessage} ${name} is tried again in a moment.`, {
        retryAfterSeconds: Math.ceil(waitMs / 1000),
      });
    },
    async succeeded() {
      failures = 0;
      isTrying = false;
      if (known === "ok") return;
      known = "ok";
      await upsertServiceHealth(sql, { name, state: "ok" });
    },
    async failed(message) {
      failures++;
      isTrying = false;
      lastMessage = message;
      const excess = failures - FAILURES_UNTIL_OPEN;
      if (excess < 0) {
        if (known === "failing") return;
        known = "failing";
        return await upsertServiceHealth(sql, { name, state: "failing", message });
      }
      known = "open";
      openUntil = now() + Math.min(FIRST_PAUSE_MS * 2 ** excess, longestPauseMs);
      log.warning("A service is left alone for a while", {
        service: name,
        message,
        until: new Date(openUntil),
      });
      await upsertServiceHealth(sql, { name, state: "open", message, openUntil: new Date(openUntil) });
    },
    left() {
      isTrying = false;
    },
  };
}
