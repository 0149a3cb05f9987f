import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import type { Page } from "playwright-core";
import { accessibilityFindings, launchBrowser, visit } from "./browser.ts";
import { fillMusicFolder, MISSING_TITLES, spotifyExport } from "./household.ts";
import { type Program, startProgram, until } from "./program.ts";

const PASSWORD = "correct horse battery staple";

/** Title, artist and state of every card, as one reads them. */
async function cards(page: Page): Promise<string[]> {
  const links = page.locator("[data-item] a").filter({ has: page.locator(".cover") });
  const lines = (await links.allInnerTexts()).map((text) =>
    text.split("\n").filter((line) => line.trim() !== "")
  );
  // A card without a cover shows the artist's initials first; the year stands at its end.
  return lines.map((words) => words.filter((word) => !/^(\d{4}|\p{Lu}{1,2}|坂)$/u.test(word)).join(", "))
    .sort();
}

/** Reads the page again until it shows what is expected, as a person waiting for a job would. */
async function shows(page: Page, address: string, expected: string[]): Promise<void> {
  let seen: string[] = [];
  await until(async () => {
    await page.goto(address);
    seen = await cards(page);
    return JSON.stringify(seen) === JSON.stringify([...expected].sort()) ? true : undefined;
  }, 30_000);
  deepStrictEqual(seen, [...expected].sort());
}

async function setUp(page: Page, program: Program, musicFolder: string): Promise<void> {
  await page.goto(program.url);
  match(page.url(), /\/setup$/);
  await page.getByLabel("Code").fill("AAAA-AAAA");
  await page.getByLabel("Name").fill("marta");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("alert").first().waitFor();
  await page.getByLabel("Code").fill(await program.setupCode());
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("Folder on this server").fill(`${musicFolder}/nowhere`);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("alert").first().waitFor();
  await page.getByLabel("Folder on this server").fill(musicFolder);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("link", { name: "Import", exact: true }).first().click();
}

async function importExport(page: Page): Promise<void> {
  const zip = {
    name: "my_spotify_data.zip",
    mimeType: "application/zip",
    buffer: await buffer(spotifyExport()),
  };
  await page.locator("input[type=file][accept*=zip]").setInputFiles(zip);
  const submit = page.getByRole("button", { name: "Read it" }).first();
  if (await submit.isVisible()) await submit.click();
  await page.getByRole("heading", { name: /^Plan/ }).waitFor();
  match(
    await page.locator("main").innerText(),
    /Группа крови[\s\S]*2 liked songs|2 liked songs[\s\S]*Группа крови/,
  );
  await page.getByRole("button", { name: /^(Add \d+ albums|Apply)/ }).click();
  await page.waitForURL(/\/activity/);
}

// Playwright takes Node's Buffer.
async function buffer(bytes: Promise<Uint8Array>) {
  const { Buffer } = await import("node:buffer");
  return Buffer.from(await bytes);
}

const OWNED = [
  "Disintegration, The Cure, 9 of 12",
  "First Tape, Home Band, Owned",
  "Music Has the Right to Children, Boards of Canada, Owned",
];
const NOT_OWNED = ["async, 坂本龍一, Not owned", "Группа крови, Кино, Not owned"];

for (const javaScript of [true, false]) {
  Deno.test(`from an empty folder to the grid ${javaScript ? "in a browser" : "without JavaScript"}`, async () => {
    const musicFolder = await Deno.makeTempDir({ prefix: "music-" });
    await fillMusicFolder(musicFolder);
    await using program = await startProgram();
    await using chromium = await launchBrowser();
    const { page, problems } = await visit(chromium.browser, { javaScript });

    await setUp(page, program, musicFolder);
    // The wrong code and the wrong folder were answered with 400, as they should be.
    deepStrictEqual(problems.splice(0).filter((problem) => !problem.includes("status of 400")), []);
    await importExport(page);
    await shows(page, `${program.url}/albums`, [...OWNED, ...NOT_OWNED]);
    await page.goto(`${program.url}/albums?state=not_owned`);
    deepStrictEqual(await cards(page), NOT_OWNED.toSorted());

    await page.goto(`${program.url}/albums?search=disint`);
    const album = await page.locator("[data-item] a").first().getAttribute("href");
    await page.goto(`${program.url}${album}`);
    // An export names liked songs without their numbers: three are missing, and these are the three.
    const missing = await page.locator("li", { hasText: "Missing" }).allInnerTexts();
    deepStrictEqual(
      missing.map((text) => MISSING_TITLES.find((title) => text.includes(title))).sort(),
      MISSING_TITLES,
    );

    await page.getByRole("button", { name: "Want", exact: true }).click();
    await page.getByText("marked it as wanted").waitFor();
    await page.getByRole("button", { name: "Undo" }).first().click();
    await page.getByText("undid a change").waitFor();
    deepStrictEqual(problems, []);

    const { code } = await program.stop();
    strictEqual(code, 0);
    await Deno.remove(musicFolder, { recursive: true });
  });
}

Deno.test("every page is accessible in both themes, wide and narrow", async () => {
  const musicFolder = await Deno.makeTempDir({ prefix: "music-" });
  await fillMusicFolder(musicFolder);
  await using program = await startProgram();
  await using chromium = await launchBrowser();
  const { page, context } = await visit(chromium.browser);
  await setUp(page, program, musicFolder);
  await importExport(page);
  await shows(page, `${program.url}/albums`, [...OWNED, ...NOT_OWNED]);
  const album = await page.locator("[data-item] a").first().getAttribute("href");
  const cookies = await context.cookies();
  const header = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const paths = [
    "/albums",
    "/albums?view=wall",
    "/albums?view=table&select=1",
    `${album}`,
    "/import",
    "/activity",
    "/stats",
    "/settings",
    "/albums?search=zzz",
    "/no-such-page",
  ];
  const found: string[] = [];
  for (const dark of [true, false]) {
    for (const width of [1440, 390]) {
      const look = await visit(chromium.browser, { dark, width, cookie: { url: program.url, header } });
      for (const path of paths) {
        await look.page.goto(program.url + path);
        const overflow = await look.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (overflow > 0) found.push(`${path} at ${width}: ${overflow} px too wide`);
        found.push(
          ...(await accessibilityFindings(look.page)).map((finding) => `${path} at ${width}: ${finding}`),
        );
      }
      await look.context.close();
    }
  }
  deepStrictEqual(found, []);
  await program.stop();
  await Deno.remove(musicFolder, { recursive: true });
});
