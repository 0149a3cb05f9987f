import { flacFile, m4aFile, mp3File, opusFile, type TestTags } from "../services/audio_testing.ts";
import { zipOf } from "../services/import_testing.ts";

/**
 * A small household: what its Spotify export says, and what lies in its music folder. Owned: Music Has the
 * Right to Children (whole) and an album Spotify never knew. Partly: Disintegration, 9 of 12. Not owned: async,
 * and Группа крови, which is known from two liked songs.
 */
export const MISSING_TITLES = ["Homesick", "Last Dance", "Untitled"];

const TRACKS = [
  "Plainsong",
  "Pictures of You",
  "Closedown",
  "Lovesong",
  "Last Dance",
  "Lullaby",
  "Fascination Street",
  "Prayers for Rain",
  "The Same Deep Water as You",
  "Disintegration",
  "Homesick",
  "Untitled",
];

const id = (kind: string, n: number) => `spotify:${kind}:${String(n).padStart(22, "0")}`;

/** The ZIP of "Download your data", in a folder with a German name. */
export async function spotifyExport(): Promise<Uint8Array> {
  const library = {
    albums: [
      { artist: "The Cure", album: "Disintegration", uri: id("album", 1) },
      { artist: "Boards of Canada", album: "Music Has the Right to Children", uri: id("album", 2) },
      { artist: "坂本龍一", album: "async", uri: id("album", 3) },
    ],
    tracks: [
      ...[4, 10, 11].map((track) => ({
        artist: "The Cure",
        album: "Disintegration",
        track: TRACKS[track],
        uri: id("track", track),
      })),
      { artist: "Кино", album: "Группа крови", track: "Группа крови", uri: id("track", 101) },
      { artist: "Кино", album: "Группа крови", track: "Закрой за мной дверь", uri: id("track", 102) },
    ],
    shows: [{ name: "A podcast", publisher: "Somebody", uri: id("show", 1) }],
  };
  const playlists = {
    playlists: [{
      name: "Late drive",
      lastModifiedDate: "2026-05-01",
      items: [
        {
          track: {
            trackName: "Archangel",
            artistName: "Burial",
            albumName: "Untrue",
            trackUri: id("track", 201),
          },
        },
        { track: null, localTrack: { uri: "spotify:local:Me:Home:Tape:180" } },
        { track: null, episode: { episodeName: "One", showName: "A podcast", episodeUri: id("episode", 1) } },
      ],
    }],
  };
  return await zipOf({
    "Spotify Kontodaten/YourLibrary.json": library,
    "Spotify Kontodaten/Playlist1.json": playlists,
    "Spotify Kontodaten/Userdata.json": { username: "marta" },
  });
}

export async function fillMusicFolder(root: string): Promise<void> {
  const write = async (path: string, bytes: Uint8Array) => {
    await Deno.mkdir(`${root}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
    await Deno.writeFile(`${root}/${path}`, bytes);
  };
  const tags = (artist: string, album: string, title: string, track: number, total: number): TestTags => ({
    ARTIST: artist,
    ALBUMARTIST: artist,
    ALBUM: album,
    TITLE: title,
    TRACKNUMBER: String(track),
    TRACKTOTAL: String(total),
    DATE: "1989",
  });
  for (const [i, title] of TRACKS.entries()) {
    if (MISSING_TITLES.includes(title)) continue;
    const name = `${String(i + 1).padStart(2, "0")} - ${title}.flac`;
    await write(
      `The Cure/1989 - Disintegration [FLAC]/${name}`,
      flacFile(tags("The Cure", "Disintegration", title, i + 1, 12)),
    );
  }
  const children = ["Wildlife Analysis", "An Eagle in Your Mind", "The Color of the Fire"];
  const [artist, album] = ["Boards of Canada", "Music Has the Right to Children"];
  const files = [
    mp3File({ TPE1: artist, TPE2: artist, TALB: album, TIT2: children[0], TRCK: "1/3" }),
    m4aFile({ "©ART": artist, aART: artist, "©alb": album, "©nam": children[1], trkn: "2/3" }),
    opusFile(tags(artist, album, children[2], 3, 3)),
  ];
  for (const [i, bytes] of files.entries()) {
    await write(`${artist}/${album}/0${i + 1} ${children[i]}.${["mp3", "m4a", "opus"][i]}`, bytes);
  }
  const attic = flacFile(tags("Home Band", "First Tape", "Attic", 1, 1));
  await write("Home Band/First Tape (2003)/01 - Attic.flac", attic);
  await write("Home Band/First Tape (2003)/02 - Broken.flac", new Uint8Array(0));
}
