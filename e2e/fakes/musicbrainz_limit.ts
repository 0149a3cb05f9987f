/** One request in so much time on average, for each address; whoever goes on asking stays shut out. */
export type FakeLimit = {
  /** The real one allows a request each 1000 ms. */
  intervalMs: number;
  /** By how many requests somebody may be early: what a network does to the distances between requests. */
  slack?: number;
};

export type Limiter = ((address: string, at: number) => Response | undefined) & { violations(): number };

const MOST_REMEMBERED = 10;
const TEXT = "Your requests are exceeding the allowable rate limit. " +
  "Please see http://wiki.musicbrainz.org/XMLWebService for more information.";

/** A bucket that leaks one request per interval and is as large as one request and the slack. */
export function createLimiter({ intervalMs, slack = 0.5 }: FakeLimit): Limiter {
  const buckets = new Map<string, { level: number; at: number }>();
  let violations = 0;
  function look(address: string, at: number): Response | undefined {
    const bucket = buckets.get(address) ?? { level: 0, at };
    const level = Math.max(0, bucket.level - (at - bucket.at) / intervalMs) + 1;
    buckets.set(address, { level: Math.min(level, MOST_REMEMBERED), at });
    if (level <= 1 + slack) return undefined;
    violations++;
    const seconds = Math.ceil((level - 1) * intervalMs / 1000);
    return Response.json({ error: TEXT }, {
      status: 503,
      headers: {
        "retry-after": String(seconds),
        "x-ratelimit-limit": "1",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + seconds),
        "x-ratelimit-zone": "ip",
      },
    });
  }
  return Object.assign(look, { violations: () => violations });
}
