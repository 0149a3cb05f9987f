import type { ComponentChildren } from "preact";
import type { GrowthPoint } from "../db/stats.ts";
import type { Overview } from "../services/album_grid.ts";
import { albumsPath } from "./album_query.ts";
import { DecadeChart, GenreBars, GrowthChart, MatchChart, SourceBar } from "./charts.tsx";
import { EmptyState } from "./failure.tsx";
import { LinkButton } from "./form.tsx";
import { ShelfAxis, shelfLabel, ShelfPair } from "./freedom_meter.tsx";
import { Heading, Layout, Main } from "./layout.tsx";
import { useLink } from "./links.tsx";
import { Name } from "./text.tsx";
import { count, percent, plural } from "./words.ts";

type StatsPageProps = {
  overview: Overview;
  growth: readonly GrowthPoint[];
  matchScores: readonly { score: number; albums: number }[];
};

export function StatsPage({ overview, growth, matchScores }: StatsPageProps) {
  const { stats, facets } = overview;
  return (
    <Layout title="Statistics">
      <Main>
        <Heading title="Statistics" text="Every bar and number opens the albums behind it." />
        {stats.totalAlbums === 0
          ? (
            <div class="panel mt-5">
              <EmptyState
                icon="chart-no-axes-column"
                title="Nothing to count"
                text="There are no albums yet."
              >
                <LinkButton path="/import">Import</LinkButton>
              </EmptyState>
            </div>
          )
          : (
            <>
              <section class="mt-5 grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-[minmax(0,1fr)_300px]">
                <Freedom overview={overview} />
                <NextToGet overview={overview} />
              </section>
              <div class="mt-4 grid grid-cols-[minmax(0,1fr)] gap-4 md:grid-cols-2 lg:grid-cols-6">
                {growth.length > 1 && (
                  <Figure
                    title="Owned over time"
                    text="Solid: owned. Dashed: all albums."
                    class="lg:col-span-4"
                  >
                    <div class="max-md:hidden">
                      <GrowthChart points={growth} width={890} height={270} />
                    </div>
                    <div class="md:hidden">
                      <GrowthChart points={growth} width={316} height={200} />
                    </div>
                  </Figure>
                )}
                {facets.acquired.length > 0 && (
                  <Figure
                    title="By source"
                    text={`Where your ${
                      plural(facets.acquired.reduce((sum, { albums }) => sum + albums, 0), "album")
                    } came from.`}
                    class="lg:col-span-2"
                    top
                  >
                    <SourceBar sources={facets.acquired} />
                  </Figure>
                )}
                {facets.decades.length > 0 && (
                  <Figure title="By decade" text="Green is owned." class="lg:col-span-2">
                    <DecadeChart decades={facets.decades} />
                  </Figure>
                )}
                {facets.genres.length > 0 && (
                  <Figure
                    title="By genre"
                    text={facets.genres.length > 8 ? "The eight most frequent." : "Green is owned."}
                    class="lg:col-span-2"
                  >
                    <GenreBars genres={facets.genres.slice(0, 8)} />
                  </Figure>
                )}
                {matchScores.length > 0 && (
                  <Figure
                    title="Match quality"
                    text={`Confidence of ${plural(stats.matchedAlbums, "album")}, square root scale.`}
                    class="lg:col-span-2"
                  >
                    <MatchChart scores={matchScores} />
                  </Figure>
                )}
              </div>
            </>
          )}
      </Main>
    </Layout>
  );
}

function Freedom({ overview }: { overview: Overview }) {
  const { stats, spines, bins } = overview;
  const link = useLink();
  const numbers: { value: string; words: string; path: string; strong?: boolean }[] = [
    ...(stats.plays > 0
      ? [{
        value: `${percent(stats.ownedPlays, stats.plays)} %`,
        words: "of what you play",
        path: albumsPath({}, { sort: "-plays" }),
        strong: true,
      }]
      : []),
    {
      value: `${percent(stats.ownedAlbums, stats.totalAlbums)} %`,
      words: "of your albums",
      path: albumsPath({}, { state: "not_owned" }),
    },
    {
      value: count(stats.ownedAlbums),
      words: "albums owned",
      path: albumsPath({}, { ownership_status: "owned" }),
    },
    {
      value: count(stats.partialAlbums),
      words: "incomplete",
      path: albumsPath({}, { ownership_status: "partial" }),
    },
  ];
  return (
    <div class="panel min-w-0 p-5">
      <div class="flex flex-wrap gap-x-10 gap-y-3">
        {numbers.map(({ value, words, path, strong }) => (
          <a href={link(path)} class="group/number">
            <b class={`block text-xl font-semibold num md:text-2xl ${strong ? "text-owned-ink" : ""}`}>
              {value}
            </b>
            <span class="text-ink-2 group-hover/number:underline">{words}</span>
          </a>
        ))}
      </div>
      <ShelfPair spines={spines} bins={bins} heights={[96, 40]} label={shelfLabel(stats)} />
      {stats.plays > 0 && <ShelfAxis spines={spines} class="" />}
    </div>
  );
}

function NextToGet({ overview: { nextToGet, nextStep } }: { overview: Overview }) {
  const link = useLink();
  const step = nextStep?.albums ?? nextToGet.length;
  return (
    <div class="panel flex flex-col p-5">
      <h2 class="text-base font-semibold">Next to get</h2>
      {nextToGet.length === 0
        ? (
          <p class="text-ink-2">
            Once your extended Spotify history is imported, this shows which albums you miss most.{" "}
            <a href={link("/import")} class="link">Import it</a>
          </p>
        )
        : (
          <>
            <p class="text-ink-2">
              {nextStep
                ? `${
                  nextStep.albums === 1 ? "This album makes" : `These ${nextStep.albums} albums make`
                } it ${nextStep.percent} %.`
                : "What you play most and do not own."}
            </p>
            <ul class="mt-3 grid flex-1 grid-cols-[minmax(0,1fr)] content-start gap-1.5">
              {nextToGet.slice(0, Math.min(4, step)).map(({ id, title, artist, percent: gain }) => (
                <li>
                  <a href={link(`/albums/${id}`)} class="flex min-h-6 gap-3 hover:underline">
                    <span class="min-w-0 flex-1 truncate">
                      <span class="font-medium">
                        <Name>{title}</Name>
                      </span>{" "}
                      <span class="text-ink-3">
                        <Name>{artist}</Name>
                      </span>
                    </span>
                    <span class="text-owned-ink num">{`+${gain.toFixed(1)} %`}</span>
                  </a>
                </li>
              ))}
            </ul>
            <LinkButton path={albumsPath({}, { state: "not_owned", sort: "-plays" })} class="mt-4">
              Show all
            </LinkButton>
          </>
        )}
    </div>
  );
}

function Figure(
  { title, text, class: look, top, children }: {
    title: string;
    text: string;
    class: string;
    top?: boolean;
    children: ComponentChildren;
  },
) {
  return (
    <figure class={`panel flex min-w-0 flex-col p-5 ${look}`}>
      <figcaption>
        <h2 class="text-base font-semibold">{title}</h2>
        <p class="text-ink-2">{text}</p>
      </figcaption>
      <div class={`mt-4 flex flex-1 flex-col ${top ? "" : "justify-end"}`}>{children}</div>
    </figure>
  );
}
