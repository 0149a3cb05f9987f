import type { FakeAlbum, FakeLibrary } from "./lidarr_library.ts";

export type FakeCommand = {
  id: number;
  name: string;
  albumIds: number[];
  status: "queued" | "started" | "completed";
  message?: string;
};

type QueueRow = {
  albumId: number;
  downloadId: string;
  title: string;
  size: number;
  sizeleft: number;
  status: string;
  trackedDownloadStatus: string;
  trackedDownloadState: string;
  statusMessages: { title: string; messages: string[] }[];
  errorMessage?: string;
};

export type HistoryRow = {
  id: number;
  albumId: number;
  artistId: number;
  eventType: string;
  sourceTitle: string;
  downloadId?: string;
  date: string;
  data: Record<string, string>;
};

const SIZE = 466_000_000;
const KNOWN = ["albumsearch", "refreshalbum", "refreshartist", "rsssync", "refreshmonitoreddownloads"];

export type SendWebhook = (body: Record<string, unknown>) => Promise<void>;

/** Commands, the queue and the history. Everything that happens is told to whoever has registered. */
export class FakeDownloads {
  readonly commands: FakeCommand[] = [];
  readonly queue: QueueRow[] = [];
  readonly history: HistoryRow[] = [];
  /** What a search for an album finds; the rest are grabbed. */
  readonly findsNothing = new Set<string>();
  #nextCommand = 800;
  #nextHistory = 1;
  #nextDownload = 1;

  constructor(readonly library: FakeLibrary, readonly send: SendWebhook, readonly now: () => Date) {}

  /** The same command that has not ended answers for it; undefined: there is no such command. */
  command(name: string, albumIds: number[]): FakeCommand | undefined {
    if (!KNOWN.includes(name.toLowerCase())) return undefined;
    const same = this.commands.find((one) =>
      one.status !== "completed" && one.name === name && String(one.albumIds) === String(albumIds)
    );
    if (same) return same;
    const command: FakeCommand = { id: this.#nextCommand++, name, albumIds, status: "queued" };
    this.commands.push(command);
    return command;
  }

  /** One step of every command: queued, started, completed. */
  async runCommands(): Promise<void> {
    for (const command of this.commands) {
      if (command.status === "queued") command.status = "started";
      else if (command.status === "started") {
        command.status = "completed";
        if (command.name === "AlbumSearch") await this.#search(command);
      }
    }
  }

  async #search(command: FakeCommand): Promise<void> {
    let found = 0;
    for (const id of command.albumIds) {
      const album = this.library.albums.get(id);
      if (!album) continue;
      album.lastSearchTime = this.#date();
      if (this.findsNothing.has(album.foreignAlbumId)) continue;
      found++;
      await this.grab(album);
    }
    command.message = `Album search completed. ${found} reports downloaded.`;
  }

  async grab(album: FakeAlbum, options: { silent?: boolean } = {}): Promise<QueueRow> {
    const downloadId = `3F2A9C${String(this.#nextDownload++).padStart(34, "0")}`;
    const title = `${this.#artistOf(album).artistName} - ${album.title} [FLAC]`;
    const row: QueueRow = {
      albumId: album.id,
      downloadId,
      title,
      size: SIZE,
      sizeleft: SIZE,
      status: "downloading",
      trackedDownloadStatus: "ok",
      trackedDownloadState: "downloading",
      statusMessages: [],
    };
    this.queue.push(row);
    this.#record("grabbed", album, row, {
      indexer: "Example Indexer",
      downloadClient: "qBittorrent",
      downloadUrl: "https://indexer.example.org/download?apikey=indexer-secret",
      guid: "https://indexer.example.org/1",
      size: String(SIZE),
    });
    const body = {
      albums: [this.#albumPayload(album)],
      release: {
        quality: "FLAC",
        qualityVersion: 1,
        releaseTitle: title,
        indexer: "Example Indexer",
        size: SIZE,
        customFormatScore: 0,
        customFormats: [],
      },
    };
    if (!options.silent) {
      await this.#tell("Grab", { artist: this.#artistPayload(album), ...body, ...via(downloadId) });
    }
    return row;
  }

  progress(album: FakeAlbum, share: number): void {
    this.rowOf(album).sizeleft = Math.round(SIZE * (1 - share));
  }

  /** Imports the files: row gone, history, statistics, webhook. */
  async finish(album: FakeAlbum, options: { silent?: boolean; files?: number } = {}): Promise<void> {
    const row = this.#take(album);
    album.trackFiles = options.files ?? album.tracks;
    album.path = `${this.#artistOf(album).path}/${album.title} (2002)`;
    const paths = Array.from(
      { length: album.trackFiles },
      (_, i) => `${album.path}/${String(i + 1).padStart(2, "0")} - Track ${i + 1}.flac`,
    );
    this.#record("trackFileImported", album, row, { importedPath: paths[0], fileId: "55" });
    this.#record("downloadImported", album, row, { releaseGroup: "GRP" });
    const body = {
      album: this.#albumPayload(album),
      tracks: paths.map((_, i) => ({
        id: 900 + i,
        title: `Track ${i + 1}`,
        trackNumber: `${i + 1}`,
        qualityVersion: 0,
      })),
      trackFiles: paths.map((path, i) => ({
        id: 50 + i,
        path,
        quality: "FLAC",
        qualityVersion: 1,
        size: 7_340_032,
      })),
      deletedFiles: [],
      isUpgrade: false,
    };
    if (!options.silent) {
      await this.#tell("Download", { artist: this.#artistPayload(album), ...body, ...via(row.downloadId) });
    }
  }

  /** The download client gives up; with `again` Lidarr grabs another release by itself. */
  async fail(
    album: FakeAlbum,
    message: string,
    options: { again?: boolean; silent?: boolean } = {},
  ): Promise<void> {
    const row = this.#take(album);
    this.#record("downloadFailed", album, row, { message, downloadClient: "qBittorrent" });
    if (!options.silent) {
      const body = {
        quality: "FLAC",
        qualityVersion: 1,
        releaseTitle: row.title,
        downloadClient: "qBittorrent",
      };
      await this.#tell("DownloadFailure", { ...body, downloadId: row.downloadId });
    }
    if (options.again) await this.grab(album, options);
  }

  /** Downloaded, but a person has to look: no webhook says so. */
  block(album: FakeAlbum, message: string): void {
    const row = this.rowOf(album);
    row.sizeleft = 0;
    row.status = "completed";
    row.trackedDownloadStatus = "warning";
    row.trackedDownloadState = "importBlocked";
    row.statusMessages = [{ title: row.title, messages: [message] }];
  }

  /** A part of the import failed: the webhook names nothing at all. */
  async failImport(album: FakeAlbum, message: string): Promise<void> {
    const row = this.rowOf(album);
    row.status = "completed";
    row.sizeleft = 0;
    row.trackedDownloadStatus = "warning";
    row.trackedDownloadState = "importFailed";
    row.statusMessages = [{ title: row.title, messages: [message] }];
    const messages = JSON.stringify([{ title: row.title, messages: [message] }]);
    this.#record("albumImportIncomplete", album, row, { statusMessages: messages });
    await this.#tell("ImportFailure", { tracks: [], trackFiles: [], isUpgrade: false });
  }

  async deleteAlbum(album: FakeAlbum, options: { silent?: boolean } = {}): Promise<void> {
    this.library.albums.delete(album.id);
    const body = { artist: this.#artistPayload(album), album: this.#albumPayload(album), deletedFiles: true };
    if (!options.silent) await this.#tell("AlbumDelete", body);
  }

  rowOf(album: FakeAlbum): QueueRow {
    const row = this.queue.find((row) => row.albumId === album.id);
    if (!row) throw new Error(`${album.title} is not in the queue`);
    return row;
  }

  #take(album: FakeAlbum): QueueRow {
    const row = this.rowOf(album);
    this.queue.splice(this.queue.indexOf(row), 1);
    return row;
  }

  #artistOf(album: FakeAlbum) {
    return this.library.artists.get(album.artistId)!;
  }

  #artistPayload(album: FakeAlbum) {
    const { id, artistName, path, foreignArtistId } = this.#artistOf(album);
    const rest = { disambiguation: "", type: "Group", overview: "", genres: [], images: [], tags: [] };
    return { id, name: artistName, path, mbId: foreignArtistId, ...rest };
  }

  #albumPayload({ id, foreignAlbumId, title }: FakeAlbum) {
    const rest = {
      disambiguation: "",
      overview: "",
      albumType: "Album",
      secondaryAlbumTypes: [],
      genres: [],
    };
    return { id, mbId: foreignAlbumId, title, releaseDate: "2002-02-13T00:00:00Z", images: [], ...rest };
  }

  #record(eventType: string, album: FakeAlbum, row: QueueRow, data: Record<string, string>): void {
    this.history.push({
      id: this.#nextHistory++,
      albumId: album.id,
      artistId: album.artistId,
      eventType,
      sourceTitle: row.title,
      downloadId: row.downloadId,
      date: this.#date(),
      data,
    });
  }

  async #tell(eventType: string, body: Record<string, unknown>): Promise<void> {
    await this.send({ ...body, eventType, instanceName: "Lidarr", applicationUrl: "" });
  }

  #date(): string {
    return this.now().toISOString().replace(/\.\d+Z$/, "Z");
  }
}

function via(downloadId: string) {
  return { downloadClient: "qBittorrent", downloadClientType: "qBittorrent", downloadId };
}

export function queueResource(row: QueueRow, album: unknown): Record<string, unknown> {
  const { albumId, ...rest } = row;
  // A hash of client, download and album; not a number to keep.
  const id = [...`${row.downloadId}-${albumId}`].reduce(
    (hash, sign) => (hash * 31 + sign.charCodeAt(0)) | 0,
    7,
  );
  const minutes = Math.ceil((row.sizeleft / row.size) * 10);
  return {
    ...rest,
    albumId,
    id: Math.abs(id),
    ...(album ? { album } : {}),
    quality: { quality: { id: 6, name: "FLAC" }, revision: { version: 1, real: 0, isRepack: false } },
    customFormatScore: 0,
    timeleft: `00:${String(minutes).padStart(2, "0")}:00`,
    protocol: "torrent",
    downloadClient: "qBittorrent",
    indexer: "Example Indexer",
    trackFileCount: 0,
    trackHasFileCount: 0,
    downloadForced: false,
    downloadClientHasPostImportCategory: false,
  };
}
