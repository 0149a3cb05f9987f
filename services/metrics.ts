import type { Counter, Gauge, Registry } from "prom-client";
import { countConnections } from "../db/connections.ts";
import { countJobs } from "../db/jobs.ts";
import { listServiceHealth } from "../db/service_health.ts";
import type { App } from "./app.ts";
import { listTraffic, type Traffic } from "./traffic.ts";

/** Numbers for a monitoring system, in the text format of Prometheus. */
export type Metrics = {
  observeRequest(request: ObservedRequest): void;
  /** Everything there is to report, asked for now. */
  report(): Promise<{ contentType: string; text: string }>;
};

/** `route` is the pattern, not the path: there are only so many of them. */
export type ObservedRequest = { method: string; route: string; status: number; seconds: number };

type Loaded = { registry: Registry; observe(request: ObservedRequest): void };

/** The library takes longer to load than the first page may take, so it is loaded after that. */
export function createMetrics(app: Pick<App, "sql">): Metrics {
  const early: ObservedRequest[] = [];
  let loading: Promise<Loaded> | undefined;
  let loaded: Loaded | undefined;

  async function load(): Promise<Loaded> {
    loaded = register(await import("prom-client"), app);
    early.splice(0).forEach(loaded.observe);
    return loaded;
  }

  return {
    observeRequest(request) {
      if (loaded) return loaded.observe(request);
      early.push(request);
      loading ??= load();
    },
    async report() {
      const { registry } = await (loading ??= load());
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

function register(prometheus: typeof import("prom-client"), { sql }: Pick<App, "sql">): Loaded {
  const registry = new prometheus.Registry();
  const requests = new prometheus.Histogram({
    name: "beat_collector_http_request_seconds",
    help: "How long requests took to be answered.",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const gauge = (name: string, help: string, label: string, read: () => Promise<Record<string, number>>) =>
    new prometheus.Gauge({
      name: `beat_collector_${name}`,
      help,
      labelNames: [label],
      registers: [registry],
      async collect(this: Gauge) {
        this.reset();
        for (const [value, count] of Object.entries(await read())) this.set({ [label]: value }, count);
      },
    });
  gauge("jobs", "Jobs by status; failed ones are finished, too.", "status", async () => {
    const { running, waiting, failed, finished } = await countJobs(sql);
    return { running, waiting, failed, finished };
  });
  gauge(
    "database_connections",
    "Connections of all programs to the database.",
    "state",
    () => countConnections(sql),
  );
  gauge("memory_bytes", "Memory of this process.", "kind", () => {
    const { rss, heapUsed, external } = Deno.memoryUsage();
    return Promise.resolve({ resident: rss, heap: heapUsed, external });
  });
  gauge(
    "service_answering",
    "Whether an outside service answers: 1, or 0 while it fails.",
    "service",
    async () =>
      Object.fromEntries(
        (await listServiceHealth(sql)).map(({ name, state }) => [name, state === "ok" ? 1 : 0]),
      ),
  );
  const traffic = (name: string, help: string, value: keyof Pick<Traffic, "count" | "seconds">) =>
    new prometheus.Counter({
      name: `beat_collector_service_${name}_total`,
      help,
      labelNames: ["service", "answer"],
      registers: [registry],
      collect(this: Counter) {
        this.reset();
        for (const { service, answer, ...one } of listTraffic()) this.inc({ service, answer }, one[value]);
      },
    });
  traffic("requests", "Requests to outside services by the status of the answer, or none.", "count");
  traffic("seconds", "How long these took to begin to be answered.", "seconds");
  return {
    registry,
    observe: ({ seconds, method, route, status }) => requests.observe({ method, route, status }, seconds),
  };
}
