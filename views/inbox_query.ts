import type { MatchReason } from "../db/album_matches.ts";

/** Where somebody is in the inbox, as it stands in the address. */
export type InboxAddress = {
  reason?: MatchReason;
  /** Goes on behind this album. */
  after?: string;
  at?: string;
  /** Decided in this sitting. */
  done?: number;
};

export function inboxPath({ reason, after, at, done }: InboxAddress): string {
  const parameters = Object.entries({ reason, after, at, done }).filter(([, value]) =>
    value !== undefined && value !== 0
  )
    .map(([name, value]) => [name, String(value)]);
  const query = new URLSearchParams(parameters).toString();
  return query ? `/inbox?${query}` : "/inbox";
}

export const reasonNames: Record<MatchReason, string> = {
  tie: "Tie",
  low_confidence: "Low confidence",
  contradiction: "Contradiction",
  nothing_found: "Nothing found",
};
