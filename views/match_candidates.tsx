import type { ComponentChildren } from "preact";
import type { Candidate, Evidence, RankedCandidate } from "../services/album_matching.ts";
import { Confidence } from "./confidence.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { useLink } from "./links.tsx";
import { Name } from "./text.tsx";
import { plural } from "./words.ts";

const marks = {
  for: { icon: "check", ink: "text-owned", words: "text-ink", name: "For:" },
  against: { icon: "x", ink: "text-danger", words: "text-danger-ink", name: "Against:" },
  neutral: { icon: "minus", ink: "text-ink-3", words: "text-ink", name: "Neutral:" },
} as const satisfies Record<string, { icon: IconName; ink: string; words: string; name: string }>;

/** What speaks for a match, and what against. */
export function EvidenceList({ evidence }: { evidence: readonly Evidence[] }) {
  return (
    <ul class="grid gap-1.5">
      {evidence.map(({ weight, text }) => {
        const mark = marks[weight > 0 ? "for" : weight < 0 ? "against" : "neutral"];
        return (
          <li class="flex items-start gap-2">
            <span class={`mt-0.5 ${mark.ink}`}>
              <Icon name={mark.icon} />
              <span class="sr-only">{mark.name}</span>
            </span>
            <span class={`min-w-0 flex-1 wrap-anywhere ${mark.words}`}>{text}</span>
          </li>
        );
      })}
    </ul>
  );
}

export function creditOf({ artistCredit }: Pick<Candidate, "artistCredit">): string {
  return artistCredit.map(({ name, joinphrase }) => name + joinphrase).join("");
}

/** "Album, live · 1999 · 12 tracks" */
export function factsOf({ primaryType, secondaryTypes, firstReleaseDate, releases }: Candidate): string {
  const kind = [primaryType ?? "Other", ...secondaryTypes.map((type) => type.toLowerCase())].join(", ");
  const counts = [...new Set(releases.map(({ trackCount }) => trackCount).filter((n) => n !== null))];
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const tracks = counts.length === 0
    ? undefined
    : fewest === most
    ? plural(fewest, "track")
    : `${fewest} to ${plural(most, "track")}`;
  return [kind, firstReleaseDate?.slice(0, 4), tracks].filter(Boolean).join(" · ");
}

export function musicBrainzPage(id: string): string {
  return `https://musicbrainz.org/release-group/${id}`;
}

/** One of the albums that it may be; `children` are what can be done about it. */
export function CandidateCard(
  { ranked, number, children }: {
    ranked: RankedCandidate & { refusedAt: Date | null };
    /** 1 is the best: it stands out, and on a phone only its evidence is open. */
    number: number;
    children: ComponentChildren;
  },
) {
  const { candidate, score, evidence, refusedAt } = ranked;
  const link = useLink();
  return (
    <li
      class={`panel relative flex min-w-0 flex-col p-3 md:p-4 ${
        number === 1 ? "outline-2 -outline-offset-2 outline-brand" : ""
      }`}
    >
      <div class="flex gap-3 md:block">
        <img
          class="aspect-square w-20 shrink-0 self-start rounded-xs bg-raised object-cover md:mb-3 md:w-full"
          src={link(`/covers/candidates/${candidate.id}`)}
          alt=""
          loading="lazy"
          width="250"
          height="250"
        />
        <div class="min-w-0 flex-1">
          <div class="md:min-h-24">
            <h3 class="line-clamp-2 text-base leading-5 font-semibold">
              <span class="num text-ink-3">{`${number}. `}</span>
              <Name>{candidate.title}</Name>
            </h3>
            <p class="truncate text-ink-2">
              <Name>{creditOf(candidate)}</Name>
            </p>
            <p class="mt-1 text-xs text-ink-3 num">{factsOf(candidate)}</p>
            {candidate.disambiguation && <p class="text-xs text-ink-3">{candidate.disambiguation}</p>}
          </div>
          <div class="mt-2 flex flex-wrap items-center gap-x-3">
            <Confidence score={score} />
            {refusedAt && <span class="tag">refused before</span>}
          </div>
        </div>
      </div>
      <div class="mt-3 border-t border-hairline pt-3 max-md:hidden">
        <EvidenceList evidence={evidence} />
      </div>
      <details class="mt-3 border-t border-hairline pt-3 md:hidden" open={number === 1}>
        <summary class="text-xs font-medium text-ink-3">For and against</summary>
        <div class="mt-1.5">
          <EvidenceList evidence={evidence} />
        </div>
      </details>
      <div class="mt-auto flex gap-2 pt-4">
        {children}
        <a
          class="btn btn-quiet btn-icon"
          href={musicBrainzPage(candidate.id)}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={`Candidate ${number} at MusicBrainz`}
        >
          <Icon name="external-link" />
        </a>
      </div>
    </li>
  );
}
