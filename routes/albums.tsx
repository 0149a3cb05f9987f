import { Hono } from "hono";
import { z } from "zod";
import { listAlbumIds } from "../db/albums.ts";
import { insertLidarrPlan } from "../db/lidarr_plans.ts";
import { decideAlbums, type Decision, undoDecision } from "../services/album_decisions.ts";
import { loadAlbumGrid, loadOverview } from "../services/album_grid.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import type { AlbumQuery as AlbumAddress } from "../views/album_query.ts";
import { AlbumTools } from "../views/album_tools.tsx";
import { AlbumItems, type AlbumList, AlbumsPage, AlbumsUpdate } from "../views/albums.tsx";
import { FreedomMeter } from "../views/freedom_meter.tsx";
import { type Notice, Toast } from "../views/notice.tsx";
import { Partial } from "../views/partial.tsx";
import { plural } from "../views/words.ts";
import {
  albumQuery,
  decodeCursor,
  encodeCursor,
  isStart,
  presentParameters,
  toFilter,
  toOrder,
} from "./album_query.ts";
import { currentAddress, redirect, render, renderWhileUnchanged, targetOf, wantsPart } from "./render.tsx";
import { accountOf, type Env, invalid, type Request, type Server } from "./request.ts";

const PAGE_SIZE = 60;
// All of a large library at once; a form of ticked boxes is bounded by the size of a request anyway.
const MOST_CHOSEN = 100_000;

/** The grid: one URL for the page, for its list after a search or filter, and for the pages that follow. */
export function albums(app: App): Server {
  const routes = new Hono<Env>();

  const grid = (c: Request) =>
    renderWhileUnchanged(c, async () => {
      const [list, overview] = await Promise.all([
        loadList(app, readAddress(c.req.query())),
        loadOverview(app),
      ]);
      return {
        page: <AlbumsPage list={list} overview={overview} />,
        partial: targetOf(c) === "pager"
          ? <AlbumItems list={list} />
          : targetOf(c) === "tools"
          ? <AlbumTools {...list} />
          : <AlbumsUpdate list={list} />,
      };
    });
  routes.get("/", grid);
  routes.get("/albums", grid);

  routes.post("/albums/bulk", async (c) => {
    const form = await c.req.formData();
    const fields = textFields(form);
    const address = readAddress(fields);
    const action = fields.do === "lidarr" ? undefined : bulkAction(fields.do);
    const ids = address.select === "all"
      ? await listAlbumIds(app.sql, toFilter(albumQuery.parse(presentParameters(fields))))
      : chosenAlbums(form);
    // What Lidarr would do is a page of its own: nothing happens before it is confirmed.
    if (!action) {
      return redirect(c, `/lidarr/plans/${await insertLidarrPlan(app.sql, accountOf(c).userId, ids)}`);
    }
    const { changed, batch } = await decideAlbums(app, ids, action.decision, { userId: accountOf(c).userId });
    const undo = changed > 0 ? { action: "/albums/undo", fields: { batch } } : undefined;
    const notice: Notice = { tone: "done", title: `${plural(changed, "album")} ${action.done}`, undo };
    // The artist's page sends where it wants to go on.
    const back = z.string().regex(/^\/artists\/[0-9a-f-]{36}$/).safeParse(fields.back);
    if (back.success) return redirect(c, back.data, notice);
    return answerChange(c, app, { ...address, select: undefined }, notice);
  });

  routes.post("/albums/undo", async (c) => {
    const { batch } = textFields(await c.req.formData());
    const parsed = z.object({ batch: z.guid("the id of what is to be undone") }).safeParse({ batch });
    if (!parsed.success) throw invalid(parsed.error);
    const { undone } = await undoDecision(app, parsed.data, { userId: accountOf(c).userId });
    const current = currentAddress(c);
    const isGrid = current?.pathname === "/albums" || current?.pathname === "/";
    const address = readAddress(isGrid ? Object.fromEntries(current.searchParams) : {});
    return answerChange(c, app, address, { tone: "done", title: `Undone for ${plural(undone, "album")}` });
  });

  return routes;
}

/** After a change: the list, the meter and a toast where htmx asks for them; else the page again, with a notice. */
async function answerChange(c: Request, app: App, address: AlbumAddress, notice: Notice): Promise<Response> {
  if (!wantsPart(c)) return redirect(c, gridPath(address), notice);
  const [list, overview] = await Promise.all([
    loadList(app, { ...address, after: undefined, from: undefined }),
    loadOverview(app),
  ]);
  const isResults = targetOf(c) === "results";
  const update = (
    <>
      {isResults ? <AlbumsUpdate list={list} /> : (
        <Partial target="#results">
          <AlbumsUpdate list={list} />
        </Partial>
      )}
      <Partial target="#meter">
        <FreedomMeter overview={overview} />
      </Partial>
      <Partial target="#toasts" swap="innerHTML">
        <Toast notice={notice} />
      </Partial>
    </>
  );
  return render(c, { page: update, partial: update });
}

function gridPath(address: AlbumAddress): string {
  const parameters = Object.entries(address).filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]);
  const query = new URLSearchParams(parameters).toString();
  return query ? `/albums?${query}` : "/albums";
}

type BulkAction = { decision: Decision; /** "14 albums …" */ done: string };

const bulkActions: Record<string, BulkAction> = {
  want: { decision: { wanted: true }, done: "marked as wanted" },
  owned: { decision: { ownership: "owned" }, done: "marked as owned" },
  not_owned: { decision: { ownership: "not_owned" }, done: "marked as not owned" },
  ignore: { decision: { ignored: true }, done: "ignored" },
};

function bulkAction(name = ""): BulkAction {
  if (Object.hasOwn(bulkActions, name)) return bulkActions[name];
  const known = ["lidarr", ...Object.keys(bulkActions)].join(", ");
  throw new Failure("invalid", `do: one of ${known}`, { fields: { do: `one of ${known}` } });
}

function chosenAlbums(form: FormData): string[] {
  const chosen = z.object({ album: z.array(z.guid()).max(MOST_CHOSEN) })
    .safeParse({ album: form.getAll("album") });
  if (!chosen.success) throw invalid(chosen.error);
  return chosen.data.album;
}

function textFields(form: FormData): Record<string, string> {
  return Object.fromEntries(
    [...form].flatMap(([name, value]) => typeof value === "string" ? [[name, value]] : []),
  );
}

/** Checks the parameters and keeps them as they stand in an address. */
function readAddress(all: Record<string, string>): AlbumAddress {
  const parsed = albumQuery.safeParse(presentParameters(all));
  if (!parsed.success) throw invalid(parsed.error);
  const { page: _, page_size: __, ...address } = parsed.data;
  return address;
}

async function loadList(app: App, address: AlbumAddress): Promise<AlbumList> {
  const query = { ...address, select: undefined };
  const order = toOrder(query);
  const after = address.after === undefined ? undefined : decodeCursor(order.by, address.after);
  // An address kept from another order starts at its beginning.
  const from = address.from !== undefined && isStart(order.by, address.from) ? address.from : undefined;
  const [grid, { facets }] = await Promise.all([
    loadAlbumGrid(app, toFilter(query), { order, limit: PAGE_SIZE, after, from, search: address.search }),
    loadOverview(app),
  ]);
  return {
    ...grid,
    query: address,
    next: grid.next && encodeCursor(order.by, grid.next),
    facets,
    addedSince: facets.addedSince ?? undefined,
  };
}
