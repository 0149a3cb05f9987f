import type { Agreement } from "./artist_agreement.ts";

// What each piece of evidence counts for; 80 together accept. New numbers score stored candidates again offline.

export const ARTIST: Record<Agreement, number> = {
  equal: 45,
  alias: 43,
  main: 41,
  part: 36,
  various: 40,
  performers: 28,
  guest: 30,
  typing: 28,
  script: 15,
  none: 0,
};
export const TITLE = 45;
export const UNREADABLE_TITLE = 12;
/** Artist and title in another script, where an id names the candidate. */
export const NAMED = { artist: 28, title: 25 };
export const ID = { tag: 25, spotify_link: 25, barcode: 20, together: 32 };
export const TYPING_ERROR = 11;
/** The most that year and tracks bring to another artist's album, or to another of the artist's. */
export const IMPLAUSIBLE = 35;
/** A contradiction costs more than year, tracks and kind together can bring. */
export const CONTRADICTION = -35;
