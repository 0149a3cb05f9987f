import type { Database } from "../db/sql.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Config } from "./config.ts";

/** Everything an operation may reach. Services name the parts they use: `Pick<App, "sql">`. */
export type App = {
  config: Config;
  sql: Database;
  catalogue: Catalogue;
};
