/** A music folder for benches: real encoders' files, copied with other tags. Needs ffmpeg. */

const TITLE = "TITLE-PLACEHOLDER-OF-A-LENGTH";
const ALBUM = "ALBUM-PLACEHOLDER-OF-A-LENGTH";
const ARTIST = "ARTIST-PLACEHOLDER-OF-A-LENGTH";
const COVER = "METADATA_BLOCK_PICTURE";
const TRACKS = 12;

type Seed = { extension: string; bytes: Uint8Array };

/** Writes `files` songs in albums of twelve, a quarter each FLAC, MP3, M4A and Opus, all with a cover inside. */
export async function makeMusic(root: string, files: number): Promise<void> {
  const seeds = await makeSeeds();
  for (let at = 0; at < files; at += TRACKS) {
    const album = at / TRACKS;
    const { extension, bytes } = seeds[album % seeds.length];
    const artist = `The Bench Band ${Math.floor(album / 5)}`;
    const title = `Record No ${album}`;
    const folder = `${root}/${artist}/${1970 + album % 50} - ${title}`;
    await Deno.mkdir(folder, { recursive: true });
    for (let track = 1; track <= Math.min(TRACKS, files - at); track++) {
      const copy = bytes.slice();
      replace(copy, TITLE, `Song ${track} of ${title}`);
      replace(copy, ALBUM, title);
      replace(copy, ARTIST, artist);
      await Deno.writeFile(`${folder}/${String(track).padStart(2, "0")} - Song ${track}.${extension}`, copy);
    }
  }
}

/** The same number of bytes, filled up with spaces, so that nothing around it has to change. */
function replace(bytes: Uint8Array, placeholder: string, text: string): void {
  const from = new TextEncoder().encode(placeholder);
  const to = new TextEncoder().encode(text.padEnd(placeholder.length).slice(0, placeholder.length));
  for (let at = bytes.indexOf(from[0]); at >= 0; at = bytes.indexOf(from[0], at + 1)) {
    if (from.every((byte, i) => bytes[at + i] === byte)) bytes.set(to, at);
  }
}

async function makeSeeds(): Promise<Seed[]> {
  const folder = await Deno.makeTempDir();
  const cover = `${folder}/cover.jpg`;
  await ffmpeg("-f lavfi -i testsrc2=s=1000x1000:d=1,noise=alls=20 -frames:v 1 -q:v 4", cover);
  const sound = "-f lavfi -i anoisesrc=d=20:a=0.05:r=44100 -ac 2";
  const tags = `-metadata title=${TITLE} -metadata album=${ALBUM} -metadata artist=${ARTIST} -metadata ` +
    `album_artist=${ARTIST} -metadata date=2003`;
  const attached = `-i ${cover} -map 0:a -map 1:v -c:v copy -disposition:v:0 attached_pic`;
  await ffmpeg(`-f lavfi -i anoisesrc=d=20:a=0.05:r=44100 ${attached} ${tags} -c:a flac`, `${folder}/1.flac`);
  await ffmpeg(
    `-f lavfi -i anoisesrc=d=20:a=0.05:r=44100 ${attached} ${tags} -c:a libmp3lame -q:a 2`,
    `${folder}/2.mp3`,
  );
  await ffmpeg(
    `-f lavfi -i anoisesrc=d=20:a=0.05:r=44100 ${attached} ${tags} -c:a aac -b:a 192k`,
    `${folder}/3.m4a`,
  );
  await Deno.writeTextFile(
    `${folder}/meta.txt`,
    `;FFMETADATA1\n${COVER}=${pictureBlock(await Deno.readFile(cover))}\n`,
  );
  await ffmpeg(
    `${sound} -i ${folder}/meta.txt -map 0:a -map_metadata 1 ${tags} -c:a libopus -b:a 128k`,
    `${folder}/4.opus`,
  );
  const seeds = ["1.flac", "2.mp3", "3.m4a", "4.opus"].map((name) => ({
    extension: name.slice(2),
    bytes: Deno.readFileSync(`${folder}/${name}`),
  }));
  await Deno.remove(folder, { recursive: true });
  return seeds;
}

async function ffmpeg(args: string, target: string): Promise<void> {
  const command = new Deno.Command("ffmpeg", {
    args: ["-v", "error", "-y", ...args.split(" "), target],
    stderr: "inherit",
  });
  if (!(await command.output()).success) throw new Error(`ffmpeg could not make ${target}`);
}

/** How Ogg carries a picture: FLAC's block in base64, "=" escaped for ffmpeg. */
function pictureBlock(image: Uint8Array): string {
  const uint32 = (value: number) => [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];
  const type = new TextEncoder().encode("image/jpeg");
  const head = [
    ...uint32(3),
    ...uint32(type.length),
    ...type,
    ...uint32(0),
    ...uint32(1000),
    ...uint32(1000),
    ...uint32(24),
    ...uint32(0),
  ];
  return Uint8Array.from([...head, ...uint32(image.length), ...image]).toBase64().replaceAll("=", "\\=");
}
