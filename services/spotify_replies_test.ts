import assert from "node:assert/strict";
import type { z } from "zod";
import { pageOf } from "./spotify.ts";
import {
  likedSongReply,
  ownerReply,
  playlistEntryReply,
  playlistReply,
  savedAlbumReply,
} from "./spotify_replies.ts";

const FIXTURES = new URL("../../shared/fixtures/spotify_api/", import.meta.url);

const here = await Deno.stat(FIXTURES).then(() => true, () => false);
const skipped = here ? "" : ": skipped, fixtures are not here";

const recorded = (name: string) => JSON.parse(Deno.readTextFileSync(new URL(`${name}.json`, FIXTURES)));

function parse<T>(name: string, entry: z.ZodType<T>) {
  const page = pageOf(entry).parse(recorded(name));
  assert.equal(page.items.length, recorded(name).items.length, name);
  return page.items;
}

Deno.test({
  name: `every recorded page is understood, entry by entry${skipped}`,
  ignore: !here,
  fn() {
    const pages: [string[], z.ZodType<unknown>][] = [
      [["java__library_GetCurrentUsersSavedAlbumsRequest", "php__user-albums"], savedAlbumReply],
      [["php__user-tracks", "python-spotify__saved_tracks"], likedSongReply],
      [[
        "java__playlists_GetListOfCurrentUsersPlaylistsRequest",
        "php__my-playlists",
        "python-spotify__current_user_playlist_2",
        "zmb3__current_users_playlists",
        "zmb3__playlists_for_user",
      ], playlistReply],
      [[
        "java__playlists_GetPlaylistsItemsRequest",
        "java__playlists_GetPlaylistsItemsRequest_Episode",
        "php__user-playlist-items",
        "zmb3__playlist_items_episodes",
        "zmb3__playlist_items_tracks",
      ], playlistEntryReply],
    ];
    for (const [names, entry] of pages) {
      for (const name of names) {
        const items = parse(name, entry);
        const unread = items.flatMap((item, n) => item === null ? [n] : []);
        assert.deepEqual(unread, [], `${name} has entries that cannot be read`);
      }
    }
    assert.ok(ownerReply.parse(recorded("php__user")).spotifyId);
  },
});

Deno.test({
  name: `albums, songs and episodes come out as they are named${skipped}`,
  ignore: !here,
  fn() {
    for (const saved of parse("php__user-albums", savedAlbumReply)) {
      assert.match(saved!.album!.spotifyId, /^\w{22}$/);
      assert.ok(saved!.album!.tracks!.length > 0);
      assert.match(saved!.album!.barcode ?? "", /^\d{12,14}$/);
    }
    for (const liked of parse("python-spotify__saved_tracks", likedSongReply)) {
      assert.equal(liked!.item, "track");
      assert.ok(liked!.track!.title && liked!.album!.title && liked!.addedAt);
      assert.match(liked!.track!.uri!, /^spotify:track:\w{22}$/);
    }
    const episodes = parse("zmb3__playlist_items_episodes", playlistEntryReply);
    assert.ok(episodes.some((entry) => entry!.item === "episode" && entry!.album === undefined));
    const full = savedAlbumReply.parse({
      added_at: "2021-03-04T12:34:56Z",
      album: recorded("harmony__album_10FLjwfpbxLmW8c25Xyc2N"),
    });
    assert.ok(full!.album!.barcode && full!.album!.cover && full!.album!.releaseDate);
  },
});

Deno.test("one entry that cannot be read does not cost the page", () => {
  const page = pageOf(likedSongReply).parse({
    items: [null, 7, { added_at: 5, track: { id: "1", name: 9 } }, {
      track: { id: "2", name: "Two", uri: "spotify:track:2" },
    }],
    total: 4,
    offset: 0,
    next: "https://elsewhere.example/v1/me/tracks?offset=50&limit=50",
  });
  assert.deepEqual(page.items.map((item) => item && [item.id, item.track?.title]), [null, null, [
    "1",
    undefined,
  ], ["2", "Two"]]);
  assert.deepEqual(page.next, { offset: "50", limit: "50" });
});

Deno.test("a next page that does not lead on is the end", () => {
  for (const next of ["https://api.spotify.com/v1/me/tracks?offset=0&limit=50", "no address", null]) {
    assert.equal(pageOf(likedSongReply).parse({ items: [], total: 4, offset: 0, next }).next, undefined);
  }
});
