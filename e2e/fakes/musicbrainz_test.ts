import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { startMusicBrainz } from "./musicbrainz.ts";
import { type FakeCatalogue, mbid } from "./musicbrainz_catalogue.ts";
import { demoCatalogue } from "./musicbrainz_demo.ts";

type Body = Record<string, unknown> & {
  id?: string;
  error?: string;
  count?: number;
  urls?: { resource: string; relations: unknown[] }[];
  "release-groups"?: { id: string; title: string; score: number; "primary-type"?: string }[];
  releases?: { id: string; barcode?: string }[];
};

/** A catalogue with one release group of each kind of trouble. */
function catalogue(): FakeCatalogue {
  const artist = (name: string, n = "") => ({ id: mbid("artist", name, n), name });
  const [bjork, sheeran, twin, otherTwin] = [
    artist("Björk"),
    artist("Ed Sheeran"),
    artist("Twin"),
    artist("Twin", "2"),
  ];
  const group = (by: { id: string }, title: string, n = 1) => ({
    id: mbid("release-group", by.id, title),
    title,
    credit: [{ artistId: by.id }],
    primaryType: "Album" as const,
    releases: Array.from({ length: n }, (_, i) => ({
      id: mbid("release", by.id, title, String(i)),
      barcode: `0060${String(i).padStart(3, "0")}`,
      links: [{ type: "free streaming", url: `https://open.spotify.com/album/${title}${i}` }],
    })),
  });
  const many = Array.from({ length: 130 }, (_, i) => group(sheeran, `Song number ${i}`));
  return {
    artists: [bjork, sheeran, twin, otherTwin],
    releaseGroups: [
      { ...group(bjork, "Début"), formerIds: [mbid("former")] },
      group(bjork, "Debut Live", 30),
      { ...group(sheeran, "÷"), primaryType: undefined },
      group(twin, "Same"),
      group(otherTwin, "Same"),
      ...many,
    ],
  };
}

Deno.test("the fake MusicBrainz", async (t) => {
  await using fake = startMusicBrainz(catalogue());
  const raw = (path: string, init?: RequestInit) => fetch(`${fake.url}/ws/2/${path}`, init);
  async function get(path: string): Promise<Body & { status: number }> {
    const response = await raw(`${path}${path.includes("?") ? "&" : "?"}fmt=json`, { redirect: "manual" });
    return { status: response.status, ...await response.json() };
  }
  const search = async (query: string, more = "") =>
    await get(`release-group?query=${encodeURIComponent(query)}${more}`);
  const titles = async (query: string) => (await search(query))["release-groups"]?.map(({ title }) => title);
  const debut = mbid("release-group", mbid("artist", "Björk", ""), "Début");

  await t.step("answers XML to whoever does not ask for JSON", async () => {
    const response = await raw(`release-group/${debut}`);
    match(response.headers.get("content-type") ?? "", /xml/);
    match(await response.text(), /^<\?xml/);
    strictEqual((await raw(`release-group/${debut}?fmt=yaml`)).status, 406);
  });

  await t.step("folds accents, and gives the first hit 100 whatever it is worth", async () => {
    const { "release-groups": groups = [], count } = await search('releasegroup:"debut" AND artist:bjork');
    deepStrictEqual([count, groups[0].title, groups[0].score], [2, "Début", 100]);
    ok(groups[1].score < 100);
    strictEqual((await search("songs OR number"))["release-groups"]?.[0].score, 100);
  });

  await t.step("knows operators, groups, phrases, escapes and ids", async () => {
    deepStrictEqual(await titles('releasegroup:"live debut"'), []);
    deepStrictEqual(
      await titles("(artist:bjork AND releasegroup:live) OR (artist:twin AND releasegroup:x)"),
      [
        "Debut Live",
      ],
    );
    deepStrictEqual(await titles("releasegroup:debut NOT releasegroup:live"), ["Début"]);
    deepStrictEqual(await titles("releasegroup:debux~1 -live"), ["Début"]);
    deepStrictEqual((await titles(String.raw`same\!`))?.length, 2);
    const release = mbid("release", mbid("artist", "Björk", ""), "Début", "0");
    deepStrictEqual(await titles(`reid:(${release} OR ${mbid("nothing")})`), ["Début"]);
    strictEqual((await search("reid:(none)")).status, 400);
  });

  await t.step("reads unbalanced syntax as plain words", async () => {
    deepStrictEqual((await titles("(same"))?.length, 2);
  });

  await t.step("loses what is only a sign: all of the artist is found", async () => {
    strictEqual((await search('artist:sheeran AND releasegroup:"÷"')).count, 131);
    strictEqual((await search('releasegroup:"÷"')).count, 0);
  });

  await t.step("leaves out in a search what it says as null in a lookup", async () => {
    const [found] = (await search("rgid:" + mbid("release-group", mbid("artist", "Ed Sheeran", ""), "÷")))[
      "release-groups"
    ]!;
    ok(!("primary-type" in found));
    strictEqual((await get(`release-group/${found.id}`))["primary-type"], null);
  });

  await t.step("has limits of its own for searching, browsing and looking up", async () => {
    const sizes = [];
    for (const limit of ["100", "101", "0", "x"]) {
      sizes.push((await search("artist:sheeran", `&limit=${limit}`))["release-groups"]?.length);
    }
    deepStrictEqual(sizes, [100, 25, 25, 25]);
    const artist = mbid("artist", "Ed Sheeran", "");
    strictEqual((await get(`release-group?artist=${artist}&limit=500`))["release-groups"]?.length, 100);
    strictEqual((await get(`release-group?artist=${artist}&limit=x`)).status, 400);
    const live = mbid("release-group", mbid("artist", "Björk", ""), "Debut Live");
    strictEqual((await get(`release-group/${live}?inc=releases`)).releases?.length, 25);
  });

  await t.step("finds barcodes without their zeros", async () => {
    const { releases = [] } = await get("release?query=barcode:(60000 OR 0000060001)");
    deepStrictEqual([...new Set(releases.map(({ barcode }) => barcode))].sort(), ["0060000", "0060001"]);
  });

  await t.step("answers one URL in another shape than several", async () => {
    const url = (name: string) => `resource=${encodeURIComponent(`https://open.spotify.com/album/${name}`)}`;
    strictEqual(
      (await get(`url?${url("Same0")}&inc=release-rels`)).resource,
      "https://open.spotify.com/album/Same0",
    );
    strictEqual((await get(`url?${url("nothing")}`)).status, 404);
    const both = await get(`url?${url("Same0")}&${url("nothing")}&inc=release-rels`);
    deepStrictEqual([both.urls?.length, both.urls?.[0].relations.length], [1, 2]);
    const hundred = Array.from({ length: 100 }, (_, i) => url(`nothing${i}`)).join("&");
    deepStrictEqual((await get(`url?${hundred}&${url("Same0")}`)).urls, []);
    strictEqual((await get(`url?${url("Same0")}&inc=release-groups`)).status, 400);
  });

  await t.step("sends merged ids on and knows nothing of others", async () => {
    const response = await raw(`release-group/${mbid("former")}?fmt=json`, { redirect: "manual" });
    await response.body?.cancel();
    deepStrictEqual([response.status, response.headers.get("location")], [
      301,
      `/ws/2/release-group/${debut}?fmt=json`,
    ]);
    strictEqual((await get(`release-group/${mbid("former")}`)).id, debut);
    strictEqual((await search(`rgid:${mbid("former")}`)).count, 0);
    strictEqual((await get(`release-group/${mbid("nothing")}`)).error, "Not Found");
    strictEqual((await get("release-group/1")).error, "Invalid mbid.");
  });

  await t.step("misbehaves when it is told to", async () => {
    fake.trouble = { kind: "busy", times: 1 };
    const busy = await raw("release-group?query=same&fmt=json");
    deepStrictEqual([busy.status, busy.headers.get("x-ratelimit-zone")], [503, "search-global"]);
    await busy.body?.cancel();
    fake.trouble = { kind: "nulls", times: 1 };
    strictEqual((await search("same"))["release-groups"]?.[0].title, null);
    deepStrictEqual((await titles("same"))?.length, 2);
  });
});

Deno.test("the fake MusicBrainz counts who asks too fast, and stays closed to whoever goes on", async () => {
  await using fake = startMusicBrainz(demoCatalogue(), { limit: { intervalMs: 60_000 } });
  const statuses = [];
  for (let i = 0; i < 3; i++) {
    const response = await fetch(`${fake.url}/ws/2/release-group?query=async&fmt=json`);
    statuses.push(response.status);
    if (i === 2) ok(Number(response.headers.get("retry-after")) > 60);
    await response.body?.cancel();
  }
  deepStrictEqual([statuses, fake.violations], [[200, 503, 503], 2]);
});
