import manifest from "../deno.json" with { type: "json" };

/** Of the program, as `deno.json` says. */
export const version: string = manifest.version;
