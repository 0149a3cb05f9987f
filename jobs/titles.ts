import type { JobKind } from "./mod.ts";

/** Every kind as people read it. Apart from the definitions, so that showing jobs loads nothing that runs them. */
const titles: Record<JobKind, string> = {
  album_details_fetch: "Album details",
  album_details_sweep: "Details of albums",
  cover_art_fetch: "Covers",
  filesystem_scan: "Library scan",
  import_apply: "Import",
  library_reconcile: "Compare with Lidarr",
  lidarr_poll: "Downloads",
  lidarr_search: "Get with Lidarr",
  lidarr_webhook: "Events of Lidarr",
  musicbrainz_match: "Matching with MusicBrainz",
  prune: "Clear out old records",
  spotify_sync: "Spotify",
};

/** "Library scan"; a kind that only another version of the program knows stands for itself. */
export function jobTitle(kind: string): string {
  return (titles as Record<string, string | undefined>)[kind] ?? kind.replaceAll("_", " ");
}

/** Kinds that run whenever somebody looks at a page: that one went well is worth no line. */
export const asides: readonly JobKind[] = ["album_details_fetch"];
