import assert from "node:assert/strict";
import { accessibilityFindings, launchBrowser, visit } from "./browser.ts";
import { startFakeSpotify } from "./fakes/spotify.ts";
import { fakeLibrary } from "./fakes/spotify_library.ts";
import { startProgram } from "./program.ts";
import { signIn } from "./sign_in.ts";

for (const javaScript of [true, false]) {
  Deno.test(`a person connects Spotify in a browser ${javaScript ? "with" : "without"} JavaScript`, async () => {
    const user = fakeLibrary("marta", { albums: 30, tracks: 20, playlists: 2, songsPerList: 5 });
    await using fake = startFakeSpotify({ users: [user] });
    await using program = await startProgram({
      env: {
        ...fake.env,
        SPOTIFY_INTERVAL_MS: "0",
        ADMIN_PASSWORD: "correct horse battery",
        MUSICBRAINZ_URL: `${fake.url}/musicbrainz`,
        COVER_ART_URL: `${fake.url}/covers`,
      },
    });
    const header = await signIn(program.url, "admin", "correct horse battery");
    await using launched = await launchBrowser();
    const { page, problems } = await visit(launched.browser, {
      javaScript,
      cookie: { url: program.url, header },
    });
    await page.goto(`${program.url}/settings`);
    await page.getByLabel("Client id").fill(fake.clientId);
    await page.locator("#spotify-app").getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Connect Spotify" }).click();
    await page.locator("#allow").click();
    await page.getByText("Spotify is connected as marta.").waitFor();
    assert.doesNotMatch(page.url(), /code=/);
    if (javaScript) assert.deepEqual(await accessibilityFindings(page), []);
    await page.goto(`${program.url}/playlists`);
    for (let tries = 0; tries < 60 && await page.getByText("0 of 5 tracks owned").count() < 2; tries++) {
      await page.waitForTimeout(500);
      await page.reload();
    }
    await page.getByRole("link", { name: "List 1" }).click();
    await page.getByText("0 of 5 owned").waitFor();
    await page.getByRole("button", { name: /Want \d+ albums?/ }).click();
    await page.getByText("Wanted").first().waitFor();
    assert.deepEqual(problems, []);
    await page.close();
  });
}
