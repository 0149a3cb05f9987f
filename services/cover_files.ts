import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { findToneOfCover, listUsedCovers } from "../db/covers.ts";
import type { App } from "./app.ts";
import type { CoverMaker } from "./cover_images.ts";
import { type ImageKind, imageSize } from "./image_kind.ts";

/** Larger pictures than this are no covers. */
export const COVER_BYTES = 20 * 1024 * 1024;
/** Decoded, a picture takes four bytes per pixel, twice; a file of a few kilobytes can claim any size. */
export const COVER_PIXELS = 40_000_000;

/** Its longer side in pixels: 250 for the grid, 500 for the page of an album. */
export type CoverVariant = "250" | "500" | "original";
export type CoverFile = { path: string; type: string };
export type StoredCover = { hash: string; tone: string | null };

/** What the bytes are makes them no cover; somewhere else there may be a better one. */
export class UnusablePicture extends Error {}

const EXTENSIONS: Record<ImageKind, string> = { jpeg: "jpg", png: "png", webp: "webp", gif: "gif" };
const TYPES: Record<string, string> = {
  jpg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
};

/**
 * Stores a picture in the sizes that are shown. Its name is its content, so a second album with it costs nothing.
 * Throws UnusablePicture.
 */
export async function storeCover(
  { sql, config }: Pick<App, "sql" | "config">,
  bytes: Uint8Array<ArrayBuffer>,
  maker: CoverMaker,
): Promise<StoredCover> {
  const size = checkPicture(bytes);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const known = await findToneOfCover(sql, hash);
  if (known && await findCoverFile({ config }, hash, "250")) return { hash, tone: known };
  const path = (variant: CoverVariant, extension: string) =>
    coverPath(config.dataDir, hash, variant, extension);
  if (size.kind === "gif") {
    await writeWhole(path("original", "gif"), bytes);
    return { hash, tone: null };
  }
  const images = await maker.make(bytes, size.kind).catch((error) => {
    throw new UnusablePicture(error instanceof Error ? error.message : String(error), { cause: error });
  });
  // Made for this size already, as the archive's are: encoding it again would only blur it.
  const isLarge = size.kind === "jpeg" && Math.max(size.width, size.height) <= 500;
  if (!isLarge) await writeWhole(path("original", EXTENSIONS[size.kind]), bytes);
  await writeWhole(path("500", "jpg"), isLarge ? bytes : images.large);
  await writeWhole(path("250", "jpg"), images.small);
  return { hash, tone: images.tone };
}

/** What kind of picture it is and how large. Throws UnusablePicture. */
export function checkPicture(bytes: Uint8Array) {
  if (bytes.length > COVER_BYTES) throw new UnusablePicture("It is larger than 20 MB");
  const size = imageSize(bytes);
  if (!size) throw new UnusablePicture("It is no JPEG, PNG, WebP or GIF");
  if (size.width * size.height > COVER_PIXELS) {
    throw new UnusablePicture(`It claims ${size.width} × ${size.height} pixels`);
  }
  return size;
}

function coverPath(dataDir: string, hash: string, variant: CoverVariant, extension: string): string {
  return join(dataDir, "covers", hash.slice(0, 2), `${hash}-${variant}.${extension}`);
}

/** Written beside its place and moved there, so that nobody ever sees half a picture. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const part = `${path}.${crypto.randomUUID()}.part`;
  await Deno.writeFile(part, bytes, { mode: 0o600 });
  await Deno.rename(part, path);
}

/** Where a stored cover is; what exists in one size only (a GIF, a small JPEG) is shown as it came. */
export async function findCoverFile(
  { config }: Pick<App, "config">,
  hash: string,
  variant: CoverVariant,
): Promise<CoverFile | undefined> {
  const originals = Object.keys(TYPES).map((extension) => ["original", extension] as const);
  const options = variant === "original"
    ? [...originals, ["500", "jpg"] as const]
    : [[variant, "jpg"] as const, ...originals];
  for (const [name, extension] of options) {
    const path = coverPath(config.dataDir, hash, name, extension);
    try {
      if ((await Deno.stat(path)).isFile) return { path, type: TYPES[extension] };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

const A_DAY_MS = 86_400_000;

/**
 * Deletes pictures that are no cover any more: another match or a better picture has come, or writing them was
 * interrupted. Those of the last day stay, as a job may be about to use them. Returns how many files went.
 */
export async function pruneCovers({ sql, config }: Pick<App, "sql" | "config">): Promise<number> {
  const root = join(config.dataDir, "covers");
  let removed = 0;
  for (const folder of await namesIn(root)) {
    const names = await namesIn(join(root, folder));
    const used = new Set(await listUsedCovers(sql, [...new Set(names.map((name) => name.slice(0, 16)))]));
    for (const name of names) {
      if (used.has(name.slice(0, 16)) && !name.endsWith(".part")) continue;
      const path = join(root, folder, name);
      const { mtime } = await Deno.stat(path);
      if (mtime && Date.now() - mtime.getTime() < A_DAY_MS) continue;
      await Deno.remove(path);
      removed++;
    }
  }
  return removed;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
