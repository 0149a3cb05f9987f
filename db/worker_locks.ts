import type { Database, Sql } from "./sql.ts";

/** While it is held, the worker is alive: PostgreSQL lets it go in the moment its connection dies. */
export type WorkerLock = {
  /** False when the connection was lost, and the lock with it. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
};

// Any constant: the first half of all advisory locks that stand for workers.
const WORKER = 7_300_412;

/** Takes a lock that stands for this worker, on a connection of the pool that is kept for nothing else. */
export async function holdWorkerLock(sql: Database, workerId: string): Promise<WorkerLock> {
  const connection = await sql.reserve();
  await connection`select pg_advisory_lock(${WORKER}::integer, hashtext(${workerId}))`;
  // Asked over the pool: a query on a connection that is gone may never return.
  async function isHeld() {
    const [row] = await sql<{ held: boolean }[]>`select ${
      isWorkerAlive(sql, sql`${workerId}::text`)
    } as held`;
    return row.held;
  }
  return {
    isHeld,
    async release() {
      // The pool has taken a lost connection back by itself.
      if (!await isHeld()) return;
      await connection`select pg_advisory_unlock(${WORKER}::integer, hashtext(${workerId}))`;
      connection.release();
    },
  };
}

/** How many workers are alive on this database. */
export async function countWorkers(sql: Sql): Promise<number> {
  const [row] = await sql<{ workers: number }[]>`select count(*)::integer as workers ${workerLocks(sql)}`;
  return row.workers;
}

/** A condition: whether the worker of this id holds its lock. */
export function isWorkerAlive(sql: Sql, workerId: ReturnType<Sql>) {
  return sql`exists (select ${
    workerLocks(sql)
  } and objid = (hashtext(${workerId})::bigint & 4294967295)::oid)`;
}

function workerLocks(sql: Sql) {
  // objsubid 2 marks the locks that were asked for with two numbers.
  return sql`from pg_locks where locktype = 'advisory' and granted and classid = ${WORKER}::oid and objsubid = 2
    and database = (select oid from pg_database where datname = current_database())`;
}
