/** Keys, drawer, menus and selection in a browser, on made-up albums: what markup alone cannot show. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { Page } from "playwright-core";
import { accessibilityFindings, launchBrowser, visit } from "./browser.ts";
import { serveGallery } from "./gallery.tsx";

type Screen = { width?: number; height?: number; dark?: boolean };

/** One test in a browser of its own, on the grid; nothing may go wrong unseen. */
function inBrowser(name: string, run: (page: Page, url: string) => Promise<void>, screen: Screen = {}) {
  Deno.test(name, async () => {
    await using gallery = serveGallery();
    await using launched = await launchBrowser();
    const { page, problems } = await visit(launched.browser, screen);
    await page.goto(`${gallery.url}/albums`);
    // Until htmx has taken over, forms and links work as plain ones, which is not what these tests are about.
    await page.waitForSelector("[data-htmx-powered]", { state: "attached" });
    await run(page, gallery.url);
    deepStrictEqual(problems, []);
  });
}

const phone = { width: 390, height: 844 };
const drawer = (page: Page) => page.locator("#drawer[open]");
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");

inBrowser("j moves, Enter opens the drawer, Esc closes it where one was", async (page, url) => {
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await drawer(page).waitFor();
  match(page.url(), /\/albums\/0000.*1$/);
  await page.evaluate(() => document.body.dataset.mark = "not loaded again");
  await page.keyboard.press("Escape");
  await page.waitForURL(`${url}/albums`);
  strictEqual(await drawer(page).count(), 0);
  strictEqual(await page.locator("body[data-mark]").count(), 1);
  match(await focused(page), /Disintegration/);
});

inBrowser("Back closes the drawer, j goes to the next album in it", async (page, url) => {
  await page.locator("[data-item] a").first().click();
  await drawer(page).waitFor();
  await page.keyboard.press("j");
  await page.getByRole("heading", { name: "Disintegration" }).waitFor();
  await page.goBack();
  await page.waitForURL(`${url}/albums`);
  await drawer(page).waitFor({ state: "detached" });
  ok(await page.locator("[data-item]").count() >= 60);
});

inBrowser("x selects, Shift x a range, Esc leaves the selection", async (page) => {
  const bar = page.getByRole("group", { name: "Selected albums" });
  strictEqual(await bar.isVisible(), false);
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  strictEqual(await page.locator("[data-count]").textContent(), "1");
  for (let i = 0; i < 3; i++) await page.keyboard.press("j");
  await page.keyboard.press("Shift+X");
  strictEqual(await page.locator("[data-count]").textContent(), "4");
  strictEqual(await bar.isVisible(), true);
  await page.keyboard.press("Escape");
  await bar.waitFor({ state: "hidden" });
  strictEqual(await page.locator("[data-item] :checked").count(), 0);
});

inBrowser("o posts the album that has the focus, with the token", async (page) => {
  await page.keyboard.press("j");
  const [request] = await Promise.all([
    page.waitForRequest((request) => request.method() === "POST"),
    page.keyboard.press("o"),
  ]);
  match(request.url(), /\/albums\/bulk$/);
  const body = new URLSearchParams(request.postData() ?? "");
  deepStrictEqual([body.get("do"), body.getAll("album").length, body.get("csrf_token")], [
    "owned",
    1,
    "sample",
  ]);
  strictEqual(request.headers()["x-csrf-token"], "sample");
});

inBrowser("searching keeps the focus, a chip keeps the search", async (page) => {
  await page.keyboard.press("/");
  await page.keyboard.type("homogenic", { delay: 15 });
  await page.waitForURL(/search=homogenic/);
  await page.waitForFunction(() => document.querySelectorAll("[data-item]").length < 5);
  strictEqual(await page.evaluate(() => document.activeElement?.id), "search-field");
  strictEqual(await page.inputValue("#search-field"), "homogenic");
  await page.getByRole("link", { name: /^Owned/ }).click();
  await page.waitForURL(/state=owned/);
  match(page.url(), /search=homogenic/);
  await page.locator('a.chip[aria-current="true"]', { hasText: "Owned" }).waitFor();
});

inBrowser("a menu closes outside and with Esc, and its choice is carried on", async (page) => {
  const genre = page.locator("summary", { hasText: "Genre" });
  const open = page.locator("details[open]");
  await genre.click();
  await page.mouse.click(700, 120);
  strictEqual(await open.count(), 0);
  await genre.click();
  await page.keyboard.press("Escape");
  strictEqual(await open.count(), 0);
  await genre.click();
  await page.getByRole("link", { name: /^Jazz/ }).click();
  await page.waitForURL(/genre=Jazz/);
  await page.locator("summary", { hasText: "Jazz" }).waitFor();
  await page.selectOption("#sort", { label: "Title" });
  await page.waitForURL(/sort=title/);
  match(page.url(), /genre=Jazz/);
});

inBrowser("the next page comes when its place is reached", async (page) => {
  const before = await page.locator("[data-item]").count();
  await page.locator("#pager").scrollIntoViewIfNeeded();
  await page.waitForFunction((n) => document.querySelectorAll("[data-item]").length > n, before);
  match(page.url(), /after=/);
});

inBrowser("? shows the keys, g j goes to the activity, and the switch turns them off", async (page, url) => {
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  await page.getByText("Single-key shortcuts on").click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  strictEqual(await page.locator("#shortcuts").isVisible(), false);
  await page.evaluate(() => localStorage.clear());
  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await page.waitForURL(`${url}/activity`);
});

inBrowser("jobs move on while one looks", async (page, url) => {
  await page.goto(`${url}/activity`);
  const bar = page.getByRole("progressbar").first();
  const before = await bar.getAttribute("aria-valuenow");
  await page.waitForFunction(
    (before) => document.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow") !== before,
    before,
  );
  strictEqual(await page.locator("#open-jobs").count(), 1);
});

inBrowser("files may be dropped on a door", async (page, url) => {
  await page.goto(`${url}/import`);
  const [request] = await Promise.all([
    page.waitForRequest((request) => request.method() === "POST"),
    page.locator("[data-drop]").first().evaluate((zone) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["{}"], "YourLibrary.json"));
      zone.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
    }),
  ]);
  match(request.headers()["content-type"], /^multipart\/form-data/);
});

inBrowser("on a phone the filters are a sheet, the drawer fills the screen", async (page) => {
  await page.getByRole("button", { name: "Filters" }).click();
  await page.locator("summary", { hasText: "Decade" }).click();
  await page.getByRole("link", { name: /^1990s/ }).click();
  await page.waitForURL(/decade=1990/);
  await page.locator("#filters").getByRole("button", { name: /^Show/ }).click();
  await page.locator("[data-item] a").first().click();
  await drawer(page).waitFor();
  strictEqual((await drawer(page).boundingBox())?.width, 390);
}, phone);

const id = "00000000-0000-4000-8000-000000000001";
const addresses = [
  "/albums",
  "/albums?view=wall",
  "/albums?view=table",
  "/albums?select=1",
  "/albums?search=zzz",
  `/albums/${id}`,
  `/artists/${id}`,
  "/inbox",
  "/inbox/empty",
  "/inbox/accept",
  "/import",
  "/playlists",
  "/playlists/00000000-0000-4000-8000-000000000001",
  "/removed",
  `/import/${id}`,
  "/activity",
  "/stats",
  "/settings",
  "/login",
  "/setup",
  "/setup/folder",
  "/setup/library",
  "/404",
  "/500",
];

for (const [name, screen] of Object.entries({ desktop: {}, phone })) {
  for (const theme of ["dark", "light"]) {
    inBrowser(`every page can be used by everybody: ${name}, ${theme}`, async (page, url) => {
      for (const address of addresses) {
        await page.goto(`${url}${address}${address.includes("?") ? "&" : "?"}theme=${theme}`);
        deepStrictEqual(await accessibilityFindings(page), [], address);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        ok(wider <= 0, `${address} is ${wider} px too wide`);
      }
      await page.goto(`${url}/albums?theme=${theme}`);
      await page.locator("[data-item] a").nth(1).click();
      await drawer(page).waitFor();
      deepStrictEqual(await accessibilityFindings(page), [], "drawer");
    }, screen);
  }
}
