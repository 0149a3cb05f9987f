import { deepStrictEqual, doesNotMatch, match, strictEqual } from "node:assert/strict";
import { insertAlbum } from "../db/testing.ts";
import { startMusicBrainz } from "../e2e/fakes/musicbrainz.ts";
import { mbid } from "../e2e/fakes/musicbrainz_catalogue.ts";
import { demoCatalogue } from "../e2e/fakes/musicbrainz_demo.ts";
import { storeDecision } from "../services/album_matches.ts";
import { ranked } from "../services/album_matches_testing.ts";
import type { Decision } from "../services/album_matching.ts";
import { signedIn, testApp } from "../services/testing.ts";
import { createServer } from "./mod.ts";

const PART = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#triage" };
const cure = mbid("artist", "The Cure", "");
const disintegration = mbid("release-group", cure, "Disintegration", "1989-05-02");

const tie: Decision["reason"] = "tie";

async function setUp() {
  const fake = startMusicBrainz(demoCatalogue());
  const app = await testApp({ MUSICBRAINZ_URL: fake.url, MUSICBRAINZ_INTERVAL_MS: "0" });
  const { cookie, bearer, userId } = await signedIn(app);
  const server = createServer(app);
  const get = async (path: string, headers: Record<string, string> = {}) =>
    await (await server.request(path, { headers: { ...cookie, ...headers } })).text();
  const post = (
    path: string,
    fields: Record<string, string | string[]>,
    headers: Record<string, string> = {},
  ) => {
    const body = new URLSearchParams(
      Object.entries(fields).flatMap(([name, all]) => [all].flat().map((value) => [name, value])),
    );
    return server.request(path, { method: "POST", body, headers: { ...cookie, ...headers } });
  };
  const waiting = async (title: string, artist: string, decision: Decision) => {
    const { id } = await insertAlbum(app.sql, { title, artist });
    await app.sql.begin((tx) => storeDecision(tx, id, decision));
    app.catalogue.changed();
    return id;
  };
  return {
    app,
    fake,
    server,
    get,
    post,
    waiting,
    bearer,
    userId,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await fake[Symbol.asyncDispose]();
    },
  };
}

const review = (...found: ReturnType<typeof ranked>[]): Decision => ({
  outcome: "manual_review",
  reason: tie,
  ranked: found,
});

async function statusOf({ app }: Awaited<ReturnType<typeof setUp>>, id: string) {
  const [row] = await app.sql`
    select match_status, match_locked, musicbrainz_release_group_id as group from albums where id = ${id}`;
  return Object.values(row);
}

Deno.test("without JavaScript: choose, none of these, skip and undo, one page after the other", async () => {
  await using house = await setUp();
  const { get, post, waiting } = house;
  const found = ranked(88);
  const first = await waiting("Aaa", "Abba", review(found, ranked(86, { title: "Aaa (live)" })));
  const second = await waiting("Bbb", "Beck", { outcome: "no_match", reason: "nothing_found", ranked: [] });
  const third = await waiting("Ccc", "Can", review(ranked(90)));

  const page = await get("/inbox");
  match(page, /Aaa[\s\S]*2 candidates[\s\S]*88 %[\s\S]*Title equal[\s\S]*86 %/);
  match(page, /Two candidates are 2 points apart/);
  match(page, /Inbox<span[^>]*>3 <span class="sr-only">waiting/);
  match(page, /3 left/);
  doesNotMatch(page, /Undo/);

  const chosen = await post(`/inbox/${first}/match`, { candidate: found.candidate.id });
  strictEqual(chosen.headers.get("location"), `/inbox?after=${first}&done=1`);
  deepStrictEqual(await statusOf(house, first), ["matched", true, found.candidate.id]);
  const next = await get(`/inbox?after=${first}&done=1`);
  match(next, /id="subject"[^>]*>Bbb[\s\S]*MusicBrainz has nothing that fits/);
  match(next, /1 of 3/);
  match(next, new RegExp(`href="/inbox\\?after=${second}&amp;done=1"[^>]*data-key="s"`));
  match(await get(`/inbox?after=${second}&done=1`), /id="subject"[^>]*>Ccc/);
  match(await get(`/inbox?after=${third}`), /id="subject"[^>]*>Bbb/, "behind the last comes the first");

  strictEqual((await post(`/inbox/${second}/none`, { done: "1" })).status, 303);
  deepStrictEqual(await statusOf(house, second), ["no_match", true, null]);
  match(await get(`/inbox?reason=nothing_found`), /None of these are left/);

  const undone = await post("/inbox/undo", { done: "2" });
  strictEqual(undone.headers.get("location"), `/inbox?at=${second}&done=1`);
  deepStrictEqual(await statusOf(house, second), ["no_match", false, null]);
  await post("/inbox/undo", {});
  deepStrictEqual(await statusOf(house, first), ["manual_review", false, null]);
  strictEqual((await post("/inbox/undo", {})).status, 303, "nothing is left to undo");
});

Deno.test("with htmx the answer is the next album, its address, and what is read out", async () => {
  await using house = await setUp();
  const { post, waiting } = house;
  const found = ranked(88);
  const first = await waiting("Aaa", "Abba", review(found));
  await waiting("Bbb", "Beck", review(ranked(90)));
  const answer = await post(`/inbox/${first}/match`, { candidate: found.candidate.id, reason: "tie" }, PART);
  strictEqual(answer.headers.get("HX-Replace-Url"), `/inbox?reason=tie&after=${first}&done=1`);
  const markup = await answer.text();
  match(markup, /^<div id="triage"[\s\S]*autofocus[^>]*>Bbb/);
  match(markup, /hx-target="#said"[^>]*>Matched to Disintegration. 1 left. Next: Bbb by Beck./);
});

Deno.test("what was decided meanwhile is not decided again", async () => {
  await using house = await setUp();
  const { app, get, post, waiting } = house;
  const found = ranked(99);
  const id = await waiting("Aaa", "Abba", review(found));
  await app.sql.begin((tx) => storeDecision(tx, id, { outcome: "matched", ranked: [found] }));
  const answer = await post(`/inbox/${id}/match`, { candidate: crypto.randomUUID() });
  strictEqual(answer.status, 303);
  deepStrictEqual(await statusOf(house, id), ["matched", false, found.candidate.id]);
  const cookie = answer.headers.get("set-cookie") ?? "";
  match(decodeURIComponent(decodeURIComponent(cookie)), /decided in the meantime/);
  match(await get("/inbox"), /Inbox is empty/);
  strictEqual((await post(`/inbox/${id}/none`, {})).status, 303);
  deepStrictEqual((await statusOf(house, id))[0], "matched");
});

Deno.test("an id, an address or words bring candidates; what is wrong is said on the page", async () => {
  await using house = await setUp();
  const { get, post, waiting, fake } = house;
  const id = await waiting("Disintegration", "The Cure", {
    outcome: "no_match",
    reason: "nothing_found",
    ranked: [],
  });
  const say = async (address: string) =>
    await (await post(`/inbox/${id}/candidates`, { address }, PART)).text();

  match(
    await say(`https://musicbrainz.org/release-group/${disintegration}/details`),
    /Found 1 album[\s\S]*1 candidate/,
  );
  match(await get("/inbox"), /Artist equal|Same artist|artist/i);
  match(await say("the cure disintegration"), /Found \d albums? at MusicBrainz/);
  match(await say("https://open.spotify.com/intl-de/album/0000000000000000000001?si=abc"), /Found 1 album/);
  match(
    await say("https://evil.example/release-group/" + disintegration),
    /no album&#39;s address|no album's address/,
  );
  match(await say("javascript://musicbrainz.org/release-group/" + disintegration), /no album/);
  match(await say("https://open.spotify.com/track/0000000000000000000001"), /no album/);
  match(await say("https://nobody.bandcamp.com/album/nothing"), /does not know this address/);
  match(await say(crypto.randomUUID()), /MusicBrainz has no album by this id/);
  match(await say("zzzz qqqq xxxx"), /knows nothing by these words/);
  fake.trouble = { kind: "html" };
  match(await say("something else"), /MusicBrainz/);
  strictEqual((await statusOf(house, id))[0], "no_match", "and the album waits as before");
});

Deno.test("all above a score are accepted with one click, seen before and undone with one", async () => {
  await using house = await setUp();
  const { get, post, waiting } = house;
  const [sure, surer, odd] = [ranked(97), ranked(99), ranked(98)];
  const first = await waiting("Aaa", "Abba", review(sure, ranked(50)));
  const second = await waiting("Bbb", "Beck", review(surer));
  const third = await waiting("Ccc", "Can", {
    outcome: "manual_review",
    reason: "contradiction",
    ranked: [odd],
  });
  await waiting("Ddd", "Dio", review(ranked(96)));
  match(await get("/inbox"), /Accept 3 at 97 % or above/);
  const page = await get("/inbox/accept");
  match(page, /Bbb[\s\S]*Ccc[\s\S]*Aaa/);
  doesNotMatch(page, /Ddd/);
  match(page, new RegExp(`value="${first}" checked`));
  doesNotMatch(page, new RegExp(`value="${third}" checked`), "what contradicts is not ticked");
  match(await get("/inbox/accept?score=100"), /No album reaches 100 %/);

  await post("/inbox/accept", { score: "97", album: [first, second] });
  deepStrictEqual((await statusOf(house, first)).slice(0, 2), ["matched", true]);
  deepStrictEqual((await statusOf(house, second)).slice(0, 2), ["matched", true]);
  deepStrictEqual((await statusOf(house, third)).slice(0, 2), ["manual_review", false]);
  await post("/inbox/undo", {});
  for (const id of [first, second]) deepStrictEqual((await statusOf(house, id))[0], "manual_review");
});

Deno.test("programs read candidates, match by hand, unlock, and follow merged albums", async () => {
  await using house = await setUp();
  const { app, server, bearer, waiting } = house;
  const id = await waiting("Disintegration", "The Cure", review(ranked(88)));
  const { id: twin } = await insertAlbum(app.sql, { title: "Disintegration (Deluxe)" });
  const ask = (path: string, method = "GET", body?: unknown) =>
    server.request(`/api/albums/${path}`, {
      method,
      headers: { ...bearer, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const { candidates, match_reason: reason } = await (await ask(`${id}/candidates`)).json();
  deepStrictEqual([reason, candidates[0].score, candidates[0].evidence], [
    "tie",
    88,
    [{ name: "title", weight: 40, text: "Title equal" }],
  ]);
  strictEqual((await ask(`${crypto.randomUUID()}/candidates`)).status, 404);

  const wrong = await ask(id, "PATCH", { musicbrainz_release_group_id: "nonsense" });
  strictEqual(wrong.status, 400);
  const unknown = await ask(id, "PATCH", { musicbrainz_release_group_id: crypto.randomUUID(), wanted: true });
  strictEqual(unknown.status, 404);
  strictEqual(
    (await app.sql`select 1 from albums where wanted_at is not null`).length,
    0,
    "nothing half-written",
  );

  const patched = await (await ask(id, "PATCH", { musicbrainz_release_group_id: disintegration })).json();
  deepStrictEqual(
    [patched.musicbrainz_release_group_id, patched.match_status, patched.match_locked],
    [disintegration, "matched", true],
  );
  strictEqual((await ask(`${id}/match`, "POST", {})).status, 409, "a person decided");

  const merged =
    await (await ask(twin, "PATCH", { musicbrainz_release_group_id: disintegration, wanted: true })).json();
  deepStrictEqual([merged.id, merged.wanted], [id, true]);
  const moved = await ask(twin);
  deepStrictEqual([moved.status, moved.headers.get("location")], [301, `/api/albums/${id}`]);

  const free = await (await ask(id, "PATCH", { musicbrainz_release_group_id: null })).json();
  deepStrictEqual(
    [free.musicbrainz_release_group_id, free.match_status, free.match_locked],
    [null, "pending", false],
  );
  const asked = await ask(`${twin}/match`, "POST", {});
  strictEqual(asked.status, 202);
  const { job_id: jobId, status } = await asked.json();
  deepStrictEqual([typeof jobId, status], ["string", "pending"]);
  strictEqual((await (await ask(`${id}/match`, "POST", {})).json()).existing, true);
});

Deno.test("the album's page says why it is matched, and lets one choose, lock and unlock", async () => {
  await using house = await setUp();
  const { app, get, post, waiting } = house;
  const [best, second] = [ranked(96), ranked(71, { title: "Disintegration (live)" })];
  const id = await waiting("Disintegration", "The Cure", { outcome: "matched", ranked: [best, second] });
  const page = await get(`/albums/${id}`);
  match(
    page,
    /Why this match[\s\S]*96 %[\s\S]*Title equal[\s\S]*What else it could be \(1\)[\s\S]*Disintegration \(live\)/,
  );
  match(page, /matched it to Disintegration, because: Title equal/);

  strictEqual((await post(`/albums/${id}/match`, { candidate: second.candidate.id })).status, 303);
  deepStrictEqual(await statusOf(house, id), ["matched", true, second.candidate.id]);
  match(await get(`/albums/${id}`), /Chosen by a person/);
  await post(`/albums/${id}/match/lock`, { locked: "false" });
  deepStrictEqual((await statusOf(house, id)).slice(0, 2), ["matched", false]);
  await post(`/albums/${id}/match/lock`, { locked: "true" });
  deepStrictEqual((await statusOf(house, id)).slice(0, 2), ["matched", true]);
  strictEqual((await post(`/albums/${id}/match`, { address: "just words" })).status, 400);
  await post(`/albums/${id}/match`, { address: `https://musicbrainz.org/release-group/${disintegration}` });
  deepStrictEqual(await statusOf(house, id), ["matched", true, disintegration]);

  const { id: twin } = await insertAlbum(app.sql, { title: "Disintegration (Deluxe)" });
  const merged = await post(`/albums/${twin}/match`, { address: disintegration });
  strictEqual(merged.headers.get("location"), `/albums/${id}`);
  match(await get(`/albums/${id}`), /made it one with another album/);
  const moved = await house.server.request(`/albums/${twin}`, { headers: house.bearer });
  deepStrictEqual([moved.status, moved.headers.get("location")], [301, `/albums/${id}`]);
  strictEqual((await post(`/albums/${id}/match/search`, {})).status, 303);
  strictEqual((await app.sql`select 1 from jobs where job_type = 'musicbrainz_match'`).length, 1);
});
