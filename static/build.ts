/**
 * Builds what the browser loads: static/app.css from the Tailwind classes in views/, and static/htmx.js.
 * Does nothing when both are newer than their sources, so that `deno task start` can call it every time.
 */
const root = new URL("..", import.meta.url).pathname;
const css = `${root}static/app.css`;

function* filesBelow(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* filesBelow(path);
    else yield path;
  }
}

function changedAt(path: string): number {
  return Deno.statSync(path).mtime?.getTime() ?? 0;
}

function isStale(): boolean {
  try {
    const builtAt = Math.min(changedAt(css), changedAt(`${root}static/htmx.js`));
    const sources = [...filesBelow(`${root}views`), ...filesBelow(`${root}static`), `${root}deno.json`];
    return sources.some((path) => changedAt(path) > builtAt && path !== css && !path.endsWith("htmx.js"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}

async function tailwind(watch: boolean): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      "npm:@tailwindcss/cli@4.3.3",
      "--input",
      "static/input.css",
      "--output",
      css,
      "--minify",
      ...(watch ? ["--watch=always"] : []),
    ],
    cwd: root,
    stdin: "null",
    stdout: watch ? "inherit" : "null",
    stderr: watch ? "inherit" : "null",
  }).output();
  if (!success) throw new Error("Tailwind could not build static/app.css");
}

function bundleHtmx(): void {
  const dist = new URL("dist/", import.meta.resolve("htmx.org/package.json"));
  const parts = ["htmx.min.js", "ext/hx-sse.min.js"].map((name) =>
    Deno.readTextFileSync(new URL(name, dist)).replace(/^\/\/# sourceMappingURL=.*$/m, "")
  );
  Deno.writeTextFileSync(`${root}static/htmx.js`, parts.join("\n"));
}

const watch = Deno.args.includes("--watch");
if (watch || isStale()) {
  try {
    bundleHtmx();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error(
      "The packages are not installed. Run “deno install” first, or a task, which does it by itself.",
    );
    Deno.exit(1);
  }
  await tailwind(watch);
}
