import type { Album, AlbumState } from "../db/albums.ts";
import type { Overview } from "../services/album_grid.ts";
import type { AlbumView } from "../views/album.tsx";
import { albumLidarr } from "./gallery_lidarr.ts";

// artist | title | year | genre | state | owned/expected
const lines = `
Boards of Canada|Music Has the Right to Children|1998|Electronic|owned
The Cure|Disintegration|1989|Post-punk|partial|9/12
坂本龍一|async|2017|Ambient|owned
Кино|Группа крови|1988|Post-punk|not_owned
فيروز|معرفتي فيك|1987|Arabic pop|owned
Burial|Untrue|2007|Electronic|downloading
Various Artists|Late Night Tales: Nils Frahm (Original Mixed Edition with Unmixed Bonus Tracks)|2015|Ambient|needs_match
Nina Simone|Pastel Blues|1965|Jazz|owned
Fishmans|98.12.28 男達の別れ|1999|Dream pop|owned
The National|I Am Easy to Find|2019|Rock|wanted
Björk|Homogenic|1997|Electronic|owned
Godspeed You! Black Emperor|Lift Your Skinny Fists Like Antennas to Heaven|2000|Post-rock|not_owned
Alice Coltrane|Journey in Satchidananda|1971|Jazz|owned
Sufjan Stevens|Illinois|2005|Folk|partial|18/22
Jai Paul|Leak 04-13 (Bait Ones)|2019|R&B|not_owned
Khruangbin|Con todo el mundo|2018|Funk|owned
Molchat Doma|Этажи|2018|Post-punk|not_owned
Aphex Twin|Selected Ambient Works 85–92|1992|Electronic|owned
Marvin Gaye|What’s Going On|1971|Soul|wanted
宇多田ヒカル|First Love|1999|J-pop|needs_match
Portishead|Dummy|1994|Trip hop|owned
Floating Points, Pharoah Sanders & The London Symphony Orchestra|Promises|2021|Jazz|owned
Sleaford Mods|Spare Ribs|2021|Post-punk|ignored
Talk Talk|Spirit of Eden|1988|Art rock|owned
Tinariwen|Aman Iman|2007|Desert blues|not_owned
Massive Attack|Mezzanine|1998|Trip hop|downloading
Joni Mitchell|Hejira|1976|Folk|owned
Broadcast|Tender Buttons|2005|Electronic|not_owned
Grouper|Ruins|2014|Ambient|owned
Stereolab|Dots and Loops|1997|Art pop|owned
MF DOOM|MM..FOOD|2004|Hip hop|not_owned
Hiroshi Yoshimura|Green|1986|Ambient|owned
Kendrick Lamar|To Pimp a Butterfly|2015|Hip hop|partial|14/16
Arooj Aftab|Vulture Prince|2021|Folk|owned
Neu!|Neu! 75|1975|Krautrock|not_owned
Cocteau Twins|Heaven or Las Vegas|1990|Dream pop|owned
`;

/** Sixty albums in every state, script and length there is. */
export const albums: Album[] = Array.from({ length: 60 }, (_, i) => {
  const rows = lines.trim().split("\n");
  const [artist, title, year, genre, state, note] = rows[i % rows.length].split("|");
  const [owned, expected] = note ? note.split("/").map(Number) : [state === "owned" ? 10 : 0, 10];
  return {
    id: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
    title,
    artist: { id: `00000000-0000-4000-9000-${String(i % rows.length).padStart(12, "0")}`, name: artist },
    artistCredit: artist,
    releaseDate: `${year}-01-01`,
    releaseYear: Number(year),
    state: state as AlbumState,
    ownershipStatus: state === "owned" || state === "partial" || state === "downloading"
      ? state
      : "not_owned",
    ownedTracks: owned,
    expectedTracks: expected,
    coverArtUrl: null,
    coverHash: i % rows.length === 14 ? null : `sample${i % rows.length}`,
    coverTone: tone(i),
    matchStatus: "matched",
    matchScore: state === "needs_match" ? 62 : 96 + i % 5,
    acquisitionSource: state === "owned" ? "bandcamp" : null,
    acquisitionMedium: null,
    albumType: "album",
    genres: [genre],
    playCount: Math.max(0, 412 - i * 7),
    sources: i % 3 === 0 ? ["saved_album", "liked_tracks"] : ["saved_album"],
  };
});

function hash(i: number): number {
  const mixed = Math.imul(Math.imul(i + 1, 2654435761) ^ (i >>> 3), 2246822507);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

function tone(i: number): string {
  const tones = [
    "#d8553a",
    "#e7b04a",
    "#7fa5a0",
    "#37637a",
    "#8fb39a",
    "#e8c547",
    "#c14953",
    "#e4dfd2",
    "#52748f",
  ];
  return tones[Math.floor(hash(i) * tones.length)];
}

/** A sleeve of a few shapes, another for each name. */
export function sleeve(name: string): string {
  const i = [...name].reduce((sum, sign) => (sum * 131 + sign.charCodeAt(0)) % 99_991, 7) * 13;
  const [x, y, r] = [1, 2, 3].map((n) => 60 + hash(i + n) * 180);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300"><rect width="300" height="300" fill="${
    tone(i)
  }"/><path d="M0 ${y}L300 ${x}V300H0z" fill="${tone(i + 4)}"/><circle cx="${x}" cy="${y}" r="${
    r / 2.4
  }" fill="${tone(i + 9)}"/></svg>`;
}

const facet = (value: string, all: number, owned: number, label?: string) => ({
  value,
  label,
  albums: all,
  owned,
});

function shelf(n: number, owned: number): Overview["spines"] {
  return Array.from({ length: n }, (_, i) => ({
    share: hash(i) > (i / n) * 1.4 - 0.1 + (1 - owned / n) * 0.3 ? 1 : 0,
    tone: tone(i),
  }));
}

export const overview: Overview = {
  stats: {
    totalAlbums: 523,
    ownedAlbums: 178,
    partialAlbums: 27,
    notOwnedAlbums: 227,
    downloadingAlbums: 2,
    wantedAlbums: 41,
    ignoredAlbums: 11,
    matchedAlbums: 486,
    unmatchedAlbums: 37,
    totalArtists: 311,
    plays: 61_204,
    ownedPlays: 37_600,
  },
  nextToGet: albums.filter(({ state }) => state === "not_owned" || state === "wanted").slice(0, 12).map((
    album,
    i,
  ) => ({
    id: album.id,
    title: album.title,
    artist: album.artistCredit,
    plays: album.playCount,
    share: 0,
    percent: 2.14 - i * 0.13,
  })),
  nextStep: { albums: 12, percent: 70 },
  spines: shelf(420, 178),
  bins: shelf(120, 41),
  facets: {
    addedSince: 2018,
    genres: [
      facet("Electronic", 96, 41),
      facet("Rock", 88, 19),
      facet("Jazz", 61, 34),
      facet("Folk", 52, 17),
      facet("Ambient", 47, 31),
      facet("Hip hop", 41, 5),
      facet("Post-punk", 38, 9),
      facet("Art pop", 33, 8),
      ...Array.from({ length: 32 }, (_, i) => facet(`Genre ${i + 9}`, 30 - i / 2 | 0, 3)),
    ],
    decades: [
      facet("1950", 4, 3),
      facet("1960", 19, 12),
      facet("1970", 58, 27),
      facet("1980", 74, 33),
      facet("1990", 121, 52),
      facet("2000", 109, 29),
      facet("2010", 98, 16),
      facet("2020", 40, 6),
    ],
    artists: albums.slice(0, 36).map((album, i) => facet(album.artist.id, 30 - i, 4, album.artist.name)),
    sources: [facet("saved_album", 402, 0), facet("liked_tracks", 187, 0), facet("playlist", 64, 0)],
    acquired: [
      facet("bandcamp", 61, 61),
      facet("cd", 54, 54),
      facet("lidarr", 38, 38),
      facet("vinyl", 14, 14),
    ],
  },
};

const titles = [
  "Plainsong|5:12",
  "Pictures of You|7:24",
  "Closedown|4:16",
  "Lovesong|3:29",
  "Last Dance|4:42",
  "Lullaby|4:08",
  "Fascination Street|5:16",
  "Prayers for Rain|6:05",
  "The Same Deep Water as You|9:19",
  "Disintegration|8:18",
  "Homesick|7:06",
  "Untitled|6:30",
];

export function albumView(album: Album): AlbumView {
  const missing = album.state === "partial"
    ? [4, 10, 11]
    : album.state === "owned"
    ? []
    : titles.map((_, i) => i);
  const at = (day: string) => new Date(`2026-${day}`);
  const line = { before: {}, isUndone: false, isUndoable: true, username: "marta" };
  const here = albums.findIndex(({ id }) => id === album.id);
  return {
    album: {
      ...album,
      spotifyId: null,
      musicbrainzReleaseGroupId: "11af85e2-c272-4c59-a902-47f75141dc97",
      albumType: "album",
      totalTracks: 12,
      ownershipLocked: false,
      matchLocked: false,
      matchReason: null,
      matchedAt: at("11-03T10:00:00"),
      wantedAt: album.state === "wanted" ? at("10-12T10:00:00") : null,
      ignoredAt: album.state === "ignored" ? at("10-12T10:00:00") : null,
      ownedAt: null,
      inLibrary: true,
      addedAt: at("10-12T10:00:00"),
      localPath: null,
      lastSyncedAt: null,
      createdAt: at("10-12T10:00:00"),
      updatedAt: at("11-03T10:00:00"),
      externalIds: [],
      releaseDatePrecision: "day",
      secondaryTypes: [],
      describedAt: at("11-03T10:00:00"),
    },
    tracks: titles.map((track, i) => {
      const [title, length] = track.split("|");
      const [minutes, seconds] = length.split(":").map(Number);
      return {
        disc: 1,
        number: i + 1,
        title,
        owned: !missing.includes(i),
        durationMs: (minutes * 60 + seconds) * 1000,
      };
    }),
    files: titles.filter((_, i) => !missing.includes(i)).map((title, i) => ({
      path: `The Cure/1989 - Disintegration (LP)/${i + 1} ${title}.flac`,
      folder: "The Cure/1989 - Disintegration (LP)",
      size: 211_000_000,
      codec: "FLAC",
      container: "flac",
      lossless: true,
      sampleRate: 96_000,
      bitsPerSample: 24,
      bitrate: 2_900_000,
      quarantinedReason: i === 8 ? "The file ends in the middle of a frame." : null,
    })),
    candidates: [],
    history: [
      {
        ...line,
        id: "5",
        kind: "scan",
        username: null,
        after: { ownedTracks: 9, expectedTracks: 12 },
        isUndoable: false,
        createdAt: at("11-22T14:02:00"),
      },
      {
        ...line,
        id: "4",
        kind: "source",
        after: { acquisitionSource: "physical", acquisitionMedium: "vinyl" },
        createdAt: at("11-03T09:00:00"),
      },
      {
        ...line,
        id: "3",
        kind: "wanted",
        after: { wantedAt: "2026-10-12" },
        createdAt: at("10-12T20:00:00"),
      },
      {
        ...line,
        id: "2",
        kind: "ignored",
        after: { ignoredAt: "2026-10-12" },
        isUndone: true,
        isUndoable: false,
        createdAt: at("10-12T19:00:00"),
      },
      { ...line, id: "1", kind: "imported", after: {}, isUndoable: false, createdAt: at("10-12T18:00:00") },
    ],
    lidarr: albumLidarr(album.state),
    links: [
      { kind: "purchase_url", url: "https://www.qobuz.com/gb-en/album/1", service: "Qobuz" },
      { kind: "purchase_url", url: "https://shop.example/disintegration", service: "shop.example" },
      { kind: "stream_url", url: "https://open.spotify.com/album/1", service: "Spotify" },
      { kind: "stream_url", url: "https://www.deezer.com/album/1", service: "Deezer" },
    ],
    previous: albums[here - 1]?.id ?? null,
    next: albums[here + 1]?.id ?? null,
  };
}
