/** The household's albums as MusicBrainz has them, and others that could be taken for them. */
import {
  type FakeArtist,
  type FakeCatalogue,
  type FakeRelease,
  type FakeReleaseGroup,
  mbid,
} from "./musicbrainz_catalogue.ts";

const SPOTIFY = "https://open.spotify.com/album/";

function artist(name: string, more: Partial<FakeArtist> = {}): FakeArtist {
  return { id: mbid("artist", name, more.disambiguation ?? ""), name, ...more };
}

const cure = artist("The Cure", { sortName: "Cure, The", type: "Group", aliases: ["Cure", "ザ・キュアー"] });
const boards = artist("Boards of Canada", { type: "Group", aliases: ["BoC"] });
const sakamoto = artist("坂本龍一", {
  sortName: "Sakamoto, Ryuichi",
  type: "Person",
  aliases: ["Ryuichi Sakamoto", "Sakamoto Ryuichi", "Рюити Сакамото"],
});
const kino = artist("Кино", { sortName: "Kino", type: "Group", aliases: ["Kino", "Kinó"] });
const kinoBand = artist("Kino", { type: "Group", disambiguation: "UK progressive rock" });
const burial = artist("Burial", { type: "Person", disambiguation: "UK electronic artist William Bevan" });
const burialMetal = artist("Burial", { type: "Group", disambiguation: "Dutch death metal" });
const coverBand = artist("The Curetakers", { type: "Group", disambiguation: "The Cure tribute" });
const nils = artist("Disintegration", { type: "Group" });

function group(
  by: FakeArtist,
  title: string,
  date: string,
  more: Partial<FakeReleaseGroup> & { release?: Partial<FakeRelease> } = {},
): FakeReleaseGroup {
  const { release, ...rest } = more;
  const words = [by.id, title, date];
  return {
    id: mbid("release-group", ...words),
    title,
    credit: [{ artistId: by.id }],
    primaryType: "Album",
    releases: [{ id: mbid("release", ...words), date, status: "Official", ...release }],
    ...rest,
  };
}

export function demoCatalogue(): FakeCatalogue {
  const disintegration = group(cure, "Disintegration", "1989-05-02", {
    genres: ["gothic rock", "post-punk", "dream pop"],
    release: { trackCounts: [12], barcode: "042283935327", country: "GB", front: true },
  });
  disintegration.releases.push({
    id: mbid("release", disintegration.id, "deluxe"),
    title: "Disintegration: Deluxe Edition",
    date: "2010-05-24",
    status: "Official",
    trackCounts: [12, 20, 12],
    links: [{ type: "streaming", url: `${SPOTIFY}0000000000000000000001` }],
  });
  return {
    artists: [cure, boards, sakamoto, kino, kinoBand, burial, burialMetal, coverBand, nils],
    releaseGroups: [
      disintegration,
      group(cure, "Entreat", "1990", { secondaryTypes: ["Live"] }),
      group(cure, "Lovesong", "1989-08-21", { primaryType: "Single" }),
      group(coverBand, "Disintegration", "2014"),
      group(nils, "Disintegration", "1996", { primaryType: "EP" }),
      group(boards, "Music Has the Right to Children", "1998-04-20", {
        genres: ["idm", "electronic", "ambient"],
        release: { trackCounts: [17], barcode: "5021603055124", front: true },
        links: [{ type: "wikidata", url: "https://www.wikidata.org/wiki/Q1140255" }],
      }),
      group(boards, "Geogaddi", "2002-02-18", { release: { trackCounts: [23] } }),
      group(sakamoto, "async", "2017-03-29", {
        genres: ["ambient", "modern classical"],
        release: {
          trackCounts: [14],
          links: [{ type: "purchase for download", url: "https://milanmusic.bandcamp.com/album/async" }],
        },
      }),
      group(sakamoto, "async Remodels", "2017-12-13", { secondaryTypes: ["Remix"] }),
      group(kino, "Группа крови", "1988-01-05", { genres: ["post-punk"], release: { trackCounts: [11] } }),
      group(kino, "Звезда по имени Солнце", "1989-08-29", { release: { trackCounts: [10] } }),
      group(kinoBand, "Picture", "2005-02-28"),
      group(burial, "Untrue", "2007-11-05", { genres: ["dubstep"], release: { trackCounts: [13] } }),
      group(burial, "Burial", "2006-05-15", { release: { trackCounts: [13] } }),
      group(burialMetal, "Relinquished Souls", "1993"),
    ],
  };
}
