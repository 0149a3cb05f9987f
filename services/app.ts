import { connect, type Database } from "../db/sql.ts";
import { migrate } from "../db/migrate.ts";
import { type Catalogue, openCatalogue } from "./catalogue.ts";
import type { Config } from "./config.ts";
import { openSecrets, type Secrets } from "./secrets.ts";

/** Everything an operation may reach. Services name the parts they use: `Pick<App, "sql">`. */
export type App = {
  config: Config;
  sql: Database;
  catalogue: Catalogue;
  secrets: Secrets;
};

/** Opens the database, brings it up to date, and builds what stands on it. */
export async function openApp(config: Config): Promise<App> {
  const sql = connect({ url: config.databaseUrl });
  try {
    await migrate(sql);
    return await createApp(config, sql);
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
}

/** The same over a database that is already there; tests start here. */
export async function createApp(config: Config, sql: Database): Promise<App> {
  const [catalogue, secrets] = await Promise.all([openCatalogue(sql), openSecrets({ config, sql })]);
  return { config, sql, catalogue, secrets };
}

/** In reverse: nothing asks the database any more when it is closed. */
export async function closeApp(app: App): Promise<void> {
  await app.catalogue.close();
  await app.sql.end({ timeout: 5 });
}
