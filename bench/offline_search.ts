import type { Candidate } from "../services/album_matching.ts";
import { nameWords } from "../services/name_words.ts";

/** Hits that share the rarest words, as a search server ranks them. */
export function searchIn(groups: readonly Candidate[]): (text: string, limit: number) => Candidate[] {
  const index = new Map<string, Set<number>>();
  groups.forEach((group, i) => {
    const credits = group.artistCredit.flatMap((
      { name, artist },
    ) => [name, artist.name, artist.sortName, ...artist.aliases]);
    const texts = [group.title, ...group.aliases, ...group.releases.map(({ title }) => title), ...credits];
    for (const word of wordsOf(texts.join(" "))) index.set(word, (index.get(word) ?? new Set()).add(i));
  });
  return (text, limit) => {
    const points = new Map<number, number>();
    for (const word of wordsOf(text)) {
      const found = index.get(word) ?? new Set();
      for (const i of found) points.set(i, (points.get(i) ?? 0) + Math.log(groups.length / found.size));
    }
    const length = (i: number) => groups[i].title.length;
    return [...points].sort((a, b) => b[1] - a[1] || length(a[0]) - length(b[0])).slice(0, limit)
      .map(([i]) => ({ ...groups[i], foundBy: ["text"] }));
  };
}

/** Words, and for scripts without spaces the pairs of letters. */
function wordsOf(text: string): Set<string> {
  const pairs = (word: string) =>
    /[^\p{ASCII}]/u.test(word) ? [...word].map((_, i, all) => all.slice(i, i + 2).join("")) : [];
  return new Set(text.split(/\s+/).flatMap(nameWords).flatMap((word) => [word, ...pairs(word)]));
}
