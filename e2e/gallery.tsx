/**
 * Serves every page with made-up albums, to look at and to try keys and menus without a database:
 * `deno task gallery`, then http://127.0.0.1:3999/ (?theme=light switches).
 */
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { AlbumState } from "../db/albums.ts";
import { AlbumArticle, AlbumDrawer, AlbumPage } from "../views/album.tsx";
import { AlbumTools } from "../views/album_tools.tsx";
import { AlbumItems, type AlbumList, AlbumsPage, AlbumsUpdate } from "../views/albums.tsx";
import type { AlbumQuery } from "../views/album_query.ts";
import { ActivityPage, ActivityUpdate } from "../views/activity.tsx";
import { ArtistPage } from "../views/artists.tsx";
import { FailurePage } from "../views/failure.tsx";
import { Page, type PageContext } from "../views/links.tsx";
import { ImportPlanPage } from "../views/import_plan.tsx";
import { ImportPage } from "../views/imports.tsx";
import { InboxPage } from "../views/inbox.tsx";
import { InboxAcceptPage } from "../views/inbox_accept.tsx";
import { LoginPage } from "../views/login.tsx";
import { LidarrPlanPage } from "../views/lidarr_plan.tsx";
import { PlaylistPage } from "../views/playlist.tsx";
import { PlaylistsPage, RemovedPage } from "../views/playlists.tsx";
import { SettingsPage } from "../views/settings.tsx";
import { SetupAccountPage, SetupFolderPage, SetupLibraryPage } from "../views/setup.tsx";
import { StatsPage } from "../views/stats.tsx";
import { albums, albumView, overview, sleeve } from "./gallery_data.ts";
import { handOffPlan } from "./gallery_lidarr.ts";
import { emptyInbox, inbox, sure } from "./gallery_inbox_data.ts";
import { activity, growth, importPlan, matchScores, pastImports, settings } from "./gallery_more_data.ts";

import { connection, lists, playlist, removed } from "./gallery_spotify.ts";

const counts = {
  owned: 178,
  partial: 27,
  downloading: 2,
  wanted: 41,
  not_owned: 227,
  needs_match: 37,
  ignored: 11,
};

function list(query: AlbumQuery): AlbumList {
  const words = query.search?.toLowerCase() ?? "";
  const shown = albums.filter((album) =>
    (!query.state || album.state === query.state) &&
    `${album.title} ${album.artistCredit}`.toLowerCase().includes(words)
  );
  const total = words ? shown.length : query.state ? counts[query.state as AlbumState] : 523;
  return {
    query,
    albums: shown,
    next: words ? undefined : "sample",
    counts: { states: counts, all: 523 },
    total,
    nearest: shown.length === 0 ? albums.slice(0, 7) : [],
    facets: overview.facets,
    addedSince: 2018,
  };
}

type Answer = (query: AlbumQuery, request: Request) => VNode;

const pages: Record<string, Answer> = {
  "/albums": (query, request) => {
    const target = request.headers.get("hx-target") ?? "";
    if (target.endsWith("#results")) return <AlbumsUpdate list={list(query)} />;
    if (target.endsWith("#tools")) return <AlbumTools {...list(query)} />;
    if (target.endsWith("#pager")) return <AlbumItems list={list(query)} />;
    return <AlbumsPage list={list(query)} overview={overview} />;
  },
  "/albums/:id": (_, request) => {
    const view = albumView(albums.find(({ id }) => request.url.includes(id)) ?? albums[1]);
    const target = request.headers.get("hx-target") ?? "";
    if (target.endsWith("#drawer")) return <AlbumDrawer {...view} />;
    return target.endsWith("#album") ? <AlbumArticle {...view} /> : <AlbumPage {...view} />;
  },
  "/artists/:id": () => (
    <ArtistPage
      artist={{
        ...albums[2].artist,
        albums: 18,
        ownedAlbums: 8,
        plays: 900,
        spotifyId: null,
        musicbrainzId: null,
      }}
      albums={albums.slice(0, 18).map((album, i) => ({
        ...album,
        albumType: i > 12 ? "soundtrack" : "album",
      }))}
      playShare={3.42}
    />
  ),
  "/inbox": () => <InboxPage inbox={inbox} address={{ reason: "tie", done: 58 }} sureScore={97} />,
  "/inbox/empty": () => <InboxPage inbox={emptyInbox} address={{ done: 95 }} sureScore={97} />,
  "/inbox/accept": () => <InboxAcceptPage sure={sure} score={97} />,
  "/import": () => (
    <ImportPage
      imports={pastImports}
      rule={{ likedTracksMinimum: 3, playlistsEnterLibrary: false }}
      error="The ZIP holds photos, but no YourLibrary.json. Spotify sends it in a second mail, up to 5 days later."
    />
  ),
  "/import/:id": () => <ImportPlanPage {...importPlan} />,
  "/lidarr/plans/:id": () => <LidarrPlanPage id="1" plan={handOffPlan} isSetUp />,
  "/activity": (_, request) =>
    request.headers.has("hx-request") ? <ActivityUpdate {...activity} /> : <ActivityPage {...activity} />,
  "/playlists": () => <PlaylistsPage lists={lists} connection={connection} removed={6} />,
  "/playlists/:id": () => <PlaylistPage {...playlist} />,
  "/removed": () => <RemovedPage things={removed} />,
  "/stats": () => <StatsPage overview={overview} growth={growth} matchScores={matchScores} />,
  "/settings": () => <SettingsPage {...settings} />,
  "/login": () => <LoginPage username="marta" error="Name or password is wrong. Four tries left." />,
  "/setup": () => <SetupAccountPage errors={{ code: "This is not the code in the log." }} />,
  "/setup/folder": () => (
    <SetupFolderPage
      folder="/music/library"
      look={{ files: 4212, folders: 214, readOnly: true, networkMount: true, complete: true }}
    />
  ),
  "/setup/library": () => <SetupLibraryPage scanning />,
  "/404": () => <FailurePage status={404} />,
  "/500": () => <FailurePage status={500} requestId="7f3a-91c2" />,
};

function draw(page: VNode, changes: Partial<PageContext> = {}): string {
  const context: PageContext = {
    basePath: "",
    csrfToken: "sample",
    user: { username: "marta k", role: "admin" },
    path: "/albums",
    runningJobs: 2,
    waiting: 37,
    version: "sample",
    now: new Date("2026-11-22T14:02:00"),
    ...changes,
  };
  return renderToString(<Page.Provider value={context}>{page}</Page.Provider>);
}

/** A scan that comes a little further every second. */
function stream(): Response {
  let timer: ReturnType<typeof setInterval>;
  let progress = 40;
  const body = new ReadableStream<string>({
    start(controller) {
      timer = setInterval(() => {
        progress = progress < 100 ? progress + 1 : 40;
        const [job, ...waiting] = activity.open;
        const open = [{ ...job, progress, processedItems: Math.floor(42.12 * progress) }, ...waiting];
        const part = draw(<ActivityUpdate {...activity} open={open} />);
        controller.enqueue(`data: ${part.replaceAll("\n", "\ndata: ")}\n\n`);
      }, 1000);
    },
    cancel: () => clearInterval(timer),
  });
  const headers = { "content-type": "text/event-stream", "cache-control": "no-store" };
  return new Response(body.pipeThrough(new TextEncoderStream()), { headers });
}

async function answer(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const html = (text: string) =>
    new Response(text, { headers: { "content-type": "text/html; charset=utf-8" } });
  if (pathname.startsWith("/covers/")) {
    return new Response(sleeve(pathname), { headers: { "content-type": "image/svg+xml" } });
  }
  if (pathname.startsWith("/static/")) {
    const types: Record<string, string> = { css: "text/css", js: "text/javascript", svg: "image/svg+xml" };
    const file = await Deno.open(new URL(`..${pathname}`, import.meta.url));
    return new Response(file.readable, {
      headers: { "content-type": types[pathname.split(".").at(-1) ?? ""] },
    });
  }
  if (pathname === "/activity/events") return stream();
  const page = pages[pathname] ?? pages[pathname.replace(/[0-9a-f-]{36}.*|liked$/, ":id")] ??
    pages["/albums"];
  const theme = searchParams.get("theme") === "light" ? "light" : "dark";
  const query: AlbumQuery = Object.fromEntries(searchParams);
  if (query.decade) query.decade = Number(query.decade);
  const content = draw(page(query, request), { path: pathname, theme });
  return html(request.headers.has("hx-request") ? content : `<!doctype html>${content}`);
}

/** On a free port when none is asked for. */
export function serveGallery(port = 0) {
  const closing = new AbortController();
  const { signal } = closing;
  const server = Deno.serve({ hostname: "127.0.0.1", port, signal, onListen: () => {} }, answer);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    /** Ends streams and uploads as well, instead of waiting for them. */
    async [Symbol.asyncDispose]() {
      closing.abort();
      await server.finished;
    },
  };
}

if (import.meta.main) {
  console.log(`Pages: ${serveGallery(3999).url}/albums, ${Object.keys(pages).join(", ")}`);
}
