import { dirname, resolve } from "node:path";
import { syncFolder } from "./folder_sync.ts";
import { ensureCluster, serverState } from "./postgres_cluster.ts";
import { giveToFolderOwner, makePrivateFolder, prepareDataDir, type ServerOwner } from "./postgres_owner.ts";
import { installRuntime, isOnDisk, markOnDisk } from "./postgres_runtime.ts";
import type { ServerOptions, Settings } from "./postgres_server.ts";
import { type SupervisedServer, superviseServer } from "./postgres_supervisor.ts";
import { explainTrouble } from "./postgres_trouble.ts";
import { lockDataDir } from "./program_lock.ts";
import { DatabaseUnavailableError } from "./unavailable.ts";

export type EmbeddedPostgres = SupervisedServer & { url: string };

export type EmbeddedOptions = {
  dataDir: string;
  /** Told in a sentence when the server died and was started again. */
  notice?: (sentence: string) => void;
  /** For commands beside a running program: use its server, if there is one. */
  join?: boolean;
  /** PostgreSQL's settings, over our own. */
  settings?: Settings;
};

// For one household on a small machine: few connections, little memory, no process that is not needed.
const SETTINGS: Settings = {
  listen_addresses: "",
  port: "5432",
  unix_socket_permissions: "0700",
  max_connections: "50",
  shared_buffers: "48MB",
  work_mem: "8MB",
  effective_cache_size: "256MB",
  // Nearly everything that is asked for is in memory.
  random_page_cost: "1.1",
  max_parallel_workers_per_gather: "0",
  max_logical_replication_workers: "0",
  io_method: "sync",
  jit: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  min_wal_size: "16MB",
  max_wal_size: "256MB",
  autovacuum_max_workers: "2",
  // A query whose program was killed must not go on holding its locks.
  client_connection_check_interval: "1s",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  // What a statement did wrong is told to the program that sent it.
  log_min_messages: "log",
};

// The address of a socket has room for 107 bytes.
const MAX_SOCKET_DIR_BYTES = 107 - "/.s.PGSQL.5432".length;

/**
 * Starts the private PostgreSQL of a data folder, makes everything it needs the first time, and keeps it
 * running. It listens on a Unix socket only, which nobody but its user and root can reach.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  let dataDir = resolve(options.dataDir);
  let owner: ServerOwner = {};
  try {
    owner = prepareDataDir(dataDir);
    dataDir = Deno.realPathSync(dataDir);
    const lock = await lockDataDir(dataDir);
    if ("heldBy" in lock) return useRunning(dataDir, lock.heldBy, options.join);
    try {
      return await startLocked({ ...options, dataDir }, owner, lock.release);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw explainTrouble(error, dataDir, owner);
  }
}

async function startLocked(
  { dataDir, settings, notice = () => {} }: EmbeddedOptions,
  owner: ServerOwner,
  release: () => void,
): Promise<EmbeddedPostgres> {
  const home = `${dataDir}/postgres`;
  const socketDir = makeFolders(home, owner);
  const server = {
    runtime: installRuntime(dataDir),
    cluster: clusterOf(dataDir),
    owner,
    settings: { ...SETTINGS, unix_socket_directories: socketDir, ...settings },
    logFile: `${home}/postgres.log`,
  };
  await ensureCluster(server);
  const { gaveUp, stop } = await superviseServer(server, notice);
  const stopping = new AbortController();
  const written = writeToDisk(server, stopping.signal).catch((error) => notice(String(error)));
  return {
    url: socketUrl(socketDir),
    gaveUp,
    async stop() {
      stopping.abort();
      await Promise.all([stop(), written]);
      if (dirname(socketDir) !== home) Deno.removeSync(socketDir, { recursive: true });
      release();
    },
  };
}

/** What the first start made, while it is used already. From here on PostgreSQL itself waits for the disk. */
async function writeToDisk(
  { runtime, cluster, settings }: ServerOptions,
  signal: AbortSignal,
): Promise<void> {
  if (isOnDisk(runtime) || settings.fsync === "off") return;
  if (await syncFolder(runtime, signal) && await syncFolder(cluster, signal)) markOnDisk(runtime);
}

function useRunning(dataDir: string, pid: number, join = false): EmbeddedPostgres {
  const running = join && serverState(clusterOf(dataDir));
  if (running) {
    return { url: socketUrl(running.socketDir), gaveUp: new Promise(() => {}), stop: async () => {} };
  }
  throw new DatabaseUnavailableError(
    `Beat Collector is already running on the data folder ${dataDir} (process ${pid}). ` +
      "Stop it first, or choose another DATA_DIR.",
  );
}

function clusterOf(dataDir: string): string {
  return `${dataDir}/postgres/data`;
}

/** Makes the folders around the cluster and returns the one for the socket. */
function makeFolders(home: string, owner: ServerOwner): string {
  Deno.mkdirSync(home, { recursive: true, mode: 0o711 });
  giveToFolderOwner(home);
  const socketDir = `${home}/run`;
  const fits = new TextEncoder().encode(socketDir).length <= MAX_SOCKET_DIR_BYTES;
  const folder = fits ? socketDir : Deno.makeTempDirSync({ dir: "/tmp", prefix: "beat-collector-" });
  makePrivateFolder(folder, owner);
  return folder;
}

/** The usual form: libpq and psql read it too. */
function socketUrl(socketDir: string): string {
  return `postgres://beat_collector@localhost/beat_collector?host=${encodeURIComponent(socketDir)}`;
}
