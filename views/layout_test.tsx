import assert from "node:assert/strict";
import type { VNode } from "preact";
import { FailurePage } from "./failure.tsx";
import { Layout } from "./layout.tsx";
import { LoginPage } from "./login.tsx";
import { SetupAccountPage, SetupFolderPage, SetupLibraryPage } from "./setup.tsx";
import { render } from "./testing.tsx";

const pages: [string, VNode][] = [
  ["layout", <Layout title="Albums" back="/albums">nothing</Layout>],
  ["failure", <FailurePage status={500} requestId="7f3a" />],
  ["login", <LoginPage error="Name or password is wrong." back="/stats" />],
  ["setup 1", <SetupAccountPage errors={{ code: "This is not the code." }} />],
  [
    "setup 2",
    <SetupFolderPage
      folder="/music"
      look={{ files: 4212, folders: 214, readOnly: true, networkMount: true, complete: true }}
    />,
  ],
  ["setup 3", <SetupLibraryPage scanning />],
];

for (const [name, page] of pages) {
  Deno.test(`${name}: every address of ours stands below the base path`, () => {
    const addresses = [...render(page).matchAll(/(?:href|src|action|hx-\w+)="(\/[^"]*)"/g)].map(([, path]) =>
      path
    );
    assert.ok(addresses.length > 0);
    assert.deepEqual(addresses.filter((address) => !address.startsWith("/music/")), []);
  });

  Deno.test(`${name}: no inline script, no handlers, one heading and one main`, () => {
    const html = render(page);
    assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)/);
    assert.doesNotMatch(html, /\son\w+="|hx-on|javascript:/);
    if (name !== "layout") assert.equal(html.match(/<h1/g)?.length, 1);
    if (name !== "layout") assert.equal(html.match(/<main/g)?.length, 1);
  });

  Deno.test(`${name}: every posting form carries the token`, () => {
    const html = render(page);
    const forms = html.match(/<form[^>]*method="post"/g)?.length ?? 0;
    assert.equal(html.match(/name="csrf_token" value="t0ken"/g)?.length ?? 0, forms);
  });
}

Deno.test("the navigation marks where one is, also below a section", () => {
  const html = render(<Layout title="Disintegration">nothing</Layout>);
  assert.match(html, /href="\/music\/albums"[^>]*aria-current="page"/);
  assert.doesNotMatch(html, /href="\/music\/stats"[^>]*aria-current/);
});

Deno.test("without a theme the system decides, without an account there is no menu", () => {
  const html = render(<FailurePage status={404} />, { theme: undefined, user: undefined, path: "/albums/1" });
  assert.doesNotMatch(html, /data-theme/);
  assert.doesNotMatch(html, /Sign out/);
  assert.match(html, /There is no such album/);
});

Deno.test("the field says what is wrong with it to everybody", () => {
  const html = render(<SetupAccountPage errors={{ code: "This is not the code." }} />);
  assert.match(html, /aria-invalid="true"[^>]*aria-describedby="field-code-error field-code-hint"/);
  assert.match(html, /id="field-code-error"[^>]*role="alert"/);
});
