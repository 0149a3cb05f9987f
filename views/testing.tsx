import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Album } from "../db/albums.ts";
import { Page, type PageContext } from "./links.tsx";

const context: PageContext = {
  basePath: "/music",
  csrfToken: "t0ken",
  user: { username: "marta k", role: "admin" },
  theme: "dark",
  path: "/albums",
  runningJobs: 2,
  waiting: 37,
  version: "1.0",
  now: new Date("2026-11-22T14:02:00Z"),
};

/** The markup as a browser below https://…/music would get it. */
export function render(page: VNode, changes: Partial<PageContext> = {}): string {
  return renderToString(<Page.Provider value={{ ...context, ...changes }}>{page}</Page.Provider>);
}

export function sampleAlbum(changes: Partial<Album> = {}): Album {
  return {
    id: "00000000-0000-4000-8000-000000000001",
    title: "Disintegration",
    artist: { id: "00000000-0000-4000-9000-000000000001", name: "The Cure" },
    artistCredit: "The Cure",
    releaseDate: "1989-05-02",
    releaseYear: 1989,
    state: "partial",
    ownershipStatus: "partial",
    ownedTracks: 9,
    expectedTracks: 12,
    coverArtUrl: null,
    coverHash: "0123456789abcdef",
    coverTone: null,
    matchStatus: "matched",
    matchScore: 98,
    acquisitionSource: "physical",
    acquisitionMedium: "vinyl",
    albumType: "album",
    genres: ["Post-punk"],
    playCount: 305,
    sources: ["saved_album", "liked_tracks"],
    ...changes,
  };
}
