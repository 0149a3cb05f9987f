import assert from "node:assert/strict";
import { loadConfig } from "./config.ts";
import { logger, startLog } from "./log.ts";

function linesOf(env: Record<string, string>, write: () => void): string[] {
  const lines: string[] = [];
  startLog(loadConfig({ DATA_DIR: "/tmp", ...env }), (line) => lines.push(line));
  write();
  return lines;
}

Deno.test("a JSON line holds the sentence and its fields", () => {
  const [line] = linesOf(
    { LOG_FORMAT: "json" },
    () => logger("http").info("Request finished", { status: 200 }),
  );
  const { time, ...rest } = JSON.parse(line);
  assert.ok(!Number.isNaN(Date.parse(time)));
  assert.deepEqual(rest, { status: 200, level: "info", part: "http", message: "Request finished" });
});

Deno.test("secrets appear in no line, whatever they are called", () => {
  const env = {
    SECRET_KEY: "0123456789".repeat(4),
    DATABASE_URL: "postgres://beat:hunter2@db/beat",
    LIDARR_API_KEY: "hunter3",
  };
  for (const LOG_FORMAT of ["json", "pretty"]) {
    const lines = linesOf({ ...env, LOG_FORMAT }, () => {
      const log = logger("test");
      log.error("Failed", {
        error: new Error("no answer from postgres://beat:hunter2@db/beat", {
          cause: new Error("key hunter3 refused"),
        }),
        headers: { authorization: "Bearer hunter4.hunter4", cookie: "session=hunter5" },
        nested: [{ api_key: "hunter6", password: "hunter7" }],
        url: "redis://:hunter8@cache",
      });
      log.warn("The key 0123456789012345678901234567890123456789 was given to hunter3");
    });
    assert.equal(lines.length, 2);
    assert.doesNotMatch(lines.join("\n"), /hunter|0123456789/);
  }
});

Deno.test("a pretty line shows where an error came from, and its cause", () => {
  const [line] = linesOf({}, () => {
    logger("jobs").error("Job failed", { error: new Error("outer", { cause: new Error("inner") }) });
  });
  assert.match(line, /error +jobs +Job failed/);
  assert.match(line, /\nError: outer\n.*\ncaused by Error: inner/s);
});

Deno.test("what is below LOG_LEVEL is not written", () => {
  const lines = linesOf({ LOG_LEVEL: "warning" }, () => {
    logger("http").info("Request finished");
    logger("http").warn("Slow");
  });
  assert.equal(lines.length, 1);
});
