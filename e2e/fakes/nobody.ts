/** Every outside service at an address where nobody answers: what runs in tests talks to this machine only. */
export const NOBODY_ANSWERS = {
  SPOTIFY_ACCOUNTS_URL: "http://127.0.0.1:1",
  SPOTIFY_API_URL: "http://127.0.0.1:1",
  MUSICBRAINZ_URL: "http://127.0.0.1:1",
  COVER_ART_URL: "http://127.0.0.1:1",
};
