import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { renderToString } from "preact-render-to-string";
import type { JSX } from "preact";
import { Page, type PageContext } from "../views/links.tsx";
import type { Notice } from "../views/notice.tsx";
import { countWaiting } from "../services/inbox.ts";
import { cookieOptions } from "./credentials.ts";
import { gzip, takesGzip } from "./packing.ts";
import { basePathOf, type Request } from "./request.ts";
import { assetVersion } from "./static_files.ts";

export type View = {
  /** The whole document, drawn by a page that uses a layout. */
  page: JSX.Element;
  /** What htmx swaps when it asks the same URL for a part; without it htmx gets the page. */
  partial?: JSX.Element;
  status?: ContentfulStatusCode;
};

/** Answers with a page, or with its part when htmx asks for one. Nothing else knows the headers of htmx. */
export async function render(c: Request, view: View): Promise<Response> {
  const isPartial = view.partial !== undefined && wantsPart(c);
  const markup = draw(view, await pageContext(c, isPartial), isPartial);
  c.header("Vary", "HX-Request-Type", { append: true });
  return c.html(markup, view.status ?? 200);
}

/**
 * The same for a page that shows nothing but the library: kept packed for whoever asks again before an album
 * changes, because drawing and packing sixty covers costs ten times what sending them does.
 */
export async function renderWhileUnchanged(c: Request, load: () => Promise<View>): Promise<Response> {
  const isPartial = wantsPart(c);
  const context = await pageContext(c, isPartial);
  if (context.flash || !takesGzip(c)) return await render(c, await load());
  const { now, ...shown } = context;
  const key = JSON.stringify([shown, now.toDateString(), isPartial, targetOf(c), new URL(c.req.url).search]);
  const packed = await c.get("app").catalogue.read(`page ${key}`, async () => {
    const view = await load();
    return await gzip(draw(view, context, isPartial && view.partial !== undefined));
  });
  c.header("Vary", "HX-Request-Type", { append: true });
  c.header("Content-Type", "text/html; charset=UTF-8");
  c.header("Content-Encoding", "gzip");
  c.header("Vary", "Accept-Encoding", { append: true });
  return c.body(new Uint8Array(packed));
}

function draw({ page, partial }: View, context: PageContext, isPartial: boolean): string {
  const markup = renderToString(<Page.Provider value={context}>{isPartial ? partial : page}</Page.Provider>);
  return isPartial ? markup : `<!doctype html>${markup}`;
}

/** Markup of one part, for what is sent outside of an answer (server-sent events). */
export async function renderPart(c: Request, part: JSX.Element): Promise<string> {
  return renderToString(<Page.Provider value={await pageContext(c, true)}>{part}</Page.Provider>);
}

/** Whether htmx will swap the answer into a part of the page it shows. */
export function wantsPart(c: Request): boolean {
  return c.req.header("HX-Request-Type") === "partial" && !c.req.header("HX-History-Restore-Request");
}

/** The id of the element that htmx will put the answer into. */
export function targetOf(c: Request): string | undefined {
  return c.req.header("HX-Target")?.split("#").at(1);
}

/** Tells the page that gets the answer what has happened: its parts may wait for an event of that name. */
export function announce(c: Request, event: string): void {
  c.header("HX-Trigger", event);
}

/** The address that the browser shows from now on, so that loading it again leads to the same. */
export function showAddress(c: Request, path: string): void {
  c.header("HX-Replace-Url", basePathOf(c.get("app")) + path);
}

/** Where the browser stands that asks with htmx, below BASE_URL. */
export function currentAddress(c: Request): URL | undefined {
  const current = c.req.header("HX-Current-URL");
  if (!current || !URL.canParse(current)) return undefined;
  const address = new URL(current);
  const basePath = basePathOf(c.get("app"));
  if (address.pathname.startsWith(`${basePath}/`)) address.pathname = address.pathname.slice(basePath.length);
  return address;
}

/**
 * Goes on to another page of ours; `notice` is shown there once. For htmx the browser loads it whole: what
 * was asked for may have been only a part.
 */
export function redirect(c: Request, path: string, notice?: Notice): Response {
  if (notice) {
    setCookie(c, FLASH, encodeURIComponent(JSON.stringify(notice)), { ...cookieOptions(c), maxAge: 60 });
  }
  const address = basePathOf(c.get("app")) + path;
  if (!c.req.header("HX-Request")) return c.redirect(address, 303);
  c.header("HX-Redirect", address);
  return c.body(null, 200);
}

const FLASH = "beat_flash";

async function pageContext(c: Request, isPartial: boolean): Promise<PageContext> {
  const account = c.get("account");
  const app = c.get("app");
  const theme = getCookie(c, "theme");
  return {
    basePath: basePathOf(app),
    csrfToken: account?.csrfToken ?? "",
    user: account && { username: account.username, role: account.role },
    theme: theme === "light" || theme === "dark" ? theme : undefined,
    path: c.req.path,
    runningJobs: app.jobFeed.running(),
    waiting: account && !isPartial ? await countWaiting(app) : 0,
    version: await assetVersion(),
    now: new Date(),
    flash: isPartial ? undefined : takeFlash(c),
  };
}

/** The notice the page before left, shown once. Its text is drawn as text, whatever it says. */
function takeFlash(c: Request): Notice | undefined {
  const left = getCookie(c, FLASH);
  if (!left) return undefined;
  deleteCookie(c, FLASH, cookieOptions(c));
  try {
    return JSON.parse(decodeURIComponent(left)) as Notice;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof URIError) return undefined;
    throw error;
  }
}
