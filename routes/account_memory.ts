import type { Account } from "../services/sessions.ts";
import { identify } from "./credentials.ts";
import { isWrite, type Request } from "./request.ts";

// What another program on this database ends is open here for so much longer.
const REMEMBER_MS = 1_000;
const MOST_ENTRIES = 1_000;

export type AccountMemory = {
  identify(c: Request): Promise<Account | undefined>;
  forget(): void;
};

/**
 * Who asks, without asking the database for every picture and every scroll of a page. Writes are looked up
 * afresh, and after each one all is forgotten: it may have ended a session.
 */
export function createAccountMemory(): AccountMemory {
  let known = new Map<string, { account: Account | undefined; until: number }>();
  return {
    async identify(c) {
      if (isWrite(c)) return await identify(c);
      const shown = `${c.req.header("authorization") ?? ""}\n${c.req.header("cookie") ?? ""}`;
      const remembered = known.get(shown);
      if (remembered && performance.now() < remembered.until) return remembered.account;
      const memory = known;
      const account = await identify(c);
      if (known.size >= MOST_ENTRIES) known = new Map();
      // Read before a write ended it, perhaps: that memory is gone by now, so nothing is kept.
      if (account) memory.set(shown, { account, until: performance.now() + REMEMBER_MS });
      return account;
    },
    forget() {
      known = new Map();
    },
  };
}
