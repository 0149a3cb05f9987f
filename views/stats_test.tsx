import assert from "node:assert/strict";
import type { Overview } from "../services/album_grid.ts";
import { GrowthChart } from "./charts.tsx";
import { StatsPage } from "./stats.tsx";
import { render } from "./testing.tsx";

const text = (html: string) => html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
const facet = (value: string, albums: number, owned: number) => ({ value, albums, owned });

const overview: Overview = {
  stats: {
    totalAlbums: 523,
    ownedAlbums: 178,
    partialAlbums: 27,
    notOwnedAlbums: 300,
    downloadingAlbums: 0,
    wantedAlbums: 0,
    ignoredAlbums: 0,
    matchedAlbums: 486,
    unmatchedAlbums: 0,
    totalArtists: 0,
    plays: 1_000,
    ownedPlays: 619,
  },
  spines: [{ share: 1, tone: null }],
  bins: [{ share: 1, tone: null }],
  facets: {
    addedSince: 2018,
    genres: [facet("Drum & Bass", 96, 41)],
    decades: [facet("1990", 121, 52)],
    artists: [],
    sources: [],
    acquired: [facet("bandcamp", 61, 61), facet("vinyl", 14, 14)],
  },
  nextToGet: [{ id: "a1", title: "Mezzanine", artist: "Massive Attack", plays: 14, share: 0, percent: 1.4 }],
  nextStep: { albums: 12, percent: 70 },
};

Deno.test("every number and bar leads to the albums behind it", () => {
  const html = render(<StatsPage overview={overview} growth={[]} matchScores={[]} />);
  for (
    const path of [
      "/albums?sort=-plays",
      "/albums?ownership_status=partial",
      "/albums?decade=1990",
      "/albums?genre=Drum%20%26%20Bass",
      "/albums?acquisition_source=bandcamp",
      "/albums?acquisition_source=physical",
      "/albums/a1",
    ]
  ) assert.ok(html.includes(`href="/music${path}"`), path);
});

Deno.test("charts carry their numbers in words", () => {
  const html = render(
    <StatsPage
      overview={overview}
      growth={[{ month: "2025-06", albums: 310, owned: 12 }, { month: "2026-11", albums: 523, owned: 178 }]}
      matchScores={[{ score: 60, albums: 12 }, { score: 90, albums: 60 }, { score: 100, albums: 451 }]}
    />,
  );
  assert.match(
    html,
    /aria-label="Owned albums grew from 12 in Jun 25 to 178 in Nov 26; the library grew from 310 to 523\."/,
  );
  assert.match(html, /aria-label="1990s: 52 of 121 owned"/);
  assert.match(html, /511 albums at 90 percent or more, 12 below/);
  assert.match(text(html), /61 % of what you play 34 % of your albums 178 albums owned/);
  assert.match(text(html), /These 12 albums make it 70 %\. Mezzanine Massive Attack \+1\.4 %/);
});

Deno.test("a library of one month, or of nothing, is no mistake", () => {
  const month = [{ month: "2026-11", albums: 1, owned: 0 }];
  assert.doesNotMatch(render(<GrowthChart points={month} width={300} height={200} />), /NaN|Infinity/);
  const empty = { ...overview, stats: { ...overview.stats, totalAlbums: 0 } };
  assert.match(
    render(<StatsPage overview={empty} growth={[]} matchScores={[]} />),
    /There are no albums yet/,
  );
});
