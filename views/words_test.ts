import assert from "node:assert/strict";
import { duration, fileSize, percent, plural, trackLength, when } from "./words.ts";

Deno.test("a share rounds down, so that 100 means complete", () => {
  assert.equal(percent(61, 84), 72);
  assert.equal(percent(999, 1000), 99);
  assert.equal(percent(3, 3), 100);
  assert.equal(percent(0, 0), 0);
});

Deno.test("numbers are written for people", () => {
  assert.equal(plural(1, "album"), "1 album");
  assert.equal(plural(12345, "album"), "12,345 albums");
  assert.equal(trackLength(209_400), "3:29");
  assert.equal(trackLength(3_727_000), "1:02:07");
  assert.equal(duration(48_000), "48 s");
  assert.equal(duration(242_000), "4 min 02 s");
  assert.equal(duration(22_320_000), "6 h 12 min");
  assert.equal(fileSize(1_900_000_000), "1.9 GB");
  assert.equal(fileSize(412_000_000), "412 MB");
  assert.equal(fileSize(0), "0 bytes");
});

Deno.test("a moment is named by its distance", () => {
  const now = new Date(2026, 10, 22, 14, 2);
  assert.equal(when(new Date(2026, 10, 22, 0, 5), now), "today 00:05");
  assert.equal(when(new Date(2026, 10, 21, 23, 18), now), "yesterday 23:18");
  assert.equal(when(new Date(2026, 10, 23, 2, 0), now), "tomorrow 02:00");
  assert.equal(when(new Date(2026, 10, 3, 2, 0), now), "3 Nov");
  assert.equal(when(new Date(2024, 10, 3, 2, 0), now), "3 Nov 2024");
});
