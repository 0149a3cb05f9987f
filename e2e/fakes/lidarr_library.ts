/** What the metadata server of Lidarr knows: an artist and the albums (release groups) of that artist. */
export type CatalogueArtist = {
  /** MusicBrainz' id. */
  id: string;
  name: string;
  albums: readonly { id: string; title: string; tracks?: number }[];
};

export type FakeArtist = {
  id: number;
  foreignArtistId: string;
  artistName: string;
  path: string;
  monitored: boolean;
  monitorNewItems: "all" | "none" | "new";
  qualityProfileId: number;
  metadataProfileId: number;
  addOptions?: { monitor?: string; albumsToMonitor?: string[]; searchForMissingAlbums?: boolean };
  refreshed: boolean;
  overview?: string;
};

export type FakeAlbum = {
  id: number;
  artistId: number;
  foreignAlbumId: string;
  title: string;
  monitored: boolean;
  anyReleaseOk: boolean;
  tracks: number;
  trackFiles: number;
  /** Until a refresh has run, an album has neither releases nor statistics. */
  refreshed: boolean;
  searchWhenScanned: boolean;
  lastSearchTime?: string;
  path?: string;
};

/** The reply to a request that is not valid: an array, as FluentValidation writes it. */
export class Refused extends Error {
  constructor(readonly body: readonly Record<string, unknown>[]) {
    super("refused");
  }
}

export function refused(
  propertyName: string,
  errorMessage: string,
  attemptedValue: unknown,
  errorCode: string,
) {
  return new Refused([{
    propertyName,
    errorMessage,
    attemptedValue,
    severity: "error",
    errorCode,
    formattedMessageArguments: [],
    formattedMessagePlaceholderValues: { propertyName, propertyValue: attemptedValue },
  }]);
}

export type NewAlbum = {
  foreignAlbumId?: string;
  monitored?: boolean;
  anyReleaseOk?: boolean;
  addOptions?: { searchForNewAlbum?: boolean };
  artist?: {
    foreignArtistId?: string;
    qualityProfileId?: number;
    metadataProfileId?: number;
    rootFolderPath?: string;
    path?: string;
    monitored?: boolean;
    monitorNewItems?: "all" | "none" | "new";
    addOptions?: FakeArtist["addOptions"];
  };
};

/** Artists and albums with the rules by which Lidarr adds and refreshes them, races included. */
export class FakeLibrary {
  readonly artists = new Map<number, FakeArtist>();
  readonly albums = new Map<number, FakeAlbum>();
  /** A refresh that takes the mark of the album that was just added, as some do. */
  unmonitorsOnRefresh = false;
  /** Albums searched because a flag said so, and not because somebody asked. */
  readonly searchedByFlags: string[] = [];
  #nextId: number;

  constructor(
    readonly catalogue: readonly CatalogueArtist[],
    readonly rootFolders: readonly string[],
    firstId = 1,
  ) {
    this.#nextId = firstId;
  }

  findAlbum(foreignAlbumId: string): FakeAlbum | undefined {
    return [...this.albums.values()].find((album) => album.foreignAlbumId === foreignAlbumId);
  }

  findArtist(foreignArtistId: string): FakeArtist | undefined {
    return [...this.artists.values()].find((artist) => artist.foreignArtistId === foreignArtistId);
  }

  lookUp(foreignAlbumId: string) {
    for (const artist of this.catalogue) {
      const album = artist.albums.find((album) => album.id === foreignAlbumId.toLowerCase());
      if (album) return { artist, album };
    }
  }

  /** Checks as the validators do, adds, and returns what the answer shows; the refresh comes later. */
  addAlbum(body: NewAlbum): FakeAlbum {
    const { foreignAlbumId, artist } = body;
    if (!foreignAlbumId) {
      throw refused("ForeignAlbumId", "'Foreign Album Id' must not be empty.", null, "NotEmptyValidator");
    }
    if (this.findAlbum(foreignAlbumId)) {
      const message = "This album has already been added.";
      throw refused("ForeignAlbumId", message, foreignAlbumId, "AlbumExistsValidator");
    }
    if (!artist?.foreignArtistId) {
      throw refused(
        "Artist.ForeignArtistId",
        "'Foreign Artist Id' must not be empty.",
        null,
        "NotEmptyValidator",
      );
    }
    if (artist.qualityProfileId !== 1 && artist.qualityProfileId !== 2) {
      const value = artist.qualityProfileId;
      throw refused(
        "Artist.QualityProfileId",
        "Quality Profile does not exist",
        value,
        "QualityProfileExists",
      );
    }
    if (artist.metadataProfileId !== 1) {
      const value = artist.metadataProfileId;
      throw refused(
        "Artist.MetadataProfileId",
        "Metadata Profile does not exist",
        value,
        "MetadataProfileExists",
      );
    }
    if (!artist.path && !this.rootFolders.includes(artist.rootFolderPath ?? "")) {
      const message = `Root folder '${artist.rootFolderPath}' does not exist`;
      throw refused("Artist.RootFolderPath", message, artist.rootFolderPath, "RootFolderExistsValidator");
    }
    const known = this.lookUp(foreignAlbumId);
    if (!known) {
      const message = "An album with this ID was not found";
      throw refused("MusicbrainzId", message, foreignAlbumId, "");
    }
    const owner = this.findArtist(known.artist.id) ?? this.#addArtist(known.artist, artist);
    return this.#insert(owner, known.album, {
      monitored: body.monitored ?? false,
      anyReleaseOk: body.anyReleaseOk ?? false,
      searchWhenScanned: body.addOptions?.searchForNewAlbum ?? false,
    });
  }

  /** An artist of a large library, with nothing behind it. */
  insertArtist(foreignArtistId: string, artistName: string, overview: string): void {
    const id = this.#nextId++;
    const rest = {
      monitored: false,
      monitorNewItems: "none",
      qualityProfileId: 1,
      metadataProfileId: 1,
    } as const;
    const path = `${this.rootFolders[0]}${artistName}`;
    this.artists.set(id, { id, foreignArtistId, artistName, path, ...rest, refreshed: true, overview });
  }

  #addArtist(known: CatalogueArtist, wanted: NonNullable<NewAlbum["artist"]>): FakeArtist {
    const artist: FakeArtist = {
      id: this.#nextId++,
      foreignArtistId: known.id,
      artistName: known.name,
      path: wanted.path ?? `${wanted.rootFolderPath}${known.name}`,
      monitored: wanted.monitored ?? false,
      monitorNewItems: wanted.monitorNewItems ?? "all",
      qualityProfileId: wanted.qualityProfileId!,
      metadataProfileId: wanted.metadataProfileId!,
      addOptions: wanted.addOptions,
      refreshed: false,
    };
    this.artists.set(artist.id, artist);
    return artist;
  }

  #insert(
    artist: FakeArtist,
    known: CatalogueArtist["albums"][number],
    state: Pick<FakeAlbum, "monitored" | "anyReleaseOk" | "searchWhenScanned">,
  ): FakeAlbum {
    const album: FakeAlbum = {
      id: this.#nextId++,
      artistId: artist.id,
      foreignAlbumId: known.id,
      title: known.title,
      tracks: known.tracks ?? 10,
      trackFiles: 0,
      refreshed: false,
      ...state,
    };
    this.albums.set(album.id, album);
    return album;
  }

  /**
   * What follows an addition. An artist never read before: the whole catalogue appears, and is monitored if the
   * artist says so; then the scan applies the options of adding. An artist that is known: only the album is read.
   */
  refresh(album: FakeAlbum): void {
    const artist = this.artists.get(album.artistId)!;
    album.refreshed = true;
    if (this.unmonitorsOnRefresh) album.monitored = false;
    if (artist.refreshed) return;
    artist.refreshed = true;
    const known = this.catalogue.find((one) => one.id === artist.foreignArtistId)!;
    const others = known.albums.filter((one) => !this.findAlbum(one.id));
    for (const one of others) {
      const monitored = artist.monitored && artist.monitorNewItems === "all";
      const added = this.#insert(artist, one, { monitored, anyReleaseOk: true, searchWhenScanned: false });
      added.refreshed = true;
      if (monitored && !artist.addOptions) this.searchedByFlags.push(added.foreignAlbumId);
    }
    this.#scanned(artist);
  }

  #scanned(artist: FakeArtist): void {
    const albums = [...this.albums.values()].filter((album) => album.artistId === artist.id);
    const { monitor, albumsToMonitor = [], searchForMissingAlbums } = artist.addOptions ?? {};
    if (monitor === "none") {
      artist.monitored = false;
      for (const album of albums) [album.monitored, album.searchWhenScanned] = [false, false];
    } else if (monitor === "all") {
      for (const album of albums) album.monitored = true;
    } else if (albumsToMonitor.length > 0) {
      for (const album of albums) album.monitored = albumsToMonitor.includes(album.foreignAlbumId);
    }
    for (const album of albums) {
      if (album.searchWhenScanned && !searchForMissingAlbums) this.searchedByFlags.push(album.foreignAlbumId);
    }
    artist.addOptions = undefined;
  }

  artistResource(artist: FakeArtist): Record<string, unknown> {
    const { refreshed: _, ...shown } = artist;
    return {
      ...shown,
      artistMetadataId: artist.id,
      status: "continuing",
      ended: false,
      overview: artist.overview ?? "",
      links: [],
      images: [],
      genres: [],
      tags: [],
      added: "2026-01-05T10:11:12Z",
      lastAlbum: null,
    };
  }

  albumResource(album: FakeAlbum): Record<string, unknown> {
    const statistics = {
      trackFileCount: album.trackFiles,
      trackCount: album.tracks,
      totalTrackCount: album.tracks,
      sizeOnDisk: album.trackFiles * 30_000_000,
      percentOfTracks: (100 * album.trackFiles) / album.tracks,
    };
    const release = {
      id: album.id * 10,
      albumId: album.id,
      foreignReleaseId: crypto.randomUUID(),
      title: album.title,
      status: "Official",
      trackCount: album.tracks,
      media: [{ mediumNumber: 1, mediumName: "", mediumFormat: "CD" }],
      monitored: true,
    };
    return {
      id: album.id,
      title: album.title,
      disambiguation: "",
      overview: "",
      artistId: album.artistId,
      foreignAlbumId: album.foreignAlbumId,
      monitored: album.monitored,
      anyReleaseOk: album.anyReleaseOk,
      profileId: 1,
      duration: 0,
      albumType: "Album",
      secondaryTypes: [],
      mediumCount: 1,
      ratings: { votes: 0, value: 0 },
      releaseDate: "2002-02-13T00:00:00Z",
      releases: album.refreshed ? [release] : [],
      genres: [],
      media: [],
      artist: this.artistResource(this.artists.get(album.artistId)!),
      images: [],
      links: [],
      ...(album.lastSearchTime ? { lastSearchTime: album.lastSearchTime } : {}),
      ...(album.refreshed ? { statistics } : {}),
    };
  }
}
