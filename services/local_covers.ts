import fs from "node:fs";
import { join } from "node:path";
import type { LocalCoverSearch } from "../db/covers.ts";
import { COVER_BYTES } from "./cover_files.ts";
import type { CoverMaker } from "./cover_images.ts";
import { discOfFolder } from "./folder_names.ts";
import { logger } from "./log.ts";

const log = logger("covers");

/** A picture that may become a cover, and where it is from. */
export type Picture = { bytes: Uint8Array<ArrayBuffer>; from: string };

/** What lies in the folders of an album, the best first, then what is inside one of its files. */
export async function* localPictures(
  root: string,
  search: LocalCoverSearch,
  maker: CoverMaker,
): AsyncGenerator<Picture> {
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
