import { usePage } from "./links.tsx";
import { when } from "./words.ts";

const scripts: readonly [RegExp, string][] = [
  [/[\u0590-\u05ff]/, "he"],
  [/[\u0600-\u06ff\u0750-\u077f]/, "ar"],
  [/[\uac00-\ud7af\u1100-\u11ff]/, "ko"],
  [/[\u3040-\u30ff\u3400-\u9fff]/, "ja"],
  [/[\u0400-\u04ff]/, "ru"],
  [/[\u0370-\u03ff]/, "el"],
  [/[\u0e00-\u0e7f]/, "th"],
];
const beyondLatin = /[\u0370-\u1fff\u3040-\ud7af]/;

/** A title or name as its owner wrote it: foreign scripts keep their direction and are read in their language. */
export function Name({ children: name }: { children: string }) {
  if (!beyondLatin.test(name)) return <>{name}</>;
  const language = scripts.find(([script]) => script.test(name))?.[1];
  return <bdi lang={language}>{name}</bdi>;
}

export function Time({ at }: { at: Date }) {
  const { now } = usePage();
  return <time dateTime={at.toISOString()} title={at.toLocaleString("en-GB")}>{when(at, now)}</time>;
}

/** Hidden on touch: a key only helps where there are keys. `plain` on a coloured button. */
export function KeyHint({ keys, plain }: { keys: string; plain?: boolean }) {
  const look = plain ? "bg-transparent! text-inherit! opacity-70 shadow-none!" : "";
  return <kbd class={`kbd max-md:hidden pointer-coarse:hidden ${look}`} aria-hidden="true">{keys}</kbd>;
}
