import { createHash } from "node:crypto";
import fs from "node:fs";
import { dirname, join } from "node:path";
import {
  type CoverSearch,
  findToneOfCover,
  listCoverSearches,
  markCoverChecked,
  updateCover,
} from "../db/covers.ts";
import type { App } from "./app.ts";
import { discOfFolder } from "./folder_names.ts";
import { type CoverMaker, openCoverMaker } from "./cover_images.ts";
import { type ImageKind, imageSize } from "./image_kind.ts";
import { logger } from "./log.ts";

/** Larger pictures than this are no covers. */
export const COVER_BYTES = 20 * 1024 * 1024;
/** Decoded, a picture takes four bytes per pixel, twice; a file of a few kilobytes can claim any size. */
export const COVER_PIXELS = 40_000_000;

export type CoverVariant = "300" | "600" | "original";
export type CoverFile = { path: string; type: string };

type Deps = Pick<App, "sql" | "config">;

export type CoverOptions = { root: string; albumIds?: string[] };
export type CoverContext = {
  signal: AbortSignal;
  progress(update: { processed?: number; total?: number; message?: string }): Promise<void>;
};
export type CoverResult = { summary: string; found: number; without: number };

const log = logger("covers");

/**
 * Looks for covers of albums with files: a picture in their folder first, else the one inside a file. Stores the
 * picture and two thumbnails below the data folder, once however many albums share it. What it has looked at is
 * remembered on the album, so an interrupted run goes on where it was.
 */
export async function fetchCovers(
  deps: Deps,
  options: CoverOptions,
  context: CoverContext,
): Promise<CoverResult> {
  const root = await Deno.realPath(options.root);
  const searches = await listCoverSearches(deps.sql, options.albumIds ?? null);
  using maker = openCoverMaker();
  let found = 0;
  for (const [index, search] of searches.entries()) {
    context.signal.throwIfAborted();
    if (await findCover(deps, { root, search, maker })) found++;
    await context.progress({
      processed: index + 1,
      total: searches.length,
      message: `${found} covers found`,
    });
  }
  const without = searches.length - found;
  const summary = `${found.toLocaleString("en")} ${found === 1 ? "cover" : "covers"} found` +
    (without > 0 ? `, ${without.toLocaleString("en")} albums without` : "");
  return { summary, found, without };
}

type Search = { root: string; search: CoverSearch; maker: CoverMaker };

async function findCover(deps: Deps, { root, search, maker }: Search): Promise<boolean> {
  for await (const { bytes, from } of pictures(root, search, maker)) {
    try {
      const { hash, tone } = await storeCover(deps, bytes, maker);
      await updateCover(deps.sql, { id: search.id, hash, tone });
      return true;
    } catch (error) {
      if (!(error instanceof UnusablePicture)) throw error;
      log.info("A picture cannot be used as a cover", { path: from, reason: error.message });
    }
  }
  await markCoverChecked(deps.sql, search.id);
  return false;
}

type Picture = { bytes: Uint8Array<ArrayBuffer>; from: string };

/** The best first. */
async function* pictures(root: string, search: CoverSearch, maker: CoverMaker): AsyncGenerator<Picture> {
  for (const folder of pictureFolders(search.folders)) {
    for (const name of pictureNames(join(root, folder))) {
      const from = join(folder, name);
      const bytes = readPicture(root, from);
      if (bytes) yield { bytes, from };
    }
  }
  if (search.pictured === null) return;
  const bytes = await maker.readInside(root, search.pictured).catch((error) => {
    log.info("A picture cannot be read", { path: search.pictured, error });
    return undefined;
  });
  if (bytes) yield { bytes, from: search.pictured };
}

/** The folders of the files, and above the folders of discs their parent. */
function pictureFolders(folders: string[]): string[] {
  const all = folders.flatMap((folder) => {
    const parts = folder.split("/");
    return parts.length > 1 && discOfFolder(parts.at(-1)!)
      ? [parts.slice(0, -1).join("/"), folder]
      : [folder];
  });
  // Music that lies loose in the music folder: a picture beside it belongs to anything.
  return [...new Set(all)].filter((folder) => folder !== "");
}

const PICTURE_NAME = /^(cover|folder|front|album|albumart)\.(jpe?g|png|webp|gif)$/i;

function pictureNames(folder: string): string[] {
  const rank = (name: string) =>
    ["cover", "folder", "front", "album", "albumart"].indexOf(name.split(".")[0].toLowerCase());
  try {
    const names = [...Deno.readDirSync(folder)].map((entry) => entry.name);
    return names.filter((name) => PICTURE_NAME.test(name)).sort((a, b) =>
      rank(a) - rank(b) || (a < b ? -1 : 1)
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) return [];
    throw error;
  }
}

/** Only regular files inside the music folder, as small as covers are. */
function readPicture(root: string, path: string): Uint8Array<ArrayBuffer> | undefined {
  let fd: number | undefined;
  try {
    const real = Deno.realPathSync(join(root, path));
    if (!real.startsWith(`${root}/`)) return undefined;
    fd = fs.openSync(real, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
    const stat = fs.fstatSync(fd);
    if (!stat.isFile() || stat.size > COVER_BYTES) return undefined;
    const bytes = new Uint8Array(stat.size);
    return bytes.subarray(0, fs.readSync(fd, bytes, 0, bytes.length, 0));
  } catch (error) {
    // Gone, unreadable, a loop of links: then the next picture is taken.
    log.info("A picture cannot be read", { path, error });
    return undefined;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

class UnusablePicture extends Error {}

const EXTENSIONS: Record<ImageKind, string> = { jpeg: "jpg", png: "png", webp: "webp", gif: "gif" };
const TYPES: Record<string, string> = {
  jpg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
};

/** Stores a picture with its thumbnails. Its name is its content, so a second album with it costs nothing. */
async function storeCover(
  { sql, config }: Deps,
  bytes: Uint8Array<ArrayBuffer>,
  maker: CoverMaker,
): Promise<{ hash: string; tone: string | null }> {
  if (bytes.length > COVER_BYTES) throw new UnusablePicture("It is larger than 20 MB");
  const size = imageSize(bytes);
  if (!size) throw new UnusablePicture("It is no JPEG, PNG, WebP or GIF");
  if (size.width * size.height > COVER_PIXELS) {
    throw new UnusablePicture(`It claims ${size.width} × ${size.height} pixels`);
  }
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const known = await findToneOfCover(sql, hash);
  if (known && await findCoverFile({ config }, hash, "300")) return { hash, tone: known };
  const original = coverPath(config.dataDir, hash, "original", EXTENSIONS[size.kind]);
  if (size.kind === "gif") {
    await writeWhole(original, bytes);
    return { hash, tone: null };
  }
  const images = await maker.make(bytes, size.kind).catch((error) => {
    throw new UnusablePicture(error instanceof Error ? error.message : String(error), { cause: error });
  });
  await writeWhole(original, bytes);
  await writeWhole(coverPath(config.dataDir, hash, "600", "jpg"), images.large);
  await writeWhole(coverPath(config.dataDir, hash, "300", "jpg"), images.small);
  return { hash, tone: images.tone };
}

function coverPath(dataDir: string, hash: string, variant: CoverVariant, extension: string): string {
  return join(dataDir, "covers", hash.slice(0, 2), `${hash}-${variant}.${extension}`);
}

/** Written beside its place and moved there, so that nobody ever sees half a picture. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const part = `${path}.${crypto.randomUUID()}.part`;
  await Deno.writeFile(part, bytes, { mode: 0o600 });
  await Deno.rename(part, path);
}

/** Where a stored cover is; what has no thumbnail (a GIF) is shown as it came. */
export async function findCoverFile(
  { config }: Pick<App, "config">,
  hash: string,
  variant: CoverVariant,
): Promise<CoverFile | undefined> {
  const options: [CoverVariant, string][] = variant === "original" ? [] : [[variant, "jpg"]];
  for (const extension of Object.keys(TYPES)) options.push(["original", extension]);
  for (const [name, extension] of options) {
    const path = coverPath(config.dataDir, hash, name, extension);
    try {
      if ((await Deno.stat(path)).isFile) return { path, type: TYPES[extension] };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
