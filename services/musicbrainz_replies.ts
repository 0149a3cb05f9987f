import { z } from "zod";
import type { Candidate, CandidateRelease, CreditedArtist, FoundBy } from "./album_matching.ts";

// Lookups write null for what is not known, searches leave it out, and dates and barcodes may be "".
const text = z.string().nullish().transform((value) => value ?? "");
const maybe = z.string().nullish().transform((value) => value || null);
const list = <T extends z.ZodType>(item: T) => z.array(item).nullish().transform((items) => items ?? []);
const mbid = z.guid();

const alias = z.object({ name: text });

const artist = z.object({
  id: mbid,
  name: z.string(),
  "sort-name": text,
  disambiguation: text,
  type: maybe,
  aliases: list(alias),
});

const credit = list(z.object({ name: text, joinphrase: text, artist }));

const release = z.object({
  id: mbid,
  title: text,
  status: maybe,
  date: maybe,
  barcode: maybe,
  "track-count": z.number().nullish(),
  media: list(z.object({ "track-count": z.number().nullish() })),
});

export const releaseGroupReply = z.object({
  id: mbid,
  title: z.string(),
  disambiguation: text,
  "primary-type": maybe,
  "secondary-types": list(z.string()),
  "first-release-date": maybe,
  "artist-credit": credit,
  aliases: list(alias),
  releases: list(release),
});

export const releaseReply = release.extend({
  "artist-credit": credit,
  // Search gives the group without date and artists, and an old index even without its title.
  "release-group": releaseGroupReply.extend({ title: text }),
});

export const releaseGroupHits = z.object({ count: z.number(), "release-groups": z.array(releaseGroupReply) });
export const releaseHits = z.object({ count: z.number(), releases: z.array(releaseReply) });
export const artistHits = z.object({ count: z.number(), artists: z.array(artist) });
export const releaseGroupPage = z.object({
  "release-group-count": z.number(),
  "release-groups": z.array(releaseGroupReply),
});

const relation = z.object({
  "target-type": z.string(),
  ended: z.boolean().nullish(),
  release: z.object({ id: mbid }).nullish(),
  release_group: z.object({ id: mbid }).nullish(),
  artist: z.object({ id: mbid }).nullish(),
});
export const urlReply = z.object({ resource: z.string(), relations: list(relation) });
export const urlReplies = z.object({ urls: z.array(urlReply) });

export type UrlTargets = { releaseIds: string[]; releaseGroupIds: string[]; artistIds: string[] };

/** What an address leads to. A dead link (`ended`) still names the right thing. */
export function targetsOf({ relations }: z.infer<typeof urlReply>): UrlTargets {
  const ids = (key: "release" | "release_group" | "artist") => [
    ...new Set(relations.flatMap((relation) => relation[key]?.id ?? [])),
  ];
  return { releaseIds: ids("release"), releaseGroupIds: ids("release_group"), artistIds: ids("artist") };
}

export type FoundArtist = CreditedArtist["artist"] & { disambiguation: string; type: string | null };

export function toArtist(reply: z.infer<typeof artist>): FoundArtist {
  const { id, name, disambiguation, type } = reply;
  return {
    id,
    name,
    sortName: reply["sort-name"],
    aliases: reply.aliases.map((one) => one.name),
    disambiguation,
    type,
  };
}

export function toCandidate(reply: z.infer<typeof releaseGroupReply>, foundBy: FoundBy[] = []): Candidate {
  return {
    id: reply.id,
    title: reply.title,
    disambiguation: reply.disambiguation,
    aliases: reply.aliases.map((one) => one.name),
    artistCredit: toCredit(reply["artist-credit"]),
    primaryType: reply["primary-type"],
    secondaryTypes: reply["secondary-types"],
    firstReleaseDate: reply["first-release-date"],
    releases: reply.releases.map(toRelease),
    foundBy,
  };
}

/** The release group of a release; what a search does not tell of it, the release itself stands in for. */
export function toCandidateOfRelease(
  reply: z.infer<typeof releaseReply>,
  foundBy: FoundBy[] = [],
): Candidate {
  const group = toCandidate(reply["release-group"], foundBy);
  return {
    ...group,
    title: group.title || reply.title,
    artistCredit: group.artistCredit.length > 0 ? group.artistCredit : toCredit(reply["artist-credit"]),
    releases: [toRelease(reply)],
  };
}

function toCredit(credits: z.infer<typeof credit>): CreditedArtist[] {
  return credits.map(({ name, joinphrase, artist }) => {
    const { id, name: known, sortName, aliases } = toArtist(artist);
    return { name: name || known, joinphrase, artist: { id, name: known, sortName, aliases } };
  });
}

function toRelease(reply: z.infer<typeof release>): CandidateRelease {
  const counts = reply.media.map((medium) => medium["track-count"]);
  const counted = counts.length > 0 && counts.every((count) => typeof count === "number");
  const total = counted ? counts.reduce((sum, count) => sum + (count ?? 0), 0) : null;
  return {
    id: reply.id,
    title: reply.title,
    date: reply.date,
    barcode: reply.barcode,
    trackCount: reply["track-count"] ?? total,
    status: reply.status,
  };
}
