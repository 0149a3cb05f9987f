/**
 * The names in a cell such as "Fred Falke;Elohim" or "Big Boi, Killer Mike". A comma also stands inside names
 * ("Tyler, The Creator"): with as many addresses beside it the cell is cut into that many, with `\,` only the
 * other commas cut, and without both the usual shapes stay whole ("Earth, Wind & Fire").
 */
export function splitArtists(cell: string, addresses = 0): string[] {
  const escaped = cell.includes("\\,");
  if (addresses === 1) return [unescape(cell)];
  if (escaped) return pieces(cell, /(?<!\\),/).map(unescape);
  const bySemicolon = pieces(cell, /;/);
  if (addresses > 1) {
    if (bySemicolon.length === addresses) return bySemicolon;
    const byComma = pieces(cell, /,/);
    if (byComma.length <= addresses) return byComma;
    // Which comma is part of a name cannot be told; the first artist matters most, so it takes the surplus.
    const surplus = byComma.length - addresses + 1;
    return [byComma.slice(0, surplus).join(", "), ...byComma.slice(surplus)];
  }
  return bySemicolon.length > 1 ? bySemicolon : joinNames(pieces(cell, /,/));
}

function joinNames(parts: string[]): string[] {
  const whole = parts.join(", ");
  if (/^(?:\S+, )+\S+ (?:&|and) \S+$/.test(whole)) return [whole];
  const names: string[] = [];
  for (const part of parts) {
    if (names.length > 0 && /^(?:the\s|[js]r\.?$)/i.test(part)) names.push(`${names.pop()}, ${part}`);
    else names.push(part);
  }
  return names;
}

/** "Nusrat Fateh Ali Khan & Michael Brook", "A, B & C". */
export function creditLine(names: string[]): string {
  return [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(" & ");
}

const pieces = (cell: string, separator: RegExp) =>
  cell.split(separator).map((part) => part.trim()).filter(Boolean);
const unescape = (name: string) => name.replaceAll("\\,", ",").trim();
