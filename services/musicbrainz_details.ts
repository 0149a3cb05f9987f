import { z } from "zod";
import { audioMedia, type EditionTrack } from "./editions.ts";
import type { ApiClient } from "./http.ts";
import { askAfter, type Asking } from "./musicbrainz_asking.ts";

/** A release group with what only a lookup tells. */
export type DescribedGroup = {
  /** Another one than was asked for when that was merged into it. */
  id: string;
  primaryType: string | null;
  secondaryTypes: string[];
  /** "1989", "1989-05", "1989-05-02" or "". */
  firstReleaseDate: string;
  genres: { name: string; count: number }[];
};

export type GroupRelease = {
  id: string;
  status: string | null;
  date: string | null;
  barcode: string | null;
  media: { format: string | null; trackCount: number }[];
  links: { type: string; url: string; ended: boolean }[];
};

// The most that one reply holds. Of a group with more releases, a hundred say enough.
const MOST_RELEASES = 100;

const text = z.string().nullish().transform((value) => value ?? null);
const groupReply = z.object({
  "id": z.guid(),
  "primary-type": text,
  "secondary-types": z.array(z.string()).nullish(),
  "first-release-date": text,
  "genres": z.array(z.object({ name: z.string(), count: z.number().nullish() })).nullish(),
});
const medium = z.object({ "format": text, "track-count": z.number().nullish() });
const relation = z.object({
  type: z.string(),
  ended: z.boolean().nullish(),
  url: z.object({ resource: z.string() }).nullish(),
});
const releasesReply = z.object({
  releases: z.array(z.object({
    id: z.guid(),
    status: text,
    date: text,
    barcode: text,
    media: z.array(medium).nullish(),
    relations: z.array(relation).nullish(),
  })),
});
const tracksReply = z.object({
  media: z.array(medium.extend({
    position: z.number().nullish(),
    tracks: z.array(z.object({
      position: z.number(),
      title: z.string(),
      length: z.number().nullish(),
      recording: z.object({ id: z.guid() }),
    })).nullish(),
  })),
});

/** What is asked about one album at a time, after it has been matched. */
export type AlbumQuestions = {
  /** Undefined when there is none by this id any more. */
  describeReleaseGroup(id: string, asking?: Asking): Promise<DescribedGroup | undefined>;
  /** The releases of a group, and where they can be bought and heard: groups themselves have no such links. */
  listReleases(groupId: string, asking?: Asking): Promise<GroupRelease[]>;
  /** The tracks of a release, films on bonus discs left out. */
  listTracks(releaseId: string, asking?: Asking): Promise<EditionTrack[]>;
};

export function createAlbumQuestions(http: ApiClient): AlbumQuestions {
  return {
    async describeReleaseGroup(id, asking) {
      const query = { inc: "genres" };
      const reply = await askAfter(http, `/release-group/${id}`, { query, schema: groupReply }, asking);
      return reply && {
        id: reply.id,
        primaryType: reply["primary-type"],
        secondaryTypes: reply["secondary-types"] ?? [],
        firstReleaseDate: reply["first-release-date"] ?? "",
        genres: (reply.genres ?? []).map(({ name, count }) => ({ name, count: count ?? 0 })),
      };
    },

    async listReleases(groupId, asking) {
      const query = { "release-group": groupId, inc: "media url-rels", limit: MOST_RELEASES };
      const reply = await askAfter(http, "/release", { query, schema: releasesReply }, asking);
      return (reply?.releases ?? []).map(({ media, relations, ...release }) => ({
        ...release,
        media: (media ?? []).map((medium) => ({
          format: medium.format,
          trackCount: medium["track-count"] ?? 0,
        })),
        links: (relations ?? []).flatMap(({ type, ended, url }) =>
          url ? [{ type, url: url.resource, ended: ended ?? false }] : []
        ),
      }));
    },

    async listTracks(releaseId, asking) {
      const query = { inc: "recordings" };
      const reply = await askAfter(http, `/release/${releaseId}`, { query, schema: tracksReply }, asking);
      const media = (reply?.media ?? []).map((medium, i) => ({ ...medium, disc: medium.position ?? i + 1 }));
      return audioMedia(media).flatMap(({ disc, tracks }) =>
        (tracks ?? []).map(({ position, title, length, recording }) => ({
          disc,
          number: position,
          title,
          durationMs: length ?? null,
          recordingId: recording.id,
        }))
      );
    },
  };
}
