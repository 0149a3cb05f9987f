import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Debian's Chromium, or what CHROMIUM names. */
export async function launchBrowser(): Promise<AsyncDisposable & { browser: Browser }> {
  const browser = await chromium.launch({
    executablePath: Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium",
    args: FLAGS,
  });
  return { browser, [Symbol.asyncDispose]: () => browser.close() };
}

export type Visit = {
  page: Page;
  context: BrowserContext; /** Errors of the page and refused resources. */
  problems: string[];
};

/** A person's browser: everything that goes wrong in it is kept in `problems`. */
export async function visit(
  browser: Browser,
  options: {
    width?: number;
    height?: number;
    dark?: boolean;
    javaScript?: boolean;
    cookie?: { url: string; header: string };
  } = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 1000 },
    colorScheme: options.dark ? "dark" : "light",
    javaScriptEnabled: options.javaScript ?? true,
    reducedMotion: "reduce",
  });
  if (options.cookie) {
    const { url, header } = options.cookie;
    await context.addCookies(
      header.split("; ").map((pair) => {
        const [name, ...value] = pair.split("=");
        return { name, value: value.join("="), url };
      }),
    );
  }
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  return { page, context, problems };
}

/** What axe-core finds against WCAG 2.2 A and AA, one line per finding. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the page's content security policy does not bind.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          options: unknown,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    return (await axe.run({ runOnly: { type: "tag", values: tags } })).violations;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)} – ${node.failureSummary}`)
  );
}
