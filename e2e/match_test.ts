import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { startMusicBrainz } from "./fakes/musicbrainz.ts";
import { demoCatalogue } from "./fakes/musicbrainz_demo.ts";
import { spotifyExport } from "./household.ts";
import { startProgram, until } from "./program.ts";

const PASSWORD = "correct horse battery";

type Job = { job_type: string; status: string; result: Record<string, unknown> | null };
type Album = { id: string; title: string; match_status: string; musicbrainz_release_group_id: string | null };

Deno.test("an imported library finds its release groups by itself, and what it does not find is in the inbox", async () => {
  const catalogue = demoCatalogue();
  // One album of the household that MusicBrainz does not have.
  catalogue.releaseGroups = catalogue.releaseGroups.filter(({ title }) => title !== "Группа крови");
  await using musicbrainz = startMusicBrainz(catalogue, { limit: { intervalMs: 50 } });
  await using program = await startProgram({
    env: { ADMIN_PASSWORD: PASSWORD, MUSICBRAINZ_URL: musicbrainz.url, MUSICBRAINZ_INTERVAL_MS: "60" },
  });
  const login = await fetch(`${program.url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password: PASSWORD }),
  });
  const headers = { authorization: `Bearer ${(await login.json()).access_token}` };
  const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const response = await fetch(`${program.url}${path}`, { ...init, headers });
    ok(response.ok, `${path} answered ${response.status}`);
    return await response.json();
  };
  const matching = () =>
    until(async () => {
      const { jobs } = await ask<{ jobs: Job[] }>("/api/jobs?job_type=musicbrainz_match");
      return jobs.find(({ status }) => ["completed", "failed"].includes(status));
    }, 30_000);

  const form = new FormData();
  form.append("file", new File([new Uint8Array(await spotifyExport())], "my_spotify_data.zip"));
  const { id } = await ask<{ id: string }>("/api/imports", { method: "POST", body: form });
  await ask(`/api/imports/${id}/apply`, { method: "POST" });

  strictEqual((await matching())?.result?.summary, "3 matched, 1 not found");
  const { albums } = await ask<{ albums: Album[] }>("/api/albums");
  const titles = new Map(catalogue.releaseGroups.map((group) => [group.id, group.title]));
  const found = [];
  for (const { id } of albums) {
    const album = await ask<Album>(`/api/albums/${id}`);
    found.push([album.title, album.match_status, titles.get(album.musicbrainz_release_group_id ?? "")]);
  }
  deepStrictEqual(found.sort(), [
    ["Disintegration", "matched", "Disintegration"],
    ["Music Has the Right to Children", "matched", "Music Has the Right to Children"],
    ["async", "matched", "async"],
    ["Группа крови", "no_match", undefined],
  ]);
  const inbox = await (await fetch(`${program.url}/inbox`, { headers })).text();
  match(inbox, /Группа крови/);

  // Whoever looks at an album has its details asked for, which is no part of finding it.
  const searches = () =>
    musicbrainz.requests.filter(({ path }) => /\/url\?|[?&](query|artist)=/.test(path)).length;
  const asked = searches();
  await ask("/api/jobs/musicbrainz-match-all", { method: "POST" });
  await until(async () => {
    const { jobs } = await ask<{ jobs: Job[] }>("/api/jobs?job_type=musicbrainz_match");
    return jobs.length === 2 && jobs.every(({ status }) => status === "completed") || undefined;
  }, 30_000);
  strictEqual(searches(), asked);
  strictEqual(musicbrainz.violations, 0);
});
