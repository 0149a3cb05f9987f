import type { z } from "zod";
import { albumDetailsFetch } from "./album_details_fetch.ts";
import { albumDetailsSweep } from "./album_details_sweep.ts";
import { coverArtFetch } from "./cover_art_fetch.ts";
import { filesystemScan } from "./filesystem_scan.ts";
import { importApply } from "./import_apply.ts";
import { libraryReconcile } from "./library_reconcile.ts";
import { lidarrPoll } from "./lidarr_poll.ts";
import { lidarrSearch } from "./lidarr_search.ts";
import { lidarrWebhook } from "./lidarr_webhook.ts";
import { musicbrainzMatch } from "./musicbrainz_match.ts";
import { prune } from "./prune.ts";
import { spotifySync } from "./spotify_sync.ts";

/** Every kind of job and what runs it. */
export const jobs = {
  album_details_fetch: albumDetailsFetch,
  album_details_sweep: albumDetailsSweep,
  cover_art_fetch: coverArtFetch,
  filesystem_scan: filesystemScan,
  import_apply: importApply,
  library_reconcile: libraryReconcile,
  lidarr_poll: lidarrPoll,
  lidarr_search: lidarrSearch,
  lidarr_webhook: lidarrWebhook,
  musicbrainz_match: musicbrainzMatch,
  prune,
  spotify_sync: spotifySync,
};

export type JobKind = keyof typeof jobs;
export type JobPayload<K extends JobKind> = z.infer<(typeof jobs)[K]["payload"]>;
