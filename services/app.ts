import { migrate } from "../db/migrate.ts";
import { type OpenDatabase, openDatabase } from "../db/open.ts";
import type { Database } from "../db/sql.ts";
import { type Cache, openCache } from "./cache.ts";
import { type Catalogue, openCatalogue } from "./catalogue.ts";
import type { Config } from "./config.ts";
import { apiClient } from "./http.ts";
import { type CoverArt, createCoverArt } from "./cover_art.ts";
import { type JobFeed, openJobFeed } from "./job_feed.ts";
import { type Lidarr, openLidarr } from "./lidarr.ts";
import { logger } from "./log.ts";
import { createMusicBrainz, type MusicBrainz, webServiceUrl } from "./musicbrainz.ts";
import { openSecrets, type Secrets } from "./secrets.ts";

/** Everything an operation may reach. Services name the parts they use: `Pick<App, "sql">`. */
export type App = {
  config: Config;
  sql: Database;
  catalogue: Catalogue;
  jobFeed: JobFeed;
  secrets: Secrets;
  cache: Cache;
  musicbrainz: MusicBrainz;
  coverArt: CoverArt;
  lidarr: Lidarr;
};

/** What the program runs on; whoever opened it closes it. */
export type OpenApp = App & { database: OpenDatabase };

/** Opens the database, brings it up to date, and builds what stands on it. `join`: beside a running program. */
export async function openApp(config: Config, options: { join?: boolean } = {}): Promise<OpenApp> {
  const log = logger("database");
  const { databaseUrl, dataDir } = config;
  const database = await openDatabase({
    databaseUrl,
    dataDir,
    notice: (text) => log.error(text),
    ...options,
  });
  try {
    const applied = await migrate(database.sql);
    if (applied.length > 0) log.info("Database brought up to date", { migrations: applied });
    return { ...await createApp(config, database.sql), database };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** The same over a database that is already there; tests start here. */
export async function createApp(config: Config, sql: Database): Promise<App> {
  const [catalogue, jobFeed, secrets] = await Promise.all([
    openCatalogue(sql),
    openJobFeed(sql),
    openSecrets({ config, sql }),
  ]);
  const musicbrainz = createMusicBrainz(apiClient({ sql }, {
    name: "MusicBrainz",
    baseUrl: webServiceUrl(config.musicbrainzUrl),
    limit: { intervalMs: config.musicbrainzIntervalMs },
  }));
  return {
    config,
    sql,
    catalogue,
    jobFeed,
    secrets,
    cache: openCache({ config, sql }),
    musicbrainz,
    coverArt: createCoverArt({ config, sql }),
    lidarr: openLidarr({ config, sql, secrets }),
  };
}

/** In reverse: nothing asks the database any more when it is closed. */
export async function closeApp(app: OpenApp): Promise<void> {
  app.jobFeed.close();
  await app.cache.close();
  await app.catalogue.close();
  await app.database.stop();
}
