import assert from "node:assert/strict";
import type { ComponentProps } from "preact";
import { ImportPlanPage, PlanList, type PlannedAlbum } from "./import_plan.tsx";
import { ImportPage, type PastImport } from "./imports.tsx";
import { render } from "./testing.tsx";

const text = (html: string) => html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

const plan = {
  new_albums: 412,
  known_albums: 1,
  new_artists: 0,
  liked_tracks: 0,
  playlists: 7,
  plays: 0,
  skipped: [],
};
const past: PastImport = {
  id: "i1",
  source: "export",
  filename: "my_spotify_data.zip",
  status: "planned",
  plan,
  createdAt: new Date("2026-11-22T13:00:00Z"),
};
const rule = { likedTracksMinimum: 3, playlistsEnterLibrary: false };

Deno.test("both doors upload without script, several files at once", () => {
  const html = render(<ImportPage imports={[]} rule={rule} />);
  const forms = html.match(/<form[^>]*action="\/music\/import"[^>]*enctype="multipart\/form-data"/g);
  assert.equal(forms?.length, 2);
  assert.equal(html.match(/<input type="file" name="file" multiple required/g)?.length, 2);
  assert.equal(html.match(/<noscript><button type="submit"/g)?.length, 3);
  assert.match(html, /name="as"/);
});

Deno.test("a refused upload says why on top, an open plan is one click away", () => {
  const html = render(<ImportPage imports={[past]} rule={rule} error="The ZIP holds photos." />);
  assert.match(html, /role="alert"[^]*The ZIP holds photos\./);
  assert.match(text(html), /412 new albums, 1 album known before, 7 playlists/);
  assert.match(html, /href="\/music\/import\/i1"[^>]*>See the plan/);
});

Deno.test("only admins change the rule of the household", () => {
  const member = render(<ImportPage imports={[]} rule={rule} />, { user: { username: "u", role: "member" } });
  assert.match(member, /name="liked_tracks_minimum"[^>]*disabled/);
  assert.doesNotMatch(render(<ImportPage imports={[]} rule={rule} />), /liked_tracks_minimum"[^>]*disabled/);
});

const album: PlannedAlbum = {
  title: "async",
  artist: "坂本龍一",
  albumId: null,
  saved: true,
  likedTracks: 0,
  playlists: 0,
  playlistName: null,
  outcome: "new",
  ignoredAt: null,
};

function planProps(changes: Partial<ComponentProps<typeof ImportPlanPage>> = {}) {
  return {
    import: { ...past, expiresAt: new Date("2026-11-29T13:00:00Z") },
    counts: { all: 413, new: 412, known: 1, ignored: 0, recorded: 2 },
    albums: [album],
    ...changes,
  };
}

Deno.test("the plan says for every album how it was found and what would happen", () => {
  const albums: PlannedAlbum[] = [
    album,
    { ...album, saved: false, likedTracks: 4, outcome: "known" },
    { ...album, saved: false, playlists: 1, playlistName: "Зима", outcome: "recorded" },
    { ...album, playlists: 2, outcome: "ignored", ignoredAt: new Date("2026-05-03T10:00:00Z") },
  ];
  const html = text(render(<ImportPlanPage {...planProps({ albums })} />));
  assert.match(html, /saved album enters the library/);
  assert.match(html, /4 liked songs already here, one more source/);
  assert.match(html, /playlist “Зима” kept on record, stays out of the library/);
  assert.match(html, /saved album, in 2 playlists ignored since 3 May, stays ignored/);
});

Deno.test("the button says what it does; what was applied offers no second time", () => {
  assert.match(text(render(<ImportPlanPage {...planProps()} />)), /Discard Add 412 albums/);
  const applied = { ...planProps().import, status: "applied" as const };
  const html = render(<ImportPlanPage {...planProps({ import: applied })} />);
  assert.doesNotMatch(html, /\/apply"/);
  assert.match(html, /See albums/);
});

Deno.test("what is left out is named with its reason", () => {
  const skipped = [{ reason: "local_file", count: 14 }, { reason: "episode", count: 1 }];
  const props = planProps({ import: { ...planProps().import, plan: { ...plan, skipped } } });
  const html = text(render(<ImportPlanPage {...props} />));
  assert.match(html, /left out: 14 songs from your own files left out: 1 podcast episode/);
});

Deno.test("a tile is a link that replaces the list, and marks itself", () => {
  const html = render(<PlanList {...planProps({ outcome: "known" })} />);
  assert.match(html, /^<div id="plan"/);
  assert.match(html, /href="\/music\/import\/i1\?outcome=known"[^>]*aria-current="true"/);
});
