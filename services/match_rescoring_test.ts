import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { insertAlbum, insertUser, testDatabase } from "../db/testing.ts";
import { acceptMatch, storeDecision } from "./album_matches.ts";
import { ranked } from "./album_matches_testing.ts";
import { rescoreMatches } from "./match_rescoring.ts";

const catalogue = {
  read: <T>(_: string, load: () => Promise<T>) => load(),
  changed() {},
  close: async () => {},
};

Deno.test("what was found is judged anew without asking anybody; what people decided is not", async () => {
  await using db = await testDatabase();
  const { sql } = db;
  const { id: userId } = await insertUser(sql);
  const cure = { releaseDate: "1989-05-02", totalTracks: 12 };
  // Scores of an older version of the rules.
  const good = ranked(55);
  const bad = ranked(99, { title: "Something Else Entirely", artist: "Nobody" });
  const { id: open } = await insertAlbum(sql, cure);
  await storeDecision(sql, open, { outcome: "manual_review", reason: "low_confidence", ranked: [good] });
  const { id: wrong } = await insertAlbum(sql, { title: "Pornography" });
  await storeDecision(sql, wrong, { outcome: "matched", ranked: [bad] });
  const { id: locked } = await insertAlbum(sql, { title: "Faith" });
  await acceptMatch(sql, locked, ranked(10, { title: "Quite another" }), { userId });

  const judge = async (apply: boolean) => {
    const lines = await Array.fromAsync(rescoreMatches({ sql, catalogue }, { apply }));
    return lines.map(({ albumId, before, after }) => [albumId, before.status, after.status]).sort();
  };
  const expected = [[open, "manual_review", "matched"], [wrong, "matched", "no_match"]].sort();
  deepStrictEqual(await judge(false), expected);
  deepStrictEqual(await judge(false), expected, "telling changes nothing");
  await judge(true);
  const rows = await sql<{ id: string; status: string }[]>`
    select id, match_status || case when match_locked then ' locked' else '' end as status from albums`;
  const status = new Map(rows.map((row) => [row.id, row.status]));
  deepStrictEqual([status.get(open), status.get(wrong), status.get(locked)], [
    "matched",
    "no_match",
    "matched locked",
  ]);
  strictEqual((await judge(false)).length, 0);
});
