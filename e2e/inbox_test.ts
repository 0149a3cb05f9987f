/** The inbox in a browser, before the real program: keys, focus, what is read out, and what comes of it. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { Page } from "playwright-core";
import { insertAlbum } from "../db/testing.ts";
import { createServer } from "../routes/mod.ts";
import { storeDecision } from "../services/album_matches.ts";
import { ranked } from "../services/album_matches_testing.ts";
import { signedIn, type TestApp, testApp } from "../services/testing.ts";
import { accessibilityFindings, launchBrowser, visit } from "./browser.ts";

type Screen = { width?: number; height?: number; dark?: boolean };

/** One test in a browser, with `count` albums that each wait with two candidates. */
function inInbox(
  name: string,
  count: number,
  run: (page: Page, house: { app: TestApp; ids: string[] }) => Promise<void>,
  screen: Screen = {},
) {
  Deno.test(name, async () => {
    await using app = await testApp();
    const { cookie } = await signedIn(app);
    const ids: string[] = [];
    for (let n = 0; n < count; n++) {
      const { id } = await insertAlbum(app.sql, { title: `Album ${String(n).padStart(2, "0")}` });
      const found = [ranked(90, { title: `First of ${n}` }), ranked(88, { title: `Second of ${n}` })];
      await app.sql.begin((tx) =>
        storeDecision(tx, id, { outcome: "manual_review", reason: "tie", ranked: found })
      );
      ids.push(id);
    }
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      createServer(app).fetch,
    );
    await using launched = await launchBrowser();
    const url = `http://127.0.0.1:${server.addr.port}`;
    const { page, problems } = await visit(launched.browser, {
      ...screen,
      cookie: { url, header: cookie.cookie },
    });
    await page.goto(`${url}/inbox`);
    await page.waitForSelector("[data-htmx-powered]", { state: "attached" });
    await run(page, { app, ids });
    deepStrictEqual(problems, []);
    await page.close();
    await server.shutdown();
  });
}

const subject = (page: Page, title: string) => page.locator("#subject", { hasText: title }).waitFor();
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");

async function statusOf(app: TestApp, id: string): Promise<string> {
  const [row] = await app
    .sql`select match_status || case when match_locked then ' locked' else '' end as status
    from albums where id = ${id}`;
  return row.status;
}

inInbox("keys choose, refuse, skip and undo; the next album has the focus", 4, async (page, { app, ids }) => {
  await subject(page, "Album 00");
  await page.keyboard.press("2");
  await subject(page, "Album 01");
  strictEqual(await statusOf(app, ids[0]), "matched locked");
  match(await focused(page), /Album 01/);
  match(await page.locator("#said").textContent() ?? "", /Matched to Second of 0. 3 left. Next: Album 01/);
  await page.getByText("1 of 4").waitFor();

  await page.keyboard.press("s");
  await subject(page, "Album 02");
  await page.keyboard.press("n");
  await subject(page, "Album 03");
  strictEqual(await statusOf(app, ids[2]), "no_match locked");
  await page.keyboard.press("u");
  await subject(page, "Album 02");
  strictEqual(await statusOf(app, ids[2]), "manual_review");
  await page.keyboard.press("u");
  await subject(page, "Album 00");

  await page.keyboard.press("p");
  strictEqual(await page.evaluate(() => document.activeElement?.getAttribute("name")), "address");
  await page.keyboard.type("12n");
  strictEqual(await statusOf(app, ids[0]), "manual_review", "in a field, keys are letters");
});

inInbox("forty albums are forty keys and forty requests", 40, async (page, { app }) => {
  let requests = 0;
  page.on("request", (request) => {
    if (request.method() === "POST") requests++;
  });
  for (let n = 0; n < 40; n++) {
    await subject(page, `Album ${String(n).padStart(2, "0")}`);
    await page.keyboard.press("1");
  }
  await page.getByText("Inbox is empty").waitFor();
  strictEqual(requests, 40);
  strictEqual((await app.sql`select 1 from albums where match_locked`).length, 40);
});

for (const dark of [true, false]) {
  const look = dark ? "dark" : "light";
  inInbox(`no accessibility findings, ${look}`, 2, async (page) => {
    deepStrictEqual(await accessibilityFindings(page), []);
    await page.keyboard.press("1");
    await subject(page, "Album 01");
    deepStrictEqual(await accessibilityFindings(page), []);
  }, { dark });
}

inInbox("a phone chooses by touch", 2, async (page, { app, ids }) => {
  deepStrictEqual(await accessibilityFindings(page), []);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  ok(width <= 390, `nothing sticks out: ${width} px`);
  await page.getByRole("button", { name: /^Choose First of 0/ }).click();
  await subject(page, "Album 01");
  strictEqual(await statusOf(app, ids[0]), "matched locked");
}, { width: 390, height: 844 });
