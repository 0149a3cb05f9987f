/**
 * A large account export from upload to applied, by the program with its own database:
 * `deno task bench import [albums] [liked songs]`. Memory is what the program's process takes above rest; the
 * database is not counted.
 */
import { BlobReader, BlobWriter, ZipWriter } from "@zip.js/zip.js/index-native.js";
import { openDatabase } from "../db/open.ts";
import { migrate } from "../db/migrate.ts";
import { startProgram } from "../e2e/program.ts";
import { startCookieSession } from "../services/sessions.ts";
import { seeded } from "./library.ts";

const WORDS =
  ("love night blue dark river stone dream fire water city ghost moon silver gold winter summer heart " +
    "machine broken electric velvet ночь группа звезда город 夜 東京 桜 夢 Björk Ágætis façade").split(" ");

/** YourLibrary.json and twelve playlists; songs name albums, two thirds of them saved ones. */
async function exportZip(albumCount: number, songCount: number): Promise<Blob> {
  const random = seeded(11);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)];
  const name = () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(WORDS)).join(" ");
  const id = () => Array.from({ length: 22 }, () => Math.floor(random() * 36).toString(36)).join("");
  const artists = Array.from({ length: Math.ceil(albumCount / 4) }, (_, n) => `${name()} ${n}`);
  const albums = Array.from({ length: Math.ceil(albumCount * 1.2) }, () => ({
    artist: pick(artists),
    album: name(),
    uri: `spotify:album:${id()}`,
  }));
  const saved = albums.slice(0, albumCount);
  const tracks = Array.from({ length: songCount }, () => {
    const { artist, album } = pick(albums);
    return { artist, album, track: name(), uri: `spotify:track:${id()}` };
  });
  const playlists = Array.from({ length: 12 }, (_, n) => ({
    name: `List ${n}`,
    lastModifiedDate: "2023-05-01",
    items: Array.from({ length: 200 }, () => {
      const { artist, album, track, uri } = pick(tracks);
      return {
        track: { trackName: track, artistName: artist, albumName: album, trackUri: uri },
        addedDate: "2021-01-01",
      };
    }),
  }));
  const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
  const add = (path: string, content: unknown) =>
    zip.add(path, new BlobReader(new Blob([JSON.stringify(content)])));
  await add("Spotify Account Data/YourLibrary.json", {
    tracks,
    albums: saved,
    shows: [],
    episodes: [],
    other: [],
  });
  await add("Spotify Account Data/Playlist1.json", { playlists });
  return await zip.close();
}

/** Follows the memory of a process, in bytes, until the scope ends. */
function watchMemory(pid: number) {
  const pages = () => Number(Deno.readTextFileSync(`/proc/${pid}/statm`).split(" ")[1]) * 4096;
  const rest = pages();
  let most = rest;
  const timer = setInterval(() => most = Math.max(most, pages()), 20);
  return {
    aboveRest: () => most - rest,
    rest,
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

async function signedInFolder(): Promise<{ dataDir: string; cookie: string }> {
  const dataDir = await Deno.makeTempDir({ prefix: "beat-collector-bench-" });
  const database = await openDatabase({ dataDir });
  await migrate(database.sql);
  const [user] = await database.sql<{ id: string }[]>`
    insert into users (username, password_hash, role) values ('bench', 'none', 'admin') returning id`;
  const { token } = await startCookieSession(database.sql, user.id, { remember: true });
  await database.stop();
  return { dataDir, cookie: `beat_session=${token}` };
}

async function importOnce(url: string, cookie: string, zip: Blob) {
  const headers = { cookie, origin: url };
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(url + path, { ...init, headers: { ...headers, ...init.headers } });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const begun = performance.now();
  const body = new FormData();
  body.set("file", zip, "my_spotify_data.zip");
  const { id } = await ask("/api/imports", { method: "POST", body });
  const planned = performance.now();
  const { job_id } = await ask(`/api/imports/${id}/apply`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  for (let job = { status: "pending" }; job.status !== "completed";) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    job = await ask(`/api/jobs/${job_id}/status`);
    if (job.status === "failed") throw new Error(JSON.stringify(job));
  }
  const applied = performance.now();
  return { planMs: planned - begun, applyMs: applied - planned, totalMs: applied - begun };
}

const [albums = 10_000, songs = 60_000] = Deno.args.map(Number);
const zip = await exportZip(albums, songs);
const { dataDir, cookie } = await signedInFolder();
try {
  await using program = await startProgram({ dataDir, env: { API_RATE_LIMIT: "0", LOG_LEVEL: "error" } });
  // The first page loads what every later one uses.
  await (await fetch(`${program.url}/albums`, { headers: { cookie } })).body?.cancel();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  for (const run of ["first import", "the same again"]) {
    using memory = watchMemory(program.pid);
    const { planMs, applyMs, totalMs } = await importOnce(program.url, cookie, zip);
    console.table({
      [`${run}: ${albums} albums, ${songs} songs`]: {
        "plan s": seconds(planMs),
        "apply s": seconds(applyMs),
        "in all s": seconds(totalMs),
        "rest MB": Math.round(memory.rest / 1e6),
        "above rest MB": Math.round(memory.aboveRest() / 1e6),
      },
    });
  }
} finally {
  await Deno.remove(dataDir, { recursive: true });
}

function seconds(ms: number): number {
  return Number((ms / 1000).toFixed(2));
}
