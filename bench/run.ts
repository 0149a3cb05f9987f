/** `deno task bench NAME [arguments]`: runs one of the programs of this folder and prints what it measures. */
const names = [
  "grid",
  "import",
  "lidarr",
  "limit",
  "match",
  "match_rules",
  "memory",
  "scan",
  "spotify",
  "start",
];
const [name, ...args] = Deno.args;
if (!names.includes(name)) {
  console.error(`Say what to measure: ${names.join(", ")}`);
  Deno.exit(2);
}
const program = new URL(`${name}.ts`, import.meta.url).pathname;
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "--no-check", program, ...args],
}).spawn().status;
Deno.exit(code);
