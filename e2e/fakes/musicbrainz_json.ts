/** Entities in the two spellings of MusicBrainz: with explicit nulls when looked up, without them when searched. */
import {
  type CatalogueIndex,
  type FakeArtist,
  type FakeCredit,
  type FakeLink,
  type FakeRelease,
  type FakeReleaseGroup,
  firstReleaseDate,
  type KnownRelease,
  type KnownUrl,
  mbid,
  trackCounts,
} from "./musicbrainz_catalogue.ts";

export type Json = Record<string, unknown>;

const TYPE_IDS: Record<string, string> = {
  Album: "f529b476-6e62-324f-b0aa-1f3e33d313fc",
  Single: "d6038452-8ee0-3f68-affc-2de9a1ede0b9",
  EP: "6d0c5bf6-7a33-3420-a519-44fc63eedebf",
  Compilation: "dd2a21e1-0c00-3729-a7a0-de60b84eb5d1",
  Remix: "0c60f497-ff81-3818-befd-abfc84a4858b",
  Official: "4e304316-386d-3409-af2e-78857eec5cfe",
  Bootleg: "1156806e-d06a-38bd-83f0-cf2284a808b9",
  Person: "b6e035f4-3ce9-331c-97df-83397230b0df",
  Group: "e431f5f6-b5d2-343d-8b36-72607fffb74b",
  "free streaming": "08445ccf-7b99-4438-9f9a-fb9ac18099ee",
  "purchase for download": "98e08c20-8402-4163-8970-53504bb6a1e4",
};
const typeId = (name: string | undefined) => name === undefined ? null : TYPE_IDS[name] ?? mbid("type", name);
const LINKED = 25;

export type Wanted = { index: CatalogueIndex; inc: ReadonlySet<string> };

export function artistJson({ inc }: Wanted, artist: FakeArtist): Json {
  return {
    id: artist.id,
    name: artist.name,
    "sort-name": artist.sortName ?? artist.name,
    disambiguation: artist.disambiguation ?? "",
    country: null,
    type: artist.type ?? null,
    "type-id": typeId(artist.type),
    ...(inc.has("aliases") ? { aliases: (artist.aliases ?? []).map(aliasJson) } : {}),
  };
}

/** In search results, too, the nulls of an alias are there. */
function aliasJson(name: string): Json {
  const nulls = { locale: null, type: null, primary: null };
  return { "sort-name": name, name, ...nulls, "begin-date": null, "end-date": null };
}

function creditJson(wanted: Wanted, credit: FakeCredit[]): Json[] {
  return credit.map(({ artistId, name, joinphrase }) => {
    const artist = wanted.index.artists.get(artistId)!;
    return { name: name ?? artist.name, joinphrase: joinphrase ?? "", artist: artistJson(wanted, artist) };
  });
}

const hasCredits = ({ inc }: Wanted) => inc.has("artists") || inc.has("artist-credits");

export function groupJson(wanted: Wanted, group: FakeReleaseGroup): Json {
  const { inc } = wanted;
  const secondary = group.secondaryTypes ?? [];
  return {
    id: group.id,
    title: group.title,
    disambiguation: group.disambiguation ?? "",
    "first-release-date": firstReleaseDate(group),
    "primary-type": group.primaryType ?? null,
    "primary-type-id": typeId(group.primaryType),
    "secondary-types": secondary,
    "secondary-type-ids": secondary.map(typeId),
    ...(hasCredits(wanted) ? { "artist-credit": creditJson(wanted, group.credit) } : {}),
    ...(inc.has("releases")
      ? { releases: group.releases.slice(0, LINKED).map((own) => plainReleaseJson(group, own)) }
      : {}),
    ...(inc.has("aliases") ? { aliases: (group.aliases ?? []).map(aliasJson) } : {}),
    ...genresJson(inc, group.genres ?? []),
    ...(inc.has("ratings") ? { rating: { value: null, "votes-count": 0 } } : {}),
    ...(inc.has("url-rels") ? { relations: (group.links ?? []).map(linkJson) } : {}),
  };
}

function genresJson(inc: ReadonlySet<string>, genres: string[]): Json {
  const counted = genres.map((name, i) => ({ count: genres.length - i, name }));
  return {
    ...(inc.has("tags") ? { tags: counted } : {}),
    ...(inc.has("genres")
      ? { genres: counted.map((genre) => ({ id: mbid("genre", genre.name), disambiguation: "", ...genre })) }
      : {}),
  };
}

function plainReleaseJson(group: FakeReleaseGroup, release: FakeRelease): Json {
  return {
    id: release.id,
    title: release.title ?? group.title,
    status: release.status ?? null,
    "status-id": typeId(release.status),
    quality: "normal",
    disambiguation: release.disambiguation ?? "",
    packaging: null,
    "packaging-id": null,
    "text-representation": { language: null, script: null },
    date: release.date ?? "",
    country: release.country ?? null,
    "release-events": release.date ? [{ date: release.date, area: null }] : [],
    barcode: release.barcode ?? null,
  };
}

export function releaseJson(wanted: Wanted, release: KnownRelease): Json {
  const { inc } = wanted;
  const { group } = release;
  return {
    ...plainReleaseJson(group, release),
    asin: null,
    ...(hasCredits(wanted) ? { "artist-credit": creditJson(wanted, release.credit ?? group.credit) } : {}),
    ...(inc.has("release-groups")
      ? {
        "release-group": groupJson({
          ...wanted,
          inc: new Set(
            [...inc].filter((part) => part.startsWith("artist")),
          ),
        }, group),
      }
      : {}),
    ...(inc.has("labels") ? { "label-info": [] } : {}),
    ...(inc.has("media") || inc.has("recordings")
      ? { media: mediaJson(release, inc.has("recordings")) }
      : {}),
    "cover-art-archive": {
      artwork: release.front ?? false,
      front: release.front ?? false,
      back: false,
      count: release.front ? 1 : 0,
      darkened: false,
    },
    ...(inc.has("url-rels") ? { relations: (release.links ?? []).map(linkJson) } : {}),
  };
}

function mediaJson(release: FakeRelease, withTracks: boolean): Json[] {
  let before = 0;
  return trackCounts(release).map((count, i) => {
    const tracks = (release.tracks ?? []).slice(before, before + count).map((track, j) => ({
      id: mbid("track", release.id, String(before + j)),
      position: j + 1,
      number: String(j + 1),
      title: track.title,
      length: track.length ?? null,
      recording: {
        id: mbid("recording", release.id, track.title),
        title: track.title,
        length: track.length ?? null,
      },
    }));
    before += count;
    const medium = { position: i + 1, format: "CD", "format-id": null, title: "", "track-count": count };
    return withTracks ? { ...medium, "track-offset": 0, tracks } : medium;
  });
}

function relationJson(link: FakeLink, direction: "forward" | "backward"): Json {
  return {
    type: link.type,
    "type-id": typeId(link.type),
    direction,
    begin: null,
    end: null,
    ended: link.ended ?? false,
    attributes: [],
    "attribute-ids": {},
    "attribute-values": {},
    "source-credit": "",
    "target-credit": "",
  };
}

function linkJson(link: FakeLink): Json {
  return {
    ...relationJson(link, "forward"),
    "target-type": "url",
    url: { id: mbid("url", link.url), resource: link.url },
  };
}

export function urlJson(wanted: Wanted, { id, resource, targets }: KnownUrl): Json {
  const kinds = ["artist", "release", "release_group"].filter((kind) =>
    wanted.inc.has(`${kind.replace("_", "-")}-rels`)
  );
  if (wanted.inc.size === 0) return { id, resource };
  const relations = targets.filter(({ entity }) => kinds.includes(entity)).map((target) => ({
    ...relationJson(target.link, "backward"),
    "target-type": target.entity,
    // The one place where it is spelled with an underscore.
    [target.entity]: targetJson(wanted, target),
  }));
  return { id, resource, relations };
}

function targetJson(wanted: Wanted, target: KnownUrl["targets"][number]): Json {
  switch (target.entity) {
    case "artist":
      return artistJson({ ...wanted, inc: new Set() }, target.artist);
    case "release_group":
      return groupJson(wanted, target.group);
    case "release":
      return {
        ...plainReleaseJson(target.release.group, target.release),
        ...(hasCredits(wanted)
          ? { "artist-credit": creditJson(wanted, target.release.credit ?? target.release.group.credit) }
          : {}),
      };
  }
}

// Search results -------------------------------------------------------------------------------------------------

/** Leaves out what is empty, but not an empty barcode and not the nulls of an alias. */
export function withoutEmpty(value: unknown, key = ""): unknown {
  if (key === "aliases") return value;
  if (Array.isArray(value)) return value.map((item) => withoutEmpty(item));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name, part]) =>
    part !== null && (part !== "" || name === "barcode") && !(Array.isArray(part) && part.length === 0)
  );
  return Object.fromEntries(kept.map(([name, part]) => [name, withoutEmpty(part, name)]));
}

const SEARCHED = new Set(["artist-credits", "aliases", "tags"]);

export function foundGroupJson(index: CatalogueIndex, group: FakeReleaseGroup, score: number): Json {
  const wanted = { index, inc: SEARCHED };
  const { id, ...rest } = groupJson(wanted, group);
  const releases = group.releases.map((release) => ({
    id: release.id,
    title: release.title ?? group.title,
    "status-id": typeId(release.status),
    status: release.status ?? null,
  }));
  const { aliases: _, ...shown } = rest;
  const typed = { "type-id": typeId(group.secondaryTypes?.[0] ?? group.primaryType) };
  return withoutEmpty({ id, ...typed, score, count: releases.length, ...shown, releases }) as Json;
}

export function foundReleaseJson(index: CatalogueIndex, release: KnownRelease, score: number): Json {
  const wanted = { index, inc: SEARCHED };
  const { quality: _, "cover-art-archive": __, ...shown } = releaseJson(wanted, release);
  const media = trackCounts(release).map((count, i) => ({
    id: mbid("medium", release.id, String(i)),
    format: "CD",
    "disc-count": 1,
    "track-count": count,
  }));
  const { "first-release-date": ___, ...group } = groupJson({ index, inc: new Set() }, release.group);
  return withoutEmpty({
    ...shown,
    score,
    count: media.length,
    "release-group": group,
    "track-count": media.reduce((sum, medium) => sum + medium["track-count"], 0),
    media,
  }) as Json;
}

export function foundArtistJson(index: CatalogueIndex, artist: FakeArtist, score: number): Json {
  return withoutEmpty({ ...artistJson({ index, inc: SEARCHED }, artist), score }) as Json;
}

// XML ------------------------------------------------------------------------------------------------------------

/** Nobody reads it: what matters is that it is not JSON. */
export function xml(value: Json): string {
  const escape = (text: string) => text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const element = (name: string, part: unknown): string => {
    if (Array.isArray(part)) return part.map((item) => element(name, item)).join("");
    if (typeof part !== "object" || part === null) return `<${name}>${escape(String(part ?? ""))}</${name}>`;
    return `<${name}>${Object.entries(part).map(([key, item]) => element(key, item)).join("")}</${name}>`;
  };
  const body = Object.entries(value).map(([key, item]) => element(key, item)).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<metadata xmlns="http://musicbrainz.org/ns/mmd-2.0#">${body}</metadata>\n`;
}
