/**
 * `deno task bench lidarr [handover|webhooks|away|list]`: the whole program and a Lidarr with its races.
 * - handover: 500 albums of 200 artists in one go; what is monitored and searched afterwards, and what else;
 * - webhooks: 1,000 events, ten copies of each, shuffled; how fast they are answered and what came of them;
 * - away: Lidarr is gone for a minute while albums arrive; how pages answer, and when all is right again;
 * - list: 17 MB of artists read into the mirror; the memory of the program meanwhile.
 */
import { setTimeout as delay } from "node:timers/promises";
import { startEmbeddedPostgres } from "../db/embedded_postgres.ts";
import type { Database } from "../db/sql.ts";
import { insertAlbum, insertUser, testDatabase } from "../db/testing.ts";
import { type CatalogueArtist, type FakeLidarr, fakeLidarr } from "../e2e/fakes/lidarr.ts";
import { type Program, startProgram } from "../e2e/program.ts";
import { startCookieSession } from "../services/sessions.ts";
import { load, percentiles } from "./load.ts";

const ARTISTS = 200;
const ALBUMS = 500;
const EVENTS = 1_000;
const COPIES = 10;
const SECRET = "what only this Lidarr knows";

type House = AsyncDisposable & {
  sql: Database;
  lidarr: FakeLidarr;
  program: Program;
  headers: Record<string, string>;
  albums: { id: string; group: string }[];
};

const group = (n: number) => `11111111-0000-4000-8000-${String(n).padStart(12, "0")}`;
const person = (n: number) => `22222222-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** Each artist has some albums that are asked for, and ten that nobody wants. */
const catalogue: CatalogueArtist[] = Array.from({ length: ARTISTS }, (_, n) => ({
  id: person(n),
  name: `Artist ${n}`,
  albums: [
    ...Array.from({ length: ALBUMS }, (_, k) => k).filter((k) => k % ARTISTS === n)
      .map((k) => ({ id: group(k), title: `Wanted ${k}` })),
    ...Array.from({ length: 10 }, (_, k) => ({ id: group(10_000 + 10 * n + k), title: `Other ${k}` })),
  ],
}));

async function house(): Promise<House> {
  const database = await testDatabase();
  const { sql } = database;
  const lidarr = fakeLidarr({ catalogue, refreshAfter: 5 });
  const albums = [];
  for (let k = 0; k < ALBUMS; k++) {
    const { id } = await insertAlbum(sql, {
      artist: `Artist ${k % ARTISTS}`,
      title: `Wanted ${k}`,
      totalTracks: 10,
    });
    albums.push({ id, group: group(k) });
  }
  for (const album of albums) {
    await sql`update albums set musicbrainz_release_group_id = ${album.group}, match_status = 'matched' where id = ${album.id}`;
  }
  for (const { id, name } of catalogue) {
    await sql`update artists set musicbrainz_id = ${id} where name = ${name}`;
  }
  const user = await insertUser(sql);
  const { token, csrfToken } = await startCookieSession(sql, user.id, { remember: false });
  const program = await startProgram({
    env: {
      DATABASE_URL: database.url,
      LIDARR_URL: lidarr.url,
      LIDARR_API_KEY: lidarr.key,
      SECRET_KEY: "0".repeat(32),
      LOG_LEVEL: "warning",
      API_RATE_LIMIT: "0",
    },
  });
  const headers = {
    cookie: `beat_session=${token}`,
    "x-csrf-token": csrfToken,
    "content-type": "application/json",
  };
  return {
    sql,
    lidarr,
    program,
    headers,
    albums,
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await lidarr[Symbol.asyncDispose]();
    },
  };
}

async function ask({ program, headers }: House, path: string, body: unknown, method = "POST") {
  const response = await fetch(program.url + path, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}

async function until(what: () => Promise<boolean>): Promise<number> {
  const begun = performance.now();
  while (!await what()) await delay(50);
  return Math.round(performance.now() - begun) / 1000;
}

async function handOver(here: House): Promise<void> {
  const { sql, lidarr, albums } = here;
  const begun = performance.now();
  const { job_id } = await ask(here, "/api/albums/search-lidarr", {
    album_ids: albums.map((album) => album.id),
  });
  await until(async () => {
    const [job] = await sql`select status from jobs where id = ${job_id}`;
    return !["pending", "running"].includes(job.status);
  });
  const [job] = await sql`select status, result ->> 'summary' as summary from jobs where id = ${job_id}`;
  const wanted = new Set(albums.map((album) => album.group));
  const monitored = lidarr.monitored();
  const searched = lidarr.requestsTo("POST", "/api/v1/command").map((one) => JSON.stringify(one.body));
  console.log(`${job.status}: ${job.summary}`);
  console.table({
    "albums of Lidarr": { count: lidarr.library.albums.size },
    "monitored that were asked for": { count: monitored.filter((id) => wanted.has(id)).length },
    "monitored besides": { count: monitored.filter((id) => !wanted.has(id)).length },
    "searches": { count: searched.length },
    "searches sent twice": { count: searched.length - new Set(searched).size },
    "searches by flags": { count: lidarr.library.searchedByFlags.length },
    "requests": { count: lidarr.requests.length },
    "seconds": { count: Math.round((performance.now() - begun) / 100) / 10 },
  });
}

/** 250 albums: grabbed, imported; grabbed, failed; grabbed twice over; imported and removed again by artist. */
function events(albums: House["albums"]): Record<string, unknown>[] {
  return albums.slice(0, EVENTS / 2).flatMap(({ group }, n) => {
    const artist = {
      id: n % ARTISTS,
      name: `Artist ${n % ARTISTS}`,
      mbId: person(n % ARTISTS),
      path: `/music/Artist ${n % ARTISTS}`,
    };
    const album = { id: n, mbId: group, title: `Wanted ${n}` };
    const downloadId = `D${n}`;
    const trackFiles = Array.from(
      { length: 10 },
      (_, k) => ({ id: 10 * n + k, path: `${artist.path}/Wanted ${n}/${k}.flac` }),
    );
    const tracks = trackFiles.map(({ id }) => ({ id, title: `Track ${id}`, trackNumber: "1" }));
    const release = { quality: "FLAC", releaseTitle: `Wanted ${n} [FLAC]`, size: 466_000_000 };
    return [
      { eventType: "Grab", artist, albums: [album], release, downloadId },
      n % 2 === 0
        ? { eventType: "Download", artist, album, tracks, trackFiles, isUpgrade: false, downloadId }
        : { eventType: "DownloadFailure", releaseTitle: `Wanted ${n} [FLAC]`, downloadId },
    ];
  });
}

async function hear(here: House): Promise<void> {
  const { sql, program, albums } = here;
  await ask(here, "/api/settings", { lidarr_webhook_secret: SECRET }, "PUT");
  const bodies = events(albums).flatMap((event) =>
    Array(COPIES).fill(JSON.stringify(event, null, 2)) as string[]
  );
  for (let i = bodies.length - 1; i > 0; i--) {
    const k = Math.floor(Math.random() * (i + 1));
    [bodies[i], bodies[k]] = [bodies[k], bodies[i]];
  }
  const times: number[] = [];
  let refused = 0;
  const sent = bodies.length;
  const senders = Array.from({ length: 4 }, async () => {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
      const begun = performance.now();
      const headers = { "x-webhook-token": SECRET, "content-type": "application/json" };
      const response = await fetch(`${program.url}/api/webhooks/lidarr`, { method: "POST", headers, body });
      await response.arrayBuffer();
      times.push(performance.now() - begun);
      if (!response.ok) refused++;
    }
  });
  await Promise.all(senders);
  const afterwards = await until(async () => {
    const [{ open }] =
      await sql`select count(*)::integer as open from webhook_deliveries where status = 'pending'`;
    return open === 0;
  });
  const [{ owned }] =
    await sql`select count(*)::integer as owned from albums where ownership_status = 'owned'`;
  const [{ failed }] =
    await sql`select count(*)::integer as failed from lidarr_downloads where status = 'failed'`;
  const [{ doubled }] = await sql`
    select count(*)::integer as doubled from (select from album_events where kind = 'lidarr'
      group by album_id, after ->> 'status' having count(*) > 1) as d`;
  const [{ stored, copies }] = await sql`
    select count(*)::integer as stored, sum(copies)::integer as copies from webhook_deliveries`;
  console.table({ answered: { sent, refused, ...percentiles(times) } });
  console.table({
    effects: { stored, copies, owned, failed, "told twice": doubled, "seconds until done": afterwards },
  });
}

async function away(here: House): Promise<void> {
  const { sql, lidarr, program, headers } = here;
  const few = here.albums.slice(0, 20);
  await ask(here, "/api/albums/search-lidarr", { album_ids: few.map((album) => album.id) });
  lidarr.webhooksLost = true;
  await until(async () => {
    await lidarr.settle();
    return lidarr.downloads.queue.length === few.length;
  });
  await until(async () => {
    const [{ n }] =
      await sql`select count(*)::integer as n from albums where ownership_status = 'downloading'`;
    return n === few.length;
  });
  for (const { group } of few) await lidarr.downloads.finish(lidarr.album(group));
  lidarr.mode = "hanging";
  const pages = ["/albums", `/albums/${few[0].id}`, "/activity"].map((path) => program.url + path);
  const meanwhile = await load(pages, { connections: 2, seconds: 60, headers });
  lidarr.mode = "up";
  const seconds = await until(async () => {
    const [{ n }] = await sql`select count(*)::integer as n from albums where ownership_status = 'owned'`;
    return n === few.length;
  });
  console.table({ "pages while it is away": meanwhile });
  console.log(`All ${few.length} albums are owned ${seconds} s after its return (a look every 30 s).`);
}

async function readList(here: House): Promise<void> {
  const { sql, lidarr, program } = here;
  const padding = "An overview that goes on for a while. ".repeat(25);
  for (let n = 0; n < 15_000; n++) {
    lidarr.library.insertArtist(person(100_000 + n), `Artist ${100_000 + n}`, padding);
  }
  const size = (await (await fetch(`${lidarr.url}/api/v1/artist`, { headers: { "X-Api-Key": lidarr.key } }))
    .arrayBuffer()).byteLength;
  const before = memoryOf(program.pid);
  let most = before;
  const watching = setInterval(() => most = Math.max(most, memoryOf(program.pid)), 50);
  const { job_id } = await ask(here, "/api/jobs/library-reconcile", {});
  const seconds = await until(async () => {
    const [job] = await sql`select status from jobs where id = ${job_id}`;
    return !["pending", "running"].includes(job.status);
  });
  clearInterval(watching);
  const [{ n }] = await sql`select count(*)::integer as n from lidarr_artists`;
  console.table({
    list: { MB: Math.round(size / 1e6), artists: n, seconds, "MB before": before, "MB at most": most },
  });
}

function memoryOf(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1000);
}

const benches: Record<string, (here: House) => Promise<void>> = {
  handover: handOver,
  webhooks: hear,
  away,
  list: readList,
};
const [wanted] = Deno.args;
const chosen = wanted ? { [wanted]: benches[wanted] } : benches;
const dataDir = await Deno.makeTempDir({ prefix: "beat-collector-bench-" });
const server = Deno.env.get("TEST_DATABASE_URL") ? undefined : await startEmbeddedPostgres({ dataDir });
if (server) Deno.env.set("TEST_DATABASE_URL", server.url);
try {
  for (const [name, bench] of Object.entries(chosen)) {
    console.log(`\n${name}`);
    await using here = await house();
    await bench(here);
  }
} finally {
  await server?.stop();
  await Deno.remove(dataDir, { recursive: true });
}
