import type { ComponentChildren } from "preact";
import { LinkButton } from "./form.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { BareLayout, Layout, Main } from "./layout.tsx";
import { usePage } from "./links.tsx";

/** Says what is (not) there, what still works, and offers one way on. */
export function EmptyState(
  { icon, picture, title, text, children }: {
    icon?: IconName;
    /** Instead of an icon. */
    picture?: ComponentChildren;
    title: string;
    text?: ComponentChildren;
    /** The way on: buttons or links. */
    children?: ComponentChildren;
  },
) {
  return (
    <div class="flex flex-col items-center px-6 py-10 text-center">
      <span class="text-ink-3">{icon ? <Icon name={icon} class="size-8" /> : picture}</span>
      <h2 class="mt-4 text-md font-semibold">{title}</h2>
      {text && <p class="mt-1 max-w-[38ch] text-ink-2">{text}</p>}
      {children && <div class="mt-5 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}

export type FailureProps = {
  status: number;
  /** What happened, for people. */
  message?: string;
  /** The id the log knows the request by. */
  requestId?: string;
};

type Look = { icon?: IconName; title: string; text: string; way: ComponentChildren };

function lookOf(status: number, path: string): Look {
  const albums = <LinkButton path="/albums">Albums</LinkButton>;
  const again = <LinkButton path={path}>Try again</LinkButton>;
  switch (status) {
    case 401:
      return {
        icon: "lock",
        title: "You were signed out",
        text: "Sign in and go on where you were.",
        way: <LinkButton path={`/login?back=${encodeURIComponent(path)}`} tone="primary">Sign in</LinkButton>,
      };
    case 403:
      return {
        icon: "lock",
        title: "This is not for you",
        text: "Ask an admin of this server.",
        way: albums,
      };
    case 404:
      return {
        title: path.startsWith("/albums/") ? "There is no such album" : "There is no such page",
        text: path.startsWith("/albums/")
          ? "It may have been merged with another one. Search for it by name."
          : "The address may be old or mistyped.",
        way: albums,
      };
    case 413:
      return { icon: "file-x", title: "That is too large", text: "Nothing was changed.", way: again };
    case 429:
      return { icon: "clock", title: "Too many tries", text: "Wait a little, then try again.", way: again };
    case 503:
      return {
        icon: "wifi-off",
        title: "Something we need does not answer",
        text: "Nothing was changed. Try again in a moment.",
        way: again,
      };
    default:
      return status < 500
        ? { icon: "circle-alert", title: "That cannot be done", text: "Nothing was changed.", way: again }
        : {
          icon: "circle-x",
          title: "That did not work",
          text: "The mistake is ours and is in the log. Nothing was changed.",
          way: again,
        };
  }
}

/** The part a failed request is answered with when only a part was asked for. */
export function FailurePart({ status, message, requestId }: FailureProps) {
  const { path } = usePage();
  const { icon, title, text, way } = lookOf(status, path);
  return (
    <div id="failure" role="alert">
      <EmptyState
        icon={icon}
        picture={<span class="text-2xl font-semibold num">{status}</span>}
        title={title}
        text={
          <>
            {message ?? text}
            {requestId && (
              <span class="mt-2 block font-mono text-xs text-ink-3">{`request ${requestId}`}</span>
            )}
          </>
        }
      >
        {way}
      </EmptyState>
    </div>
  );
}

export function FailurePage(props: FailureProps) {
  const { user, path } = usePage();
  const { title } = lookOf(props.status, path);
  const body = (
    <Main>
      <h1 class="sr-only">{title}</h1>
      <div class="grid min-h-[50dvh] place-content-center">
        <FailurePart {...props} />
      </div>
    </Main>
  );
  return user
    ? <Layout title={title} phoneTitle="Beat Collector">{body}</Layout>
    : <BareLayout title={title}>{body}</BareLayout>;
}
