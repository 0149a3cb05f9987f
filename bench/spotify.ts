/**
 * A whole account from connecting to in step, by the program against the fake Spotify:
 * `deno task bench spotify [albums] [liked songs] [playlists]`. The fake answers at once, so what the database
 * takes is set against the time that so many requests take at two a second.
 */
import { startFakeSpotify } from "../e2e/fakes/spotify.ts";
import { fakeAlbum, fakeLibrary, hoursAgo } from "../e2e/fakes/spotify_library.ts";
import { databaseServer, startConnected } from "../e2e/spotify_program.ts";

const REQUEST_MS = 500;
const SONGS_PER_LIST = 120;

const [albums = 5_000, tracks = 20_000, playlists = 60] = Deno.args.map(Number);
const pages = (entries: number) => Math.max(1, Math.ceil(entries / 50));
const fewest = pages(albums) + pages(tracks) + pages(playlists) + playlists * pages(SONGS_PER_LIST);

const user = fakeLibrary("marta", { albums, tracks, playlists, songsPerList: SONGS_PER_LIST });
await using _server = await databaseServer();
await using fake = startFakeSpotify({ users: [user] });
await using connected = await startConnected(fake, { LOG_LEVEL: "error" });
const { sql, program } = connected;

const isReading = /^\/v1\/(me\/|playlists)/;
const memoryOf = () => Number(Deno.readTextFileSync(`/proc/${program.pid}/statm`).split(" ")[1]) * 4096;

/** Milliseconds that sessions of this database have been at work. */
async function databaseMs(): Promise<number> {
  // The figures arrive about a second after the work.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const [row] = await sql<{ ms: number }[]>`
    select active_time as ms from pg_stat_database where datname = current_database()`;
  return row.ms;
}

async function read(run: string) {
  const rest = memoryOf();
  let most = rest;
  const timer = setInterval(() => most = Math.max(most, memoryOf()), 50);
  // Connecting has asked for the first reading already.
  const seen = run === "first" ? 0 : fake.count(isReading);
  const before = run === "first" ? 0 : await databaseMs();
  const begun = performance.now();
  const { status, summary } = await connected.ended(await connected.startReading());
  const seconds = (performance.now() - begun) / 1000;
  clearInterval(timer);
  const requests = fake.count(isReading) - seen;
  const database = await databaseMs() - before;
  console.log(`${run}: ${status}, ${summary}`);
  return {
    run,
    requests,
    "of the fewest": run === "first" ? Number((requests / fewest).toFixed(3)) : undefined,
    "s without waiting": Number(seconds.toFixed(1)),
    "database ms a request": Math.round(database / requests),
    "database at 2 a second": `${(100 * database / (requests * REQUEST_MS)).toFixed(1)} %`,
    "rest MB": Math.round(rest / 1e6),
    "above rest MB": Math.round((most - rest) / 1e6),
  };
}

const table = [await read("first"), await read("unchanged")];
user.albums.unshift({ addedAt: hoursAgo(-1), album: fakeAlbum(1_000_000) });
table.push(await read("one album more"));
console.table(table);
