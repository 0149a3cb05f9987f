import type { MatchReason } from "../db/album_matches.ts";
import type { Inbox, Waiting } from "../services/inbox.ts";
import { Cover } from "./cover.tsx";
import { EmptyState } from "./failure.tsx";
import { Button, Form, LinkButton } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { type InboxAddress, inboxPath, reasonNames } from "./inbox_query.ts";
import { Layout, Main } from "./layout.tsx";
import { useLink } from "./links.tsx";
import { CandidateCard } from "./match_candidates.tsx";
import { Banner, type Notice } from "./notice.tsx";
import { KeyHint, Name, Time } from "./text.tsx";
import { count, percent, plural } from "./words.ts";

export type InboxProps = {
  inbox: Inbox;
  address: InboxAddress;
  /** From this score on all can be accepted at once. */
  sureScore: number;
  /** What became of the album before, or of what was pasted. */
  notice?: Notice;
};

export function InboxPage(props: InboxProps) {
  const { inbox, sureScore } = props;
  const link = useLink();
  return (
    <Layout
      title="Inbox"
      actions={inbox.sure > 0 && (
        <a
          href={link("/inbox/accept")}
          class="btn btn-quiet btn-icon -mr-2"
          aria-label={`Accept ${count(inbox.sure)} at ${sureScore} % or above`}
        >
          <Icon name="list-checks" class="size-5" />
        </a>
      )}
    >
      <p id="said" class="sr-only" role="status" aria-live="polite" />
      <Triage {...props} />
    </Layout>
  );
}

/** Where the answer to whatever is done in the inbox goes. */
const intoTriage = { "hx-target": "#triage", "hx-swap": "outerHTML show:window:top" } as const;

/** One album and what it may be; `isNext` takes the focus, as the answer to what was done about the one before. */
export function Triage({ isNext, ...props }: InboxProps & { isNext?: boolean }) {
  const { inbox, address, notice } = props;
  const { current, upcoming } = inbox;
  const link = useLink();
  return (
    <div id="triage">
      <TriageBar {...props} />
      <Main class="pb-40!">
        {notice && (
          <div class="mb-4">
            <Banner notice={notice} />
          </div>
        )}
        {current
          ? (
            <div class="grid gap-6 lg:grid-cols-[264px_minmax(0,1fr)]">
              <Subject waiting={current} isNext={isNext} />
              <Candidates waiting={current} address={address} />
            </div>
          )
          : <NothingWaits {...props} />}
      </Main>
      <DecisionBar {...props} />
      {upcoming.map((id) => <link rel="prefetch" as="image" href={link(`/covers/candidates/${id}`)} />)}
    </div>
  );
}

const reasons: readonly MatchReason[] = ["tie", "low_confidence", "contradiction", "nothing_found"];

function TriageBar({ inbox, address, sureScore }: InboxProps) {
  const { counts, left, sure } = inbox;
  const { done = 0 } = address;
  const link = useLink();
  return (
    <div class="border-b border-hairline bg-surface">
      <div class="mx-auto flex max-w-[1440px] flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3 md:px-8">
        <h1 class="text-lg font-semibold max-md:sr-only">Inbox</h1>
        <div class="flex min-w-40 flex-1 items-center gap-3 md:max-w-xs">
          <span class="bar h-1.5! flex-1" aria-hidden="true">
            <i style={`width:${percent(done, done + left)}%;background:var(--owned)`} />
          </span>
          <span class="font-medium whitespace-nowrap num">
            {done > 0 ? `${count(done)} of ${count(done + left)}` : `${count(left)} left`}
          </span>
        </div>
        <nav
          aria-label="Reason"
          class="scroll-x -mx-4 flex gap-1 px-4 md:mx-0 md:px-0"
          hidden={left === 0}
        >
          <Chip name="All" waiting={left} current={!address.reason} path={inboxPath({ done })} />
          {reasons.filter((reason) => counts[reason] || reason === address.reason).map((reason) => (
            <Chip
              name={reasonNames[reason]}
              waiting={counts[reason] ?? 0}
              current={reason === address.reason}
              path={inboxPath({ reason, done })}
            />
          ))}
        </nav>
        {sure > 0 && (
          <a href={link("/inbox/accept")} class="btn btn-plain ml-auto max-md:hidden">
            <Icon name="list-checks" />
            {`Accept ${count(sure)} at ${sureScore} % or above…`}
          </a>
        )}
      </div>
    </div>
  );
}

function Chip(
  { name, waiting, current, path }: { name: string; waiting: number; current: boolean; path: string },
) {
  const link = useLink();
  return (
    <a href={link(path)} class="chip" aria-current={current ? "true" : undefined}>
      {name} <span class="count">{count(waiting)}</span>
    </a>
  );
}

const kinds: Record<string, string> = { ep: "EP" };

function Subject({ waiting, isNext }: { waiting: Waiting; isNext?: boolean }) {
  const { album, files } = waiting;
  const link = useLink();
  const type = album.albumType ?? "album";
  const facts = [
    kinds[type] ?? type[0].toUpperCase() + type.slice(1),
    album.releaseYear,
    album.totalTracks !== null && plural(album.totalTracks, "track"),
  ];
  const barcode = album.externalIds.find(({ kind }) => kind === "barcode")?.value;
  return (
    <section aria-labelledby="subject" class="lg:pt-1">
      <p class="text-xs font-medium text-ink-3">In your library</p>
      <div class="mt-2 flex gap-4 lg:block">
        <div class="w-24 shrink-0 lg:w-full">
          {/* In its colours: it is told by its looks. */}
          <Cover album={{ ...album, ownershipStatus: "owned" }} eager large />
        </div>
        <div class="min-w-0">
          <h2
            id="subject"
            class="text-lg font-semibold wrap-anywhere lg:mt-4"
            tabIndex={-1}
            autofocus={isNext}
          >
            <Name>{album.title}</Name>
          </h2>
          <p class="text-md text-ink-2">
            <Name>{album.artistCredit}</Name>
          </p>
          <p class="mt-1 text-ink-3 num">{facts.filter(Boolean).join(" · ")}</p>
          <a href={link(`/albums/${album.id}`)} class="link mt-1 inline-block">All about it</a>
        </div>
      </div>
      <dl class="mt-4 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 max-lg:hidden">
        {barcode && (
          <>
            <dt class="text-ink-3">Barcode</dt>
            <dd class="num">{barcode}</dd>
          </>
        )}
        <dt class="text-ink-3">Added</dt>
        <dd>
          <Time at={album.addedAt} />
        </dd>
        <dt class="text-ink-3">Played</dt>
        <dd class="num">{album.playCount > 0 ? plural(album.playCount, "time") : "not yet"}</dd>
        <dt class="text-ink-3">Files</dt>
        <dd class="num">{files > 0 ? count(files) : "none yet"}</dd>
      </dl>
      <div class="mt-4 rounded-md bg-warn-soft p-3 text-ink-2">
        <b class="block font-semibold text-ink">Why you are asked</b>
        {whyAsked(waiting)}
      </div>
    </section>
  );
}

function whyAsked({ reason, candidates }: Waiting): string {
  const [best, second] = candidates;
  if (best?.refusedAt) return "You took this match back before. It is not made again without you.";
  const against = best?.evidence.find(({ weight }) => weight < 0)?.text;
  switch (reason) {
    case "tie":
      if (!best) return "The files could be of several albums of your library.";
      return second && best.score - second.score < 10
        ? `Two candidates are ${plural(best.score - second.score, "point")} apart. Nothing tells which it is.`
        : "Other albums of the same name are near. Nothing tells which it is.";
    case "low_confidence":
      return `The best candidate reaches ${best?.score ?? 0} %. Albums are matched alone from 80 % on.`;
    case "contradiction":
      return against
        ? `The best candidate fits, but something speaks against it: ${against}.`
        : "What the files or barcodes name is another album than the one that fits best.";
    case "nothing_found":
      return "MusicBrainz has nothing that fits. It is asked again by itself, in days, then in weeks.";
  }
}

const KEYED = 5;

function Candidates({ waiting, address }: { waiting: Waiting; address: InboxAddress }) {
  const { album, candidates } = waiting;
  return (
    <section aria-labelledby="candidates" class="min-w-0">
      <div class="mb-3 flex items-baseline justify-between gap-4">
        <h2 id="candidates" class="text-base font-semibold">
          {candidates.length > 0 ? plural(candidates.length, "candidate") : "No candidates"}
        </h2>
        <span class="text-ink-3 max-md:hidden">Your choice is kept. No job overwrites it.</span>
      </div>
      {candidates.length === 0 && (
        <p class="text-ink-2">
          Paste the id or address of the album at MusicBrainz, or its address at Spotify or Bandcamp. Or write
          other words to search for.
        </p>
      )}
      <ol class="grid gap-3 md:grid-cols-2 xl:grid-cols-4">
        {candidates.map((ranked, i) => (
          <CandidateCard ranked={ranked} number={i + 1}>
            <Form action={`/inbox/${album.id}/match`} class="flex-1" {...intoTriage}>
              <Where address={address} />
              <input type="hidden" name="candidate" value={ranked.candidate.id} />
              <Button
                tone={i === 0 ? "primary" : "plain"}
                keys={i < KEYED ? String(i + 1) : undefined}
                class="w-full"
              >
                Choose<span class="sr-only">{` ${ranked.candidate.title}, candidate ${i + 1}`}</span>
              </Button>
            </Form>
          </CandidateCard>
        ))}
      </ol>
      <NameIt id={album.id} address={address} class="mt-4 md:hidden" />
    </section>
  );
}

/** Where somebody is, sent along with what is done there. */
function Where({ address }: { address: InboxAddress }) {
  return (
    <>
      {address.reason && <input type="hidden" name="reason" value={address.reason} />}
      {address.done !== undefined && <input type="hidden" name="done" value={address.done} />}
    </>
  );
}

/** For what none of the candidates is. */
function NameIt({ id, address, class: look }: { id: string; address: InboxAddress; class: string }) {
  return (
    <Form action={`/inbox/${id}/candidates`} class={`flex items-center gap-2 ${look}`} {...intoTriage}>
      <Where address={address} />
      <span class="relative min-w-0 flex-1">
        <span class="pointer-events-none absolute inset-y-0 left-3 grid place-items-center text-ink-3">
          <Icon name="link" />
        </span>
        <input
          class="field pl-9!"
          name="address"
          maxlength={500}
          placeholder="MusicBrainz id, address, or words"
          aria-label="An id or address of MusicBrainz, an address of Spotify or Bandcamp, or words to search for"
          autocomplete="off"
          data-key="p"
        />
      </span>
      <Button tone="quiet" icon="search">Search</Button>
    </Form>
  );
}

/** What can be done about the album besides choosing, always in reach. */
function DecisionBar({ inbox, address }: InboxProps) {
  const { current, last } = inbox;
  const link = useLink();
  if (!current && !last) return null;
  const id = current?.album.id;
  return (
    <div
      role="region"
      aria-label="Decide"
      class="fixed inset-x-0 bottom-14 z-20 border-t border-hairline bg-overlay md:bottom-0"
    >
      <div class="mx-auto flex max-w-[1440px] flex-wrap items-center gap-2 px-4 py-2.5 md:px-8">
        {id && <NameIt id={id} address={address} class="min-w-0 flex-1 max-md:hidden md:max-w-xl" />}
        <div class="grid w-full grid-cols-3 gap-2 md:ml-auto md:flex md:w-auto">
          {id && (
            <>
              <Form action={`/inbox/${id}/none`} {...intoTriage}>
                <Where address={address} />
                <Button keys="n" class="w-full">None of these</Button>
              </Form>
              <a
                href={link(inboxPath({ ...address, at: undefined, after: id }))}
                class="btn btn-plain"
                data-key="s"
                hx-get={link(inboxPath({ ...address, at: undefined, after: id }))}
                hx-push-url="true"
                {...intoTriage}
              >
                Skip <KeyHint keys="s" />
              </a>
            </>
          )}
          {last && (
            <Form action="/inbox/undo" {...intoTriage}>
              <Where address={address} />
              <Button tone="quiet" icon="undo-2" keys="u" class="w-full" title={`Take back: ${last.title}`}>
                Undo
              </Button>
            </Form>
          )}
        </div>
      </div>
    </div>
  );
}

function NothingWaits({ inbox, address }: InboxProps) {
  if (inbox.left > 0) {
    return (
      <EmptyState icon="inbox" title="None of these are left">
        <LinkButton path={inboxPath({ done: address.done })} tone="primary">
          {`The other ${count(inbox.left)}`}
        </LinkButton>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="inbox"
      title="Inbox is empty"
      text={address.done
        ? `You decided about ${plural(address.done, "album")}. Every album knows what it is.`
        : "Every album knows what it is. What cannot be decided alone will wait here."}
    >
      <LinkButton path="/albums">Albums</LinkButton>
    </EmptyState>
  );
}
