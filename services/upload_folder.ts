import type { Config } from "./config.ts";

const folderOf = ({ dataDir }: Pick<Config, "dataDir">) => `${dataDir}/uploads`;

/** A folder of its own for one upload, readable by nobody else; gone when the scope ends. */
export async function openUploadFolder(
  config: Pick<Config, "dataDir">,
): Promise<AsyncDisposable & { path: string }> {
  await Deno.mkdir(folderOf(config), { recursive: true, mode: 0o700 });
  const path = await Deno.makeTempDir({ dir: folderOf(config), prefix: "upload-" });
  // The lock tells other programs on the same DATA_DIR that somebody lives here.
  const folder = await Deno.open(path);
  await folder.lock(true);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await Deno.remove(path, { recursive: true });
      folder.close();
    },
  };
}

/** Removes uploads that a killed program has left behind. */
export async function removeLeftUploads(config: Pick<Config, "dataDir">): Promise<void> {
  for (const name of await namesIn(folderOf(config))) {
    const path = `${folderOf(config)}/${name}`;
    using folder = await Deno.open(path);
    if (await folder.tryLock(true)) await Deno.remove(path, { recursive: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
