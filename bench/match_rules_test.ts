import { ok, strictEqual } from "node:assert/strict";
import { decide } from "../services/album_matching.ts";
import { withTraps } from "./catalogue_traps.ts";
import { type Labelled, readLabelled } from "./labelled_albums.ts";
import { searchIn } from "./offline_search.ts";

const FOLDER = new URL("../../shared/fixtures/album_matching", import.meta.url).pathname;
const folder = await Deno.stat(FOLDER).then(() => FOLDER, () => undefined);

/** How many of the albums are accepted, how many of those are wrong, and how many are there at all. */
function judge({ albums, catalogue }: Labelled) {
  const search = searchIn(catalogue);
  const wrong: string[] = [];
  let accepted = 0;
  for (const { known, groupIds } of albums) {
    const { outcome, ranked } = decide(known, search(`${known.artists.join(" ")} ${known.title}`, 60));
    if (outcome !== "matched") continue;
    accepted++;
    if (!groupIds.includes(ranked[0].candidate.id)) wrong.push(`${known.artists} | ${known.title}`);
  }
  return { accepted, wrong, there: albums.filter(({ groupIds }) => groupIds.length > 0).length };
}

Deno.test("no hard album is taken for another, and few are left to a person", async () => {
  const labelled = await readLabelled();
  const { accepted, wrong, there } = judge(labelled);
  strictEqual(wrong.join("\n"), "");
  ok(accepted / there > 0.92, `${accepted} of ${there}`);
});

Deno.test("traps beside hard albums do not catch one", async () => {
  strictEqual(judge(withTraps(await readLabelled())).wrong.join("\n"), "");
});

Deno.test({
  name: folder ? "labelled albums held out are matched as promised" : "labelled albums are not here",
  ignore: folder === undefined,
  async fn() {
    const { albums, catalogue } = withTraps(await readLabelled(folder));
    const { accepted, wrong, there } = judge({ albums: albums.filter(({ heldOut }) => heldOut), catalogue });
    ok(wrong.length / accepted <= 0.005, wrong.join("\n"));
    ok(accepted / there > 0.88, `${accepted} of ${there}`);
  },
});
