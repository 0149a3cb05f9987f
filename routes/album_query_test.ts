import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { albumQuery, decodeCursor, encodeCursor, presentParameters } from "./album_query.ts";

Deno.test("a cursor survives the address and fits only its own order", () => {
  const cursor = ["坂本", "7d8a4a3e-1c5b-4a30-9b3e-111111111111"];
  const text = encodeCursor("title", cursor);
  deepStrictEqual(decodeCursor("title", text), cursor);
  for (
    const [sort, bad] of [
      ["added", text],
      ["title", "%%%"],
      ["title", "bm90IGpzb24"],
      ["title", encodeCursor("title", ["x"])],
      ["title", encodeCursor("title", ["x", "' or 1=1"])],
      ["year", encodeCursor("year", ["MCMXCIV", "x", "7d8a4a3e-1c5b-4a30-9b3e-111111111111"])],
    ] as const
  ) strictEqual(decodeCursor(sort, bad), undefined, bad);
});

Deno.test("a wrong parameter is refused under its own name, an empty one is absent", () => {
  const wrong: Record<string, string> = {
    page_size: "0",
    page: "-1",
    sort: ";drop",
    state: "mine",
    artist_id: "1",
    decade: "1994",
    ignored: "yes",
  };
  const result = albumQuery.safeParse(wrong);
  deepStrictEqual(
    [...new Set(result.error?.issues.map((issue) => issue.path[0]))].sort(),
    Object.keys(wrong).sort(),
  );
  deepStrictEqual(albumQuery.parse(presentParameters({ search: "", page: "", sort: "title" })), {
    sort: "title",
  });
});
