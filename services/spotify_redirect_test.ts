import assert from "node:assert/strict";
import { loadConfig } from "./config.ts";
import { redirectAddress } from "./spotify_redirect.ts";

const address = (origin: string, env: Record<string, string> = {}) =>
  redirectAddress({ config: loadConfig({ DATA_DIR: "/tmp", ...env }) }, origin);

Deno.test("the address to register is one Spotify takes, whatever the browser calls us", () => {
  const cases: [string, Record<string, string>, string, boolean][] = [
    ["http://127.0.0.1:3000", {}, "http://127.0.0.1:3000/auth/spotify/callback", true],
    ["http://[::1]:3000", {}, "http://[::1]:3000/auth/spotify/callback", true],
    ["https://home.example", {}, "https://home.example/auth/spotify/callback", true],
    [
      "http://nas:3000",
      { BASE_URL: "https://home.example/beat/" },
      "https://home.example/beat/auth/spotify/callback",
      true,
    ],
    ["http://localhost:3000", {}, "http://127.0.0.1:3000/auth/spotify/callback", false],
    [
      "http://192.168.1.4:8080",
      { SERVER_PORT: "8080" },
      "http://127.0.0.1:8080/auth/spotify/callback",
      false,
    ],
    [
      "http://nas",
      { BASE_URL: "http://nas.local/beat" },
      "http://127.0.0.1:3000/beat/auth/spotify/callback",
      false,
    ],
    ["http://nas", { SPOTIFY_REDIRECT_URI: "http://127.0.0.1:9/x" }, "http://127.0.0.1:9/x", false],
  ];
  for (const [origin, env, uri, returns] of cases) {
    const found = address(origin, env);
    assert.deepEqual([found.uri, found.returns], [uri, returns], origin);
  }
  assert.match(address("http://localhost:3000").refused ?? "", /“localhost”/);
  assert.match(address("http://nas:3000").refused ?? "", /http:\/\/nas:3000/);
  assert.equal(address("https://nas").refused, undefined);
});
