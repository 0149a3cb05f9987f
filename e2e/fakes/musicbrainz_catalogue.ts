/** What the fake MusicBrainz knows, as data, and the ways to find it. */
import { createHash } from "node:crypto";

export type FakeArtist = {
  id: string;
  name: string;
  sortName?: string;
  type?: "Person" | "Group" | "Other";
  disambiguation?: string;
  aliases?: string[];
  /** Former ids, merged into this one. */
  formerIds?: string[];
  links?: FakeLink[];
};

export type FakeLink = { type: string; url: string; ended?: boolean };

/** Who is credited: the artist's id, the name as printed, and what stands between this name and the next. */
export type FakeCredit = { artistId: string; name?: string; joinphrase?: string };

export type FakeReleaseGroup = {
  id: string;
  title: string;
  credit: FakeCredit[];
  disambiguation?: string;
  aliases?: string[];
  primaryType?: "Album" | "Single" | "EP" | "Broadcast" | "Other";
  secondaryTypes?: string[];
  genres?: string[];
  releases: FakeRelease[];
  formerIds?: string[];
  links?: FakeLink[];
};

export type FakeRelease = {
  id: string;
  /** The group's when it is left out, as are the credit. */
  title?: string;
  credit?: FakeCredit[];
  disambiguation?: string;
  /** "1989", "1989-05", "1989-05-02"; unknown without. */
  date?: string;
  country?: string;
  /** "" says that it is known to have none. */
  barcode?: string;
  status?: "Official" | "Promotion" | "Bootleg" | "Pseudo-Release";
  /** Tracks per medium. */
  trackCounts?: number[];
  /** Titles and lengths in ms of the tracks, all media in one row. */
  tracks?: { title: string; length?: number }[];
  front?: boolean;
  formerIds?: string[];
  links?: FakeLink[];
};

export type FakeCatalogue = { artists: FakeArtist[]; releaseGroups: FakeReleaseGroup[] };

/** An id that is always the same for the same words. */
export function mbid(...words: string[]): string {
  const hex = createHash("sha1").update(words.join("\0")).digest("hex");
  const variant = ((parseInt(hex[16], 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${
    hex.slice(20, 32)
  }`;
}

export type KnownRelease = FakeRelease & { group: FakeReleaseGroup };
export type LinkTarget =
  | { entity: "artist"; artist: FakeArtist }
  | { entity: "release_group"; group: FakeReleaseGroup }
  | { entity: "release"; release: KnownRelease };
export type KnownUrl = { id: string; resource: string; targets: (LinkTarget & { link: FakeLink })[] };

/** The catalogue by everything it can be asked for. */
export type CatalogueIndex = {
  artists: Map<string, FakeArtist>;
  groups: Map<string, FakeReleaseGroup>;
  releases: Map<string, KnownRelease>;
  urls: Map<string, KnownUrl>;
  /** Where an id that was merged away leads. */
  merged: Map<string, string>;
  groupsOfArtist: Map<string, FakeReleaseGroup[]>;
};

export function indexCatalogue({ artists, releaseGroups }: FakeCatalogue): CatalogueIndex {
  const index: CatalogueIndex = {
    artists: new Map(artists.map((artist) => [artist.id, artist])),
    groups: new Map(releaseGroups.map((group) => [group.id, group])),
    releases: new Map(),
    urls: new Map(),
    merged: new Map(),
    groupsOfArtist: new Map(),
  };
  function enter(entity: { id: string; formerIds?: string[]; links?: FakeLink[] }, target: LinkTarget) {
    for (const former of entity.formerIds ?? []) index.merged.set(former, entity.id);
    for (const link of entity.links ?? []) {
      const url = index.urls.get(link.url) ?? { id: mbid("url", link.url), resource: link.url, targets: [] };
      url.targets.push({ ...target, link });
      index.urls.set(link.url, url);
    }
  }
  for (const artist of artists) enter(artist, { entity: "artist", artist });
  for (const group of releaseGroups) {
    enter(group, { entity: "release_group", group });
    for (const { artistId } of group.credit) {
      if (!index.artists.has(artistId)) throw new Error(`${group.title} is by an artist nobody knows`);
      const groups = index.groupsOfArtist.get(artistId) ?? [];
      if (!groups.includes(group)) groups.push(group);
      index.groupsOfArtist.set(artistId, groups);
    }
    for (const own of group.releases) {
      const release = { ...own, group };
      index.releases.set(release.id, release);
      enter(release, { entity: "release", release });
    }
  }
  return index;
}

/** The earliest date of its releases, as precisely as it is known; "" when none is. */
export function firstReleaseDate(group: FakeReleaseGroup): string {
  const dates = group.releases.map((release) => release.date ?? "").filter((date) => date !== "");
  return dates.sort()[0] ?? "";
}

/** "A & B", as printed. */
export function creditText(index: CatalogueIndex, credit: FakeCredit[]): string {
  return credit.map(({ artistId, name, joinphrase }) =>
    (name ?? index.artists.get(artistId)!.name) + (joinphrase ?? "")
  ).join("");
}

export function trackCounts(release: FakeRelease): number[] {
  return release.trackCounts ?? [release.tracks?.length ?? 10];
}
