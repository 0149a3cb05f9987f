import { Hono } from "hono";
import { FakeDownloads, queueResource } from "./lidarr_downloads.ts";
import { type CatalogueArtist, type FakeAlbum, FakeLibrary, Refused, refused } from "./lidarr_library.ts";

export type { CatalogueArtist, FakeAlbum } from "./lidarr_library.ts";

export type FakeRequest = { method: string; path: string; query: URLSearchParams; body: unknown };

export type FakeLidarrOptions = {
  catalogue?: readonly CatalogueArtist[];
  rootFolder?: string;
  /** "/lidarr": requests without it are sent there with 307. */
  urlBase?: string;
  appName?: string;
  version?: string;
  /** A reinstalled one counts from elsewhere. */
  firstId?: number;
  /** How many requests a refresh takes; the time of this Lidarr passes with the requests it gets. */
  refreshAfter?: number;
  port?: number;
  now?: () => Date;
};

type Notification =
  & { id: number; name: string; fields: { name: string; value?: unknown }[] }
  & Record<string, unknown>;

const MASK = "********";
const KEY = "0123456789abcdef0123456789abcdef";

/**
 * A Lidarr that speaks HTTP and has the habits of the real one: additions answer before they are done, flags do
 * more than they say, its metadata server may be away, events get lost.
 */
export class FakeLidarr implements AsyncDisposable {
  key = KEY;
  /** Whether it answers at all, and how. */
  mode: "up" | "starting" | "hanging" | "broken" = "up";
  /** Its metadata server is away: for everything, or for one album or artist. */
  metadataDown: boolean | Set<string> = false;
  /** The next answers are lost after the work was done, as when the connection breaks. */
  losesAnswersTo: ((request: FakeRequest) => boolean) | undefined;
  /** Nothing is told any more, as when the connection is on its back-off. */
  webhooksLost = false;
  readonly requests: FakeRequest[] = [];
  readonly sent: Record<string, unknown>[] = [];
  readonly notifications: Notification[] = [];
  readonly library: FakeLibrary;
  readonly downloads: FakeDownloads;
  readonly url: string;
  #waiting: { at: number; album: FakeAlbum }[] = [];
  #time = 0;
  #server: Deno.HttpServer<Deno.NetAddr>;
  #closing = new AbortController();

  constructor(readonly options: FakeLidarrOptions = {}) {
    const { catalogue = [], rootFolder = "/music/", firstId, urlBase = "" } = options;
    this.library = new FakeLibrary(catalogue, [rootFolder], firstId);
    this.downloads = new FakeDownloads(
      this.library,
      (body) => this.send(body),
      options.now ?? (() => new Date()),
    );
    const app = this.#routes();
    const listen = { hostname: "127.0.0.1", port: options.port ?? 0, onListen: () => {} };
    this.#server = Deno.serve(listen, (request) => this.#answer(request, (path) => app.request(path)));
    this.url = `http://127.0.0.1:${this.#server.addr.port}${urlBase}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#server.shutdown();
  }

  album(foreignAlbumId: string): FakeAlbum {
    const album = this.library.findAlbum(foreignAlbumId);
    if (!album) throw new Error(`Lidarr does not have ${foreignAlbumId}`);
    return album;
  }

  /** Albums that Lidarr will fetch by itself from now on. */
  monitored(): string[] {
    return [...this.library.albums.values()].filter((album) => album.monitored).map((album) =>
      album.foreignAlbumId
    );
  }

  requestsTo(method: string, path: string): FakeRequest[] {
    return this.requests.filter((one) => one.method === method && one.path === path);
  }

  /** Lets everything that is waiting happen: refreshes, commands. */
  async settle(): Promise<void> {
    for (const { album } of this.#waiting.splice(0)) this.library.refresh(album);
    await this.downloads.runCommands();
    await this.downloads.runCommands();
  }

  /** To every connection that has registered, once; a receiver that fails is not asked again. */
  async send(body: Record<string, unknown>): Promise<void> {
    this.sent.push(body);
    if (this.webhooksLost) return;
    for (const notification of this.notifications) {
      await this.#deliver(notification, body).catch(() => undefined);
    }
  }

  async #deliver(notification: Notification, body: Record<string, unknown>): Promise<number> {
    const value = (name: string) => notification.fields.find((field) => field.name === name)?.value;
    const headers = new Headers({ "content-type": "application/json", accept: "application/json" });
    if (value("username")) {
      headers.set("authorization", `Basic ${btoa(`${value("username")}:${value("password")}`)}`);
    }
    for (const { key, value: text } of (value("headers") ?? []) as { key: string; value: string }[]) {
      headers.set(key, text);
    }
    const response = await fetch(String(value("url")), {
      method: value("method") === 2 ? "PUT" : "POST",
      headers,
      body: JSON.stringify(body, null, 2),
    });
    await response.body?.cancel();
    return response.status;
  }

  async #answer(
    request: Request,
    route: (request: Request) => Response | Promise<Response>,
  ): Promise<Response> {
    const url = new URL(request.url);
    const { urlBase = "" } = this.options;
    if (urlBase && !url.pathname.startsWith(`${urlBase}/`)) {
      return new Response(null, {
        status: 307,
        headers: { location: `${urlBase}${url.pathname}${url.search}` },
      });
    }
    const path = url.pathname.slice(urlBase.length);
    const text = await request.text();
    const seen: FakeRequest = { method: request.method, path, query: url.searchParams, body: parse(text) };
    if (this.mode === "hanging") {
      await new Promise((resolve) => this.#closing.signal.addEventListener("abort", resolve));
    }
    if (this.mode === "broken") return new Response("<html>Bad Gateway</html>", { status: 502 });
    if (path === "/ping") return Response.json({ status: "OK" });
    if (this.mode === "starting") {
      return Response.json({ errorMessage: "Lidarr is starting up, please try again later" }, {
        status: 503,
      });
    }
    const bearer = request.headers.get("authorization")?.replace(/^Bearer /, "");
    const key = url.searchParams.get("apikey") ?? request.headers.get("x-api-key") ?? bearer;
    if (key !== this.key) return new Response(null, { status: 401 });
    this.requests.push(seen);
    this.#pass();
    const body = request.method === "GET" ? undefined : text;
    const response = await route(
      new Request(`http://lidarr${path}${url.search}`, {
        method: request.method,
        headers: request.headers,
        body,
      }),
    );
    await this.downloads.runCommands();
    if (this.losesAnswersTo?.(seen)) return brokenOff();
    return response;
  }

  #pass(): void {
    this.#time++;
    const due = this.#waiting.filter((one) => one.at <= this.#time);
    this.#waiting = this.#waiting.filter((one) => one.at > this.#time);
    for (const { album } of due) if (this.library.albums.has(album.id)) this.library.refresh(album);
  }

  #metadataAway(...ids: string[]): boolean {
    const { metadataDown } = this;
    return typeof metadataDown === "boolean" ? metadataDown : ids.some((id) => metadataDown.has(id));
  }

  #routes(): Hono {
    const app = new Hono();
    const { library, downloads } = this;
    const { appName = "Lidarr", version = "2.14.5.4836", rootFolder = "/music/", urlBase = "" } =
      this.options;
    const album = (one: FakeAlbum) => library.albumResource(one);

    app.onError((error, c) => {
      if (error instanceof Refused) return c.json(error.body, 400);
      const message = error.message;
      return c.json({ message, description: `${message}\n   at Lidarr.Http…` }, 500);
    });
    app.notFound((c) =>
      c.json({ type: "about:blank", title: "Not Found", status: 404, traceId: "00-0" }, 404)
    );

    app.get("/api", (c) => c.json({ current: "v1", deprecated: [] }));
    app.get("/api/v1/system/status", (c) => c.json({ appName, instanceName: appName, version, urlBase }));
    app.get(
      "/api/v1/rootfolder",
      (c) => c.json([{ id: 1, name: "Music", path: rootFolder, accessible: true, freeSpace: 1e12 }]),
    );
    app.get("/api/v1/qualityprofile", (c) => c.json([{ id: 1, name: "Lossless" }, { id: 2, name: "Any" }]));
    app.get("/api/v1/metadataprofile", (c) => c.json([{ id: 1, name: "Standard" }]));
    app.get("/api/v1/downloadclient", (c) => c.json([{ id: 1, name: "qBittorrent", enable: true }]));
    app.get("/api/v1/indexer", (c) => c.json([{ id: 1, name: "Example Indexer" }]));
    app.get("/api/v1/health", (c) => c.json([]));

    app.get("/api/v1/album/lookup", (c) => {
      const id = /^(?:lidarr|lidarrid|mbid):(.*)$/i.exec(c.req.query("term") ?? "")?.[1] ?? "";
      if (this.#metadataAway(id)) return c.json(skyhook(id), 503);
      const stored = library.findAlbum(id);
      if (stored) return c.json([album(stored)]);
      const known = library.lookUp(id);
      if (!known) return c.json([]);
      const artist = { id: 0, foreignArtistId: known.artist.id, artistName: known.artist.name };
      return c.json([{ id: 0, foreignAlbumId: id, title: known.album.title, artist }]);
    });
    app.get("/api/v1/album", (c) => {
      const wanted = c.req.query("foreignAlbumId");
      const artist = c.req.query("artistId");
      const ids = c.req.queries("albumIds")?.map(Number);
      const all = [...library.albums.values()];
      return c.json(
        all.filter((one) =>
          wanted
            ? one.foreignAlbumId === wanted
            : ids
            ? ids.includes(one.id)
            : !artist || one.artistId === Number(artist)
        ).map(album),
      );
    });
    app.get("/api/v1/album/:id{[0-9]+}", (c) => {
      const one = library.albums.get(Number(c.req.param("id")));
      return one ? c.json(album(one)) : c.notFound();
    });
    app.post("/api/v1/album", async (c) => {
      const body = await c.req.json();
      if (this.#metadataAway(body.foreignAlbumId, body.artist?.foreignArtistId)) {
        return c.json(skyhook(body.foreignAlbumId), 503);
      }
      const added = library.addAlbum(body);
      this.#waiting.push({ at: this.#time + (this.options.refreshAfter ?? 2), album: added });
      return c.json(album(added), 201);
    });
    app.put("/api/v1/album/monitor", async (c) => {
      const { albumIds, monitored } = await c.req.json();
      const changed = [...library.albums.values()].filter((one) => albumIds.includes(one.id));
      for (const one of changed) one.monitored = monitored;
      return c.json(changed.map(album), 202);
    });
    app.get("/api/v1/artist", (c) => {
      const mbId = c.req.query("mbId");
      const all = [...library.artists.values()].filter((one) => !mbId || one.foreignArtistId === mbId);
      return c.json(all.map((one) => library.artistResource(one)));
    });
    app.get("/api/v1/trackfile", (c) => {
      const id = Number(c.req.query("albumId"));
      if (!id) return c.json({ title: "Bad Request", status: 400, errors: {} }, 400);
      const one = library.albums.get(id);
      const files = Array.from(
        { length: one?.trackFiles ?? 0 },
        (_, i) => `${one!.path}/${String(i + 1).padStart(2, "0")} - Track ${i + 1}.flac`,
      );
      return c.json(
        files.map((path, i) => ({ id: 50 + i, artistId: one!.artistId, albumId: id, path, size: 7_340_032 })),
      );
    });

    app.post("/api/v1/command", async (c) => {
      const { name, albumIds = [] } = await c.req.json();
      const command = downloads.command(name, albumIds);
      if (!command) throw new Error(`Command '${name}' is not known`);
      return c.json(commandResource(command), 201);
    });
    app.get("/api/v1/command", (c) => c.json(downloads.commands.map(commandResource)));
    app.get("/api/v1/command/:id", (c) => {
      const command = downloads.commands.find((one) => one.id === Number(c.req.param("id")));
      return command ? c.json(commandResource(command)) : c.notFound();
    });

    app.get("/api/v1/queue", (c) => {
      const page = Number(c.req.query("page") ?? 1);
      const pageSize = Number(c.req.query("pageSize") ?? 10);
      const records = downloads.queue.slice((page - 1) * pageSize, page * pageSize).map((row) => {
        const one = c.req.query("includeAlbum") === "true" && library.albums.get(row.albumId);
        return queueResource(row, one && album(one));
      });
      return c.json({
        page,
        pageSize,
        sortKey: "timeleft",
        sortDirection: "ascending",
        totalRecords: downloads.queue.length,
        records,
      });
    });
    app.get("/api/v1/history/since", (c) => {
      const since = Date.parse(c.req.query("date") ?? "");
      if (Number.isNaN(since)) {
        return c.json({ title: "Bad Request", status: 400, errors: { date: ["is not valid"] } }, 400);
      }
      return c.json(downloads.history.filter((row) => Date.parse(row.date) >= since));
    });
    app.get("/api/v1/history", (c) => {
      const downloadId = c.req.query("downloadId");
      const records = downloads.history.filter((row) => !downloadId || row.downloadId === downloadId)
        .toReversed();
      return c.json({ page: 1, pageSize: 10, totalRecords: records.length, records });
    });

    app.get("/api/v1/notification", (c) => c.json(this.notifications.map(masked)));
    app.on(["POST", "PUT"], ["/api/v1/notification", "/api/v1/notification/:id"], async (c) => {
      const body = await c.req.json() as Notification;
      const id = Number(c.req.param("id") ?? 0) || 1 + this.notifications.length;
      const before = this.notifications.find((one) => one.id === id);
      if (this.notifications.some((one) => one.name === body.name && one.id !== id)) {
        throw refused("Name", "Should be unique", body.name, "PredicateValidator");
      }
      const fields = body.fields.map((field) =>
        field.value === MASK ? before?.fields.find((one) => one.name === field.name) ?? field : field
      );
      const saved = { ...body, id, fields };
      if (c.req.query("forceSave") !== "true") {
        const status = await this.#deliver(saved, testEvent()).catch(() => 0);
        if (status < 200 || status > 299) {
          const reason = status === 0 ? "Connection refused" : `HTTP request failed: [${status}]`;
          throw refused("Url", `Unable to post to webhook: ${reason}`, null, "");
        }
      }
      if (before) this.notifications.splice(this.notifications.indexOf(before), 1, saved);
      else this.notifications.push(saved);
      return c.json(masked(saved), before ? 202 : 201);
    });
    return app;
  }
}

/** Starts one: `await using lidarr = fakeLidarr({ catalogue })`. */
export function fakeLidarr(options?: FakeLidarrOptions): FakeLidarr {
  return new FakeLidarr(options);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text === "" ? undefined : text;
  }
}

function brokenOff(): Response {
  return new Response('[{"id":');
}

function skyhook(term: string) {
  const message = `Search for '${term}' failed. LidarrAPI Temporarily Unavailable (503)`;
  return { message, description: `${message}\n   at NzbDrone.Core.MetadataSource.SkyHook` };
}

function commandResource({ id, name, albumIds, status, message }: FakeDownloads["commands"][number]) {
  return {
    id,
    name,
    commandName: "Album Search",
    ...(message ? { message } : {}),
    body: { albumIds, sendUpdatesToClient: true, name, trigger: "manual" },
    priority: "normal",
    status,
    result: status === "completed" ? "successful" : "unknown",
    queued: "2026-01-05T10:11:12Z",
    trigger: "manual",
    sendUpdatesToClient: true,
    updateScheduledTask: true,
  };
}

function masked(notification: Notification): Notification {
  const fields = notification.fields.map((field) =>
    field.name === "password" ? { ...field, value: MASK } : field
  );
  return { ...notification, fields };
}

function testEvent(): Record<string, unknown> {
  return {
    artist: {
      id: 1,
      name: "Test Name",
      path: "C:\\testpath",
      mbId: "aaaaa-aaa-aaaa-aaaaaa",
      tags: ["test-tag"],
    },
    albums: [{ id: 123, title: "Test title" }],
    eventType: "Test",
    instanceName: "Lidarr",
    applicationUrl: "",
  };
}
