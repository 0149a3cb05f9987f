import type { ComponentChildren } from "preact";
import { Icon } from "./icon.tsx";
import { useAsset, useLink, usePage } from "./links.tsx";
import { Mark, TabBar, TopBar } from "./navigation.tsx";
import { Banner } from "./notice.tsx";
import { Shortcuts } from "./shortcuts.tsx";

type DocumentProps = {
  /** Of the window; the product's name is added. */
  title: string;
  children: ComponentChildren;
};

type LayoutProps = DocumentProps & {
  /** In the phone's bar; the window's title when not given. */
  phoneTitle?: string;
  /** Where the phone's back arrow leads; the logo stands there without it. */
  back?: string;
  /** At the right end of the phone's bar. */
  actions?: ComponentChildren;
};

// Nothing of htmx may need eval or write style elements: the content security policy forbids both.
const htmxConfig = JSON.stringify({ includeIndicatorCSS: false });

function Html({ title, children }: DocumentProps) {
  const link = useLink();
  const asset = useAsset();
  const { csrfToken, theme } = usePage();
  return (
    <html lang="en" data-theme={theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <title>{`${title} · Beat Collector`}</title>
        <meta name="color-scheme" content={theme ?? "dark light"} />
        <meta name="htmx-config" content={htmxConfig} />
        <link rel="icon" href={asset("icon.svg")} type="image/svg+xml" />
        <link rel="stylesheet" href={asset("app.css")} />
        <script src={asset("htmx.js")} defer></script>
        <script src={asset("client.js")} defer></script>
      </head>
      <body hx-headers:inherited={JSON.stringify({ "X-CSRF-Token": csrfToken })} data-home={link("/")}>
        {children}
      </body>
    </html>
  );
}

/** A page of the program: navigation, notices, the drawer and the place for toasts around what it shows. */
export function Layout({ title, phoneTitle = title, back, actions, children }: LayoutProps) {
  const link = useLink();
  const { flash, banners = [] } = usePage();
  const notices = flash ? [flash, ...banners] : banners;
  return (
    <Html title={title}>
      <a class="skip btn btn-ink" href="#main">Skip to content</a>
      <TopBar />
      <header class="sticky top-0 z-30 flex h-14 items-center gap-2 border-b border-hairline bg-canvas px-4 md:hidden">
        {back
          ? (
            <a href={link(back)} class="btn btn-quiet btn-icon -ml-3" aria-label="Back">
              <Icon name="arrow-left" class="size-5" />
            </a>
          )
          : <Mark size={22} />}
        <span class="min-w-0 flex-1 truncate text-md font-semibold tracking-tight">{phoneTitle}</span>
        {actions}
      </header>
      <div id="notices" class="mx-auto grid max-w-[1440px] gap-2 px-4 not-empty:pt-4 md:px-8">
        {notices.map((notice) => <Banner notice={notice} />)}
      </div>
      {children}
      <TabBar />
      <Shortcuts />
      <dialog
        id="drawer"
        aria-label="Album"
        closedby="any"
        class="fixed inset-y-0 right-0 left-auto m-0 h-dvh max-h-none w-full max-w-none overflow-hidden bg-overlay text-sm text-ink shadow-3 backdrop:bg-scrim md:w-[600px] md:rounded-l-xl md:ring-1 md:ring-edge"
      />
      <div
        id="toasts"
        role="status"
        aria-live="polite"
        class="fixed inset-x-2 bottom-20 z-50 mx-auto grid max-w-max justify-items-center gap-2 md:bottom-24"
      />
    </Html>
  );
}

/** A page before there is an account, or when nothing else can be shown. */
export function BareLayout({ title, children }: DocumentProps) {
  return (
    <Html title={title}>
      <div class="flex min-h-dvh flex-col">{children}</div>
    </Html>
  );
}

/** The one main landmark of a page. */
export function Main(
  { width = "max-w-[1440px]", class: look = "", children }: {
    width?: string;
    class?: string;
    children: ComponentChildren;
  },
) {
  return (
    <main id="main" class={`mx-auto ${width} px-4 pt-4 pb-24 md:px-8 md:pt-7 md:pb-16 ${look}`}>
      {children}
    </main>
  );
}

/** The page's heading; on a phone the bar shows the title, so only a screen reader meets it here. */
export function Heading(
  { title, text, children }: { title: string; text?: ComponentChildren; children?: ComponentChildren },
) {
  return (
    <div class="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div>
        <h1 class="text-lg font-semibold max-md:sr-only">{title}</h1>
        {text && <p class="mt-0.5 text-ink-2 max-md:mt-0">{text}</p>}
      </div>
      {children && <div class="flex flex-wrap items-center gap-2">{children}</div>}
    </div>
  );
}
