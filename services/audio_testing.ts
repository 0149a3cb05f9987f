/**
 * Small audio files made from nothing: correct headers and tags around a second of silence, so that tests need
 * neither recordings nor an encoder. Keys are the native ones of each format; several values are an array.
 */
export type TestTags = Record<string, string | string[]>;

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function join(...parts: (Uint8Array | string | number[])[]): Uint8Array<ArrayBuffer> {
  const bytes = parts.map((part) => typeof part === "string" ? latin1(part) : Uint8Array.from(part));
  const whole = new Uint8Array(bytes.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function integer(value: number, bytes: number, littleEndian = false): number[] {
  const digits = Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) & 255);
  return littleEndian ? digits : digits.reverse();
}

function entries(tags: TestTags): [string, string[]][] {
  return Object.entries(tags).map(([key, value]) => [key, [value].flat()]);
}

/** A JPEG as far as its magic bytes go, large enough not to fit a parser's window. */
export function testCover(bytes = 50_000): Uint8Array {
  return join([0xff, 0xd8, 0xff, 0xe0], new Uint8Array(bytes - 4));
}

export function flacFile(tags: TestTags, options: { cover?: Uint8Array; seconds?: number } = {}): Uint8Array {
  const block = (type: number, last: boolean, content: Uint8Array) =>
    join([type | (last ? 128 : 0)], integer(content.length, 3), content);
  const samples = 44_100 * (options.seconds ?? 1);
  // 20 bits sample rate, 3 bits channels - 1, 5 bits bits per sample - 1, 36 bits samples.
  const sound = join([0x0a, 0xc4, 0x42, 0xf0], integer(samples, 4), new Uint8Array(16));
  return join(
    "fLaC",
    block(0, false, join(integer(4096, 2), integer(4096, 2), new Uint8Array(6), sound)),
    options.cover ? block(6, false, flacPicture(options.cover)) : [],
    block(4, true, vorbisComment(tags)),
    new Uint8Array(2000),
  );
}

function vorbisComment(tags: TestTags): Uint8Array {
  const lines = entries(tags).flatMap(([key, values]) => values.map((value) => utf8(`${key}=${value}`)));
  const sized = lines.map((line) => join(integer(line.length, 4, true), line));
  return join(integer(4, 4, true), "test", integer(lines.length, 4, true), ...sized);
}

function flacPicture(image: Uint8Array): Uint8Array {
  const size = [integer(600, 4), integer(600, 4), integer(24, 4), integer(0, 4)].flat();
  return join(
    integer(3, 4),
    integer(10, 4),
    "image/jpeg",
    integer(0, 4),
    size,
    integer(image.length, 4),
    image,
  );
}

export function opusFile(tags: TestTags, options: { cover?: Uint8Array; seconds?: number } = {}): Uint8Array {
  const picture: TestTags = options.cover
    ? { METADATA_BLOCK_PICTURE: flacPicture(options.cover).toBase64() }
    : {};
  const head = join("OpusHead", [1, 2], integer(312, 2, true), integer(48_000, 4, true), [0, 0, 0]);
  const comment = join("OpusTags", vorbisComment({ ...tags, ...picture }));
  return join(
    ...oggPages([head], 2, 0, 0),
    ...oggPages([comment], 0, 1, 0),
    ...oggPages([new Uint8Array(100)], 4, 99, 312 + 48_000 * (options.seconds ?? 1)),
  );
}

/** Pages of one packet. Their checksums are left out; no tag reader looks at them. */
function oggPages([packet]: [Uint8Array], flags: number, sequence: number, granule: number): Uint8Array[] {
  const pages: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < packet.length; at += 255 * 255) {
    const part = packet.subarray(at, at + 255 * 255);
    const lacing = new Array(Math.floor(part.length / 255)).fill(255);
    if (part.length % 255 > 0 || at + part.length === packet.length) lacing.push(part.length % 255);
    const header = join("OggS", [0, at > 0 ? 1 : flags], integer(granule, 8, true), integer(7, 4, true));
    pages.push(
      join(header, integer(sequence + pages.length, 4, true), integer(0, 4), [lacing.length], lacing, part),
    );
  }
  return pages;
}

export type Mp3Options = {
  version?: 3 | 4;
  cover?: Uint8Array;
  ape?: TestTags;
  v1?: Record<string, string>;
  frames?: number;
};

/** Keys are frame ids; "TXXX:…" is a user text and "UFID:…" an id. Without `tags` there is no ID3v2 at all. */
export function mp3File(tags: TestTags | undefined, options: Mp3Options = {}): Uint8Array {
  const version = options.version ?? 4;
  const size = (bytes: number) => version === 4 ? syncSafe(bytes) : integer(bytes, 4);
  const frame = (id: string, content: Uint8Array) => join(id, size(content.length), [0, 0], content);
  const frames = entries(tags ?? {}).map(([key, values]) => {
    const [id, name] = key.split(/:(.*)/s);
    // UTF-8 came with version 4; version 3 takes UTF-16.
    const encode = version === 4 ? utf8 : utf16;
    const end = version === 4 ? [0] : [0, 0];
    if (id === "UFID") return frame(id, join(name, [0], values[0]));
    const text = encode(values.join(version === 4 ? "\0" : "/"));
    return frame(id, join([version === 4 ? 3 : 1], name === undefined ? [] : join(encode(name), end), text));
  });
  if (options.cover) frames.push(frame("APIC", join([0], "image/jpeg", [0, 3, 0], options.cover)));
  const id3 = join(...frames);
  // 128 kbit/s, 44.1 kHz, stereo: 417 bytes each.
  const sound = join([0xff, 0xfb, 0x90, 0x00], new Uint8Array(413));
  return join(
    tags ? join("ID3", [version, 0, 0], syncSafe(id3.length), id3) : [],
    ...new Array(options.frames ?? 38).fill(sound),
    options.ape ? apeTag(options.ape) : [],
    options.v1 ? id3v1(options.v1) : [],
  );
}

function utf16(text: string): Uint8Array {
  const units = Array.from({ length: text.length }, (_, i) => integer(text.charCodeAt(i), 2, true)).flat();
  return join([0xff, 0xfe], units);
}

function syncSafe(value: number): number[] {
  return [value >> 21 & 127, value >> 14 & 127, value >> 7 & 127, value & 127];
}

function apeTag(tags: TestTags): Uint8Array {
  const items = entries(tags).map(([key, values]) => {
    const value = utf8(values.join("\0"));
    return join(integer(value.length, 4, true), integer(0, 4), key, [0], value);
  });
  const body = join(...items);
  const ends = (flags: number) =>
    join(
      "APETAGEX",
      integer(2000, 4, true),
      integer(body.length + 32, 4, true),
      integer(items.length, 4, true),
      integer(flags, 4, true),
      new Uint8Array(8),
    );
  return join(ends(0xa0000000), body, ends(0x80000000));
}

function id3v1(tags: Record<string, string>): Uint8Array {
  const field = (text = "", length: number) => latin1(text.slice(0, length).padEnd(length, "\0"));
  return join(
    "TAG",
    field(tags.title, 30),
    field(tags.artist, 30),
    field(tags.album, 30),
    field(tags.year, 4),
    field("", 30),
    [12],
  );
}

/** Keys are atoms ("©nam", "trkn" as "n/m") or names of freeform atoms ("MusicBrainz Album Id"). */
export function m4aFile(tags: TestTags, options: { cover?: Uint8Array; seconds?: number } = {}): Uint8Array {
  const atom = (name: string, ...content: (Uint8Array | number[])[]) => {
    const body = join(...content);
    return join(integer(body.length + 8, 4), name, body);
  };
  const value = (type: number, content: Uint8Array | number[]) =>
    atom("data", integer(type, 4), integer(0, 4), content);
  const items = entries(tags).map(([key, values]) => {
    if (key === "trkn" || key === "disk") {
      const [number, total] = values[0].split("/").map(Number);
      return atom(key, value(0, [0, 0, ...integer(number, 2), ...integer(total ?? 0, 2), 0, 0]));
    }
    if (key === "cpil") return atom(key, value(21, [Number(values[0])]));
    const texts = values.map((text) => value(1, utf8(text)));
    if (/^(?:©...|aART)$/.test(key)) return atom(key, ...texts);
    const name = (kind: string, text: string) => atom(kind, integer(0, 4), utf8(text));
    return atom("----", name("mean", "com.apple.iTunes"), name("name", key), ...texts);
  });
  if (options.cover) items.push(atom("covr", value(13, options.cover)));
  const handler = (type: string) => atom("hdlr", integer(0, 8), latin1(type), new Uint8Array(13));
  const seconds = options.seconds ?? 1;
  const mp4a = atom(
    "mp4a",
    new Uint8Array(6),
    integer(1, 2),
    new Uint8Array(8),
    integer(2, 2),
    integer(16, 2),
    integer(0, 4),
    integer(44_100, 2),
    [0, 0],
  );
  const table = (name: string, ...content: (Uint8Array | number[])[]) =>
    atom(name, integer(0, 4), ...content);
  const samples = atom(
    "stbl",
    table("stsd", integer(1, 4), mp4a),
    table("stts", integer(1, 4), integer(seconds * 43, 4), integer(1024, 4)),
    table("stsc", integer(1, 4), integer(1, 4), integer(seconds * 43, 4), integer(1, 4)),
    table("stsz", integer(371, 4), integer(seconds * 43, 4)),
    table("stco", integer(1, 4), integer(48, 4)),
  );
  const times = (
    bytes: number,
    scale: number,
  ) => [...integer(0, bytes), ...integer(scale, 4), ...integer(scale * seconds, 4)];
  const track = atom(
    "trak",
    table("tkhd", integer(0, 8), integer(1, 4), integer(0, 4), integer(1000, 4), new Uint8Array(60)),
    atom(
      "mdia",
      table("mdhd", times(8, 44_100), integer(0x55c4, 2), [0, 0]),
      handler("soun"),
      atom("minf", table("smhd", [0, 0, 0, 0]), samples),
    ),
  );
  const meta = table("meta", handler("mdir"), atom("ilst", ...items));
  return join(
    atom("ftyp", latin1("M4A "), integer(512, 4), latin1("M4A mp42isom")),
    atom("moov", table("mvhd", times(8, 1000), new Uint8Array(80)), track, atom("udta", meta)),
    atom("mdat", new Uint8Array(371 * 43)),
  );
}
