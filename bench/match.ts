/**
 * `deno task bench:match [labelled|library|clicks|kills] [FOLDER or count]`: the whole program matches a library with a
 * MusicBrainz that has traps beside every album and counts who is too fast; time runs four times as fast.
 * - labelled: how right it is, beside the rule "the first hit with a score of 80 or more";
 * - library: 5,000 albums, how many requests and how well the allowance is used; then again, settled;
 * - clicks: two programs on one database, one matches all while albums are asked for singly at the other;
 * - kills: killed 20 times on the way, what was asked twice.
 */
import { setTimeout as delay } from "node:timers/promises";
import { startEmbeddedPostgres } from "../db/embedded_postgres.ts";
import { insertJob } from "../db/jobs.ts";
import type { Database } from "../db/sql.ts";
import { type TestDatabase, testDatabase } from "../db/testing.ts";
import { type FakeMusicBrainz, startMusicBrainz } from "../e2e/fakes/musicbrainz.ts";
import { indexCatalogue } from "../e2e/fakes/musicbrainz_catalogue.ts";
import { indexGroups } from "../e2e/fakes/musicbrainz_fields.ts";
import { type Program, startProgram } from "../e2e/program.ts";
import { words } from "../services/musicbrainz.ts";
import { withTraps } from "./catalogue_traps.ts";
import { type Labelled, type LabelledAlbum, readLabelled } from "./labelled_albums.ts";
import { percentiles } from "./load.ts";
import { insertLibrary, madeUpLibrary, toFakeCatalogue } from "./match_library.ts";

// MusicBrainz' second and our 1100 ms, four times as fast.
const SPEED = 4;
const ALLOWED_MS = 1000 / SPEED;
const INTERVAL_MS = 1100 / SPEED;
const FOLDER = new URL("../../shared/fixtures/album_matching", import.meta.url).pathname;

type House = AsyncDisposable & {
  sql: Database;
  fake: FakeMusicBrainz;
  albumIds: string[];
  start(): Promise<Program>;
};

async function house(labelled: Labelled): Promise<House> {
  const database: TestDatabase = await testDatabase();
  const fake = startMusicBrainz(toFakeCatalogue(labelled), {
    // It shares a process with the bench, and notices requests late when that is busy.
    limit: { intervalMs: ALLOWED_MS, slack: 1 },
  });
  const env = {
    DATABASE_URL: database.url,
    MUSICBRAINZ_URL: fake.url,
    MUSICBRAINZ_INTERVAL_MS: String(INTERVAL_MS),
    LOG_LEVEL: "warning",
    // Every program that is started has a data folder of its own.
    SECRET_KEY: "0".repeat(32),
    API_RATE_LIMIT: "0",
  };
  return {
    sql: database.sql,
    fake,
    albumIds: await insertLibrary(database.sql, labelled.albums),
    start: () => startProgram({ env }),
    async [Symbol.asyncDispose]() {
      await fake[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

const jobStatus = async (sql: Database, id: string) =>
  (await sql<{ status: string }[]>`select status from jobs where id = ${id}`)[0].status;

async function ended(sql: Database, id: string): Promise<void> {
  while (["pending", "running"].includes(await jobStatus(sql, id))) await delay(20);
  const [job] =
    await sql`select status, result ->> 'summary' as summary, error_message from jobs where id = ${id}`;
  console.log(`${job.status}: ${job.summary ?? job.errorMessage}`);
}

/** Runs the job over all albums; returns how many requests had been sent when the first album was matched. */
async function matchAll({ sql, fake }: House): Promise<number | undefined> {
  const { id } = await insertJob(sql, { kind: "musicbrainz_match", payload: {} });
  let first: number | undefined;
  const watching = (async () => {
    while (first === undefined && ["pending", "running"].includes(await jobStatus(sql, id))) {
      const [{ any }] = await sql`select exists (select from albums where match_status = 'matched') as any`;
      if (any) first = fake.requests.length;
      await delay(10);
    }
  })();
  await ended(sql, id);
  await watching;
  return first;
}

function traffic({ fake }: House, albums: number, from = 0) {
  const requests = fake.requests.slice(from);
  const times = requests.map(({ at }) => at);
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return {
    requests: requests.length,
    "requests per album": Number((requests.length / albums).toFixed(3)),
    "rate violations": fake.violations,
    "allowance used": percent((requests.length - 1) * INTERVAL_MS, span),
  };
}

const percent = (part: number, whole: number) => `${(100 * part / Math.max(1, whole)).toFixed(2)} %`;

// labelled -------------------------------------------------------------------------------------------------------

type Outcome = {
  album: LabelledAlbum;
  status: string;
  reason: string | null;
  group: string | null;
  /** The right one was among the candidates. */
  offered: boolean;
  naive: string | undefined;
};

async function labelled(folder: string | undefined): Promise<void> {
  const set = withTraps(await readLabelled(folder ?? await folderIfThere()));
  await using home = await house(set);
  await using _program = await home.start();
  await matchAll(home);
  const outcomes = await outcomesOf(home, set);
  console.log(`${set.albums.length} labelled albums, ${set.catalogue.length} release groups`);
  console.table([{ rule: "evidence", ...figures(outcomes) }, {
    rule: "first hit >= 80",
    ...naiveFigures(outcomes),
  }]);
  const kinds = [...new Set(set.albums.map(({ kind }) => kind))];
  console.table(
    Object.fromEntries(kinds.map((kind) => [kind, figures(outcomes.filter((o) => o.album.kind === kind))])),
  );
  console.table([traffic(home, set.albums.length)]);
  if (!Deno.args.includes("-v")) return;
  for (const { album: { known, groupIds }, status, reason, group, offered } of outcomes) {
    const isWrong = group !== null && !groupIds.includes(group);
    if (!isWrong && (groupIds.length === 0 || status === "matched")) continue;
    const said = isWrong ? "WRONG" : `${reason}${offered ? "" : ", right one not among the candidates"}`;
    const { artists, title, releaseDate, totalTracks } = known;
    console.log(
      `${said}: ${artists.join(", ")} | ${title} | ${releaseDate}, ${totalTracks} tracks`,
      group,
      groupIds[0],
    );
  }
}

async function folderIfThere(): Promise<string | undefined> {
  const there = await Deno.stat(FOLDER).then(() => true, () => false);
  if (!there) console.log("fixtures are not here: only the albums of our own making");
  return there ? FOLDER : undefined;
}

/** What became of each album; one that was merged is what it was merged into. */
async function outcomesOf({ sql, albumIds }: House, set: Labelled): Promise<Outcome[]> {
  type Row = {
    id: string;
    status: string;
    reason: string | null;
    group: string | null;
    candidates: string[];
  };
  const rows = await sql<Row[]>`
    select wanted.id, a.match_status as status, a.match_reason as reason, a.musicbrainz_release_group_id as group,
      array(select release_group_id from match_candidates c where c.album_id = a.id) as candidates
    from unnest(${albumIds}::uuid[]) as wanted (id)
    left join album_merges m on m.absorbed_id = wanted.id
    join albums a on a.id = coalesce(m.album_id, wanted.id)`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const search = indexGroups(indexCatalogue(toFakeCatalogue(set)));
  return set.albums.map((album, i) => {
    const { candidates, ...row } = byId.get(albumIds[i])!;
    // As tools ask that trust the score, which is 100 for the first hit whatever it is.
    const query = `artist:(${words(album.known.artists[0])}) AND releasegroup:(${words(album.known.title)})`;
    return {
      album,
      ...row,
      offered: album.groupIds.some((id) => candidates.includes(id)),
      naive: search.search(query)[0]?.item.id,
    };
  });
}

function figures(outcomes: Outcome[]) {
  const accepted = outcomes.filter(({ group }) => group !== null);
  const right = accepted.filter(({ album, group }) => album.groupIds.includes(group!)).length;
  const there = outcomes.filter(({ album }) => album.groupIds.length > 0).length;
  const count = (status: string) => outcomes.filter((outcome) => outcome.status === status).length;
  return {
    albums: outcomes.length,
    precision: percent(right, accepted.length),
    "accepted right": percent(right, there),
    wrong: accepted.length - right,
    review: percent(count("manual_review"), outcomes.length),
    "not found": percent(count("no_match"), outcomes.length),
  };
}

function naiveFigures(outcomes: Outcome[]) {
  return figures(outcomes.map((outcome) => ({
    ...outcome,
    group: outcome.naive ?? null,
    status: outcome.naive ? "matched" : "no_match",
  })));
}

// library --------------------------------------------------------------------------------------------------------

async function library(count: number): Promise<void> {
  const set = withTraps(madeUpLibrary(count));
  await using home = await house(set);
  await using _program = await home.start();
  const first = await matchAll(home);
  const outcomes = await outcomesOf(home, set);
  console.table([{ ...figures(outcomes), "requests to the first match": first }]);
  console.table([traffic(home, count)]);
  const before = home.fake.requests.length;
  await matchAll(home);
  console.log(`Settled: ${home.fake.requests.length - before} requests`);
}

// clicks ---------------------------------------------------------------------------------------------------------

async function clicks(count: number): Promise<void> {
  const set = withTraps(madeUpLibrary(count));
  await using home = await house(set);
  await using _one = await home.start();
  await using _other = await home.start();
  const all = matchAll(home);
  const waits: number[] = [];
  for (const albumId of home.albumIds.slice(-15)) {
    const asked = performance.now();
    const { id } = await insertJob(home.sql, {
      kind: "musicbrainz_match",
      payload: { albumId },
      priority: 10,
    });
    const before = home.fake.requests.length;
    while (home.fake.requests.length === before && await jobStatus(home.sql, id) !== "completed") {
      await delay(5);
    }
    while (await jobStatus(home.sql, id) !== "completed") await delay(5);
    waits.push(performance.now() - asked);
  }
  await all;
  console.table([{ clicks: waits.length, ...percentiles(waits) }]);
  console.table([traffic(home, count)]);
}

// kills ----------------------------------------------------------------------------------------------------------

async function kills(count: number): Promise<void> {
  const set = withTraps(madeUpLibrary(count));
  await using home = await house(set);
  const { fake, sql } = home;
  const { id } = await insertJob(sql, { kind: "musicbrainz_match", payload: {} });
  const lives: string[][] = [];
  for (let kill = 0; kill < 20; kill++) {
    const from = fake.requests.length;
    await using program = await home.start();
    // A random moment after a few requests more.
    const until = from + 2 + Math.floor(Math.random() * 8);
    while (fake.requests.length < until && ["pending", "running"].includes(await jobStatus(sql, id))) {
      await delay(2);
    }
    await delay(Math.random() * INTERVAL_MS);
    await program.stop("SIGKILL");
    lives.push(fake.requests.slice(from).map(({ path }) => path));
    // It was killed, not broken: a person starts it again as often as it takes.
    await sql`update jobs set interruptions = 0 where id = ${id}`;
  }
  const from = fake.requests.length;
  await using _program = await home.start();
  await ended(sql, id);
  lives.push(fake.requests.slice(from).map(({ path }) => path));
  // When the program was killed, one answer was perhaps being stored and one request under way.
  const stored = new Set<string>();
  let twice = 0;
  for (const life of lives) {
    twice += life.flatMap(itemsOf).filter((item) => stored.has(item)).length;
    for (const path of life.slice(0, -2)) for (const item of itemsOf(path)) stored.add(item);
  }
  const [{ open }] = await sql`select count(*)::integer as open from albums where match_status = 'pending'`;
  console.table([{ kills: 20, albums: count, "asked again after it was stored": twice, "still open": open }]);
  console.table([traffic(home, count)]);
}

/** What a request asks for, one by one: requests of two lives are never the same batch. */
function itemsOf(path: string): string[] {
  const { pathname, searchParams } = new URL(path, "http://fake");
  const query = searchParams.get("query");
  if (query === null) {
    const artist = searchParams.get("artist");
    return artist ? [`${pathname} ${artist} ${searchParams.get("offset")}`] : searchParams.getAll("resource");
  }
  const kind = query.match(/^\(*\w+/)?.[0];
  return query.replace(/^\(*(reid|rgid|barcode):/, "").split(
    /\)\) OR \(\(| OR (?=\w+$|\w+ OR)|(?<=[\w-]{12,}) OR /,
  )
    .map((part) => `${kind} ${part}`);
}

const [what = "labelled", argument] = Deno.args.filter((arg) => !arg.startsWith("-"));
const dataDir = await Deno.makeTempDir({ prefix: "beat-collector-bench-" });
const server = Deno.env.get("TEST_DATABASE_URL") ? undefined : await startEmbeddedPostgres({ dataDir });
if (server) Deno.env.set("TEST_DATABASE_URL", server.url);
try {
  if (what === "labelled") await labelled(argument);
  else if (what === "library") await library(Number(argument ?? 5000));
  else if (what === "clicks") await clicks(Number(argument ?? 1500));
  else if (what === "kills") await kills(Number(argument ?? 1500));
  else console.error("Say what to measure: labelled, library, clicks or kills");
} finally {
  await server?.stop();
  await Deno.remove(dataDir, { recursive: true });
}
