/** `deno task bench NAME [arguments]`: runs one of the programs of this folder and prints what it measures. */
const helpers = ["run.ts", "library.ts", "load.ts", "music.ts"];

const [name, ...args] = Deno.args;
const names = [...Deno.readDirSync(import.meta.dirname ?? "")].map((entry) => entry.name)
  .filter((file) => file.endsWith(".ts") && !helpers.includes(file)).map((file) => file.slice(0, -3));
if (!names.includes(name)) {
  console.error(`Say what to measure: ${names.sort().join(", ")}`);
  Deno.exit(2);
}
const program = new URL(`${name}.ts`, import.meta.url).pathname;
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "--no-check", program, ...args],
}).spawn().status;
Deno.exit(code);
