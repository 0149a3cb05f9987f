import assert from "node:assert/strict";
import { describeConfig, findMisspellings, loadConfig, parseEnvFile } from "./config.ts";
import { Failure } from "./errors.ts";

const home = { HOME: "/home/marta" };

function problemsOf(env: Record<string, string>): Record<string, string> {
  try {
    loadConfig({ ...home, ...env }, { uid: 1000 });
  } catch (error) {
    if (error instanceof Failure) return error.fields ?? {};
    throw error;
  }
  return {};
}

Deno.test("an empty environment gives working defaults", () => {
  const config = loadConfig(home, { uid: 1000 });
  assert.equal(config.host, "127.0.0.1");
  assert.equal(config.port, 3000);
  assert.equal(config.databaseUrl, undefined);
  assert.equal(config.musicbrainzIntervalMs, 1100);
  assert.equal(config.apiRateLimit, 1200);
  assert.ok(Object.isFrozen(config));
});

Deno.test("the data folder follows systemd, root and XDG, in this order", () => {
  const cases: [Record<string, string>, number, string][] = [
    [{ ...home, DATA_DIR: "/srv/beat" }, 0, "/srv/beat"],
    [{ ...home, STATE_DIRECTORY: "/var/lib/one:/var/lib/two" }, 1000, "/var/lib/one"],
    [home, 0, "/var/lib/beat-collector"],
    [{ ...home, XDG_DATA_HOME: "/data" }, 1000, "/data/beat-collector"],
    [home, 1000, "/home/marta/.local/share/beat-collector"],
  ];
  for (const [env, uid, expected] of cases) assert.equal(loadConfig(env, { uid }).dataDir, expected);
});

Deno.test("every problem is reported at once, under the name of its variable", () => {
  const problems = problemsOf({
    DATABASE_URL: "mysql://localhost/x",
    SERVER_PORT: "http",
    BASE_URL: "music.example.org",
    SECRET_KEY: "short",
    TRUSTED_PROXIES: "10.0.0.0/8, proxy",
    CORS_ORIGINS: "https://example.org/path",
    LOG_LEVEL: "loud",
    MUSICBRAINZ_INTERVAL_MS: "-1",
  });
  assert.deepEqual(Object.keys(problems).sort(), [
    "BASE_URL",
    "CORS_ORIGINS",
    "DATABASE_URL",
    "LOG_LEVEL",
    "MUSICBRAINZ_INTERVAL_MS",
    "SECRET_KEY",
    "SERVER_PORT",
    "TRUSTED_PROXIES",
  ]);
  assert.match(problems.TRUSTED_PROXIES, /“proxy”/);
  assert.match(problems.SERVER_PORT, /0 to 65535/);
});

Deno.test("without a home folder the data folder must be named", () => {
  assert.throws(
    () => loadConfig({}, { uid: 1000 }),
    (error) => error instanceof Failure && /no home folder/.test(error.fields?.DATA_DIR ?? ""),
  );
});

Deno.test("an empty value counts as not set", () => {
  const config = loadConfig({ ...home, DATABASE_URL: "", SERVER_PORT: " ", SECRET_KEY: "" }, { uid: 1000 });
  assert.equal(config.databaseUrl, undefined);
  assert.equal(config.port, 3000);
});

Deno.test("lists take commas and spaces, service addresses lose their last slash", () => {
  const config = loadConfig({
    ...home,
    TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/8 ::1",
    LIDARR_URL: "http://lidarr:8686/music/",
    BASE_URL: "https://home.example.org/beat/",
  }, { uid: 1000 });
  assert.deepEqual(config.trustedProxies, ["127.0.0.1", "10.0.0.0/8", "::1"]);
  assert.equal(config.lidarrUrl, "http://lidarr:8686/music");
  assert.equal(config.baseUrl?.pathname, "/beat/");
});

Deno.test("the printed configuration names every variable and shows no secret", () => {
  const printed = describeConfig(loadConfig({
    ...home,
    DATABASE_URL: "postgres://beat:hunter2@db:5432/beat",
    REDIS_URL: "redis://:hunter3@cache:6379",
    ADMIN_PASSWORD: "hunter4",
    SECRET_KEY: "hunter5".repeat(5),
    LIDARR_API_KEY: "hunter6",
    METRICS_TOKEN: "hunter7".repeat(3),
  }, { uid: 1000 }));
  assert.doesNotMatch(printed, /hunter/);
  assert.match(printed, /DATABASE_URL\s+postgres:\/\/beat:•+@db:5432\/beat/);
  assert.match(printed, /MUSIC_FOLDER\s+\(not set\)/);
});

Deno.test("a name one letter away from one of ours is pointed out", () => {
  const found = findMisspellings({
    SEVER_PORT: "1",
    REDIS_URI: "x",
    Lidarr_Url: "x",
    PATH: "/bin",
    HOME: "/",
  });
  const meant = found.map((sentence) => sentence.match(/Was (.*) meant/)?.[1]);
  assert.deepEqual(meant, ["SERVER_PORT", "REDIS_URL", "LIDARR_URL"]);
});

Deno.test(".env.example documents exactly the variables there are", () => {
  const example = Deno.readTextFileSync(new URL("../.env.example", import.meta.url));
  const documented = [...example.matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);
  const printed = describeConfig(loadConfig(home, { uid: 1000 })).split("\n").map((line) =>
    line.split(" ")[0]
  );
  assert.deepEqual(documented.sort(), printed.sort());
});

Deno.test("a .env file may have comments, quotes and exports", () => {
  const content = `# Where it all is
DATA_DIR=/srv/beats # on the large disk
  export MUSIC_FOLDER = "/srv/my music"
SECRET_KEY='a # b'
ADMIN_PASSWORD=a#b=c\r
LOG_LEVEL=
nonsense`;
  assert.deepStrictEqual(parseEnvFile(content), {
    DATA_DIR: "/srv/beats",
    MUSIC_FOLDER: "/srv/my music",
    SECRET_KEY: "a # b",
    ADMIN_PASSWORD: "a#b=c",
    LOG_LEVEL: "",
  });
});
