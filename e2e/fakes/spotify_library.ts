/** What the accounts of the fake Spotify hold, and how its two API worlds write that down. */

/** "2026": development mode since February 2026. "2025": apps from before, and extended quota. */
export type World = "2025" | "2026";

export type FakeArtist = { id: string; name: string };
export type FakeAlbum = {
  id: string;
  /** "" is what an album is called that was taken down. */
  name: string;
  artists: FakeArtist[];
  /** As Spotify writes it: "1981-12-04", "1981-12", "1981" or "0000". */
  date: string;
  tracks: { id: string; name: string; isrc?: string }[];
  type?: "album" | "single" | "compilation";
  upc?: string;
  image?: string;
};
export type FakeTrack = { album: FakeAlbum; index: number };
export type FakeItem =
  | { kind: "track"; track: FakeTrack }
  | { kind: "removed" }
  | { kind: "local"; artist: string; album: string; title: string; seconds: number }
  | { kind: "episode"; id: string; name: string; show: string };
export type FakePlaylist = {
  id: string;
  name: string;
  ownerId: string;
  snapshot: string;
  items: (FakeItem & { addedAt: string | null })[];
  description?: string | null;
  collaborative?: boolean;
};
export type FakeUser = {
  id: string;
  /** The stable id; absent in replies of the world of 2025. */
  accountId: string;
  name: string | null;
  /** Whether the app's owner has put the person on the list. */
  allowListed: boolean;
  /** Newest first, as Spotify lists them; null is an entry Spotify cannot show. */
  albums: { addedAt: string; album: FakeAlbum | null }[];
  tracks: { addedAt: string; track: FakeTrack | null; local?: boolean }[];
  /** Null entries occur. */
  playlists: (FakePlaylist | null)[];
};

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** 22 letters and digits like Spotify's ids, the same for the same kind and number. */
export function fakeId(kind: string, number: number): string {
  let id = "";
  let state = [...kind].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) + number * 7919;
  for (let rest = number, i = 0; i < 22; i++) {
    id += BASE62[i < 5 ? rest % 62 : state % 62];
    rest = Math.floor(rest / 62);
    state = (state * 48271 + 11) % 2147483647;
  }
  return id;
}

/** A made-up album; what a test cares about is in `change`. */
export function fakeAlbum(number: number, change: Partial<FakeAlbum> = {}): FakeAlbum {
  const artist = { id: fakeId("artist", number % 997), name: `Artist ${number % 997}` };
  const tracks = Array.from({ length: 8 + number % 6 }, (_, index) => ({
    id: fakeId("track", number * 100 + index),
    name: `Song ${index + 1} of ${number}`,
    isrc: `QZTST${String(number).padStart(5, "0")}${String(index).padStart(2, "0")}`,
  }));
  return {
    id: fakeId("album", number),
    name: `Album ${number}`,
    artists: [artist],
    date: `${1970 + number % 55}-${String(1 + number % 12).padStart(2, "0")}-01`,
    tracks,
    upc: String(600_000_000_000 + number).padStart(14, "0"),
    image: `https://i.scdn.co/image/ab67616d0000b273${fakeId("image", number)}`,
    ...change,
  };
}

/** A date `hours` before the newest one. */
export function hoursAgo(hours: number): string {
  return new Date(Date.UTC(2026, 5, 1) - hours * 3_600_000).toISOString().replace(".000Z", "Z");
}

export function fakeUser(id: string, change: Partial<FakeUser> = {}): FakeUser {
  const accountId = `account-${id}`;
  return { id, accountId, name: id, allowListed: true, albums: [], tracks: [], playlists: [], ...change };
}

export function fakePlaylist(number: number, change: Partial<FakePlaylist> = {}): FakePlaylist {
  return {
    id: fakeId("playlist", number),
    name: `List ${number}`,
    ownerId: "marta",
    snapshot: `snapshot-${number}-1`,
    items: [],
    ...change,
  };
}

/** A library of any size: liked songs and playlists take their songs from twice as many albums as are saved. */
export function fakeLibrary(
  id: string,
  { albums, tracks, playlists, songsPerList = 100 }: {
    albums: number;
    tracks: number;
    playlists: number;
    songsPerList?: number;
  },
): FakeUser {
  // Without pictures: nobody is to ask Spotify's own servers for them.
  const all = Array.from({ length: albums * 2 }, (_, number) => fakeAlbum(number, { image: undefined }));
  const song = (number: number): FakeTrack => {
    const album = all[(number * 7) % all.length];
    return { album, index: Math.floor(number * 7 / all.length) % album.tracks.length };
  };
  return fakeUser(id, {
    albums: all.slice(0, albums).map((album, n) => ({ addedAt: hoursAgo(n), album })),
    tracks: Array.from({ length: tracks }, (_, n) => ({ addedAt: hoursAgo(n), track: song(n) })),
    playlists: Array.from({ length: playlists }, (_, n) =>
      fakePlaylist(n, {
        ownerId: id,
        items: Array.from({ length: songsPerList }, (_, i) => ({
          kind: "track",
          addedAt: hoursAgo(i),
          track: song(n * 31 + i * 13),
        })),
      })),
  });
}

// How Spotify writes it down ------------------------------------------------------------------------------------

export class Writer {
  constructor(readonly base: string, readonly world: World) {}

  private link(type: string, id: string) {
    return {
      id,
      type,
      uri: `spotify:${type}:${id}`,
      href: `${this.base}/${type}s/${id}`,
      external_urls: { spotify: `https://open.spotify.com/${type}/${id}` },
    };
  }

  private artists(artists: FakeArtist[]) {
    return artists.map(({ id, name }) => ({ ...this.link("artist", id), name }));
  }

  me(user: FakeUser) {
    return {
      ...this.link("user", user.id),
      display_name: user.name,
      images: [],
      ...(this.world === "2026" ? { account_id: user.accountId } : {
        country: "DE",
        product: "premium",
        email: `${user.id}@example.org`,
        followers: { href: null, total: 3 },
        explicit_content: { filter_enabled: false, filter_locked: false },
      }),
    };
  }

  simpleAlbum(album: FakeAlbum) {
    const precision = (["year", "month", "day"] as const)[album.date.split("-").length - 1];
    return {
      ...this.link("album", album.id),
      album_type: album.type ?? "album",
      total_tracks: album.tracks.length,
      name: album.name,
      images: album.image
        ? [640, 300, 64].map((size) => ({ url: album.image, height: size, width: size }))
        : [],
      release_date: album.date,
      release_date_precision: precision,
      artists: this.artists(album.artists),
      ...(this.world === "2025" ? { available_markets: ["DE", "GB"] } : {}),
    };
  }

  album(album: FakeAlbum) {
    const tracks = album.tracks.slice(0, 50).map((_, index) => this.simpleTrack({ album, index }));
    const href = `${this.base}/albums/${album.id}/tracks?offset=0&limit=50`;
    const next = album.tracks.length > 50 ? href.replace("offset=0", "offset=50") : null;
    const taken = album.name === "";
    return {
      ...this.simpleAlbum(album),
      ...(taken ? { images: [] } : {}),
      copyrights: [{ text: `(P) ${album.date.slice(0, 4)} Test`, type: "P" }],
      external_ids: album.upc ? { upc: album.upc } : {},
      genres: [],
      tracks: {
        href,
        items: taken ? [] : tracks,
        limit: 50,
        next,
        offset: 0,
        previous: null,
        total: album.tracks.length,
      },
      ...(this.world === "2025" ? { label: "Test", popularity: 40 } : {}),
    };
  }

  simpleTrack({ album, index }: FakeTrack) {
    const { id, name } = album.tracks[index];
    return {
      ...this.link("track", id),
      name,
      artists: this.artists(album.artists),
      track_number: index + 1,
      disc_number: 1,
      duration_ms: 180_000 + index * 1000,
      explicit: false,
      is_local: false,
      is_playable: true,
      preview_url: null,
      ...(this.world === "2025" ? { available_markets: ["DE"] } : {}),
    };
  }

  track(track: FakeTrack) {
    const { isrc } = track.album.tracks[track.index];
    return {
      ...this.simpleTrack(track),
      album: this.simpleAlbum(track.album),
      external_ids: isrc ? { isrc } : {},
      ...(this.world === "2025" ? { popularity: 12 } : {}),
    };
  }

  playlist(playlist: FakePlaylist, reader: FakeUser) {
    const { id, name, description = "", collaborative = false, ownerId, snapshot, items } = playlist;
    const contents = { href: `${this.base}/playlists/${id}/${this.contents}`, total: items.length };
    const readable = this.world === "2025" || ownerId === reader.id || collaborative;
    return {
      ...this.link("playlist", id),
      name,
      description,
      collaborative,
      public: ownerId === reader.id ? false : null,
      owner: { ...this.link("user", ownerId), display_name: ownerId },
      snapshot_id: snapshot,
      images: items.length > 0 ? [{ url: "https://mosaic.scdn.co/640/x", height: null, width: null }] : null,
      primary_color: null,
      ...(readable ? { [this.contents]: contents } : {}),
    };
  }

  get contents() {
    return this.world === "2026" ? "items" : "tracks";
  }

  playlistItem(item: FakePlaylist["items"][number]) {
    const addedBy = item.addedAt === null ? null : { ...this.link("user", "marta") };
    return {
      added_at: item.addedAt,
      added_by: addedBy,
      is_local: item.kind === "local",
      primary_color: null,
      video_thumbnail: { url: null },
      [this.world === "2026" ? "item" : "track"]: this.thing(item),
    };
  }

  private thing(item: FakeItem) {
    switch (item.kind) {
      case "track":
        return this.track(item.track);
      case "removed":
        return null;
      case "local": {
        const parts = [item.artist, item.album, item.title].map((part) =>
          encodeURIComponent(part).replaceAll("%20", "+")
        );
        return {
          id: null,
          type: "track",
          uri: `spotify:local:${parts.join(":")}:${item.seconds}`,
          name: item.title,
          is_local: true,
          duration_ms: item.seconds * 1000,
          track_number: 0,
          disc_number: 0,
          explicit: false,
          external_ids: {},
          artists: [{
            id: null,
            name: item.artist,
            type: "artist",
            uri: null,
            href: null,
            external_urls: {},
          }],
          album: {
            id: null,
            name: item.album,
            album_type: null,
            type: "album",
            uri: null,
            href: null,
            images: [],
            artists: [],
            release_date: null,
            release_date_precision: null,
            external_urls: {},
          },
        };
      }
      case "episode":
        return {
          ...this.link("episode", item.id),
          name: item.name,
          duration_ms: 1_800_000,
          explicit: false,
          description: "",
          album: null,
          artists: null,
          show: { ...this.link("show", fakeId("show", 1)), name: item.show, publisher: item.show },
        };
    }
  }
}
