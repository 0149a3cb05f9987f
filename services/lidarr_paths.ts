import { dirname } from "node:path/posix";
import type { Sql } from "../db/sql.ts";
import type { App } from "./app.ts";
import { readSettings } from "./settings.ts";

/** Where Lidarr's files are for us. Lidarr may see the same disk under another name. */
export type LidarrPaths = {
  /** The folder below our music folder, "" for itself; null when it is not below it. */
  toLocal(path: string): string | null;
  /** The same, only when it is really there. */
  existing(path: string): Promise<string | null>;
};

export async function lidarrPaths(
  deps: Pick<App, "config" | "secrets"> & { sql: Sql },
): Promise<LidarrPaths> {
  const { music_folder_path: root, lidarr_root_folder } = await readSettings(deps);
  const roots = [root, lidarr_root_folder].filter((path) => path !== null).map((path) =>
    path.replace(/\/+$/, "")
  );

  function toLocal(path: string): string | null {
    if (root === null || path.split("/").includes("..")) return null;
    const above = roots.find((one) => path === one || path.startsWith(`${one}/`));
    return above === undefined ? null : path.slice(above.length).replace(/^\/+|\/+$/g, "");
  }

  return {
    toLocal,
    async existing(path) {
      const local = toLocal(path);
      if (local === null || root === null) return null;
      return await liesWithin(root, local) ? local : null;
    },
  };
}

/** Links out of the music folder lead to files that are not ours. */
async function liesWithin(root: string, local: string): Promise<boolean> {
  try {
    const [top, place] = await Promise.all([Deno.realPath(root), Deno.realPath(`${root}/${local}`)]);
    return place === top || place.startsWith(`${top}/`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/** The folder that holds all of these files, discs of one album in folders of their own included. */
export function commonFolderOf(paths: readonly string[]): string | null {
  const folders = paths.map((path) => dirname(path.replaceAll("\\", "/")).split("/"));
  if (folders.length === 0) return null;
  const first = folders[0];
  const shared = first.findIndex((part, i) => folders.some((folder) => folder[i] !== part));
  return (shared < 0 ? first : first.slice(0, shared)).join("/") || null;
}
