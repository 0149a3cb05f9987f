/**
 * A music folder from the first scan to the second: `deno task bench scan [files]`. Files are opened by nobody
 * else here, so the system's own events tell how many a scan opens.
 */
import { migrate } from "../db/migrate.ts";
import { openDatabase } from "../db/open.ts";
import type { Database } from "../db/sql.ts";
import { startProgram, until } from "../e2e/program.ts";
import { openCatalogue } from "../services/catalogue.ts";
import { createCoverArt } from "../services/cover_art.ts";
import { fetchCovers } from "../services/covers.ts";
import { scanLibrary } from "../services/library_scan.ts";
import { loadConfig } from "../services/config.ts";
import { startCookieSession } from "../services/sessions.ts";
import { insertLibrary } from "./library.ts";
import { load } from "./load.ts";
import { makeMusic } from "./music.ts";

const context = { signal: new AbortController().signal, progress: async () => {} };
const [wanted = "20000", coverCount = "200"] = Deno.args;

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const begun = performance.now();
  const result = await work();
  return { result, seconds: Number(((performance.now() - begun) / 1000).toFixed(2)) };
}

/** Counts the files opened below `root` while `work` runs; undefined where the system does not tell. */
async function countingOpens<T>(
  root: string,
  work: () => Promise<T>,
): Promise<{ result: T; opened: number }> {
  const watcher = Deno.watchFs(root);
  const opened = new Set<string>();
  const counting = (async () => {
    for await (const event of watcher) {
      if (event.kind !== "access") continue;
      for (const path of event.paths) if (/\.(flac|mp3|m4a|opus)$/.test(path)) opened.add(path);
    }
  })();
  const result = await work();
  // The events come a little after what they tell of.
  await new Promise((resolve) => setTimeout(resolve, 500));
  watcher.close();
  await counting;
  return { result, opened: opened.size };
}

function dropCaches(): boolean {
  try {
    new Deno.Command("sync").outputSync();
    Deno.writeTextFileSync("/proc/sys/vm/drop_caches", "3");
    return true;
  } catch {
    // Only root may, and not everywhere.
    return false;
  }
}

async function forget(sql: Database): Promise<void> {
  await sql`truncate local_files, albums, artists cascade`;
}

async function measureScans(root: string, dataDir: string): Promise<void> {
  const { sql, stop } = await openDatabase({ dataDir });
  await migrate(sql);
  const catalogue = await openCatalogue(sql);
  const config = loadConfig({ DATA_DIR: dataDir });
  const deps = { sql, catalogue, config, coverArt: createCoverArt({ sql, config }) };
  const scan = () => timed(() => scanLibrary(deps, { root }, context));
  const rows: Record<string, unknown> = {};
  const row = ({ result, seconds }: Awaited<ReturnType<typeof scan>>) => ({
    files: result.files,
    seconds,
    "files/s reading": result.filesPerSecond,
    "files/s in all": Math.round(result.files / seconds),
    opened: result.read,
  });
  if (dropCaches()) {
    rows["first scan, nothing cached"] = row(await scan());
    await forget(sql);
  }
  await scan();
  await forget(sql);
  rows["first scan, files cached"] = row(await scan());
  const { result: second, opened } = await countingOpens(root, scan);
  rows["second scan, nothing changed"] = { ...row(second), opened };
  const { result: third } = await countingOpens(root, scan);
  rows["third scan"] = row(third);
  console.table(rows);
  const some = await sql<{ id: string }[]>`select id from albums limit ${Number(coverCount)}`;
  const covers = await timed(() =>
    fetchCovers(deps, { root, albumIds: some.map((album) => album.id) }, context)
  );
  console.table({ covers: { ...covers.result, seconds: covers.seconds } });
  await catalogue.close();
  await stop();
}

/** The grid of 50,000 albums while the program scans the folder. */
async function measureGrid(root: string, dataDir: string): Promise<void> {
  const database = await openDatabase({ dataDir });
  await forget(database.sql);
  const [user] = await database.sql<{ id: string }[]>`
    insert into users (username, password_hash, role) values ('bench', 'none', 'admin') returning id`;
  await insertLibrary(database.sql, 50_000);
  const { token } = await startCookieSession(database.sql, user.id, { remember: true });
  await database.stop();
  const env = { API_RATE_LIMIT: "0", LOG_LEVEL: "error", MUSIC_FOLDER: root };
  await using program = await startProgram({ dataDir, env });
  const headers = { cookie: `beat_session=${token}`, "accept-encoding": "gzip" };
  const urls = ["/albums", "/albums?sort=artist", "/albums?state=owned"].map((path) => program.url + path);
  await until(async () => (await scanJob(program.url, headers))?.status === "running" || undefined, 30_000);
  const figures = [];
  while ((await scanJob(program.url, headers))?.status === "running") {
    figures.push(await load(urls, { connections: 4, seconds: 2, headers }));
  }
  console.table(
    Object.fromEntries(
      figures.map((figure, i) => [`grid during the scan, seconds ${2 * i} to ${2 * i + 2}`, figure]),
    ),
  );
}

async function scanJob(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: string } | undefined> {
  const { jobs } = await (await fetch(`${url}/api/jobs`, { headers })).json();
  return jobs.find((job: { job_type: string }) => job.job_type === "filesystem_scan");
}

const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "beat-collector-music-" }));
const dataDir = await Deno.makeTempDir({ prefix: "beat-collector-bench-" });
try {
  await makeMusic(root, Number(wanted));
  await measureScans(root, dataDir);
  await measureGrid(root, dataDir);
} finally {
  await Deno.remove(root, { recursive: true });
  await Deno.remove(dataDir, { recursive: true });
}
