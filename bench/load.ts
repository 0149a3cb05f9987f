/** Requests over kept-alive connections, as a browser or a client of the API would send them. */

export type Figures = {
  requests: number;
  failed: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
};

/**
 * Asks for `urls` in turn from `connections` places at once for `seconds`, and reads every answer to its end.
 * Milliseconds; an answer other than 2xx counts as failed.
 */
export async function load(
  urls: string[],
  options: { connections: number; seconds: number; headers: Record<string, string> },
): Promise<Figures> {
  const end = performance.now() + options.seconds * 1_000;
  const times: number[] = [];
  let failed = 0;
  let turn = 0;
  await Promise.all(Array.from({ length: options.connections }, async () => {
    const client = Deno.createHttpClient({ poolMaxIdlePerHost: 1 });
    while (performance.now() < end) {
      const begun = performance.now();
      const response = await fetch(urls[turn++ % urls.length], { headers: options.headers, client });
      await response.arrayBuffer();
      times.push(performance.now() - begun);
      if (!response.ok) failed++;
    }
    client.close();
  }));
  return { requests: times.length, failed, ...percentiles(times) };
}

export function percentiles(times: number[]): { p50: number; p95: number; p99: number; max: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
