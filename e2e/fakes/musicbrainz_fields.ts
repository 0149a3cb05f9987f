/** What of each entity can be searched, under which name and read how; as MusicBrainz' search server has it. */
import {
  type CatalogueIndex,
  creditText,
  firstReleaseDate,
  type KnownRelease,
  trackCounts,
} from "./musicbrainz_catalogue.ts";
import type { FakeArtist, FakeCredit, FakeReleaseGroup } from "./musicbrainz_catalogue.ts";
import { buildIndex, type Field, type Schema, type SearchIndex } from "./musicbrainz_search.ts";

const text = (weight?: number): Field => ({ analysis: "text", weight });
const whole: Field = { analysis: "whole" };
const ids: Field = { analysis: "mbid" };

const GROUP_FIELDS: Schema = {
  alias: text(),
  arid: ids,
  artist: text(),
  artistname: text(1.2),
  comment: text(1),
  creditname: text(1.2),
  firstreleasedate: { analysis: "date" },
  primarytype: whole,
  reid: ids,
  release: text(1.3),
  releasegroup: text(1.5),
  releasegroupaccent: { analysis: "accents", weight: 2 },
  releases: whole,
  rgid: ids,
  secondarytype: whole,
  status: whole,
  tag: text(1),
  type: whole,
};
const RELEASE_FIELDS: Schema = {
  arid: ids,
  artist: text(),
  artistname: text(1.2),
  barcode: { analysis: "barcode", weight: 1 },
  comment: text(1),
  country: whole,
  creditname: text(1.2),
  date: { analysis: "date" },
  primarytype: whole,
  reid: ids,
  release: text(1.5),
  releaseaccent: { analysis: "accents", weight: 2 },
  rgid: ids,
  secondarytype: whole,
  status: whole,
  tracks: whole,
  type: whole,
};
const ARTIST_FIELDS: Schema = {
  alias: text(1),
  arid: ids,
  artist: text(2),
  artistaccent: { analysis: "accents" },
  comment: text(1),
  sortname: text(2),
  type: whole,
};

export function indexGroups(index: CatalogueIndex): SearchIndex<FakeReleaseGroup> {
  return buildIndex(GROUP_FIELDS, [...index.groups.values()], (group) => ({
    ...creditFields(index, group.credit),
    alias: group.aliases ?? [],
    comment: [group.disambiguation ?? ""],
    firstreleasedate: [firstReleaseDate(group)],
    primarytype: [group.primaryType ?? ""],
    reid: group.releases.map((release) => release.id),
    release: group.releases.map((release) => release.title ?? group.title),
    releasegroup: [group.title],
    releasegroupaccent: [group.title],
    releases: [String(group.releases.length)],
    rgid: [group.id],
    secondarytype: group.secondaryTypes ?? [],
    status: group.releases.map((release) => release.status ?? ""),
    tag: group.genres ?? [],
    type: [group.primaryType ?? "", ...group.secondaryTypes ?? []],
  }));
}

export function indexReleases(index: CatalogueIndex): SearchIndex<KnownRelease> {
  return buildIndex(RELEASE_FIELDS, [...index.releases.values()], (release) => ({
    ...creditFields(index, release.credit ?? release.group.credit),
    barcode: [release.barcode ?? ""],
    comment: [release.disambiguation ?? ""],
    country: [release.country ?? ""],
    date: [release.date ?? ""],
    primarytype: [release.group.primaryType ?? ""],
    reid: [release.id],
    release: [release.title ?? release.group.title],
    releaseaccent: [release.title ?? release.group.title],
    rgid: [release.group.id],
    secondarytype: release.group.secondaryTypes ?? [],
    status: [release.status ?? ""],
    tracks: [String(trackCounts(release).reduce((sum, count) => sum + count, 0))],
    type: [release.group.primaryType ?? "", ...release.group.secondaryTypes ?? []],
  }));
}

export function indexArtists(index: CatalogueIndex): SearchIndex<FakeArtist> {
  return buildIndex(ARTIST_FIELDS, [...index.artists.values()], (artist) => ({
    alias: artist.aliases ?? [],
    arid: [artist.id],
    artist: [artist.name],
    artistaccent: [artist.name],
    comment: [artist.disambiguation ?? ""],
    sortname: [artist.sortName ?? artist.name],
    type: [artist.type ?? ""],
  }));
}

function creditFields(index: CatalogueIndex, credit: FakeCredit[]) {
  const artists = credit.map(({ artistId }) => index.artists.get(artistId)!);
  return {
    arid: artists.map((artist) => artist.id),
    artist: [creditText(index, credit)],
    artistname: artists.map((artist) => artist.name),
    creditname: credit.map(({ name }, i) => name ?? artists[i].name),
  };
}
