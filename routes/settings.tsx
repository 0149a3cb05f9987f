import { Hono } from "hono";
import { setCookie } from "hono/cookie";
import { z } from "zod";
import { listSchedules } from "../db/schedules.ts";
import type { App } from "../services/app.ts";
import { cronProblem } from "../services/cron.ts";
import { checkMusicFolder, lookAtFolder } from "../services/music_folder.ts";
import { changeSchedule } from "../services/schedules.ts";
import { settingsChange } from "../services/settings.ts";
import { LibraryRuleForm } from "../views/imports.tsx";
import { cookieOptions } from "./credentials.ts";
import { changeSettings } from "./settings_change.ts";
import { redirect, render, wantsPart } from "./render.tsx";
import { answerSection, hasFields, problemsOf, showSettings, titleOf } from "./settings_sections.tsx";
import { accountOf, type Env, fieldsOf, safePath, validate } from "./request.ts";

const folderForm = z.object({ music_folder_path: z.string().max(4096).trim(), check: z.string().optional() });
const scheduleForm = z.record(z.string(), z.string().max(100));
const libraryForm = z.object({
  liked_tracks_minimum: z.string().max(20),
  playlists_enter_library: z.string().optional(),
});
const themeForm = z.object({
  theme: z.enum(["light", "dark", "system"]),
  back: z.string().max(2000).optional(),
});

/** The settings page: every section is a form of its own. */
export function settings(app: App): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/settings", (c) => showSettings(c));

  routes.post("/settings/folder", validate("form", folderForm), async (c) => {
    const { music_folder_path: folder, check } = c.req.valid("form");
    if (check !== undefined && folder !== "") {
      const problem = await checkMusicFolder(folder);
      const errors: Record<string, string> = problem ? { music_folder_path: problem } : {};
      const look = problem ? undefined : await lookAtFolder(folder);
      return await answerSection(c, "folder", { folder, errors, look }, { again: true });
    }
    const change = { music_folder_path: folder || null };
    const errors = await problemsOf(() => changeSettings(app, change, accountOf(c).userId));
    return await answerSection(c, "folder", { folder, errors, saved: true });
  });

  routes.post("/settings/schedules", validate("form", scheduleForm), async (c) => {
    const form = c.req.valid("form");
    const schedules = (await listSchedules(app.sql)).filter(hasFields).map((schedule) => ({
      ...schedule,
      title: titleOf(schedule),
      cron: form[`${schedule.name}.cron`]?.trim() ?? schedule.cron,
      enabled: `${schedule.name}.enabled` in form,
    }));
    const problems = schedules.map(({ name, cron }) => [`${name}.cron`, cronProblem(cron)])
      .filter(([, problem]) => problem !== undefined);
    if (problems.length > 0) {
      return await answerSection(c, "schedules", { schedules, errors: Object.fromEntries(problems) });
    }
    for (const { name, cron, enabled } of schedules) await changeSchedule(app, name, { cron, enabled });
    return await answerSection(c, "schedules", { saved: true });
  });

  routes.post("/settings/library", validate("form", libraryForm), async (c) => {
    const form = c.req.valid("form");
    const rule = {
      likedTracksMinimum: Number(form.liked_tracks_minimum),
      playlistsEnterLibrary: form.playlists_enter_library !== undefined,
    };
    const change = {
      liked_tracks_minimum: rule.likedTracksMinimum,
      playlists_enter_library: rule.playlistsEnterLibrary,
    };
    const checked = settingsChange.safeParse(change);
    const errors = checked.success
      ? await problemsOf(() => changeSettings(app, checked.data, accountOf(c).userId))
      : fieldsOf(checked.error);
    const error = Object.values(errors)[0];
    if (!wantsPart(c)) {
      return redirect(
        c,
        "/import#rule",
        error ? { tone: "failed", title: error } : { tone: "done", title: "Saved." },
      );
    }
    const part = <LibraryRuleForm rule={{ ...rule, error }} />;
    return await render(c, { page: part, partial: part, status: error ? 400 : 200 });
  });

  routes.post("/theme", validate("form", themeForm), (c) => {
    const { theme, back } = c.req.valid("form");
    const maxAge = theme === "system" ? 0 : 400 * 24 * 3600;
    setCookie(c, "theme", theme, { ...cookieOptions(c), maxAge });
    return redirect(c, safePath(back));
  });

  return routes;
}
