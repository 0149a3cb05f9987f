import { listFilesOfAlbums } from "../db/disk_albums.ts";
import {
  type DescribedAlbum,
  findDescribedAlbum,
  listUndescribedAlbums,
  renameReleaseGroup,
  updateDetails,
  updateFacts,
} from "../db/release_group_details.ts";
import { retrying, type Sql } from "../db/sql.ts";
import { listTracks, placeTracks } from "../db/tracks.ts";
import { factsOf } from "./album_groups.ts";
import { albumLinks } from "./album_links.ts";
import type { App } from "./app.ts";
import { bestEdition, type EditionTrack, type KnownEdition, pairTracks } from "./editions.ts";
import type { DescribedGroup, GroupRelease } from "./musicbrainz_details.ts";
import { decideOwnership } from "./ownership.ts";
import { type GroupFacts, withGroupFacts } from "./release_groups.ts";
import { refreshOwnership } from "./settle_albums.ts";

type Deps = Pick<App, "sql" | "musicbrainz" | "catalogue">;
/** Never before others: who clicks through forty albums must not keep a search of the inbox waiting. */
type Asking = { signal: AbortSignal };
type Context = {
  signal: AbortSignal;
  progress(update: { processed?: number; total?: number; message?: string }): Promise<void>;
};

// Two or three requests each, one a second: less than an hour.
const ALBUMS_A_NIGHT = 1000;

/**
 * Asks MusicBrainz about albums nobody has asked about, a few each night. It costs two or three requests per album,
 * ten times what matching may take, so matching never waits for it and the whole library takes its time.
 */
export async function describeAlbums(
  deps: Deps,
  context: Context,
): Promise<{ summary: string; albums: number }> {
  const albums = await listUndescribedAlbums(deps.sql, ALBUMS_A_NIGHT);
  for (const [index, { id }] of albums.entries()) {
    context.signal.throwIfAborted();
    await describeAlbum(deps, id, { signal: context.signal });
    await context.progress({ processed: index + 1, total: albums.length });
  }
  const count = albums.length;
  return {
    summary: `${count.toLocaleString("en")} ${count === 1 ? "album" : "albums"} described`,
    albums: count,
  };
}

const NOTHING_SAID: GroupFacts = { primaryType: null, secondaryTypes: [], firstReleaseDate: null };

/** Puts onto an album that was just matched what is known without another request: type and first release. */
export async function describeMatched(tx: Sql, id: string, group: GroupFacts): Promise<void> {
  const album = await findDescribedAlbum(tx, id);
  if (album) await updateFacts(tx, album, { ...group, ...withGroupFacts(album, group) });
}

/**
 * Puts onto an album what MusicBrainz says about its release group: genres, first release, type, where to buy and
 * hear it, and the track list of the edition it is when ours has gaps. Nothing else about the album changes.
 */
export async function describeAlbum(deps: Deps, id: string, asking: Asking): Promise<void> {
  const album = await findDescribedAlbum(deps.sql, id);
  if (!album) return;
  const [group, releases] = await Promise.all([
    deps.musicbrainz.describeReleaseGroup(album.releaseGroupId, asking),
    deps.musicbrainz.listReleases(album.releaseGroupId, asking),
  ]);
  const edition = await findEdition(deps, album, releases, asking);
  const changed = await retrying(deps.sql, async (tx) => {
    const releaseGroupId = await currentId(tx, album, group);
    const isStill = await updateFacts(tx, { ...album, releaseGroupId }, {
      ...group ?? NOTHING_SAID,
      ...withGroupFacts(album, group ?? NOTHING_SAID),
    });
    if (!isStill) return false;
    await updateDetails(tx, id, {
      links: albumLinks(releases),
      releaseId: edition?.id ?? null,
      releaseTracks: edition?.tracks.length ?? null,
    });
    if (!edition) return true;
    const pairs = pairTracks(await listTracks(tx, id), edition.tracks);
    await placeTracks(tx, id, pairs.map(({ track, id }) => ({ ...track, id })));
    await refreshOwnership(tx, [id]);
    return true;
  });
  if (changed) deps.catalogue.changed();
}

/** Groups that are merged at MusicBrainz go by one id from then on, and answer to the others. */
async function currentId(tx: Sql, album: DescribedAlbum, group: DescribedGroup | undefined): Promise<string> {
  const { id, releaseGroupId } = album;
  if (!group || group.id === releaseGroupId) return releaseGroupId;
  return await renameReleaseGroup(tx, id, releaseGroupId, group.id) ? group.id : releaseGroupId;
}

/** Only asked for when a track of the album may be missing that has no title here. */
async function findEdition(
  deps: Deps,
  album: DescribedAlbum,
  releases: readonly GroupRelease[],
  asking: Asking,
): Promise<{ id: string; tracks: EditionTrack[] } | undefined> {
  const tracks = await listTracks(deps.sql, album.id);
  const placed = tracks.filter((track) => track.trackNumber !== null).length;
  if (album.totalTracks !== null && placed >= album.totalTracks) return undefined;
  const editions = releases.map((release) => ({ ...release, urls: release.links.map((link) => link.url) }));
  const edition = bestEdition(editions, await knownEdition(deps, album));
  const listed = edition && await deps.musicbrainz.listTracks(edition.id, asking);
  return listed && listed.length > 0 ? { id: edition.id, tracks: listed } : undefined;
}

async function knownEdition({ sql }: Pick<App, "sql">, album: DescribedAlbum): Promise<KnownEdition> {
  const files = (await listFilesOfAlbums(sql, [album.id])).map(factsOf);
  const { expectedTracks, ownedTracks } = decideOwnership({ files });
  // Without totals in the tags the highest number is all there is.
  const told = files.some((file) => file.trackTotal) ? expectedTracks : null;
  const { releaseIds, barcodes, spotifyIds } = album;
  return {
    releaseIds,
    barcodes,
    spotifyIds,
    totalTracks: album.totalTracks ?? told,
    leastTracks: expectedTracks ?? ownedTracks,
  };
}
