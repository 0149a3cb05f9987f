import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import type { z } from "zod";
import { testDatabase } from "../db/testing.ts";
import { Failure } from "./errors.ts";
import { apiClient } from "./http.ts";
import { createMusicBrainz, quote, webServiceUrl, words } from "./musicbrainz.ts";
import {
  artistHits,
  releaseGroupHits,
  releaseGroupPage,
  releaseGroupReply,
  releaseHits,
  releaseReply,
} from "./musicbrainz_replies.ts";

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const group = (n: number, more: Record<string, unknown> = {}) => ({
  id: id(n),
  title: `Group ${n}`,
  ...more,
});
const notFound = () => Response.json({ error: "Not Found" }, { status: 404 });

/** The client before a service that answers as told; `asked` holds path and query of every request. */
async function musicbrainzThat(answer: (url: URL) => Response) {
  const database = await testDatabase();
  const asked: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const url = new URL(request.url);
    asked.push(url.pathname + decodeURIComponent(url.search));
    return answer(url);
  });
  const baseUrl = `http://127.0.0.1:${server.addr.port}/ws/2`;
  return {
    asked,
    musicbrainz: createMusicBrainz(apiClient({ sql: database.sql }, { name: "MusicBrainz", baseUrl })),
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await database[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a merged group comes back under the id it has now, a deleted one not at all", async () => {
  await using one = await musicbrainzThat((url) =>
    url.pathname.endsWith(id(1))
      ? Response.redirect(new URL(`/ws/2/release-group/${id(2)}${url.search}`, url), 301)
      : url.pathname.endsWith(id(2))
      ? Response.json(group(2, { "primary-type": null, "first-release-date": "" }))
      : notFound()
  );
  const merged = await one.musicbrainz.lookupReleaseGroup(id(1));
  deepStrictEqual([merged?.id, merged?.primaryType, merged?.firstReleaseDate], [id(2), null, null]);
  strictEqual(await one.musicbrainz.lookupReleaseGroup(id(3)), undefined);
  ok(one.asked.every((asked) => asked.includes("fmt=json")));
});

Deno.test("one address and several are answered in two shapes", async () => {
  const known = {
    resource: "https://open.spotify.com/album/a",
    relations: [
      { "target-type": "release", ended: true, release: { id: id(1) } },
      { "target-type": "release_group", release_group: { id: id(2) } },
    ],
  };
  await using one = await musicbrainzThat((url) => {
    const resources = url.searchParams.getAll("resource");
    if (resources.length > 1) return Response.json({ "url-count": 1, urls: [known] });
    return resources[0] === known.resource ? Response.json(known) : notFound();
  });
  const targets = { releaseIds: [id(1)], releaseGroupIds: [id(2)], artistIds: [] };
  const look = (...urls: string[]) => one.musicbrainz.lookupUrls(urls, "release-rels+release-group-rels");
  deepStrictEqual(await look(known.resource), new Map([[known.resource, targets]]));
  deepStrictEqual(await look("https://open.spotify.com/album/b"), new Map());
  deepStrictEqual(
    await look("https://open.spotify.com/album/b", known.resource),
    new Map([[known.resource, targets]]),
  );
  deepStrictEqual(await look(), new Map());
  strictEqual(one.asked.length, 3);
});

Deno.test("a batch that is refused is sent in halves, and what is no id is not sent", async () => {
  await using one = await musicbrainzThat((url) => {
    const ids: string[] = (url.searchParams.get("query") ?? "").match(/[0-9a-f-]{36}/g) ?? [];
    if (ids.includes(id(3)) || ids.includes(id(5))) {
      return Response.json({ error: { code: 400, msg: "Invalid UUID" } }, { status: 400 });
    }
    const hits = ids.map((release, i) => group(i + 10, { releases: [{ id: release }] }));
    return Response.json({ count: hits.length, "release-groups": hits });
  });
  const found = await one.musicbrainz.findByReleases([id(1), id(2), "nonsense", id(3), id(4)]);
  deepStrictEqual(found.flatMap((candidate) => candidate.releases.map((release) => release.id)), [
    id(1),
    id(2),
    id(4),
  ]);
  ok(one.asked.every((asked) => !asked.includes("nonsense")));
  await rejects(() => one.musicbrainz.findByReleases([id(3), id(5)]), /MusicBrainz answered with status 400/);
});

Deno.test("a server that refuses everything is not asked a hundred times", async () => {
  await using one = await musicbrainzThat(() => new Response("<html>", { status: 400 }));
  const ids = Array.from({ length: 100 }, (_, i) => id(i));
  await rejects(() => one.musicbrainz.findByReleases(ids), /MusicBrainz answered with status 400/);
  ok(one.asked.length < 20, `${one.asked.length} requests`);
});

Deno.test("of addresses beyond the hundredth none is lost", async () => {
  await using one = await musicbrainzThat((url) => {
    // The server leaves out what is too many without a word, and sorts as it likes.
    const known = url.searchParams.getAll("resource").slice(0, 100).reverse();
    return Response.json({ urls: known.map((resource) => ({ resource, relations: [] })) });
  });
  const urls = Array.from({ length: 150 }, (_, i) => `https://open.spotify.com/album/${i}`);
  const found = await one.musicbrainz.lookupUrls(urls, "release-rels");
  deepStrictEqual([...found.keys()].sort(), urls.sort());
  strictEqual(one.asked.length, 2);
});

Deno.test("what is no id is not asked for", async () => {
  await using one = await musicbrainzThat(() => Response.json({}));
  strictEqual(await one.musicbrainz.lookupReleaseGroup("../artist"), undefined);
  strictEqual(await one.musicbrainz.lookupRelease(""), undefined);
  deepStrictEqual(await Array.fromAsync(one.musicbrainz.browseReleaseGroups("nobody")), []);
  deepStrictEqual(one.asked, []);
});

Deno.test("a wrong address is never a miss", async () => {
  for (const body of ["<!doctype html><h1>Not Found</h1>", '{"detail":"Not found"}', ""]) {
    await using one = await musicbrainzThat(() => new Response(body, { status: 404 }));
    const isWrong = (error: Failure) => error.code === "unavailable" && /MUSICBRAINZ_URL/.test(error.message);
    await rejects(() => one.musicbrainz.lookupReleaseGroup(id(1)), isWrong);
    await rejects(() => one.musicbrainz.lookupUrls(["https://a.example/"], "release-rels"), isWrong);
    await rejects(() => Array.fromAsync(one.musicbrainz.browseReleaseGroups(id(1))), isWrong);
  }
  await using one = await musicbrainzThat(notFound);
  await rejects(() => one.musicbrainz.searchReleaseGroups("x", 1), /MUSICBRAINZ_URL/);
});

Deno.test("the web service is found from each address of a server", () => {
  for (const address of ["", "/", "/ws", "/ws/2", "/ws/2/"]) {
    strictEqual(webServiceUrl(`https://mirror.example/mb${address}`), "https://mirror.example/mb/ws/2");
  }
});

Deno.test("an artist's groups come page by page, however short the pages", async () => {
  await using one = await musicbrainzThat((url) => {
    const offset = Number(url.searchParams.get("offset"));
    const page = [1, 2, 3, 4, 5].slice(offset, offset + 2).map((n) => group(n));
    return Response.json({ "release-group-count": 5, "release-groups": page });
  });
  const pages = await Array.fromAsync(one.musicbrainz.browseReleaseGroups(id(9)));
  deepStrictEqual(pages.map((page) => page.length), [2, 2, 1]);
});

Deno.test("a service that is down is never a miss", async () => {
  for (
    const broken of [
      () => new Response("<html>", { status: 502 }),
      () => new Response("<html>busy"),
      () => Response.json({ count: 1, "release-groups": [{ id: null }] }),
      () => Response.json({}),
    ]
  ) {
    await using one = await musicbrainzThat(broken);
    const asked = one.musicbrainz.searchReleaseGroups("x", 10);
    await rejects(asked, (error: Failure) => error instanceof Failure && error.code === "unavailable");
  }
});

Deno.test("text is quoted so that nothing in it is an operator", () => {
  strictEqual(quote('AND  "OR" a\\b (live)'), '"and \\"or\\" a\\\\b (live)"');
  strictEqual(words("What's Going On? (Deluxe) NOT/AND", "~"), "what's~ going~ on~ deluxe~ not~ and~");
});

const recorded = new URL("../../shared/fixtures/musicbrainz_ws2/", import.meta.url);
const isThere = await Deno.stat(recorded).then(() => true, () => false);

Deno.test({
  name: `recorded answers are understood${isThere ? "" : " (skipped: fixtures are not here)"}`,
  ignore: !isThere,
}, () => {
  const schemas: Record<string, z.ZodType> = {
    "hqub__release-get.json": releaseReply,
    "hqub__release-search.json": releaseHits,
    "hqub__releasegroup-browse.json": releaseGroupPage,
    "hqub__releasegroup-search.json": releaseGroupHits,
    "papposilene__lookup_releasegroup.json": releaseGroupReply,
    "papposilene__search_artist.json": artistHits,
    "picard__release_group.json": releaseGroupReply,
    "mb-android__release_lookup.json": releaseReply,
    "mb-solr__release-list.json": releaseHits,
    "vcr/inkstak__release_03.json": releaseHits,
    "vcr/inkstak__release_group_03.json": releaseGroupHits,
    "vcr/inkstak__release_group_05.json": releaseGroupHits,
    "vcr/inkstak__release_group_08.json": releaseGroupPage,
  };
  for (const [name, schema] of Object.entries(schemas)) {
    const result = schema.safeParse(bodyOf(JSON.parse(Deno.readTextFileSync(new URL(name, recorded)))));
    if (!result.success) throw new Error(`${name}: ${result.error.message}`);
  }
});

/** Some recordings hold the request and the headers as well. */
function bodyOf(recording: { response?: { body: unknown } }): unknown {
  return recording.response?.body ?? recording;
}
