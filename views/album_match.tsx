import type { ComponentChildren } from "preact";
import type { AlbumDetail } from "../db/albums.ts";
import type { RankedCandidate } from "../services/album_matching.ts";
import type { SwapInto } from "./album_actions.tsx";
import { Confidence } from "./confidence.tsx";
import { Button, Form, LinkButton } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { inboxPath } from "./inbox_query.ts";
import { creditOf, EvidenceList, factsOf, musicBrainzPage } from "./match_candidates.tsx";
import { Name, Time } from "./text.tsx";

export type ProposedCandidate = RankedCandidate & { refusedAt: Date | null };

type MatchProps = { album: AlbumDetail; candidates: readonly ProposedCandidate[]; into: SwapInto };

/** Which release group the album is, why, and what else it could be. */
export function AlbumMatch({ album, candidates, into }: MatchProps) {
  const chosen = candidates.find(({ candidate }) => candidate.id === album.musicbrainzReleaseGroupId);
  const others = candidates.filter((one) => one !== chosen);
  const isMatched = album.matchStatus === "matched";
  return (
    <section aria-labelledby="match">
      <div class="flex items-center justify-between gap-3">
        <h2 id="match" class="text-base font-semibold">{isMatched ? "Why this match" : "Match"}</h2>
        {isMatched && album.matchScore !== null && <Confidence score={album.matchScore} />}
      </div>
      <p class="mt-0.5 text-ink-2">
        <Standing album={album} />
      </p>
      {chosen && (
        <div class="mt-3">
          <EvidenceList evidence={chosen.evidence} />
        </div>
      )}
      <div class="mt-4 flex flex-wrap gap-2">
        <Steps album={album} into={into} />
      </div>
      {others.length > 0 && (
        <details class="mt-3">
          <summary class="py-1.5 font-medium">
            {isMatched ? `What else it could be (${others.length})` : `Candidates (${others.length})`}
          </summary>
          <ul class="rows mt-1">
            {others.map((other) => <Other album={album} other={other} into={into} />)}
          </ul>
        </details>
      )}
      <details class="mt-1">
        <summary class="py-1.5 font-medium">{isMatched ? "It is another one" : "Name it"}</summary>
        <Form action={`/albums/${album.id}/match`} class="mt-1.5 flex items-center gap-2" {...into}>
          <input
            class="field min-w-0 flex-1"
            name="address"
            required
            maxlength={500}
            placeholder="MusicBrainz id or address"
            aria-label="An id or address of MusicBrainz, or an address of Spotify or Bandcamp"
            autocomplete="off"
          />
          <Button>Match</Button>
        </Form>
      </details>
    </section>
  );
}

function Standing({ album }: { album: AlbumDetail }) {
  const { matchStatus, matchLocked, matchedAt } = album;
  if (matchStatus === "matched") {
    return (
      <>
        {matchLocked ? "Chosen by a person and kept: no job changes it" : "Found alone"}
        {matchedAt && (
          <>
            , <Time at={matchedAt} />
          </>
        )}
      </>
    );
  }
  if (matchLocked) return <>A person said that it is none of those found. It is not looked for again.</>;
  if (matchStatus === "pending") return <>Nobody has looked for it at MusicBrainz yet.</>;
  return matchStatus === "no_match"
    ? <>MusicBrainz has nothing that fits. It is asked again by itself.</>
    : <>What it is could not be decided alone.</>;
}

function Steps({ album, into }: { album: AlbumDetail; into: SwapInto }) {
  const { id, matchStatus, matchLocked } = album;
  const waits = !matchLocked && (matchStatus === "manual_review" || matchStatus === "no_match");
  return (
    <>
      {waits && <LinkButton path={inboxPath({ at: id })} small>Decide in the inbox</LinkButton>}
      {!matchLocked && (
        <Step path={`/albums/${id}/match/search`} into={into}>
          <Button small icon="rotate-cw" keys="m">
            {matchStatus === "matched" ? "Match again" : "Look for it"}
          </Button>
        </Step>
      )}
      {matchLocked && (
        <Step path={`/albums/${id}/match/lock`} value={["locked", "false"]} into={into}>
          <Button small icon="lock-open">Unlock</Button>
        </Step>
      )}
      {!matchLocked && matchStatus === "matched" && (
        <Step path={`/albums/${id}/match/lock`} value={["locked", "true"]} into={into}>
          <Button small icon="lock">Lock</Button>
        </Step>
      )}
    </>
  );
}

function Step(
  { path, value, into, children }: {
    path: string;
    value?: readonly [name: string, value: string];
    into: SwapInto;
    children: ComponentChildren;
  },
) {
  return (
    <Form action={path} {...into}>
      {value && <input type="hidden" name={value[0]} value={value[1]} />}
      {children}
    </Form>
  );
}

function Other({ album, other, into }: { album: AlbumDetail; other: ProposedCandidate; into: SwapInto }) {
  const { candidate, score, evidence, refusedAt } = other;
  return (
    <li class="py-2.5">
      <div class="flex items-start gap-3">
        <div class="min-w-0 flex-1">
          <p class="font-medium wrap-anywhere">
            <Name>{candidate.title}</Name>
          </p>
          <p class="text-ink-2">
            <Name>{creditOf(candidate)}</Name>
          </p>
          <p class="text-xs text-ink-3 num">
            {[factsOf(candidate), candidate.disambiguation, refusedAt && "refused"].filter(Boolean).join(
              " · ",
            )}
          </p>
          <Confidence score={score} />
        </div>
        <Form action={`/albums/${album.id}/match`} {...into}>
          <input type="hidden" name="candidate" value={candidate.id} />
          <Button small>
            Choose<span class="sr-only">{` ${candidate.title}, ${score} %`}</span>
          </Button>
        </Form>
        <a
          class="btn btn-quiet btn-sm btn-icon"
          href={musicBrainzPage(candidate.id)}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={`${candidate.title} at MusicBrainz`}
        >
          <Icon name="external-link" />
        </a>
      </div>
      <details class="mt-1">
        <summary class="text-xs font-medium text-ink-3">For and against</summary>
        <div class="mt-1.5">
          <EvidenceList evidence={evidence} />
        </div>
      </details>
    </li>
  );
}
