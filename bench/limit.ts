/**
 * Several programs on one database before one service: `deno task bench limit [programs] [interval ms] [seconds]`.
 * All send bulk work one after the other, and each of them a click now and then. The service takes its time, and
 * measures the distances between the requests that arrive.
 */
import { z } from "zod";
import { migrate } from "../db/migrate.ts";
import { openDatabase } from "../db/open.ts";
import { connect } from "../db/sql.ts";
import { apiClient } from "../services/http.ts";
import { percentiles } from "./load.ts";

const CLICK_EVERY_MS = 8_000;
// MusicBrainz allows a request in 1000 ms, we ask for one in 1100.
const ALLOWED = 1000 / 1100;

const [mode, ...rest] = Deno.args;
if (mode === "program") await program(rest[0], rest[1], Number(rest[2]), Number(rest[3]));
else await measure(...Deno.args.map(Number));

async function measure(programs = 2, intervalMs = 1100, seconds = 60): Promise<void> {
  const dataDir = await Deno.makeTempDir({ prefix: "beat-collector-bench-" });
  const database = await openDatabase({ dataDir });
  await migrate(database.sql);
  const arrivals: number[] = [];
  const service = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async () => {
    arrivals.push(performance.now());
    await new Promise((resolve) => setTimeout(resolve, Math.random() * intervalMs * 0.6));
    return Response.json({});
  });
  const baseUrl = `http://127.0.0.1:${service.addr.port}`;
  const outputs = await Promise.all(Array.from({ length: programs }, () =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", import.meta.filename ?? "", "program", database.url, baseUrl]
        .concat(String(intervalMs), String(seconds)),
      stderr: "inherit",
    }).output()));
  const clicks: number[] = outputs.flatMap(({ stdout }) => JSON.parse(new TextDecoder().decode(stdout)));
  await service.shutdown();
  await database.stop();
  await Deno.remove(dataDir, { recursive: true });

  const distances = arrivals.slice(1).map((at, i) => at - arrivals[i]);
  const { p50, max } = percentiles(clicks);
  console.table({
    programs,
    "interval ms": intervalMs,
    "requests": arrivals.length,
    "utilisation %": Number(
      (100 * distances.length * intervalMs / (arrivals.at(-1)! - arrivals[0])).toFixed(1),
    ),
    "closest two ms": Number(Math.min(...distances).toFixed(1)),
    "violations": distances.filter((distance) => distance < intervalMs * ALLOWED).length,
    "clicks": clicks.length,
    "click p50 ms": p50,
    "click max ms": max,
  });
}

/** Works until the time is over; prints how long each click took, in ms. */
async function program(url: string, baseUrl: string, intervalMs: number, seconds: number): Promise<void> {
  const sql = connect({ url, max: 3 });
  const client = apiClient({ sql }, { name: "Bench", baseUrl, limit: { intervalMs } });
  const end = performance.now() + seconds * 1000;
  const schema = z.object({});
  const clicks: Promise<number>[] = [];
  const click = async () => {
    const begun = performance.now();
    await client.json("/click", { schema, priority: "interactive" });
    return performance.now() - begun;
  };
  const timer = setInterval(() => clicks.push(click()), CLICK_EVERY_MS * (0.5 + Math.random()));
  while (performance.now() < end) await client.json("/bulk", { schema });
  clearInterval(timer);
  console.log(JSON.stringify(await Promise.all(clicks)));
  await sql.end();
}
