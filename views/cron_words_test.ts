import assert from "node:assert/strict";
import { cronWords } from "./cron_words.ts";

const words: [string, string | undefined][] = [
  ["* * * * *", "every minute"],
  ["*/15 * * * *", "every 15 minutes"],
  ["*/7 * * * *", undefined],
  ["0 * * * *", "every hour"],
  ["20 * * * *", "every hour at 20 minutes past"],
  ["0 */6 * * *", "every 6 hours"],
  ["0 */1 * * *", "every hour"],
  ["0 */5 * * *", undefined],
  ["30 */12 * * *", "every 12 hours at 30 minutes past"],
  ["0 2 * * *", "daily at 02:00"],
  ["5 14 * * *", "daily at 14:05"],
  ["0 4 * * 0", "Sundays at 04:00"],
  ["0 4 * * 7", "Sundays at 04:00"],
  ["0 9 * * FRI", "Fridays at 09:00"],
  ["0 9 * * 1,3,5", "Mondays, Wednesdays and Fridays at 09:00"],
  ["0 9 * * 1-5", "on weekdays at 09:00"],
  ["0 9 * * sat,sun", "on weekends at 09:00"],
  ["0 9 * * 2-4", undefined],
  ["0 9 * * 1,x", undefined],
  ["0 3 1 * *", "on day 1 of each month at 03:00"],
  ["0 3 1 1 *", undefined],
  ["0 3 1 * 1", undefined],
  ["0 8-18 * * *", undefined],
  ["0 4 * *", undefined],
  ["nonsense", undefined],
  ["", undefined],
];
Deno.test("usual schedules are said in words, unusual ones stand for themselves", () => {
  assert.deepEqual(words.map(([cron]) => [cron, cronWords(cron)]), words);
});
