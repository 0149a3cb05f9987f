import type { Evidence, RankedCandidate } from "../services/album_matching.ts";
import type { Inbox, Sure } from "../services/inbox.ts";
import { albums, albumView } from "./gallery_data.ts";

const group = (n: number) => `00000000-0000-4000-a000-${String(n).padStart(12, "0")}`;

function proposed(
  n: number,
  score: number,
  facts: { title: string; artist: string; type?: string; year: string; tracks: number; note?: string },
  evidence: [weight: number, text: string][],
): RankedCandidate & { refusedAt: Date | null } {
  const { title, artist, type = "Album", year, tracks, note = "" } = facts;
  return {
    candidate: {
      id: group(n),
      title,
      disambiguation: note,
      aliases: [],
      artistCredit: [{
        name: artist,
        joinphrase: "",
        artist: { id: group(90), name: artist, sortName: artist, aliases: [] },
      }],
      primaryType: type,
      secondaryTypes: [],
      firstReleaseDate: year,
      releases: [{ id: group(80), title, date: year, barcode: null, trackCount: tracks, status: "Official" }],
      foundBy: ["text"],
    },
    score,
    evidence: evidence.map(([weight, text]): Evidence => ({ name: "title", weight, text })),
    refusedAt: null,
  };
}

const utada = "宇多田ヒカル";
export const candidates = [
  proposed(1, 94, { title: "First Love", artist: utada, year: "1999-03-10", tracks: 12 }, [
    [40, "Artist by the alias Hikaru Utada"],
    [30, "Same title"],
    [10, "Same year, 1999"],
    [10, "12 tracks, as many"],
    [-10, "Another barcode: 4988006169616"],
  ]),
  proposed(
    2,
    91,
    {
      title: "First Love -15th Anniversary Edition-",
      artist: utada,
      year: "2014-03-10",
      tracks: 12,
      note: "2014 remaster",
    },
    [[40, "Artist by the alias Hikaru Utada"], [30, "Same barcode"], [0, "Three more words"], [
      -10,
      "15 years later",
    ]],
  ),
  proposed(3, 61, { title: "First Love", artist: utada, type: "Single", year: "1999-04-28", tracks: 3 }, [
    [40, "Artist by the alias Hikaru Utada"],
    [30, "Same title"],
    [-20, "3 tracks instead of 12"],
  ]),
  proposed(4, 12, { title: "First Love", artist: "이루마 (Yiruma)", year: "2001", tracks: 16 }, [
    [30, "Same title"],
    [-60, "Another artist"],
  ]),
];

const album = {
  ...albumView(albums[1]).album,
  title: "First Love",
  artistCredit: utada,
  state: "needs_match",
  ownershipStatus: "not_owned",
  matchStatus: "manual_review",
  matchReason: "tie",
  releaseYear: 1999,
  playCount: 264,
} as const;

export const inbox: Inbox = {
  counts: { tie: 9, low_confidence: 19, contradiction: 6, nothing_found: 3 },
  left: 37,
  sure: 14,
  current: { album, reason: "tie", candidates, files: 0 },
  upcoming: [group(5)],
  last: { id: "7", albumId: album.id, batch: null, title: "Disintegration" },
};

export const emptyInbox: Inbox = { counts: {}, left: 0, sure: 0, upcoming: [] };

export const sure: Sure[] = albums.slice(0, 9).map(({ id, title, artistCredit, coverHash }, i) => ({
  id,
  title,
  artistCredit,
  coverHash,
  reason: "tie",
  score: 100 - Math.floor(i / 3),
  lead: i,
  releaseGroupId: group(i),
  candidate: { ...candidates[0].candidate, title },
  evidence: candidates[0].evidence,
  isClear: i > 0,
}));
