import { stopOrphan } from "./postgres_cluster.ts";
import { launchServer, type PostgresServer, type ServerOptions } from "./postgres_server.ts";
import { DatabaseUnavailableError } from "./unavailable.ts";

export type SupervisedServer = {
  /** Resolves when the server kept ending and is not started again. */
  gaveUp: Promise<DatabaseUnavailableError>;
  stop(): Promise<void>;
};

const MAX_RESTARTS_A_MINUTE = 5;

/** Runs a server until it is told to stop: whenever it ends before, it is started again. */
export async function superviseServer(
  options: ServerOptions,
  notice: (sentence: string) => void,
): Promise<SupervisedServer> {
  const gaveUp = Promise.withResolvers<DatabaseUnavailableError>();
  const restarts: number[] = [];
  let stopping = false;
  let server = start(options);
  let { pid } = await server;

  async function watch(): Promise<void> {
    for (;;) {
      await (await server).exited;
      if (stopping) return;
      const aMinuteAgo = Date.now() - 60_000;
      if (restarts.filter((time) => time > aMinuteAgo).length >= MAX_RESTARTS_A_MINUTE) {
        throw new DatabaseUnavailableError(
          `The private PostgreSQL ended ${
            restarts.length + 1
          } times in a row. ${options.logFile} may say why.`,
        );
      }
      restarts.push(Date.now());
      server = start(options);
      pid = (await server).pid;
      notice("The private PostgreSQL ended unexpectedly and was started again");
    }
  }

  // The last resort, for a program that ends without stopping its server.
  function stopAtOnce(): void {
    if (!stopping) Deno.kill(pid, "SIGINT");
  }

  watch().catch(gaveUp.resolve);
  addEventListener("unload", stopAtOnce);
  return {
    gaveUp: gaveUp.promise,
    async stop() {
      stopping = true;
      removeEventListener("unload", stopAtOnce);
      // A start that fails has been told to whoever waits for gaveUp.
      await (await server.catch(() => undefined))?.stop();
    },
  };
}

async function start(options: ServerOptions): Promise<PostgresServer> {
  await stopOrphan(options.cluster);
  return await launchServer(options);
}
