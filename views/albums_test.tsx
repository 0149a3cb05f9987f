import assert from "node:assert/strict";
import type { AlbumState } from "../db/albums.ts";
import { AlbumCard } from "./album_card.tsx";
import { albumsPath } from "./album_query.ts";
import { type AlbumList, AlbumResults, AlbumsUpdate } from "./albums.tsx";
import { Cover } from "./cover.tsx";
import { FreedomMeter } from "./freedom_meter.tsx";
import { states, Status } from "./status.tsx";
import { Shelf } from "./shelf.tsx";
import { render, sampleAlbum } from "./testing.tsx";
import { TrackRing } from "./track_ring.tsx";

const counts = { owned: 1, partial: 1, downloading: 0, wanted: 0, not_owned: 0, needs_match: 0, ignored: 0 };

function list(changes: Partial<AlbumList> = {}): AlbumList {
  return {
    query: {},
    albums: [sampleAlbum()],
    counts: { states: counts, all: 2 },
    total: 2,
    nearest: [],
    facets: { genres: [], decades: [], artists: [], sources: [], acquired: [], addedSince: null },
    ...changes,
  };
}

Deno.test("a ring has one segment per track, the owned ones in the colour of owned", () => {
  const html = render(<TrackRing owned={9} total={12} />);
  const [missing, owned] = [...html.matchAll(/ d="([^"]*)"/g)].map(([, path]) => path.split("M").length - 1);
  assert.deepEqual([owned, missing], [9, 3]);
  assert.match(html, /stroke="var\(--owned\)"/);
});

Deno.test("above 24 tracks the ring is one arc, a single track one circle", () => {
  const arc = render(<TrackRing owned={61} total={84} stroke={4} />);
  assert.equal(arc.match(/<circle/g)?.length, 2);
  assert.match(arc, /stroke-dasharray="45\.63 62\.83"/);
  assert.equal(render(<TrackRing owned={0} total={1} />).match(/<circle/g)?.length, 1);
});

Deno.test("a cover has its colours as far as the album is there, never more", () => {
  assert.match(render(<Cover album={sampleAlbum({ ownedTracks: 61, expectedTracks: 84 })} />), /--own:72%/);
  const owned = render(<Cover album={sampleAlbum({ state: "owned", ownershipStatus: "owned" })} />);
  assert.doesNotMatch(owned, /--own|class="grey"/);
  const missing = render(<Cover album={sampleAlbum({ state: "not_owned", ownershipStatus: "not_owned" })} />);
  assert.doesNotMatch(missing, /class="colour"/);
});

Deno.test("without a picture the initials stand there, and only for the eye", () => {
  const html = render(<Cover album={sampleAlbum({ coverHash: null, artistCredit: "Молчат Дома" })} />);
  assert.match(html, /style="height:75%"[^]*data-initials="МД"><\/span>/);
});

for (const state of Object.keys(states) as AlbumState[]) {
  Deno.test(`${state} is told by an icon and a word`, () => {
    const html = render(<Status album={sampleAlbum({ state })} />);
    assert.match(html, /<svg/);
    assert.match(html, state === "partial" ? />9 of 12</ : new RegExp(`>${states[state].label}<`));
  });
}

Deno.test("a card is one link named by title, artist and state; its box stands beside it", () => {
  const html = render(<AlbumCard album={sampleAlbum()} />);
  assert.equal(html.match(/<a /g)?.length, 1);
  const link = html.slice(html.indexOf("<a "), html.indexOf("</a>"));
  assert.match(
    link,
    /href="\/music\/albums\/[^"]+"[^>]*aria-label="Disintegration, The Cure, 9 of 12, 1989"/,
  );
  // Speech control goes by the words in sight: they are the same, with spaces between them.
  assert.match(link.replaceAll(/<[^>]*>/g, ""), /^Disintegration The Cure 9 of 12 1989$/);
  assert.ok(html.indexOf("</a>") < html.indexOf("<input"));
});

Deno.test("a few albums stand at the beginning of the shelf instead of filling it", () => {
  const spines = [{ share: 1 }, { share: 0 }];
  assert.match(render(<Shelf spines={spines} room={200} height={40} />), /viewBox="-3.7 0 2000 40"/);
  assert.match(render(<Shelf spines={spines} room={1} height={40} />), /viewBox="-3.7 0 20 40"/);
});

Deno.test("the address keeps what was asked and starts at the first page again", () => {
  const query = { search: "a&b", state: "owned", after: "cursor", decade: 1990 } as const;
  assert.equal(albumsPath(query, { state: undefined }), "/albums?search=a%26b&decade=1990");
  assert.equal(albumsPath({}, {}), "/albums");
});

Deno.test("the next page is a link that htmx follows by itself when it comes into view", () => {
  const html = render(<AlbumResults list={list({ next: "c2", query: { state: "partial" } })} />);
  assert.match(
    html,
    /id="pager"[^>]*hx-get="\/music\/albums\?state=partial&amp;after=c2"[^>]*hx-trigger="revealed"/,
  );
  assert.match(html, /href="\/music\/albums\?state=partial&amp;after=c2"/);
  assert.doesNotMatch(render(<AlbumResults list={list()} />), /id="pager"/);
});

Deno.test("the select page can be used without script: boxes, what to do, and the filter it acts on", () => {
  const html = render(<AlbumResults list={list({ query: { select: "1", state: "partial" } })} />);
  assert.match(html, /<form[^>]*method="post"[^>]*action="\/music\/albums\/bulk"/);
  assert.match(html, /name="state" value="partial"/);
  for (const action of ["want", "owned", "not_owned", "ignore"]) {
    assert.match(html, new RegExp(`type="submit" name="do" value="${action}"`));
  }
  const all = render(<AlbumResults list={list({ query: { select: "all" } })} />);
  assert.match(all, /name="select" value="all"/);
  assert.match(all, /All 2 selected/);
  assert.match(all, /name="album"[^>]*checked/);
});

Deno.test("an answer to a filter carries the list and what depends on it, each to its place", () => {
  const html = render(<AlbumsUpdate list={list({ query: { search: "dis" } })} />);
  assert.match(html, /^<div id="results"/);
  assert.match(html, /<hx-partial hx-target="#tools" hx-swap="outerMorph"><div id="tools"/);
  assert.match(html, /name="search" value="dis"/);
});

Deno.test("nothing found says so and shows what comes closest", () => {
  const nothing = list({ albums: [], total: 0, counts: { states: counts, all: 0 } });
  assert.match(render(<AlbumResults list={nothing} />), /Your shelf is empty/);
  const filtered = { ...nothing, query: { genre: "Jazz" } };
  assert.match(render(<AlbumResults list={filtered} />), /No album fits/);
  const mistyped = { ...nothing, query: { search: "disintergation" }, nearest: [sampleAlbum()] };
  assert.match(render(<AlbumResults list={mistyped} />), /These come closest[^]*Disintegration/);
});

Deno.test("the meter says both numbers, rounded down, and what is played only when it is known", () => {
  const stats = {
    totalAlbums: 523,
    ownedAlbums: 178,
    partialAlbums: 27,
    notOwnedAlbums: 227,
    downloadingAlbums: 2,
    wantedAlbums: 41,
    ignoredAlbums: 11,
    matchedAlbums: 0,
    unmatchedAlbums: 0,
    totalArtists: 0,
    plays: 1000,
    ownedPlays: 619,
  };
  const shelves = { spines: [{ share: 1, tone: "#d8553a" }, { share: 0, tone: null }], bins: [] };
  const text = (html: string) => html.replaceAll(/<[^>]*>/g, "");
  const played = render(<FreedomMeter overview={{ stats, ...shelves }} />);
  assert.match(text(played), /You own 178 of 523 albums – 34 % – and 61 % of what you play\./);
  assert.match(played, /stroke="#d8553a"/);
  assert.doesNotMatch(played, /most played/);
  const full = { ...shelves, spines: Array.from({ length: 200 }, () => ({ share: 1, tone: null })) };
  assert.match(render(<FreedomMeter overview={{ stats, ...full }} />), /most played/);
  const unplayed = render(
    <FreedomMeter overview={{ stats: { ...stats, plays: 0, ownedPlays: 0 }, ...full }} />,
  );
  assert.match(text(unplayed), /178 of 523 albums – 34 %\./);
  assert.doesNotMatch(unplayed, /most played/);
});
