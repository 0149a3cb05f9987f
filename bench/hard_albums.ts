import type { Candidate, KnownAlbum } from "../services/album_matching.ts";
import { isVarious } from "../services/artist_agreement.ts";
import { nameKey } from "../services/name_words.ts";
import type { Labelled, LabelledAlbum } from "./labelled_albums.ts";
import { readCsv } from "./labelled_rows.ts";
import { creditOf, idOf, isHeldOut, trackCountOf } from "./made_up.ts";

type Row = Record<string, string>;

/**
 * The hard cases of hard_albums.csv. A line has an album as a library knows it and, behind it, the release group it
 * is. Without the first it is only there to be mistaken for another, without the second MusicBrainz has no such
 * album. Several artists or names are parted by ";"; "#2" behind a name is another artist of that name. Ids are
 * made up.
 */
export async function readHardAlbums(): Promise<Labelled> {
  const rows = await readCsv(new URL("hard_albums.csv", import.meta.url).pathname);
  const groups = new Map<Row, Candidate>(
    rows.flatMap((row) => row.mb_title === "" ? [] : [[row, groupOf(row)]]),
  );
  const catalogue = new Map([...groups.values()].map((group) => [group.id, group]));
  const albums = rows.filter((row) => row.title !== "").map((row): LabelledAlbum => ({
    known: knownOf(row),
    groupIds: groups.has(row) ? [groups.get(row)!.id] : [],
    spotifyId: null,
    kind: row.about,
    heldOut: isHeldOut(row.artist),
  }));
  return { albums, catalogue: [...catalogue.values()] };
}

function knownOf(row: Row): KnownAlbum {
  return {
    title: row.title,
    artists: list(row.artist),
    releaseDate: row.year || null,
    albumType: row.type === "" ? null : row.type as KnownAlbum["albumType"],
    totalTracks: row.tracks === "" ? null : Number(row.tracks),
    tracks: [],
    barcodes: [],
    releaseGroupIds: [],
    releaseIds: [],
    artistIds: [],
    learnedArtists: [],
  };
}

function groupOf(row: Row): Candidate {
  const id = idOf("hard", row.mb_artist, row.mb_title, row.mb_year, row.mb_type, row.mb_secondary);
  const primaryType = row.mb_type || "Album";
  const group: Candidate = {
    id,
    title: row.mb_title,
    disambiguation: "",
    aliases: list(row.mb_aliases),
    artistCredit: creditWithNames(row),
    primaryType,
    secondaryTypes: list(row.mb_secondary),
    firstReleaseDate: row.mb_year || null,
    releases: [],
    foundBy: [],
  };
  const trackCount = row.mb_tracks === "" ? trackCountOf(group) : Number(row.mb_tracks);
  const release = {
    title: row.mb_title,
    date: row.mb_year || null,
    barcode: null,
    trackCount,
    status: "Official",
  };
  return { ...group, releases: [{ id: idOf("release", id), ...release }] };
}

function creditWithNames(row: Row): Candidate["artistCredit"] {
  const names = list(row.mb_artist);
  const plain = names.map((name) => name.replace(/#\d$/, ""));
  return creditOf(plain).map((one, i) => ({
    ...one,
    artist: {
      ...one.artist,
      id: isVarious(plain[i])
        ? one.artist.id
        : idOf("artist", nameKey(plain[i]), /#\d$/.exec(names[i])?.[0] ?? ""),
      sortName: i === 0 && row.mb_sort_name !== "" ? row.mb_sort_name : one.artist.sortName,
      aliases: i === 0 ? list(row.mb_artist_aliases) : [],
    },
  }));
}

function list(cell: string): string[] {
  return cell.split(";").map((item) => item.trim()).filter(Boolean);
}
