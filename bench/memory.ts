/**
 * Memory at rest: the proportional set size of the program and its PostgreSQL, ten seconds after the first
 * answer 200, the first time and later. PROGRAM names an executable to measure instead of this source tree.
 */
import { setTimeout as delay } from "node:timers/promises";
import { startProgram } from "../e2e/program.ts";

const REST_MS = 10_000;

function processesBelow(pid: number): number[] {
  const tasks = [...Deno.readDirSync(`/proc/${pid}/task`)];
  const children = tasks.flatMap(({ name }) =>
    Deno.readTextFileSync(`/proc/${pid}/task/${name}/children`).split(" ").filter(Boolean).map(Number)
  );
  return [pid, ...children.flatMap(processesBelow)];
}

function megabytes(pids: number[]): number {
  const sizes = pids.map((pid) => {
    const [, kilobytes] = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`).match(/^Pss:\s+(\d+)/m) ?? [];
    return Number(kilobytes);
  });
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 102.4) / 10;
}

const dataDir = Deno.makeTempDirSync({ prefix: "beat-collector-bench-" });
const table = [];
for (const start of ["first time", "later"]) {
  await using program = await startProgram({ dataDir });
  await delay(REST_MS);
  const [own, ...database] = processesBelow(program.pid);
  table.push({
    start,
    "program MB": megabytes([own]),
    "PostgreSQL MB": megabytes(database),
    "total MB": megabytes([own, ...database]),
    "PostgreSQL processes": database.length,
  });
}
console.table(table);
Deno.removeSync(dataDir, { recursive: true });
