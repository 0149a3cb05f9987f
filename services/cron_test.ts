import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { cronProblem, nextRun } from "./cron.ts";

const problems: [string, string | undefined][] = [
  ["0 2 * * *", undefined],
  ["*/15 * * * *", undefined],
  ["0 4 * * sun", undefined],
  ["5,35 8-18/2 1,15 jan-mar MON-FRI", undefined],
  ["  0  2 * *\t7 ", undefined],
  ["0 2 * * sat-sun", undefined],
  ["0 2 * * 0-7", undefined],
  ["", "No fields. A schedule has five: minute, hour, day, month, weekday."],
  ["0", "One field. A schedule has five: minute, hour, day, month, weekday."],
  ["0 2 * *", "Four fields. A schedule has five: minute, hour, day, month, weekday."],
  ["0 0 2 * * *", "Six fields. A schedule has five: minute, hour, day, month, weekday."],
  ["0 0 2 * * * * * *", "9 fields. A schedule has five: minute, hour, day, month, weekday."],
  ["0 25 * * *", "The hour 25 is not between 0 and 23."],
  ["60 2 * * *", "The minute 60 is not between 0 and 59."],
  ["0 2 0 * *", "The day 0 is not between 1 and 31."],
  ["0 2 * * 8", "The weekday 8 is not between 0 and 7."],
  ["0 2 * someday *", "“someday” is not understood as month."],
  ["0 2 * * mon-", "“mon-” is not understood as weekday."],
  ["*/0 2 * * *", "“*/0” is not understood as minute."],
  ["*/99 2 * * *", "“*/99” is not understood as minute."],
  ["5/10 2 * * *", "“5/10” is not understood as minute."],
  ["0 18-8 * * *", "“18-8” runs backwards."],
  ["0, 2 * * *", "“” is not understood as minute."],
  ["0 2 L * *", "“L” is not understood as day."],
  ["@daily", "One field. A schedule has five: minute, hour, day, month, weekday."],
  ["0 2 30 2 *", "This never comes: the month has no such day."],
];
Deno.test("what is wrong with a schedule is said in words", () => {
  deepStrictEqual(problems.map(([cron]) => [cron, cronProblem(cron)]), problems);
});

Deno.test("the next run is later than now, on the machine's clock", () => {
  const two = new Date(2026, 10, 22, 2, 0, 0);
  strictEqual(nextRun("0 2 * * *", new Date(2026, 10, 22, 1, 59))?.getTime(), two.getTime());
  strictEqual(nextRun("0 2 * * *", two)?.getTime(), new Date(2026, 10, 23, 2).getTime());
});
