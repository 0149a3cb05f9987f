/** `deno task bench NAME [arguments]` runs bench/NAME.ts; without a name it says which there are. */
const folder = new URL(".", import.meta.url);
const names = [...Deno.readDirSync(folder)].map((entry) => entry.name.replace(/\.ts$/, ""))
  .filter((name) => !["main", "library", "load", "music"].includes(name)).sort();
const [name = "", ...args] = Deno.args;
if (!names.includes(name)) {
  console.error(`Which one? ${names.join(", ")}`);
  Deno.exit(1);
}
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "--no-check", new URL(`${name}.ts`, folder).href, ...args],
}).spawn().status;
Deno.exit(code);
