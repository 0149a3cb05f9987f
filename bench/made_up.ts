import { createHash } from "node:crypto";
import type { Candidate, CreditedArtist } from "../services/album_matching.ts";
import { isVarious, VARIOUS_ARTISTS } from "../services/artist_agreement.ts";
import { nameKey } from "../services/name_words.ts";

/** An id that is always the same for the same words. */
export function idOf(...words: string[]): string {
  const hex = createHash("sha1").update(words.join("\0")).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ]
    .join("-");
}

/** A number from 0 up to `below`, always the same for the same words. */
export function draw(below: number, ...words: string[]): number {
  return createHash("sha1").update(words.join("\0")).digest().readUInt32BE(0) % below;
}

export function isHeldOut(artist: string): boolean {
  return draw(2, "held out", nameKey(artist)) === 0;
}

/** A credit of artists who are each known by one name and id. */
export function creditOf(names: readonly string[]): CreditedArtist[] {
  return names.map((name, i) => ({
    name,
    joinphrase: i < names.length - 2 ? ", " : i === names.length - 2 ? " & " : "",
    artist: {
      id: isVarious(name) ? VARIOUS_ARTISTS : idOf("artist", nameKey(name)),
      name,
      sortName: name,
      aliases: [],
    },
  }));
}

/** The files do not tell how many tracks there are, so that many as fit the type. */
export function trackCountOf(group: Pick<Candidate, "id" | "primaryType">): number {
  if (group.primaryType === "Single") return 1 + draw(3, "tracks", group.id);
  return group.primaryType === "EP" ? 4 + draw(3, "tracks", group.id) : 8 + draw(8, "tracks", group.id);
}
