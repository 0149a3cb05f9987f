import { closeApp, openApp } from "./services/app.ts";
import type { Config } from "./services/config.ts";
import { describeConfig, findMisspellings, loadConfig, readEnvironment } from "./services/config.ts";
import { explain, Failure } from "./services/errors.ts";
import { rotateKeyCommand } from "./services/key_rotation.ts";
import { logger, startLog } from "./services/log.ts";
import { RESCORE_USAGE, rescoreCommand } from "./services/match_rescoring.ts";
import { applyAdminPassword, setupCode } from "./services/setup.ts";
import { removeLeftUploads } from "./services/upload_folder.ts";
import { USER_USAGE, userCommand } from "./services/user_command.ts";
import { version } from "./services/version.ts";

const USAGE = `Beat Collector ${version}

  serve      run the program (what happens without a command)
  config     print the configuration, secrets masked
  user       ${USER_USAGE}
  rescore    judge all found matches once more, without asking anybody: ${RESCORE_USAGE}
  rotate-key encrypt what is stored with a new key
  version    print the version`;

const commands: Record<string, (config: Config, args: string[]) => Promise<void> | void> = {
  serve,
  config: (config) => console.log(describeConfig(config)),
  user: userCommand,
  rescore: rescoreCommand,
  "rotate-key": rotateKeyCommand,
};

// How long a page may take to be finished. What streams for longer ends with the process.
const PATIENCE_MS = 3_000;

async function serve(config: Config): Promise<void> {
  const stopped = stopSignal();
  startLog(config);
  const log = logger("main");
  const [app, { createServer }] = await Promise.all([openApp(config), import("./routes/mod.ts")]);
  await Promise.all([applyAdminPassword(app), removeLeftUploads(config)]);
  const { host: hostname, port } = config;
  const http = Deno.serve({ hostname, port, onListen: () => {} }, createServer(app).fetch);
  const address = config.baseUrl?.href.replace(/\/*$/, "/") ?? `http://${hostname}:${http.addr.port}/`;
  log.info(`Listening on ${address}`, { version });
  const code = await setupCode(app);
  if (code) log.warn(`Nobody has an account yet. Open ${address}setup and enter the code ${code}`);
  const { startWorker } = await import("./jobs/worker.ts");
  const { startSchedule } = await import("./jobs/schedule.ts");
  const { isNeeded } = await import("./jobs/needed.ts");
  const { startWatch } = await import("./jobs/watch.ts");
  const [worker, schedule, watch] = [
    startWorker(app),
    startSchedule(app, (kind) => isNeeded(app, kind)),
    startWatch(app),
  ];

  const trouble = await Promise.race([stopped, app.database.gaveUp]);
  log.info("Stopping");
  // Ends the streams of the pages that watch; their requests would never end by themselves.
  app.jobFeed.close();
  const outOfPatience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const answered = Promise.race([http.shutdown(), outOfPatience]);
  await Promise.all([answered, watch.stop(), schedule.stop(), worker.stop()]);
  await closeApp(app);
  log.info("Stopped");
  if (trouble) throw trouble;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, () => resolve());
  });
}

async function main([name = "serve", ...args]: string[]): Promise<void> {
  if (/^(--)?version$/.test(name)) return console.log(version);
  if (/^(--help|-h|help)$/.test(name)) return console.log(USAGE);
  if (!Object.hasOwn(commands, name)) {
    throw new Failure("invalid", `There is no command “${name}”.\n\n${USAGE}`);
  }
  const env = readEnvironment();
  for (const sentence of findMisspellings(env)) console.error(sentence);
  await commands[name](loadConfig(env), args);
}

if (import.meta.main) {
  try {
    await main(Deno.args);
    Deno.exit(0);
  } catch (error) {
    console.error(explain(error));
    Deno.exit(1);
  }
}
