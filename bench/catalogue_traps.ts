import type { Candidate, CreditedArtist } from "../services/album_matching.ts";
import { isVarious } from "../services/artist_agreement.ts";
import type { Labelled } from "./labelled_albums.ts";
import { creditOf, draw, idOf, trackCountOf } from "./made_up.ts";

/** What stands beside an album in a real catalogue and is easily taken for it, with how many albums of 100 have it. */
const TRAPS: { name: string; of100: number; make: (group: Candidate) => Partial<Candidate> }[] = [
  {
    name: "title by another artist",
    of100: 30,
    make: ({ title }) => ({ title, artistCredit: creditOf(["Somebody Else"]) }),
  },
  {
    name: "artist of the same name",
    of100: 3,
    make: (group) => ({ artistCredit: namesake(group.artistCredit), firstReleaseDate: later(group, 9) }),
  },
  {
    name: "other album by a namesake",
    of100: 10,
    make: (group) => ({ title: "Debut", artistCredit: namesake(group.artistCredit) }),
  },
  { name: "single of the album", of100: 12, make: () => ({ primaryType: "Single", secondaryTypes: [] }) },
  {
    name: "live album of the same title",
    of100: 4,
    make: (group) => ({ secondaryTypes: ["Live"], firstReleaseDate: later(group, 3) }),
  },
  {
    name: "live version",
    of100: 12,
    make: (group) => ({
      title: `${group.title} (Live)`,
      secondaryTypes: ["Live"],
      firstReleaseDate: later(group, 5),
    }),
  },
  {
    name: "remixes",
    of100: 8,
    make: (group) => ({
      title: `${group.title} (Remixes)`,
      secondaryTypes: ["Remix"],
      firstReleaseDate: later(group, 1),
    }),
  },
  { name: "instrumentals", of100: 4, make: ({ title }) => ({ title: `${title} (Instrumentals)` }) },
  { name: "demos", of100: 3, make: ({ title }) => ({ title: `${title} (Demos)`, secondaryTypes: ["Demo"] }) },
  {
    name: "next volume",
    of100: 8,
    make: (group) => ({ title: nextVolume(group.title), firstReleaseDate: later(group, 2) }),
  },
  {
    name: "compilation of the same title",
    of100: 2,
    make: (group) => ({ secondaryTypes: ["Compilation"], firstReleaseDate: later(group, 12) }),
  },
  {
    name: "tribute",
    of100: 6,
    make: ({ title }) => ({
      title: `A Tribute to ${title}`,
      artistCredit: creditOf(["The Tribute Players"]),
      secondaryTypes: ["Compilation"],
    }),
  },
  {
    name: "karaoke",
    of100: 4,
    make: (group) => ({
      title: `${group.title} (Karaoke Version)`,
      artistCredit: creditOf([`${nameOf(group)} Karaoke Band`]),
    }),
  },
  {
    name: "best of",
    of100: 6,
    make: (group) => ({
      title: `The Best of ${nameOf(group)}`,
      secondaryTypes: ["Compilation"],
      firstReleaseDate: later(group, 8),
    }),
  },
  {
    name: "self-titled",
    of100: 6,
    make: (group) => ({ title: nameOf(group), firstReleaseDate: later(group, -2) }),
  },
  {
    name: "band named after the artist",
    of100: 4,
    make: (group) => ({ artistCredit: creditOf([`${nameOf(group)} Tribute Band`]) }),
  },
  {
    name: "subtitle",
    of100: 5,
    make: (group) => ({ title: `${group.title}: The Lost Tapes`, firstReleaseDate: later(group, 6) }),
  },
];

/** The catalogue with traps beside its albums, and without 3 of 100 albums, which must then not be matched. */
export function withTraps({ albums, catalogue }: Labelled): Labelled {
  const absent = new Set(catalogue.filter(({ id }) => draw(100, "absent", id) < 3).map(({ id }) => id));
  const kept = catalogue.filter(({ id }) => !absent.has(id));
  const traps = catalogue.flatMap((group) =>
    TRAPS.filter(({ name, of100 }) => draw(100, name, group.id) < of100)
      .filter(({ name }) => !isVarious(nameOf(group)) || !/name|artist|best of/.test(name))
      .map(({ name, make }) => trap(name, group, make(group)))
  );
  return {
    albums: albums.map((album) => ({ ...album, groupIds: album.groupIds.filter((id) => !absent.has(id)) })),
    catalogue: [...kept, ...traps],
  };
}

function trap(name: string, group: Candidate, changes: Partial<Candidate>): Candidate {
  const made = { ...group, ...changes, id: idOf(name, group.id), aliases: [] };
  const date = made.firstReleaseDate;
  return {
    ...made,
    releases: [{
      id: idOf("release", made.id),
      title: made.title,
      date,
      barcode: null,
      trackCount: trackCountOf(made),
      status: "Official",
    }],
  };
}

function nameOf(group: Candidate): string {
  return group.artistCredit[0].name;
}

function namesake(credit: CreditedArtist[]): CreditedArtist[] {
  return credit.map((one) => ({
    ...one,
    artist: { ...one.artist, id: idOf("namesake", one.artist.id), aliases: [] },
  }));
}

function later(group: Candidate, years: number): string | null {
  return group.firstReleaseDate === null ? null : String(Number(group.firstReleaseDate.slice(0, 4)) + years);
}

function nextVolume(title: string): string {
  const numbered = title.replace(/\d+(?=\D*$)/, (number) => String(Number(number) + 1));
  return numbered === title ? `${title}, Vol. 2` : numbered;
}
