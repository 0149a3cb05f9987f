import { NewerDatabaseError } from "./db/migrate.ts";
import { DatabaseUnavailableError } from "./db/unavailable.ts";
import { closeApp, openApp } from "./services/app.ts";
import {
  type Config,
  describeConfig,
  findMisspellings,
  loadConfig,
  readEnvironment,
} from "./services/config.ts";
import { Failure } from "./services/errors.ts";
import { logger, startLog } from "./services/log.ts";
import { version } from "./services/version.ts";

const USAGE = `Beat Collector ${version}

  serve      run the program (what happens without a command)
  config     print the configuration, secrets masked
  version    print the version`;

const commands: Record<string, (config: Config) => Promise<void> | void> = {
  serve,
  config: (config) => console.log(describeConfig(config)),
};

async function serve(config: Config): Promise<void> {
  startLog(config);
  const log = logger("main");
  for (const { name, meant } of findMisspellings(readEnvironment())) {
    log.warn(`${name} is set but means nothing. Was ${meant} meant?`);
  }
  const app = await openApp(config);
  const { createServer } = await import("./routes/mod.ts");
  const server = createServer(app);
  const http = Deno.serve({
    hostname: config.host,
    port: config.port,
    onListen: ({ hostname, port }) => log.info("Listening", { address: `http://${hostname}:${port}` }),
  }, (request, info) => server.fetch(request, info));
  const trouble = await Promise.race([stopSignal(), app.database.gaveUp]);
  log.info("Stopping");
  await http.shutdown();
  await closeApp(app);
  log.info("Stopped");
  if (trouble) throw trouble;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, () => resolve());
  });
}

/** In words when it is for people; anything else is a bug and shown with its stack. */
function report(error: unknown): void {
  const forPeople = [Failure, DatabaseUnavailableError, NewerDatabaseError].some((type) =>
    error instanceof type
  );
  console.error(forPeople && error instanceof Error ? error.message : error);
  const fields = error instanceof Failure ? Object.entries(error.fields ?? {}) : [];
  for (const [name, problem] of fields) console.error(`  ${name} ${problem}`);
}

async function main(name = "serve"): Promise<void> {
  if (name === "version") return console.log(version);
  if (!Object.hasOwn(commands, name)) {
    throw new Failure("invalid", `There is no command “${name}”.\n\n${USAGE}`);
  }
  await commands[name](loadConfig(readEnvironment()));
}

if (import.meta.main) {
  try {
    await main(Deno.args[0]);
    Deno.exit(0);
  } catch (error) {
    report(error);
    Deno.exit(1);
  }
}
