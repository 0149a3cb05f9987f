/** Requests to an outside service that came to the same: its status, or "none" when there was no answer. */
export type Traffic = { service: string; answer: string; count: number; seconds: number };

// Of the whole program, as its memory is; every client counts here and monitoring reads it.
const traffic = new Map<string, Traffic>();

export function countRequest({ service, answer, seconds }: Omit<Traffic, "count">): void {
  const key = `${service} ${answer}`;
  const before = traffic.get(key) ?? { service, answer, count: 0, seconds: 0 };
  traffic.set(key, { ...before, count: before.count + 1, seconds: before.seconds + seconds });
}

/** Since the program started. */
export function listTraffic(): Traffic[] {
  return [...traffic.values()];
}
