import type { Sure } from "../services/inbox.ts";
import { Confidence } from "./confidence.tsx";
import { Cover } from "./cover.tsx";
import { EmptyState } from "./failure.tsx";
import { Button, Form, LinkButton } from "./form.tsx";
import { Heading, Layout, Main } from "./layout.tsx";
import { useLink } from "./links.tsx";
import { creditOf, factsOf } from "./match_candidates.tsx";
import { Name } from "./text.tsx";
import { plural } from "./words.ts";

/** What would be accepted at once, to look through before. */
export function InboxAcceptPage({ sure, score }: { sure: readonly Sure[]; score: number }) {
  const link = useLink();
  const matches = plural(sure.length, "match", "matches");
  return (
    <Layout title={`Accept ${matches}`} back="/inbox">
      <Main width="max-w-[1040px]">
        <Heading
          title={`Accept ${matches} at ${score} % or above`}
          text="Each is the best candidate of its album. Untick what you want to judge yourself."
        >
          <form action={link("/inbox/accept")} class="flex items-center gap-2 text-ink-2">
            <label for="score">Threshold</label>
            <input
              id="score"
              class="field w-20! num"
              type="number"
              name="score"
              value={score}
              min={80}
              max={100}
            />
            <Button>Show</Button>
          </form>
        </Heading>
        {sure.length === 0
          ? (
            <EmptyState icon="inbox" title={`No album reaches ${score} %`}>
              <LinkButton path="/inbox">Back to one by one</LinkButton>
            </EmptyState>
          )
          : (
            <Form action="/inbox/accept">
              <input type="hidden" name="score" value={score} />
              <ul class="panel rows mt-5">
                {sure.map((one) => <SureRow sure={one} />)}
              </ul>
              <div class="mt-5 flex flex-wrap gap-2">
                <Button tone="primary">Accept those that are ticked</Button>
                <LinkButton path="/inbox" tone="quiet">Back to one by one</LinkButton>
                <span class="self-center text-ink-3">One Undo takes all of them back.</span>
              </div>
            </Form>
          )}
      </Main>
    </Layout>
  );
}

function SureRow({ sure }: { sure: Sure }) {
  const { id, title, artistCredit, coverHash, candidate, evidence, score, isClear } = sure;
  const because = evidence.filter(({ weight }) => weight > 0).slice(0, 2).map(({ text }) => text).join(", ");
  const cover = {
    state: "needs_match",
    // In its colours, to be told by its looks.
    ownershipStatus: "owned",
    ownedTracks: 0,
    expectedTracks: null,
    coverHash,
    artistCredit,
  } as const;
  return (
    <li class="flex items-center gap-3 px-4 py-2.5 md:gap-4">
      <label class="flex min-h-11 items-center">
        <input type="checkbox" class="check" name="album" value={id} checked={isClear} />
        <span class="sr-only">{`Accept ${title} by ${artistCredit}`}</span>
      </label>
      <span class="w-11 shrink-0">
        <Cover album={cover} bare small />
      </span>
      <span class="min-w-0 flex-1">
        <span class="block truncate text-base font-semibold">
          <Name>{title}</Name>
        </span>
        <span class="block truncate text-ink-2">
          <Name>{artistCredit}</Name>
        </span>
        <span class="block truncate text-xs text-ink-3 md:hidden">
          <Name>{`${candidate.title} · ${factsOf(candidate)}`}</Name>
        </span>
      </span>
      <span class="min-w-0 flex-1 text-ink-2 max-md:hidden">
        <span class="block truncate">
          <Name>{`${candidate.title}, ${creditOf(candidate)}`}</Name>
        </span>
        <span class="block truncate text-xs text-ink-3">{`${factsOf(candidate)} · ${because}`}</span>
      </span>
      <Confidence score={score} terse />
    </li>
  );
}
