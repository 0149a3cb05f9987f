import type { Candidate, Decision, RankedCandidate } from "./album_matching.ts";

/** A release group as MusicBrainz has it, with values that do for a test that does not care. */
export function candidate(known: Partial<Candidate> & { artist?: string } = {}): Candidate {
  const { artist = "The Cure", ...rest } = known;
  return {
    id: crypto.randomUUID(),
    title: "Disintegration",
    disambiguation: "",
    aliases: [],
    artistCredit: [{
      name: artist,
      joinphrase: "",
      artist: { id: "69ee3720-a7cb-4402-b48d-a02c366f2bcf", name: artist, sortName: artist, aliases: [] },
    }],
    primaryType: "Album",
    secondaryTypes: [],
    firstReleaseDate: "1989-05-02",
    releases: [],
    foundBy: ["text"],
    ...rest,
  };
}

/** The same with a score and a reason for it. */
export function ranked(score: number, known: Parameters<typeof candidate>[0] = {}): RankedCandidate {
  const evidence = [{ name: "title" as const, weight: 40, text: "Title equal" }];
  return { candidate: candidate(known), score, evidence };
}

/** What the matching says when the first of these is sure. */
export function matched(...found: RankedCandidate[]): Decision {
  return { outcome: "matched", ranked: found };
}
