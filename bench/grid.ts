/**
 * The album grid of 50,000 albums and the search of 100,000, as a signed-in browser meets them:
 * `deno task bench grid [albums]`. Server times include everything between request and last byte.
 */
import { openDatabase } from "../db/open.ts";
import { migrate } from "../db/migrate.ts";
import { startProgram } from "../e2e/program.ts";
import { startCookieSession } from "../services/sessions.ts";
import { insertLibrary } from "./library.ts";
import { load, percentiles } from "./load.ts";

const PAGES = [
  "/albums",
  "/albums?sort=artist",
  "/albums?sort=-plays&view=wall",
  "/albums?state=owned",
  "/albums?state=not_owned&sort=title",
  "/albums?genre=Jazz",
  "/albums?decade=1990&sort=year",
];
// Every letter once, then what people type: parts of words, two words, accents, Japanese, Cyrillic, nothing.
const SEARCHES = [
  ..."abcdefghijklmnopqrstuvwxyz",
  ..."夜桜海空夢風星花雨光影音心月",
  ..."ng,mo,ni,no,но,зв,東京,男達,moon,moo,ghost ri,river gold,bjork,façade,facade,ночь,группа,огонь,ür,über"
    .split(","),
  ..."empire w,velvet m,sleep wolf,the gold,radio echo,mañana,manana,sigur,naive,zzz,xylophone,лето море"
    .split(","),
];
const WARM_UP = ["ocean", "mirror", "ка", "影響", "heart blue", "q", "city lights"];

async function withLibrary(
  albums: number,
  run: (url: string, cookie: string) => Promise<void>,
): Promise<void> {
  const dataDir = await Deno.makeTempDir({ prefix: "beat-collector-bench-" });
  const database = await openDatabase({ dataDir });
  await migrate(database.sql);
  const [user] = await database.sql<{ id: string }[]>`
    insert into users (username, password_hash, role) values ('bench', 'none', 'admin') returning id`;
  await insertLibrary(database.sql, albums);
  const { token } = await startCookieSession(database.sql, user.id, { remember: true });
  await database.stop();
  try {
    await using program = await startProgram({ dataDir, env: { API_RATE_LIMIT: "0", LOG_LEVEL: "error" } });
    await run(program.url, `beat_session=${token}`);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

async function measureGrid(url: string, cookie: string): Promise<void> {
  const headers = { cookie, "accept-encoding": "gzip" };
  const urls = PAGES.map((page) => url + page);
  for (const connections of [1, 16]) {
    await load(urls, { connections, seconds: 2, headers });
    console.table({
      [`grid, ${connections} connections`]: await load(urls, { connections, seconds: 10, headers }),
    });
  }
  const sizes = await Promise.all(
    [url + PAGES[0], ...scripts(url)].map((address) => compressedSize(address, cookie)),
  );
  console.table({ "KiB gzipped": { page: sizes[0], scripts: sizes[1] + sizes[2] } });
}

function scripts(url: string): string[] {
  return ["htmx.js", "client.js"].map((name) => `${url}/static/${name}`);
}

/** What travels, in KiB. */
async function compressedSize(address: string, cookie: string): Promise<number> {
  const response = await fetch(address, { headers: { cookie, "accept-encoding": "gzip" } });
  const packed = new Response(await response.blob()).body!.pipeThrough(new CompressionStream("gzip"));
  return Number(((await new Response(packed).arrayBuffer()).byteLength / 1024).toFixed(1));
}

async function measureSearch(url: string, cookie: string): Promise<void> {
  const headers = {
    cookie,
    "accept-encoding": "gzip",
    "HX-Request": "true",
    "HX-Request-Type": "partial",
    "HX-Target": "div#results",
  };
  const search = (term: string) => fetch(`${url}/albums?search=${encodeURIComponent(term)}`, { headers });
  await (await fetch(`${url}/albums`, { headers: { cookie } })).arrayBuffer();
  for (const term of WARM_UP) await (await search(term)).arrayBuffer();
  const first: number[] = [];
  for (const term of SEARCHES) {
    const begun = performance.now();
    await (await search(term)).arrayBuffer();
    first.push(performance.now() - begun);
  }
  const urls = SEARCHES.map((term) => `${url}/albums?search=${encodeURIComponent(term)}`);
  console.table({
    "search, each term once": { requests: first.length, failed: 0, ...percentiles(first) },
    "search, again and again": await load(urls, { connections: 1, seconds: 5, headers }),
  });
}

const [albums = "50000"] = Deno.args;
await withLibrary(Number(albums), measureGrid);
await withLibrary(100_000, measureSearch);
